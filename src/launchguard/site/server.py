"""The embedded site's server: plain HTTP/1.1 on asyncio, one protocol object per connection."""

import asyncio
import gzip
import json
import time
from collections import Counter
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from launchguard.site import Behaviour
from launchguard.site.page import landing_page

MAX_HEAD_BYTES = 65_536


def _every(ratio: float, index: int) -> bool:
    """Spread a ratio evenly and exactly: of the first n visits, floor(n x ratio) are hit."""
    return int((index + 1) * ratio + 1e-9) > int(index * ratio + 1e-9)


@dataclass
class Path:
    """One path: its behaviour, and what was counted."""

    behaviour: Behaviour
    stamps: list[float] = field(default_factory=list)
    answered: list[float] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)
    headers: dict[str, str] = field(default_factory=dict)
    clients: set[int] = field(default_factory=set)
    free_at: float = 0.0

    def counted(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "arrivals": len(self.stamps),
            "connections": len(self.clients),
            "statuses": dict(self.statuses),
            "headers": self.headers,
            "stamps": self.stamps,
            "answered": self.answered,
        }

    def answer_at(self, now: float) -> float:
        """When the answer is due: queue, latency, freeze. A service slot ends 1/capacity after the one before."""
        behaviour = self.behaviour
        due = now
        if behaviour.capacity_per_s:
            self.free_at = max(now, self.free_at) + 1 / behaviour.capacity_per_s
            due = self.free_at
        if self.in_window(now):
            due += behaviour.latency_ms / 1000
        frozen_from = self.stamps[0] + behaviour.freeze_at_s
        if behaviour.freeze_s and frozen_from <= due < frozen_from + behaviour.freeze_s:
            due = frozen_from + behaviour.freeze_s
        return due

    def in_window(self, now: float) -> bool:
        """Whether the bad behaviour applies now."""
        age = now - self.stamps[0]
        return age >= self.behaviour.from_s and (not self.behaviour.until_s or age < self.behaviour.until_s)


class Pages:
    """Every path of the site, and its prepared bodies."""

    def __init__(self, default: Behaviour, special: dict[str, Behaviour]) -> None:
        self.default = default
        self.paths = {path: Path(behaviour) for path, behaviour in special.items()}
        self.page = landing_page()
        self.bodies: dict[tuple[str, bool], bytes] = {}

    def path(self, name: str) -> Path:
        """The path's state, made on its first visit."""
        if name not in self.paths:
            self.paths[name] = Path(self.default)
        return self.paths[name]

    def body(self, text: str, zipped: bool) -> bytes:
        """A body, compressed once."""
        key = (text, zipped)
        if key not in self.bodies:
            plain = text.encode() if text else self.page
            self.bodies[key] = gzip.compress(plain, mtime=0) if zipped else plain
        return self.bodies[key]

    def counted(self) -> str:
        """What every path counted, as one line of JSON."""
        return json.dumps({name: path.counted() for name, path in self.paths.items()})


class Connection(asyncio.Protocol):
    """One connection: reads a request, answers when its path says, then reads the next."""

    def __init__(self, pages: Pages, number: int) -> None:
        self.pages = pages
        self.number = number
        self.buffer = b""
        self.busy = False
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        self.transport = None

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if not self.busy:
            self.next_request()

    def next_request(self) -> None:
        head, end, rest = self.buffer.partition(b"\r\n\r\n")
        if not end:
            if len(head) > MAX_HEAD_BYTES and self.transport:
                self.transport.abort()
            return
        self.buffer = rest
        self.busy = True
        lines = head.decode("latin-1").split("\r\n")
        method, _, target = lines[0].partition(" ")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        self.serve(method, target.split(" ")[0], headers)

    def serve(self, method: str, target: str, headers: dict[str, str]) -> None:
        """Count the visit and decide what becomes of it."""
        if target.startswith("/__counts"):
            self.send(200, self.pages.counted().encode(), {"Content-Type": "application/json"}, method)
            return
        path = self.pages.path(target.partition("?")[0])
        behaviour, index, now = path.behaviour, len(path.stamps), time.monotonic()
        path.stamps.append(now)
        path.headers = headers
        path.clients.add(self.number)
        bad = path.in_window(now)
        if bad and _every(behaviour.hang_ratio, index):
            path.statuses["hung"] += 1
            return
        if bad and _every(behaviour.reset_ratio, index):
            path.statuses["reset"] += 1
            if self.transport:
                self.transport.abort()
            return
        fails = bad and _every(behaviour.fail_ratio, index)
        loop = asyncio.get_running_loop()
        loop.call_at(loop.time() + path.answer_at(now) - now, self.answer, path, fails, method, headers)

    def answer(self, path: Path, fails: bool, method: str, headers: dict[str, str]) -> None:
        """Send what the path's behaviour asks for."""
        behaviour = path.behaviour
        extra = {"Content-Type": behaviour.content_type}
        if behaviour.set_cookie:
            extra["Set-Cookie"] = behaviour.set_cookie
        status = behaviour.fail_status if fails else behaviour.status
        if fails and behaviour.retry_after:
            extra["Retry-After"] = behaviour.retry_after
        if behaviour.redirect_to and not fails:
            status, extra["Location"] = 302, behaviour.redirect_to
        if self.transport is not None:
            path.statuses[str(status)] += 1
            path.answered.append(time.monotonic())
        zipped = "gzip" in headers.get("accept-encoding", "") and not behaviour.drip
        if zipped:
            extra["Content-Encoding"] = "gzip"
        close = behaviour.close or headers.get("connection", "").lower() == "close"
        body = self.pages.body("unavailable" if fails else behaviour.body, zipped)
        self.send(status, body, extra, method, close=close, drip=behaviour.drip)
        if behaviour.close_silently and self.transport:
            self.transport.close()

    def send(
        self,
        status: int,
        body: bytes,
        extra: dict[str, str],
        method: str,
        *,
        close: bool = False,
        drip: bool = False,
    ) -> None:
        """Write one answer, and look for the next request."""
        if self.transport is None:
            return
        fields = {"Content-Length": str(len(body)), "Connection": "close" if close else "keep-alive", **extra}
        lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        head = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n{lines}\r\n".encode("latin-1")
        if drip:
            self.transport.write(head)
            self.drip(body, 0)
            return
        self.transport.write(head if method == "HEAD" else head + body)
        if close:
            self.transport.close()
            return
        self.busy = False
        if self.buffer:
            self.next_request()

    def drip(self, body: bytes, sent: int) -> None:
        """One byte now, the next in a second."""
        if self.transport is not None and sent < len(body):
            self.transport.write(body[sent : sent + 1])
            asyncio.get_running_loop().call_later(1.0, self.drip, body, sent + 1)
