"""What a Content-Encoding folded is unfolded, as far as browsers would and within a bound.

Browsers look at the bytes, not at the trailer: checksums are not compared, and what was cut off is shown as far as it
goes. Time is linear in what comes in and goes out, and no more is held than the bound and one piece.
"""

import sys
import zlib
from collections.abc import Callable, Generator, Iterator

import brotli

from launchguard.words import count

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

__all__ = ["MAX_CODINGS", "UnfoldError", "unfold", "zstd"]

MAX_CODINGS = 8
"""More codings on top of each other than these are refused: no server means that."""

MAX_MEMBERS = 10_000
"""More members of gzip or frames of zstd than these in one body are refused: each costs time, even an empty one."""

_FIRST_SLICE, _LAST_SLICE = 2_048, 65_536  # bytes fed at once: small at first, for a body may be thousands of members
_PIECE = 262_144  # bytes taken out at once
_GZIP, _ZSTD, _SKIPPABLE = b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"\x2a\x4d\x18"
_KNOWN = {"gzip": "gzip", "x-gzip": "gzip", "deflate": "deflate", "br": "br", "zstd": "zstd"}
# What a browser sets aside for a frame (RFC 9659): 8 MB.
_WINDOW: dict[int, int] = {zstd.DecompressionParameter.window_log_max: 23}


class UnfoldError(ValueError):
    """A body that is not what its Content-Encoding says, or too much of it; `too_large` tells which."""

    def __init__(self, words: str, *, too_large: bool = False) -> None:
        super().__init__(words)
        self.too_large = too_large


def codings_named(content_encoding: str) -> tuple[str, ...]:
    """The codings that a Content-Encoding names and browsers know, in the order in which they were applied."""
    names = (name.strip().lower() for name in content_encoding.split(","))
    return tuple(_KNOWN[name] for name in names if name in _KNOWN)


def unfold(body: bytes, codings: str, max_bytes: int, pause: Callable[[], object] = lambda: None) -> bytes:
    """Undo a Content-Encoding ("gzip", "br, gzip"); names that browsers do not know are ignored.

    A body labelled gzip or zstd that does not begin like one is taken as it is. `pause` is called after every piece,
    of at most 256 KB. Raises UnfoldError.
    """
    named = codings_named(codings)
    if len(named) > MAX_CODINGS:
        raise UnfoldError(f"the body is said to be encoded {count(len(named))} times over")
    for coding in reversed(named):
        if not _begins_like(body, coding):
            continue
        try:
            body = _gathered(_UNFOLDERS[coding](body), max_bytes, pause)
        except (zlib.error, brotli.error, zstd.ZstdError) as error:
            raise UnfoldError(f"the body is not valid {coding}: {error}") from error
    return body


def _begins_like(body: bytes, coding: str) -> bool:
    if coding == "gzip":
        return body.startswith(_GZIP)
    if coding == "zstd":
        return _begins_frame(body, 0)
    return bool(body)


def _gathered(pieces: Iterator[bytes], max_bytes: int, pause: Callable[[], object]) -> bytes:
    gathered, total = [], 0
    for piece in pieces:
        total += len(piece)
        if total > max_bytes:
            raise UnfoldError(f"the body unfolds to more than {count(max_bytes)} bytes", too_large=True)
        if piece:
            gathered.append(piece)
            pause()
    return b"".join(gathered)


def _ungzipped(body: bytes) -> Iterator[bytes]:
    """Every member of a gzip file (RFC 1952), without a look at the checksums."""
    at = members = 0
    while body.startswith(_GZIP, at):
        members = _one_more(members)
        at = _after_gzip_header(body, at)
        inflating = zlib.decompressobj(-zlib.MAX_WBITS)
        at = yield from _inflated(inflating, body, at)
        at += 8  # CRC and size


def _after_gzip_header(body: bytes, at: int) -> int:
    if len(body) < at + 10:
        return len(body)
    if body[at + 2] != 8:
        raise zlib.error(f"unknown compression method {body[at + 2]}")
    flags, at = body[at + 3], at + 10
    if flags & 4:
        at += 2 + int.from_bytes(body[at : at + 2], "little")
    for flag in (8, 16):  # name, comment
        if flags & flag:
            end = body.find(b"\0", at)
            at = end + 1 if end >= 0 else len(body)
    return at + 2 if flags & 2 else at


def _inflated(inflating: "zlib._Decompress", body: bytes, at: int) -> Generator[bytes, None, int]:
    """Pieces of one stream; returns where it ends."""
    size = _FIRST_SLICE
    while not inflating.eof and at < len(body):
        piece = body[at : at + size]
        yield inflating.decompress(piece, _PIECE)
        at += len(piece) - len(inflating.unconsumed_tail) - len(inflating.unused_data)
        size = min(2 * size, _LAST_SLICE)
    while not inflating.eof and (rest := inflating.decompress(b"", _PIECE)):  # taken in, but not yet given out
        yield rest
    return at


def _undeflated(body: bytes) -> Iterator[bytes]:
    """Both things that servers call deflate: a zlib stream (RFC 1950), or the bare one (RFC 1951)."""
    zlibs = body[0] & 15 == 8 and int.from_bytes(body[:2]) % 31 == 0
    if zlibs:
        # Its checksum is not compared either.
        return _inflated(zlib.decompressobj(-zlib.MAX_WBITS), body, 2)
    return _inflated(zlib.decompressobj(-zlib.MAX_WBITS), body, 0)


def _unbrotlied(body: bytes) -> Iterator[bytes]:
    unfolding = brotli.Decompressor()
    at = 0
    while not unfolding.is_finished():
        if not unfolding.can_accept_more_data():
            piece = b""
        elif at < len(body):
            piece, at = body[at : at + _LAST_SLICE], at + _LAST_SLICE
        else:  # cut off: what it has decoded but not yet given out comes on asking, a window at a time
            yield from iter(lambda: unfolding.process(b"", output_buffer_limit=_PIECE), b"")
            return
        yield unfolding.process(piece, output_buffer_limit=_PIECE)


def _one_more(members: int) -> int:
    if members == MAX_MEMBERS:
        raise UnfoldError(f"the body is folded in more than {count(MAX_MEMBERS)} pieces", too_large=True)
    return members + 1


def _begins_frame(body: bytes, at: int) -> bool:
    return body.startswith(_ZSTD, at) or (body.startswith(_SKIPPABLE, at + 1) and body[at] >> 4 == 5)


def _unzstded(body: bytes) -> Iterator[bytes]:
    """Every frame of a zstd stream (RFC 8878)."""
    at = frames = 0
    while _begins_frame(body, at):
        frames = _one_more(frames)
        unfolding, size = zstd.ZstdDecompressor(options=_WINDOW), _FIRST_SLICE
        while not unfolding.eof and (at < len(body) or not unfolding.needs_input):
            piece = body[at : at + size] if unfolding.needs_input else b""
            yield unfolding.decompress(piece, _PIECE)
            at += len(piece)
            size = min(2 * size, _LAST_SLICE)
        at -= len(unfolding.unused_data) if unfolding.eof else 0


_UNFOLDERS = {"gzip": _ungzipped, "deflate": _undeflated, "br": _unbrotlied, "zstd": _unzstded}
