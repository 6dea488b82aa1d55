"""The lean client of the load processes: gevent's sockets, the reader of the idle visit, one SSLContext for the run.

It makes GET requests only, to the addresses that the plan pinned, and follows a redirect only to an origin that was
authorized for all visits of the plan. A fresh visitor opens connections of its own; a returning one keeps them, with
its cookies.
"""

import time
from contextlib import suppress
from typing import Any

from launchguard.load.sending.answer import VisitAnswer
from launchguard.load.sending.content import MAX_BODY_BYTES, pause
from launchguard.load.sending.network import Endpoint, Network, address_of
from launchguard.load.sending.outcomes import VisitFailed
from launchguard.model.load_plan import VisitResult
from launchguard.web.cookies import MAX_COOKIES, CookieJar
from launchguard.web.reading import AnswerReader, ReadError
from launchguard.web.redirects import MAX_HOPS, led_by_head
from launchguard.web.request import Device
from launchguard.words import plural

BLOCK_BYTES = 65_536
PAUSE_BYTES = 65_536
KINDS = {
    "bad-response": VisitResult.OTHER,
    "too-large": VisitResult.TOO_LARGE,
    "bad-encoding": VisitResult.CONTENT,
    "reset": VisitResult.RESET,
}


class LoadVisitor:
    """One visitor: its connections by origin, its cookies, and its last visit.

    That visit began at the origin `began_at`, ended `at`, has been on https or not (`after_https`), and took so many
    `requests`.
    """

    def __init__(self, network: Network, *, keep: bool, device: Device = "desktop") -> None:
        self.network = network
        self.keep = keep
        self.device = device
        self.connections: dict[str, Any] = {}
        self.cookies = CookieJar()
        self.begun = False
        self.at: Endpoint | None = None
        self.began_at = ""
        self.after_https = False
        self.requests = 0

    def visit(self, address: Endpoint, locale: str = "", *, of: "LoadVisitor | None" = None) -> VisitAnswer:
        """Fetch a page for a reader of this locale, or what belongs to the page that a visitor is on (`of`).

        Follows redirects to where every visit may go. Raises VisitFailed, and OutOfResources when nothing could be
        sent.
        """
        self.begun = False
        began_at = address.origin
        self.began_at, self.after_https = (of.began_at, of.after_https) if of else (began_at, False)
        asked: set[tuple[str, str, str]] = set()
        following: Endpoint | None = address
        status = 0
        try:
            while following:
                address = following
                cookies = self.cookies.header_for(address.url, time.time()) if self.cookies else ""
                request = address.origin, address.path, cookies  # the same again can only answer the same
                if request in asked or len(asked) >= MAX_HOPS:
                    words = f"still redirecting after {plural(len(asked), 'request')}"
                    raise VisitFailed(VisitResult.REDIRECT, words, status)
                asked.add(request)
                self.requests = len(asked)
                answer = self._request(address, locale, cookies)
                status, following = answer.status, self._next(address, answer, began_at)
            self.at = address
            return answer
        finally:
            if not self.keep:
                self.leave()

    def leave(self) -> None:
        """Go on reading, and hold every connection that is still good as a browser does."""
        for origin, sock in self.connections.items():
            self.network.connections.rest(origin, sock, tls=origin.startswith("https:"))
        self.connections.clear()

    def _next(self, address: Endpoint, answer: VisitAnswer, began_at: str) -> Endpoint | None:
        """Where the answer leads; None when the visitor stays."""
        try:
            url = self.network.leads.target(answer, address.url, self.device)
            following = address_of(url) if url else None
        except ValueError as error:
            where = answer.header("location") or answer.header("refresh")
            raise VisitFailed(VisitResult.REDIRECT, f"redirects to {where[:200]!r}: {error}", answer.status) from error
        shut = self.network.shut(following.origin, began_at) if following else ""
        if following and shut:
            message = f"{address.origin} redirects to {following.origin}, {shut}"
            raise VisitFailed(VisitResult.UNAUTHORIZED, message, answer.status)
        return following

    def _request(self, address: Endpoint, locale: str, cookies: str) -> VisitAnswer:
        """One request and its whole answer; a kept connection that the server has closed is opened anew."""
        while True:
            sock = self.connections.pop(address.origin, None)
            reused = sock is not None
            if sock is None:
                sock = self.network.connect(address)
            reader = AnswerReader(max_bytes=MAX_BODY_BYTES)
            try:
                with suppress(OSError):  # it may have answered before it closed; reading tells
                    sock.sendall(self._head(address, locale, cookies))
                self._receive(sock, reader, address.url)
                answer = VisitAnswer(reader.answer if reader.done else reader.head_alone)
                if answer.web.reusable:
                    self.connections[address.origin] = sock
                    sock = None
            except (OSError, ReadError) as error:
                if reused and not reader.begun:
                    continue
                kind = KINDS[error.kind] if isinstance(error, ReadError) else VisitResult.RESET
                status = reader.head.status if reader.head else 0
                raise VisitFailed(kind, f"{address.place}: {error}", status) from error
            finally:
                if sock is not None:
                    self.network.close(address.origin, sock)
            self._remember(address, answer)
            return answer

    def _receive(self, sock: Any, reader: AnswerReader, url: str) -> None:
        """Read until the answer is whole, or its head leads on. Raises OSError, ReadError."""
        taken = 0
        while not (reader.done or _leads(reader, url)):
            data = sock.recv(BLOCK_BYTES)
            if not data:
                reader.eof()
                return
            self.begun = True
            try:
                reader.feed(data)
            except ReadError:
                if not _leads(reader, url):
                    raise
            taken += len(data)
            if taken >= PAUSE_BYTES:  # a socket that always has more never lets others go on
                taken = 0
                pause()

    def _head(self, address: Endpoint, locale: str, cookies: str) -> bytes:
        self.after_https |= address.tls
        head = self.network.head(address, locale, self.device, self.began_at, after_https=self.after_https)
        return head + (f"Cookie: {cookies}\r\n\r\n".encode("utf-8", errors="replace") if cookies else b"\r\n")

    def _remember(self, address: Endpoint, answer: VisitAnswer) -> None:
        """Keep the cookies of an answer."""
        values = answer.web.header_values("set-cookie")
        if values:
            self.cookies.store(address.url, values[-MAX_COOKIES:], time.time())


def _leads(reader: AnswerReader, url: str) -> bool:
    """Whether the head leads on: a redirect's body is nobody's landing page, and nobody waits for it."""
    return reader.head is not None and led_by_head(url, reader.head) is not None
