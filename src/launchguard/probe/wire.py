"""The sockets of one thread: resolve once, connect to an address that was judged, never wait past the deadline.

A time-out of a socket bounds one operation only, so that a server which drips a byte a second keeps a client busy for
ever. Here every single wait ends at the deadline of the visit, and every wait that fails says why.
"""

import contextlib
import selectors
import socket
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from launchguard.model.visit import Timings, Tls
from launchguard.probe.dial import Candidate, Dialer, interleaved, numeric, resolve
from launchguard.probe.failure import VisitFailure, is_without_route
from launchguard.probe.gate import Gate
from launchguard.probe.handshake import Presented, late_failure, tls_failure
from launchguard.probe.policy import ProbePolicy
from launchguard.probe.tls import Inspector, describe
from launchguard.web.reading import AnswerReader
from launchguard.words import exact

_CHUNK_BYTES = 65_536


@dataclass
class Exchange:
    """One request while it runs: its bounds, and what was measured (ms; None for a phase that did not happen).

    `deadline`, `started` and `sent` are moments of time.monotonic(); `first_byte_ms` is the wait between the request
    and the first byte of its answer; `received` counts the bytes as the socket gave them. `only` is the address that
    has to be taken, "" for any; `addresses` are those that the host has.
    """

    deadline: float
    gate: Gate
    started: float
    only: str = ""
    sent: float = 0.0
    dns_ms: float | None = None
    connect_ms: float | None = None
    tls_ms: float | None = None
    first_byte_ms: float | None = None
    received: int = 0
    line: "Line | None" = None
    reader: AnswerReader | None = None
    address: str = ""
    addresses: tuple[str, ...] = ()
    notes: list[str] = field(default_factory=list)

    def left_s(self) -> float:
        """Seconds until the deadline; 0 when it has passed."""
        return max(0.0, self.deadline - time.monotonic())

    def use(self, line: "Line", reader: AnswerReader) -> None:
        """Note the connection that carries the request, and what reads its answer."""
        self.line, self.reader = line, reader
        self.address, self.addresses = line.address, line.addresses

    def timings(self) -> Timings:
        """What was measured so far."""
        total_ms = (time.monotonic() - self.started) * 1000
        return Timings(self.dns_ms, self.connect_ms, self.tls_ms, self.first_byte_ms, total_ms)


@dataclass(frozen=True)
class Line:
    """An open connection: to which host and which of its addresses, and what its handshake verified."""

    host: str
    sock: socket.socket
    peer: Any
    addresses: tuple[str, ...]
    tls: Tls | None = None

    @property
    def address(self) -> str:
        """The address at the other end."""
        return str(self.peer[0])

    def is_quiet(self) -> bool:
        """Whether a connection that was left open can carry another request: nothing, not even its end, has come."""
        with selectors.DefaultSelector() as selector:
            selector.register(self.sock, selectors.EVENT_READ)
            return not selector.select(0)


