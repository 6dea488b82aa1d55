"""From a host name to a connected socket: lookup and connection, each within the time that is left."""

import itertools
import os
import queue
import selectors
import socket
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from launchguard.probe.failure import VisitFailure, connect_failure, dns_failure
from launchguard.probe.policy import Resolver
from launchguard.words import tenths

Candidate = tuple[Any, ...]
"""One of getaddrinfo's tuples: family, type, protocol, canonical name, address."""

NEXT_AFTER_S = 0.25
"""How long one address may take before the next one is tried as well (RFC 8305, section 5)."""


def numeric(host: str, port: int) -> Sequence[Candidate]:
    """Return getaddrinfo's tuples for what it reads as an address, in any spelling; nothing for a name."""
    try:
        return socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM, 0, socket.AI_NUMERICHOST)
    except (socket.gaierror, UnicodeError):
        return ()


def resolve(resolver: Resolver, host: str, port: int, timeout_s: float) -> Sequence[Candidate]:
    """Ask the resolver in a thread of its own, because getaddrinfo knows no time-out; raises VisitFailure."""
    answers: queue.SimpleQueue[Sequence[Candidate] | Exception] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(resolver(host, port, 0, socket.SOCK_STREAM))
        except Exception as exc:  # noqa: BLE001 - handed to the thread that waits, which judges it
            answers.put(exc)

    threading.Thread(target=ask, daemon=True, name=f"resolve {host}").start()
    try:
        answer = answers.get(timeout=timeout_s)
    except queue.Empty:
        raise VisitFailure("dns-failure", f"the resolver did not answer for {host} in {tenths(timeout_s)} s") from None
    if isinstance(answer, OSError | UnicodeError):
        raise dns_failure(host, answer) from answer
    if isinstance(answer, Exception):
        raise answer
    return answer


def interleaved(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Let the families take turns, beginning with the one that the resolver prefers (RFC 8305, section 4)."""
    families: dict[int, list[Candidate]] = {}
    for candidate in candidates:
        families.setdefault(candidate[0], []).append(candidate)
    turns = itertools.zip_longest(*families.values())
    return [candidate for turn in turns for candidate in turn if candidate is not None]


class Dialer:
    """Connects to the first of a host's addresses that accepts: the next one is tried after 250 ms or a failure.

    `failures` are the addresses that did not accept, with what the system said.
    """

    def __init__(self, candidates: Sequence[Candidate], *, stopped: Callable[[], bool] = lambda: False) -> None:
        """Try the candidates in their order; `stopped` ends the attempt."""
        self._waiting = list(candidates)
        self._stopped = stopped
        self._selector = selectors.DefaultSelector()
        self._connected: socket.socket | None = None
        self.failures: dict[str, OSError] = {}

    def connect(self, host: str, budget_s: float) -> socket.socket:
        """Return the connected socket, which blocks; raises VisitFailure after `budget_s` or without any taker."""
        deadline = time.monotonic() + budget_s
        try:
            while self._connected is None:
                if self._stopped():
                    raise VisitFailure("other", "the run was interrupted")
                left_s = deadline - time.monotonic()
                if left_s <= 0 or not (self._waiting or self._selector.get_map()):
                    raise connect_failure(host, self._errors(timed_out=left_s <= 0), budget_s)
                self._try_next()
                self._wait(min(left_s, NEXT_AFTER_S))
            return self._connected
        finally:
            self._drop_others()

    def _try_next(self) -> None:
        if not self._waiting:
            return
        family, kind, protocol, _, address = self._waiting.pop(0)
        try:
            sock = socket.socket(family, kind, protocol)
        except OSError as exc:  # a machine without this family
            self.failures[str(address[0])] = exc
            return
        sock.setblocking(False)
        try:
            sock.connect(address)
        except BlockingIOError:  # it is under way
            pass
        except OSError as exc:
            sock.close()
            self.failures[str(address[0])] = exc
            return
        except BaseException:
            sock.close()
            raise
        self._selector.register(sock, selectors.EVENT_WRITE, str(address[0]))

    def _wait(self, seconds: float) -> None:
        """Wait for the first connection; a failure ends the wait, for then the next address has its turn."""
        if not self._selector.get_map():
            return
        for key, _ in self._selector.select(seconds):
            sock: Any = key.fileobj
            self._selector.unregister(sock)
            code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if code:
                self.failures[key.data] = OSError(code, os.strerror(code))
            if code or self._connected is not None:
                sock.close()
                continue
            sock.setblocking(True)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._connected = sock

    def _errors(self, *, timed_out: bool) -> list[OSError]:
        slow = [TimeoutError()] if timed_out and self._selector.get_map() else []
        return [*self.failures.values(), *slow]

    def _drop_others(self) -> None:
        for key in list(self._selector.get_map().values()):
            other: Any = key.fileobj
            other.close()
        self._selector.close()
