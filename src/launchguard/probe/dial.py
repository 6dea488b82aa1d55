"""From a host name to a connected socket: lookup and connection, each within the time that is left."""

import queue
import socket
import threading
import time
from collections.abc import Sequence
from typing import Any

from launchguard.probe.failure import VisitFailure, connect_failure, dns_failure
from launchguard.probe.policy import Resolver
from launchguard.words import tenths


def numeric(host: str, port: int) -> Sequence[tuple[Any, ...]]:
    """Return getaddrinfo's tuples for what it reads as an address, in any spelling; nothing for a name."""
    try:
        return socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM, 0, socket.AI_NUMERICHOST)
    except (socket.gaierror, UnicodeError):
        return ()


def resolve(resolver: Resolver, host: str, port: int, timeout_s: float) -> Sequence[tuple[Any, ...]]:
    """Ask the resolver in a thread of its own, because getaddrinfo knows no time-out; raises VisitFailure."""
    answers: queue.SimpleQueue[Sequence[tuple[Any, ...]] | Exception] = queue.SimpleQueue()

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


def connect(host: str, candidates: Sequence[tuple[Any, ...]], budget_s: float) -> socket.socket:
    """Try the addresses in order, each with its share of the time that is left; raises VisitFailure."""
    deadline = time.monotonic() + budget_s
    errors: list[OSError] = []
    for position, (family, kind, protocol, _, address) in enumerate(candidates):
        share_s = (deadline - time.monotonic()) / (len(candidates) - position)
        if share_s <= 0:
            break
        sock = socket.socket(family, kind, protocol)
        try:
            sock.settimeout(share_s)
            sock.connect(address)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as exc:
            sock.close()
            errors.append(exc)
        except BaseException:
            sock.close()
            raise
        else:
            return sock
    raise connect_failure(host, errors, budget_s)
