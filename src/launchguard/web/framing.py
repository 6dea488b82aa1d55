"""Where the body of an answer ends (RFC 9112, section 6): by length, by chunks, or with the connection.

Bytes are taken out in slices, never one by one: the load reads thousands of answers a second.
"""

import re
from functools import lru_cache
from typing import Literal

from launchguard.web.head import Head
from launchguard.words import count
from launchguard.words.quoted import shown

Framing = Literal["none", "length", "chunked", "close"]

_LENGTH = re.compile(r"\d{1,18}", re.ASCII)
_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9a-fA-F]{1,16})[ \t]*(?:;.*)?\r?", re.DOTALL)
_PLAIN_CHUNK = re.compile(rb"([1-9a-fA-F][0-9a-fA-F]{0,7})\r\n")
_MAX_LINE = 16_384  # one line between chunks
MAX_TRAILER_BYTES = 65_536
"""All trailers of one answer; nobody shows them to a visitor."""


class BodyError(ValueError):
    """A body that is cut, framed wrongly or longer than the bound: `cut` and `too_large` tell which."""

    def __init__(self, words: str, *, cut: bool = False, too_large: bool = False) -> None:
        super().__init__(words)
        self.cut = cut
        self.too_large = too_large


@lru_cache(maxsize=64)
def framing_of(head: Head, method: str = "GET") -> tuple[Framing, int]:
    """How the body of an answer is framed, and its length where that is "length" (0 else). Raises BodyError."""
    if method == "HEAD" or head.status in (101, 204, 304):
        return "none", 0
    codings = _codings(head)
    if "chunked" in codings:
        return "chunked", 0
    # Any other Transfer-Encoding leaves no length to trust.
    if codings and codings != ["identity"]:
        return "close", 0
    given = head.values("content-length")
    if len(given) == 1 and _LENGTH.fullmatch(given[0]):
        return "length", int(given[0])
    lengths = {length.strip() for value in given for length in value.split(",")}
    if not lengths:
        return "close", 0
    if wrong := sorted(length for length in lengths if not _LENGTH.fullmatch(length)):
        raise BodyError(f"the answer gives its length as {shown(wrong[0])}")
    sizes = sorted({int(length) for length in lengths})
    if len(sizes) > 1:
        raise BodyError(f"the answer gives two lengths, {count(sizes[0])} and {count(sizes[1])} bytes")
    return "length", sizes[0]


def transfer_codings(head: Head) -> tuple[str, ...]:
    """The codings of Transfer-Encoding but chunked, in the order in which they were applied: ("gzip",)."""
    return tuple(coding for coding in _codings(head) if coding not in ("chunked", "identity"))


def _codings(head: Head) -> list[str]:
    given = head.values("transfer-encoding")
    names = (name.strip().lower() for value in given for name in value.split(","))
    return [name for name in names if name] if given else []


class BodyReader:
    """Takes the body out of bytes that come in pieces of any size; framing counts against `max_bytes`, too."""

    def __init__(self, framing: Framing, length: int, max_bytes: int) -> None:
        if length > max_bytes:
            raise _too_large(max_bytes)
        self._framing = framing
        self._length = length
        self._max = max_bytes
        self._first = b""  # most bodies come in one piece, which is not copied then
        self._rest = bytearray()
        self._line = bytearray()  # of a chunked body: what came of a line that is not whole
        self._left = 0  # of a chunk
        self._in_trailers = False
        self._trailers = 0
        self._after_chunk = False
        self.size = 0  # content that came, in bytes
        self.wire = 0  # the same with the framing
        self.done = framing == "none" or (framing == "length" and length == 0)
        self.surplus = False  # whether bytes came after the end

    @property
    def content(self) -> bytes:
        """What came of the body, without its framing."""
        if self._rest:
            self._first += self._rest
            self._rest.clear()
        return self._first

    def feed(self, data: bytes) -> bool:
        """Take in what came; True once the body is whole. Raises BodyError."""
        if self.done:
            self.surplus |= bool(data)
        elif self._framing == "length":
            missing = self._length - self.size
            if len(data) > missing:
                data, self.surplus = data[:missing], True
            self.done = len(data) == missing
            self._take(data)
            self.wire += len(data)
        elif self._framing == "close":
            self._count(len(data))
            self._take(data)
        else:
            self._feed_chunked(data)
        return self.done

    def eof(self) -> None:
        """The connection ended. Raises BodyError when the body had not."""
        if self.done or self._framing == "close":
            self.done = True
        elif self._framing == "length":
            of = f"{count(self.size)} of {count(self._length)} bytes"
            raise BodyError(f"the body ended after {of}", cut=True)
        else:
            raise BodyError(f"the body ended after {count(self.size)} bytes, before its last chunk", cut=True)

    def _take(self, data: bytes) -> None:
        if self.size:
            self._rest += data
        else:
            self._first = data
        self.size += len(data)

    def _count(self, size: int) -> None:
        self.wire += size
        if self.wire > self._max:
            raise _too_large(self._max)

    def _feed_chunked(self, data: bytes) -> None:
        at, end = 0, len(data)
        while at < end and not self.done:
            if self._left:
                piece = data[at : at + self._left]
                self._count(len(piece))
                self._take(piece)
                self._left -= len(piece)
                self._after_chunk = not self._left
                at += len(piece)
                continue
            if not (self._line or self._after_chunk or self._in_trailers) and (stop := self._take_chunk(data, at)):
                at = stop
                continue
            newline = data.find(b"\n", at)
            stop = newline + 1 if newline >= 0 else end
            self._line += data[at:stop]
            self._count(stop - at)
            self._trailers += stop - at if self._in_trailers else 0
            if self._trailers > MAX_TRAILER_BYTES:
                raise BodyError(f"more than {count(MAX_TRAILER_BYTES)} bytes follow the last chunk", too_large=True)
            at = stop
            if len(self._line) > _MAX_LINE and not self._in_trailers:
                raise BodyError(f"a line between two chunks is longer than {count(_MAX_LINE)} bytes")
            if newline >= 0:
                line = bytes(self._line[:-1])
                self._line.clear()
                self._read_line(line)
        self.surplus |= at < end

    def _take_chunk(self, data: bytes, at: int) -> int:
        """Take a plain chunk that is there as a whole, as most are; where it ends, or 0."""
        found = _PLAIN_CHUNK.match(data, at)
        if found is None:
            return 0
        begin = found.end()
        end = begin + int(found[1], 16)
        if data[end : end + 2] != b"\r\n":
            return 0
        self._count(end + 2 - at)
        self._take(data[begin:end])
        return end + 2

    def _read_line(self, line: bytes) -> None:
        if self._in_trailers:
            self.done = line in (b"", b"\r")
            return
        if self._after_chunk:
            self._after_chunk = False
            if line in (b"", b"\r"):
                return
            raise BodyError(f"a chunk is longer than it said: {shown(line.decode('latin-1'))} follows it")
        found = _CHUNK_SIZE.fullmatch(line)
        if found is None:
            raise BodyError(f"the size of a chunk is no number: {shown(line.decode('latin-1'))}")
        self._left = int(found[1], 16)
        self._in_trailers = self._left == 0


def _too_large(max_bytes: int) -> BodyError:
    return BodyError(f"the body is larger than {count(max_bytes)} bytes", too_large=True)
