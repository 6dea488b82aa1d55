"""The connections of one load process: how many are open, and those that visitors hold idle after their answer.

A browser keeps a used connection until the server closes it, or for minutes: Chromium for 300 s (net/socket,
kUsedIdleSocketTimeout), Firefox for 115 s (network.http.keep-alive.timeout). So a held one is a bare descriptor here,
and all of them together are one epoll object, looked at a few times a second.
"""

import errno
import os
import select
import struct
from collections import OrderedDict, deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gevent import monkey, socket

from launchguard.load.opened import CAP, DESCRIPTORS, PORTS, opened_line

RESET_ON_CLOSE = struct.pack("ii", 1, 0)
"""A connection that we end leaves no port waiting for a minute: the visits to come need it."""
MOST_UNASKED = 16_384
"""Bytes that a TLS server sends an idle client (session tickets); who sends more is a browser's protocol error."""
NO_BOUND = 1 << 40
PORT_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")
PART_OF_PORTS = 0.45


@dataclass
class _Place:
    """An origin, or all origins of a host that caps them together: what is open, and until when the held ones stay."""

    most: int
    why: str
    open: int = 0
    held: "OrderedDict[int, tuple[float, bool]]" = field(default_factory=OrderedDict)


class Connections:
    """Counts what is open, holds what is idle, and lets the oldest go where there is no room for all of them.

    `caps` are the most open connections of this process by origin, each with the name of its host; `ports` is what this
    process may use of the machine's ports for one origin. A visit under way is never held back: only idle ones go.
    """

    def __init__(self, linger_s: float = 0.0, caps: Mapping[str, tuple[str, int]] | None = None, ports: int = NO_BOUND):
        self.linger_s = linger_s
        self.caps = caps or {}
        self.ports = ports
        self.descriptors = NO_BOUND
        self.places: dict[str, _Place] = {}
        self.where: dict[int, _Place] = {}
        self.missed: deque[float] = deque()
        self.poller = _poller()
        self.open = self.second = 0
        self.most = [0, 0, 0]
        self.why: set[str] = set()
        self.now_s = 0.0
        self.file: int | None = None

    def tell(self, path: Path, descriptors: int) -> None:
        """Say from now on in this file what was open, second by second, and have at most so many descriptors open."""
        self.file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self.descriptors = descriptors

    def opening(self, origin: str) -> None:
        """Make room for a connection of a visit."""
        place = self._place(origin)
        if place.open >= place.most and place.held:
            self._let_go(place, place.why)
        if self.open >= self.descriptors:
            self.let_go_for(errno.EMFILE)

    def let_go_for(self, error: int | None) -> bool:
        """Let the oldest held connection go, since the system has no room; whether there was one."""
        oldest = [place for place in self.places.values() if place.held]
        if not oldest:
            return False
        first = min(oldest, key=lambda place: next(iter(place.held.values())))
        self._let_go(first, PORTS if error == errno.EADDRNOTAVAIL else DESCRIPTORS)
        return True

    def opened(self, origin: str) -> None:
        """Count a connection that a visit has opened."""
        self._place(origin).open += 1
        self.open += 1
        self.most[0] = max(self.most[0], self.open)

    def closed(self, origin: str) -> None:
        """Count one that was closed."""
        self._place(origin).open -= 1
        self.open -= 1

    def rest(self, origin: str, sock: Any, *, tls: bool) -> None:
        """Hold a connection whose visitor reads the page; where nobody lingers, or there is no room, close it."""
        if self.linger_s <= 0:
            self.closed(origin)
            sock.close()
            return
        place = self._place(origin)
        with suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        number = sock.detach()
        place.held[number] = (self.now_s + self.linger_s, tls)
        self.where[number] = place
        self.poller.register(number, select.POLLIN)
        if place.open > place.most:
            self._let_go(place, place.why)
        elif self.open > self.descriptors:
            self.let_go_for(errno.EMFILE)
        self._note()

    def look(self, since_s: float) -> None:
        """Close what its server has closed and what was held long enough; `since_s` is the time since the start."""
        second = max(0, int(since_s))
        if second != self.second:
            self._write()
            self.second = second
        self.now_s = since_s
        for number, _ in self.poller.poll(0):
            if self._ended(number):
                self._drop(number)
        for place in self.places.values():
            while place.held and next(iter(place.held.values()))[0] <= since_s:
                self._drop(next(iter(place.held)))
        while self.missed and self.missed[0] <= since_s:
            self.missed.popleft()
        self._note()

    def end(self) -> None:
        """Close all that are held, at once, and hold none any more."""
        self.linger_s = 0.0
        for number in list(self.where):
            self._drop(number)
        self._write()
        self.missed.clear()
        self.most = [0, 0, 0]  # what is told of a second is told once

    def _place(self, origin: str) -> _Place:
        name, most = self.caps.get(origin, (origin, NO_BOUND))
        if name not in self.places:
            self.places[name] = _Place(min(most, self.ports), CAP if most < self.ports else PORTS)
        return self.places[name]

    def _ended(self, number: int) -> bool:
        """Whether the server has closed a connection, or says what nobody asked for; a TLS server may send tickets."""
        try:
            data = os.read(number, MOST_UNASKED)
        except BlockingIOError:
            return False
        except OSError:
            return True
        return not data or not self.where[number].held[number][1] or len(data) == MOST_UNASKED

    def _let_go(self, place: _Place, why: str) -> None:
        """Close the one that was held longest, which people would go on holding."""
        number, (until_s, _) = next(iter(place.held.items()))
        self.missed.append(until_s)
        self.why.add(why)
        self._drop(number)

    def _drop(self, number: int) -> None:
        place = self.where.pop(number)
        del place.held[number]
        place.open -= 1
        self.open -= 1
        self.poller.unregister(number)
        os.close(number)

    def _note(self) -> None:
        held = len(self.where)
        self.most[0] = max(self.most[0], self.open)
        self.most[1] = max(self.most[1], held)
        self.most[2] = max(self.most[2], held + len(self.missed))

    def _write(self) -> None:
        """Say what was open at most in the second that is over; the next one begins with what is open now."""
        if self.file is not None and any(self.most):
            os.write(self.file, f"{opened_line(self.second, self.most, self.why)}\n".encode())
        held = len(self.where)
        self.most = [self.open, held, held + len(self.missed)]


def most_ports() -> int:
    """How many of this machine's ports one destination may take: beyond half of them the search for one is slow.

    Measured on Linux 6.18: connecting costs 25 us up to half of the range, and 1 to 2 ms from there on.
    """
    try:
        first, last = map(int, PORT_RANGE.read_text(encoding="ascii").split())
    except (OSError, ValueError):
        first, last = 49_152, 65_535  # what IANA sets aside, and macOS uses
    return int((last - first) * PART_OF_PORTS)


def _poller() -> Any:
    """The system's own epoll, or poll where there is none; gevent hides both behind one watcher for each socket."""
    try:
        return monkey.get_original("select", "epoll")()
    except AttributeError:
        return monkey.get_original("select", "poll")()
