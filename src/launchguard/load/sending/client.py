"""The lean client of the load processes: gevent's sockets, llhttp's parser, one SSLContext for the whole run.

It makes GET requests only, to the addresses that the plan pinned, and follows a redirect only to an origin that was
authorized for all visits of the plan. A fresh visitor opens connections of its own; a returning one keeps them, with
its cookies.
"""

from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import urljoin

import gevent
from geventhttpclient._parser import HTTPParseError

from launchguard.load.sending.answer import Answer, TooLargeError
from launchguard.load.sending.content import MAX_BODY_BYTES
from launchguard.load.sending.network import Endpoint, Network, address_of
from launchguard.load.sending.outcomes import VisitFailed
from launchguard.model.load_plan import VisitResult

MAX_REDIRECTS = 10
BLOCK_BYTES = 65_536
PAUSE_BYTES = 262_144
MAX_WIRE_BYTES = 2 * MAX_BODY_BYTES
"""Framing counts, too: chunks of one byte, and interim answers without end."""
REDIRECTS = frozenset({301, 302, 303, 307, 308})


class LoadVisitor:
    """One visitor: its connections by origin, its cookies by host, and where its last visit ended (`at`)."""

    def __init__(self, network: Network, *, keep: bool) -> None:
        self.network = network
        self.keep = keep
        self.connections: dict[str, Any] = {}
        self.cookies: dict[str, dict[str, str]] = {}
        self.begun = False
        self.at: Endpoint | None = None

    def visit(self, address: Endpoint) -> Answer:
        """Fetch a page, following redirects to where every visit may go. Raises VisitFailed."""
        self.begun = False
        began_at = address.origin
        try:
            for _ in range(MAX_REDIRECTS + 1):
                answer = self._request(address)
                if answer.get_code() not in REDIRECTS or not answer.header("location"):
                    self.at = address
                    return answer
                address = self._next(address, answer, began_at)
            raise VisitFailed(VisitResult.REDIRECT, f"more than {MAX_REDIRECTS} redirects", answer.get_code())
        finally:
            if not self.keep:
                self.close()

    def close(self) -> None:
        """Drop every connection."""
        for sock in self.connections.values():
            sock.close()
        self.connections.clear()

    def _next(self, address: Endpoint, answer: Answer, began_at: str) -> Endpoint:
        status, location = answer.get_code(), answer.header("location")
        try:
            following = address_of(urljoin(address.url, location))
        except ValueError as error:
            raise VisitFailed(VisitResult.REDIRECT, f"redirects to {location[:200]!r}", status) from error
        shut = self.network.shut(following.origin, began_at)
        if shut:
            message = f"{address.origin} redirects to {following.origin}, {shut}"
            raise VisitFailed(VisitResult.UNAUTHORIZED, message, status)
        return following

    def _request(self, address: Endpoint) -> Answer:
        """One request and its whole answer; a kept connection that the server has closed is opened anew."""
        while True:
            sock = self.connections.pop(address.origin, None)
            reused = sock is not None
            if sock is None:
                sock = self.network.connect(address)
            answer, taken, paused = Answer(), 0, 0
            try:
                sock.sendall(self._head(address))
                while not answer.complete:
                    data = sock.recv(BLOCK_BYTES)
                    if data:
                        self.begun = True
                    elif not answer.begun:
                        raise ConnectionResetError("closed without an answer")
                    answer.feed(data)
                    taken += len(data)
                    if taken > MAX_WIRE_BYTES:
                        raise TooLargeError(f"sent more than {MAX_WIRE_BYTES:,} bytes")
                    if taken - paused > PAUSE_BYTES:  # a socket that always has more never lets others go on
                        paused = taken
                        gevent.sleep(0)
                if answer.should_keep_alive():
                    self.connections[address.origin] = sock
                    sock = None
            except TooLargeError as error:
                raise VisitFailed(VisitResult.TOO_LARGE, f"{address.place} {error}") from error
            except HTTPParseError as error:
                raise VisitFailed(VisitResult.OTHER, f"{address.place} sent no valid answer: {error}") from error
            except OSError as error:
                if reused and not answer.begun:
                    continue
                raise VisitFailed(VisitResult.RESET, f"{address.place}: {error}") from error
            finally:
                if sock is not None:
                    sock.close()
            self._remember(address, answer)
            return answer

    def _head(self, address: Endpoint) -> bytes:
        head = self.network.head(address)
        cookies = self.cookies.get(address.host)
        if not cookies:
            return head + b"\r\n"
        line = "; ".join(f"{name}={value}" for name, value in cookies.items())
        return head + f"Cookie: {line}\r\n\r\n".encode("latin-1", errors="replace")

    def _remember(self, address: Endpoint, answer: Answer) -> None:
        """Keep the cookies of an answer for its host; domain and path are not looked at."""
        for name, value in answer.headers:
            if name.lower() != "set-cookie":
                continue
            try:
                parsed = SimpleCookie(value)
            except CookieError:
                continue
            jar = self.cookies.setdefault(address.host, {})
            for morsel in parsed.values():
                if morsel["max-age"] == "0":
                    jar.pop(morsel.key, None)
                else:
                    jar[morsel.key] = morsel.coded_value
