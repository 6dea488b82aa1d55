"""An answer from bytes: head, framing, and on asking its text. One reader for the idle visit and for those under load.

Nothing here receives: whoever has a connection feeds what came and says when it ended.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

from launchguard.web.coding import UnfoldError, codings_named, unfold
from launchguard.web.framing import BodyError, BodyReader, framing_of, transfer_codings
from launchguard.web.head import Head, HeadError, HeadReader
from launchguard.web.readable import Readable

ReadErrorKind = Literal["bad-response", "too-large", "bad-encoding", "reset"]
"""Not HTTP or framed wrongly; beyond the bound; not what its Content-Encoding says; ended before it was whole."""

MAX_ANSWER_BYTES = 10_000_000


class ReadError(Exception):
    """An answer that cannot be read: its kind, and what is wrong in words for a person."""

    def __init__(self, kind: ReadErrorKind, words: str) -> None:
        super().__init__(words)
        self.kind = kind
        self.words = words


@dataclass(frozen=True)
class WebAnswer(Readable):
    """A whole answer. `raw` is the body as sent, without chunk framing; body and text are made when asked for.

    Both raise ReadError ("bad-encoding", "too-large").
    """

    head: Head
    raw: bytes
    raw_bytes: int  # on the wire: heads, framing and body
    codings: tuple[str, ...]  # "gzip", "deflate", "br", "zstd" as they were applied
    reusable: bool  # whether another request may go over the same connection
    max_bytes: int = MAX_ANSWER_BYTES  # what the body may unfold to

    @property
    def status(self) -> int:
        """The status code: 101, or 200 to 999."""
        return self.head.status

    @property
    def reason(self) -> str:
        """The reason phrase; "" without one."""
        return self.head.reason

    @property
    def version(self) -> str:
        """The version of HTTP: "1.1"."""
        return self.head.version

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """Names as they were sent, and values, in the order of the lines."""
        return self.head.headers

    @property
    def notes(self) -> tuple[str, ...]:
        """What was skipped or odd in the head, in words."""
        return self.head.notes

    def header_values(self, name: str) -> tuple[str, ...]:
        """Every value of a header, in the order of the lines."""
        return self.head.values(name)

    @cached_property
    def body(self) -> bytes:
        """The body unfolded. Raises ReadError ("bad-encoding", "too-large")."""
        try:
            return unfold(self.raw, ",".join(self.codings), self.max_bytes)
        except UnfoldError as error:
            raise ReadError("too-large" if error.too_large else "bad-encoding", str(error)) from error


class AnswerReader:
    """Reads one answer to a request by `method`; a body, its framing and what it unfolds to are bounded."""

    def __init__(self, method: str = "GET", max_bytes: int = MAX_ANSWER_BYTES) -> None:
        self._method = method
        self._max = max_bytes
        self._head = HeadReader()
        self._body: BodyReader | None = None
        self._ended = False

    @property
    def begun(self) -> bool:
        """Whether anything came: an answer that never began may be asked for again on a fresh connection."""
        return self._head.begun

    @property
    def head(self) -> Head | None:
        """The head once it is whole."""
        return self._head.head

    @property
    def done(self) -> bool:
        """Whether the answer is whole."""
        return self._body is not None and self._body.done

    @property
    def received(self) -> bytes:
        """What came of the body so far, without its framing."""
        return self._body.content if self._body else b""

    def feed(self, data: bytes) -> bool:
        """Take in what came; True once the answer is whole. Raises ReadError ("bad-response", "too-large")."""
        try:
            if self._body is None:
                rest = self._head.feed(data)
                if rest is None or self._head.head is None:
                    return False
                self._body = BodyReader(*framing_of(self._head.head, self._method), self._max)
                data = rest
            return self._body.feed(data)
        except (HeadError, BodyError) as error:
            raise ReadError("too-large" if error.too_large else "bad-response", str(error)) from error

    def eof(self) -> None:
        """The connection ended. Raises ReadError: "reset" for an answer that is not whole."""
        self._ended = True
        if self._body is None:
            kind: ReadErrorKind = "bad-response" if self._head.is_foreign else "reset"
            raise ReadError(kind, self._head.words_at_end())
        try:
            self._body.eof()
        except BodyError as error:
            raise ReadError("reset", str(error)) from error

    @property
    def head_alone(self) -> WebAnswer:
        """The answer without its body, which is not whole or cannot be read; before `head`, RuntimeError."""
        if self._head.head is None:
            raise RuntimeError("the head is not whole")
        return WebAnswer(self._head.head, b"", self._head.size, (), reusable=False, max_bytes=self._max)

    @property
    def answer(self) -> WebAnswer:
        """The whole answer; before `done`, RuntimeError."""
        head, body = self._head.head, self._body
        if head is None or body is None or not body.done:
            raise RuntimeError("the answer is not whole")
        return WebAnswer(
            head,
            body.content,
            self._head.size + body.wire,
            _codings(head),
            not self._ended and not body.surplus and head.status != 101 and head.keeps_alive,
            self._max,
        )


@lru_cache(maxsize=64)
def _codings(head: Head) -> tuple[str, ...]:
    """What the body was folded with, and then on its way; most answers have neither."""
    named = (*head.values("content-encoding"), *transfer_codings(head))
    return codings_named(",".join(named)) if named else ()
