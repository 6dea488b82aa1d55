"""One request and its answer at a time, over connections that are kept for the next request to the same place."""

from collections.abc import Callable
from dataclasses import dataclass

from launchguard.probe.failure import VisitFailure
from launchguard.probe.handshake import http2_only
from launchguard.probe.wire import Line, Wire
from launchguard.web.head import Head
from launchguard.web.reading import AnswerReader, ReadError

MAX_KEPT = 10
"""So many connections are kept open; the one that was used longest ago goes first."""


@dataclass(frozen=True)
class Place:
    """What a connection leads to."""

    secure: bool
    host: str
    port: int


class PageClient:
    """Sends the requests of one visitor; belongs to one thread at a time."""

    def __init__(self, wire: Wire, max_body_bytes: int) -> None:
        self._wire = wire
        self._max_body_bytes = max_body_bytes
        self._kept: dict[Place, Line] = {}

    def fetch(self, place: Place, request: bytes, is_enough: Callable[[Head], bool]) -> AnswerReader:
        """Send a request and read its answer, of which the head alone may be enough; raises VisitFailure.

        The reader of an answer that broke off is `reader` of the wire's exchange.
        """
        kept = self._take(place)
        if kept is not None:
            try:
                return self._exchange(place, kept, request, is_enough)
            except VisitFailure as failure:
                # A server may close a connection just when it is used again.
                if failure.kind != "reset" or self._wire.exchange.received:
                    raise
        line = self._wire.open(place.host, place.port, secure=place.secure)
        return self._exchange(place, line, request, is_enough)

    def close(self) -> None:
        """Close the connections."""
        for line in self._kept.values():
            line.sock.close()
        self._kept.clear()

    def _take(self, place: Place) -> Line | None:
        """The connection that an earlier request left open, judged again; raises VisitFailure."""
        line = self._kept.pop(place, None)
        if line is None:
            return None
        reason = self._wire.exchange.gate.refusal(place.host, line.address)
        if reason or not line.is_quiet():
            line.sock.close()
            if reason:
                raise self._wire.exchange.gate.failure(reason)
            return None
        return line

    def _keep(self, place: Place, line: Line) -> None:
        self._kept[place] = line
        if len(self._kept) > MAX_KEPT:
            self._kept.pop(next(iter(self._kept))).sock.close()

    def _exchange(self, place: Place, line: Line, request: bytes, is_enough: Callable[[Head], bool]) -> AnswerReader:
        reader = AnswerReader(max_bytes=self._max_body_bytes)
        self._wire.exchange.use(line, reader)
        kept = False
        try:
            self._wire.send(line, request)
            while not reader.done and not (reader.head is not None and is_enough(reader.head)):
                data = self._wire.receive(line)
                if not data:
                    reader.eof()
                    break
                reader.feed(data)
            kept = reader.done and reader.answer.reusable
        except ReadError as error:
            if reader.head is None or not is_enough(reader.head):
                raise self._failure(line, error) from error
        finally:
            if not kept:
                line.sock.close()
        if kept:
            self._keep(place, line)
        return reader

    def _failure(self, line: Line, error: ReadError) -> VisitFailure:
        if error.kind in ("bad-response", "reset") and self._wire.speaks_only_http2(line):
            return http2_only(line.host)
        return VisitFailure(error.kind, error.words)
