"""The head of an answer, read from bytes as they come, as tolerantly as browsers read it.

Every line is kept that says something; what is broken is noted and skipped, for browsers show the page all the same
(Chromium's HttpResponseHeaders, RFC 9112 for the rest).
"""

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from launchguard.words import count, plural
from launchguard.words.quoted import shown

MAX_HEAD_BYTES = 262_144
"""All heads of one answer together, interim ones included: as much as Chromium takes."""

_END = re.compile(rb"\n\r?\n")
_EMPTY_LINES = re.compile(rb"[\r\n]*")
_BEGINS = re.compile(rb"(?:HTTP/(?:\d|\Z)|(?:HTTP|HTT|HT|H|)\Z)", re.IGNORECASE)
_SHORT = 4096
_TELLING = 16  # bytes that name what came in place of HTTP
_STATUS = re.compile(r"HTTP/(\d+(?:\.\d+)?)[ \t]+([1-9]\d\d)(?!\d)(.*)", re.IGNORECASE | re.DOTALL | re.ASCII)
_BLANKS = " \t"
_MAX_NOTES = 20


class HeadError(ValueError):
    """What came is no head of an HTTP answer, or too much of one; `too_large` tells which."""

    def __init__(self, words: str, *, too_large: bool = False) -> None:
        super().__init__(words)
        self.too_large = too_large