class Wire:
    """Opens and reads the connections of one thread; `exchange` is the request under way."""

    def __init__(self, policy: ProbePolicy, context: ssl.SSLContext) -> None:
        self._policy = policy
        self._context = context
        self._socket: socket.socket | None = None
        self.aborted = False
        self.exchange = Exchange(0.0, Gate("", ()), 0.0)

    def open(self, host: str, port: int, *, secure: bool) -> Line:
        """Resolve `host` and connect to its first address that is allowed and accepts; raises VisitFailure."""
        if self.aborted:
            raise VisitFailure("other", "the run was interrupted")
        found = self._lookup(host, port)
        if not found:
            raise VisitFailure("dns-nxdomain", f"{host} has no address")
        sock = self._dial(host, self._allowed(host, found))
        line = Line(host, sock, sock.getpeername(), self.exchange.addresses)
        self.exchange.address = line.address
        return self._secure(line) if secure else line

    def send(self, line: Line, data: bytes) -> None:
        """Send all of the data before the deadline."""
        self._socket = line.sock
        line.sock.settimeout(self._patience_s())
        try:
            line.sock.sendall(data)
        except TimeoutError as exc:
            raise self._silence() from exc
        except OSError:
            pass  # it may have answered before it closed; reading tells
        self.exchange.sent = time.monotonic()

    def receive(self, line: Line) -> bytes:
        """Return what has come next, b"" at the end of the connection; raises VisitFailure at the deadline."""
        line.sock.settimeout(self._patience_s())
        try:
            data = line.sock.recv(_CHUNK_BYTES)
        except TimeoutError as exc:
            raise self._silence() from exc
        except OSError as exc:
            late = late_failure(line.host, exc)
            raise late or VisitFailure("reset", "the connection broke before the whole answer was there") from exc
        if self.exchange.first_byte_ms is None and data:
            self.exchange.first_byte_ms = _ms_since(self.exchange.sent)
        self.exchange.received += len(data)
        return data

    def speaks_only_http2(self, line: Line) -> bool:
        """Ask a server that did not answer in HTTP/1.1, nor said that it would, whether HTTP/2 is what it wants."""
        if not isinstance(line.sock, ssl.SSLSocket) or line.sock.selected_alpn_protocol() is not None:
            return False
        return self._look_again(line).protocol == "h2"

    def abort(self) -> None:
        """Wake the thread that waits on this wire; called from another thread when a run is interrupted."""
        self.aborted = True
        if self._socket is not None:
            with contextlib.suppress(OSError):  # it was closed already
                self._socket.shutdown(socket.SHUT_RDWR)

    def _allowed(self, host: str, found: Sequence[Candidate]) -> Sequence[Candidate]:
        """The addresses that this hop may take, in the order in which they are tried; raises VisitFailure."""
        reasons = [self.exchange.gate.refusal(host, str(candidate[4][0])) for candidate in found]
        allowed = [candidate for candidate, reason in zip(found, reasons, strict=True) if not reason]
        if not allowed:
            raise self.exchange.gate.failure(reasons[0])
        self.exchange.addresses = tuple(dict.fromkeys(str(candidate[4][0]) for candidate in allowed))
        if not self.exchange.only:
            return interleaved(allowed)
        only = [candidate for candidate in allowed if candidate[4][0] == self.exchange.only]
        if not only:
            raise VisitFailure("dns-failure", f"{host} does not have the address {self.exchange.only} any more")
        return only

    def _dial(self, host: str, candidates: Sequence[Candidate]) -> socket.socket:
        started = time.monotonic()
        dialer = Dialer(candidates, stopped=lambda: self.aborted)
        try:
            sock = dialer.connect(host, min(self._policy.connect_timeout_s, self.exchange.left_s()))
        finally:
            lost = [address for address, error in dialer.failures.items() if is_without_route(error)]
            self.exchange.notes += [f"{address} was not tried: this machine has no way to it" for address in lost]
        self._socket = sock
        self.exchange.connect_ms = _ms_since(started)
        return sock

    def _secure(self, line: Line) -> Line:
        """Shake hands as a client of the host and verify its certificate; closes the socket on VisitFailure."""
        started, name = time.monotonic(), line.host.rstrip(".")
        try:
            line.sock.settimeout(self._patience_s())
            secured = self._context.wrap_socket(line.sock, server_hostname=name)
        except ssl.SSLError as exc:
            raise tls_failure(name, exc, self._look_again(line)) from exc
        except TimeoutError as exc:
            line.sock.close()
            raise VisitFailure("silent", f"{name} accepted the connection and did not finish the handshake") from exc
        except OSError as exc:
            line.sock.close()
            raise VisitFailure("reset", f"{name} broke the connection during the TLS handshake") from exc
        self._socket = secured
        self.exchange.tls_ms = _ms_since(started)
        return replace(line, sock=secured, tls=describe(secured))

    def _look_again(self, line: Line) -> Presented:
        """Look at the other end of a connection that failed once more; Presented() when that fails as well."""
        family = socket.AF_INET6 if ":" in line.address else socket.AF_INET
        candidate = (family, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", line.peer)
        line.sock.close()
        try:
            again = Dialer([candidate], stopped=lambda: self.aborted).connect(
                line.host, min(self._policy.connect_timeout_s, self.exchange.left_s())
            )
            self._socket = again
            again.settimeout(self._patience_s())
        except VisitFailure:
            return Presented()
        return Inspector().look(again, line.host.rstrip("."))

    def _patience_s(self) -> float:
        left = self.exchange.left_s()
        if left <= 0:
            raise self._silence()
        return left

    def _silence(self) -> VisitFailure:
        seconds, count = self._policy.deadline_s, self.exchange.received
        if count:
            return VisitFailure("silent", f"the answer was not whole after {exact(seconds)} s ({count} bytes had come)")
        return VisitFailure("silent", f"connected, and no answer within {exact(seconds)} s")

    def _lookup(self, host: str, port: int) -> Sequence[Candidate]:
        """Return getaddrinfo's tuples; an address needs no resolver."""
        written = numeric(host, port)
        if written:
            return written
        started = time.monotonic()
        try:
            return resolve(self._policy.resolver, host, port, self.exchange.left_s())
        finally:
            self.exchange.dns_ms = _ms_since(started)


def _ms_since(moment: float) -> float:
    return (time.monotonic() - moment) * 1000
