"""The sockets of one thread: resolve once, connect to the address that was judged, never wait past the deadline.

http.client and urllib3 know time-outs per socket operation only, so that a server which drips a byte a second keeps
them busy for ever. Here every single wait ends at the deadline of the visit, and every wait that fails says why.
"""

import contextlib
import io
import socket
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from launchguard.model.visit import Tls
from launchguard.probe.dial import connect, numeric, resolve
from launchguard.probe.failure import VisitFailure, tls_failure
from launchguard.probe.gate import Gate
from launchguard.probe.policy import ProbePolicy
from launchguard.probe.tls import describe
from launchguard.words import exact

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_HEADER_ROOM_BYTES = 1_000_000  # on top of the body: what status line, headers and framing may take


@dataclass
class Exchange:
    """One request while it runs: its bounds, and what was measured (ms; None for a phase that did not happen).

    `deadline`, `started` and `sent` are moments of time.monotonic(); `first_byte_ms` is the wait between the request
    and the first byte of its answer; `received` counts the bytes as the socket gave them.
    """

    deadline: float
    gate: Gate
    started: float
    sent: float = 0.0
    dns_ms: float | None = None
    connect_ms: float | None = None
    tls_ms: float | None = None
    first_byte_ms: float | None = None
    address: str = ""
    tls: Tls | None = None
    received: int = 0

    def left_s(self) -> float:
        """Seconds until the deadline; 0 when it has passed."""
        return max(0.0, self.deadline - time.monotonic())


class Wire:
    """Opens and reads the sockets of one thread; `exchange` is the request under way."""

    def __init__(self, policy: ProbePolicy, context: ssl.SSLContext) -> None:
        self._policy = policy
        self._context = context
        self._max_bytes = policy.max_body_bytes + _HEADER_ROOM_BYTES
        self._socket: socket.socket | None = None
        self.aborted = False
        self.exchange = Exchange(0.0, Gate("", ()), 0.0)

    def open(self, host: str, port: int) -> socket.socket:
        """Resolve `host` and connect to its first address that is allowed and accepts; raises VisitFailure."""
        if self.aborted:
            raise VisitFailure("other", "the run was interrupted")
        candidates = self._lookup(host, port)
        if not candidates:
            raise VisitFailure("dns-nxdomain", f"{host} has no address")
        reasons = [self.exchange.gate.refusal(host, str(found[4][0])) for found in candidates]
        allowed = [found for found, reason in zip(candidates, reasons, strict=True) if not reason]
        if not allowed:
            raise self.exchange.gate.failure(reasons[0])
        budget_s = min(self._policy.connect_timeout_s, self.exchange.left_s())
        started = time.monotonic()
        self._socket = connect(host, allowed, budget_s)
        self.exchange.connect_ms = _ms_since(started)
        return self._socket

    def secure(self, sock: socket.socket, host: str) -> ssl.SSLSocket:
        """Shake hands as a client of `host` and verify its certificate; closes the socket on VisitFailure."""
        started = time.monotonic()
        try:
            sock.settimeout(self._patience_s())
            secured = self._context.wrap_socket(sock, server_hostname=host)
        except ssl.SSLError as exc:
            sock.close()
            raise tls_failure(host, exc) from exc
        except TimeoutError as exc:
            sock.close()
            raise VisitFailure("silent", f"{host} accepted the connection and did not finish the handshake") from exc
        except OSError as exc:
            sock.close()
            raise VisitFailure("reset", f"{host} broke the connection during the TLS handshake") from exc
        self._socket = secured
        self.exchange.tls_ms = _ms_since(started)
        return secured

    def describe(self, sock: ssl.SSLSocket) -> Tls:
        """Read what the handshake verified."""
        return describe(sock)

    def receive(self, raw: io.RawIOBase, sock: socket.socket, buffer: "WriteableBuffer") -> int:
        """Fill the buffer from the socket before the deadline and within the bound on bytes."""
        sock.settimeout(self._patience_s())
        try:
            count = raw.readinto(buffer) or 0
        except TimeoutError as exc:
            raise self._silence() from exc
        except OSError as exc:
            raise VisitFailure("reset", "the connection broke before the whole answer was there") from exc
        if self.exchange.first_byte_ms is None and count:
            self.exchange.first_byte_ms = _ms_since(self.exchange.sent)
        self.exchange.received += count
        if self.exchange.received > self._max_bytes:
            raise VisitFailure("too-large", f"the answer passes the bound of {self._max_bytes} bytes")
        return count

    def send(self, sock: socket.socket, data: Any) -> None:
        """Send all of the data before the deadline."""
        sock.settimeout(self._patience_s())
        try:
            sock.sendall(data)
        except TimeoutError as exc:
            raise self._silence() from exc
        self.exchange.sent = time.monotonic()

    def abort(self) -> None:
        """Wake the thread that waits on this wire; called from another thread when a run is interrupted."""
        self.aborted = True
        if self._socket is not None:
            with contextlib.suppress(OSError):  # it was closed already
                self._socket.shutdown(socket.SHUT_RDWR)

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

    def _lookup(self, host: str, port: int) -> Sequence[tuple[Any, ...]]:
        """Return getaddrinfo's tuples; an address needs no resolver."""
        written = numeric(host, port)
        if written:
            return written
        started = time.monotonic()
        try:
            return resolve(self._policy.resolver, host, port, self.exchange.left_s())
        finally:
            self.exchange.dns_ms = _ms_since(started)


class WatchedSocket:
    """A connected socket as http.client uses it, with every read and write ended by the wire's deadline."""

    def __init__(self, sock: socket.socket, wire: Wire) -> None:
        self._sock = sock
        self._wire = wire

    def makefile(self, mode: str) -> io.BufferedReader:
        """Open the reader that http.client asks for (mode "rb")."""
        if mode != "rb":
            raise ValueError(f"mode {mode!r} is not for answers")
        return io.BufferedReader(_WatchedReader(self._sock, self._wire))

    def sendall(self, data: Any) -> None:
        """Send before the deadline."""
        self._wire.send(self._sock, data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)


class _WatchedReader(io.RawIOBase):
    def __init__(self, sock: socket.socket, wire: Wire) -> None:
        self._sock = sock
        self._wire = wire
        self._raw = sock.makefile("rb", buffering=0)  # keeps the socket open until the answer is closed

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        return self._wire.receive(self._raw, self._sock, buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


def _ms_since(moment: float) -> float:
    return (time.monotonic() - moment) * 1000
