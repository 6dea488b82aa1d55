"""Judging an answer's body under load: decoded, bounded, and searched for what the page must say."""

import html
import re
import zlib
from collections.abc import Sequence

MAX_BODY_BYTES = 16_000_000

_TAG = re.compile(r"<[^>]*>")
_SPACE = re.compile(r"\s+")


class BadBodyError(ValueError):
    """The body cannot be decoded as its headers say, or is larger than MAX_BODY_BYTES."""


def decode(body: bytes, encoding: str) -> bytes:
    """Undo one Content-Encoding: gzip, deflate (zlib or raw), br, or none. Raises BadBodyError."""
    kind = encoding.strip().lower()
    try:
        if kind in ("", "identity"):
            return body
        if kind in ("gzip", "x-gzip"):
            return _inflate(body, 31)
        if kind == "deflate":
            # Servers send both forms under this name; a zlib stream begins with 0x78 in practice.
            return _inflate(body, 15 if body[:1] == b"\x78" else -15)
        if kind == "br":
            return _unbrotli(body)
    except zlib.error as error:
        raise BadBodyError(f"the body is not valid {kind}: {error}") from error
    raise BadBodyError(f"Content-Encoding {kind[:40]!r} was not asked for")


def _inflate(body: bytes, window: int) -> bytes:
    inflater = zlib.decompressobj(window)
    plain = inflater.decompress(body, MAX_BODY_BYTES)
    if inflater.unconsumed_tail:
        raise BadBodyError(f"the body is larger than {MAX_BODY_BYTES:,} bytes")
    if not inflater.eof:
        raise BadBodyError("the compressed body ends too early")
    return plain


def _unbrotli(body: bytes) -> bytes:
    import brotli

    try:
        decoder = brotli.Decompressor()
        plain = bytes(decoder.process(body, output_buffer_limit=MAX_BODY_BYTES))
        finished = decoder.is_finished()
    except brotli.error as error:
        raise BadBodyError(f"the body is not valid br: {error}") from error
    if len(plain) >= MAX_BODY_BYTES:
        raise BadBodyError(f"the body is larger than {MAX_BODY_BYTES:,} bytes")
    if not finished:
        raise BadBodyError("the compressed body ends too early")
    return plain


def visible(text: str) -> str:
    """HTML as words: tags out, entities resolved, white space made single."""
    return _SPACE.sub(" ", html.unescape(_TAG.sub(" ", text))).strip()


def missing(body: bytes, needles: Sequence[str]) -> str | None:
    """The first text that the page does not contain, or None.

    A text counts when the markup holds it as it is, or when the visible words do after white space is made single.
    """
    text = body.decode("utf-8", errors="replace")
    absent = [needle for needle in needles if needle not in text]
    if not absent:
        return None
    words = visible(text)
    return next((needle for needle in absent if _SPACE.sub(" ", needle).strip() not in words), None)