@dataclass(frozen=True)
class Head:
    """Status line and headers, names as they were sent; `notes` say in words what was skipped, or was odd."""

    status: int
    reason: str
    version: str  # "1.1"
    headers: tuple[tuple[str, str], ...]
    notes: tuple[str, ...] = ()

    def values(self, name: str) -> tuple[str, ...]:
        """Every value that a header was sent with, in the order of the lines."""
        return self._by_name.get(name.lower(), ())

    @cached_property
    def keeps_alive(self) -> bool:
        """Whether another request may go over the connection."""
        options = {option.strip().lower() for value in self.values("connection") for option in value.split(",")}
        return "close" not in options and (self.version != "1.0" or "keep-alive" in options)

    @cached_property
    def _by_name(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for name, value in self.headers:
            found.setdefault(name.lower(), []).append(value)
        return {name: tuple(values) for name, values in found.items()}


class HeadReader:
    """Reads one head from bytes that come in pieces of any size.

    1xx answers but 101 are skipped, however many come; together with the head they may be `max_bytes` long.
    """

    def __init__(self, max_bytes: int = MAX_HEAD_BYTES) -> None:
        self._max = max_bytes
        self._held = bytearray()
        self._searched = 0
        self._skipped_bytes = 0
        self.interim = 0
        self.head: Head | None = None
        self.size = 0  # bytes of this head and of those that were skipped

    @property
    def begun(self) -> bool:
        """Whether anything came."""
        return bool(self._held or self._skipped_bytes or self.head)

    def feed(self, data: bytes) -> bytes | None:
        """Take in what came; the bytes after the head once it is whole, None before. Raises HeadError."""
        if not self.begun and (rest := self._fed_at_once(data)) is not None:
            return rest
        self._held += data
        start = 0
        while True:
            start = _EMPTY_LINES.match(self._held, start).end()  # type: ignore[union-attr]  # it matches nothing, too
            if not self._looks_right(start):
                break
            end = _END.search(self._held, max(start, self._searched))
            self._check_size(end.end() if end else len(self._held))
            if end is None:
                break
            head = _read(bytes(self._held[start : end.start()]))
            if head.status == 101 or head.status >= 200:
                self.head, self.size = head, self._skipped_bytes + end.end()
                return bytes(self._held[end.end() :])
            self.interim += 1
            start = self._searched = end.end()
        self._check_size(start)
        del self._held[:start]
        self._skipped_bytes += start
        self._searched = max(0, len(self._held) - 2)
        return None

    def _fed_at_once(self, data: bytes) -> bytes | None:
        """The bytes after a final head that came in one piece, as most do; None for any other."""
        end = _END.search(data, 0, _SHORT) if data.startswith(b"HTTP/1.") else None
        if end is None or end.end() > self._max:
            return None
        head = _read_again(data[: end.start()])
        if head.status < 200 and head.status != 101:
            return None
        self.head, self.size = head, end.end()
        return data[end.end() :]

    @property
    def is_foreign(self) -> bool:
        """Whether what came so far is not the beginning of an HTTP answer."""
        return not _BEGINS.match(self._held)

    def words_at_end(self) -> str:
        """What to say when the connection ends before the head does."""
        if not self.begun:
            return "the connection was closed without an answer"
        if self.is_foreign:
            return _what_came(bytes(self._held))
        if self._held:
            return f"the answer ended in its head, after {plural(len(self._held), 'byte')}"
        return f"the answer ended after {plural(self.interim, 'interim answer')}"

    def _check_size(self, upto: int) -> None:
        if self._skipped_bytes + upto > self._max:
            raise HeadError(f"the head of the answer is longer than {count(self._max)} bytes", too_large=True)

    def _looks_right(self, start: int) -> bool:
        """Whether it may be a status line; what is certainly none is an error once there is enough to name it."""
        begins = bytes(self._held[start : start + _TELLING])
        if _BEGINS.match(begins):
            return True
        if len(begins) == _TELLING or _is_http2(begins):
            raise HeadError(_what_came(begins))
        return False


def _is_http2(data: bytes) -> bool:
    # A frame: three bytes of length, one of type; a server's first is SETTINGS (RFC 9113, section 3.4).
    return len(data) >= 9 and data[3] == 4 and data[5:9] == bytes(4)


def _what_came(data: bytes) -> str:
    if _is_http2(data) or data.startswith(b"PRI * HTTP/2"):
        return "the server speaks HTTP/2 only, where HTTP/1.1 was asked for"
    if data[:1] in (b"\x15", b"\x16") and data[1:2] == b"\x03":
        return "the server speaks TLS, where plain HTTP was asked for"
    return f"the answer is not HTTP: it begins with {shown(data[:_TELLING].decode('latin-1'))}"


@lru_cache(maxsize=64)
def _read_again(data: bytes) -> Head:
    """Short heads are the same for thousands of answers, but for their Date."""
    return _read(data)


def _read(data: bytes) -> Head:
    first, *lines = _lines(data)
    found = _STATUS.fullmatch(first)
    if found is None:
        raise HeadError(f"the answer has no status line, but {shown(first)}")
    headers, notes = _headers(lines)
    reason = found[3].strip(_BLANKS)
    return Head(int(found[2]), reason, found[1], headers, notes)


def _headers(lines: list[str]) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    headers: list[tuple[str, list[str]]] = []
    notes: list[str] = []
    last: list[str] = []  # the parts of the value that a folded line goes on with; of nobody after a skipped line
    for line in lines:
        if line[:1] in ("\t", " "):
            last.append(line.strip(_BLANKS))
            continue
        name, colon, value = line.partition(":")
        name = name.rstrip(_BLANKS)
        last = [value.strip(_BLANKS)]
        if not colon:
            notes.append(f"a header line without a colon was skipped: {shown(line)}")
        elif not name or " " in name or "\t" in name:
            notes.append(f"a header line with a blank in its name was skipped: {shown(line)}")
        else:
            headers.append((name, last))
    if len(notes) > _MAX_NOTES:
        notes[_MAX_NOTES:] = [f"{count(len(notes) - _MAX_NOTES)} more header lines were skipped"]
    values = (parts[0] if len(parts) == 1 else " ".join(filter(None, parts)) for _, parts in headers)
    return tuple(zip((name for name, _ in headers), values, strict=True)), tuple(notes)


def _lines(data: bytes) -> list[str]:
    """The lines of a head; the bytes of each are UTF-8 or, if they are not, Latin-1. Only LF ends a line."""
    try:
        lines = data.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        lines = [_text(line) for line in data.split(b"\n")]
    return [line.removesuffix("\r") for line in lines]


def _text(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("latin-1")
