"""The lean client of the load processes: gevent's sockets, llhttp's parser, one SSLContext for the whole run.

It makes GET requests only, to the addresses that the plan pinned, and follows a redirect only to an origin that was
authorized for all visits of the plan. A fresh visitor opens connections of its own; a returning one keeps them, with
its cookies.
"""

import errno
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import urljoin, urlsplit

from gevent import socket
from geventhttpclient._parser import HTTPParseError, HTTPResponseParser

from launchguard.load.sending.content import MAX_BODY_BYTES
from launchguard.model.load import VisitResult

MAX_REDIRECTS = 10
MAX_HEADER_BYTES = 256_000
BLOCK_BYTES = 65_536
MAX_HEADS = 1000
"""Requests that are kept made; click ids and redirects can give every visit a URL of its own."""
REDIRECTS = frozenset({301, 302, 303, 307, 308})
EXHAUSTED = frozenset({errno.EMFILE, errno.ENFILE, errno.EADDRNOTAVAIL, errno.ENOBUFS, errno.ENOMEM})


NOT_AUTHORIZED = "which was not authorized for load: name it in the manifest, or under load.hosts in .launchguard.yml"


class OutOfResources(Exception):  # noqa: N818 - it is an outcome
    """No file descriptor or port is left on this machine for the visit: it was never sent."""


class VisitFailed(Exception):  # noqa: N818 - it is an outcome
    """A visit that got no correct answer: its kind and one sentence."""

    def __init__(self, kind: VisitResult, detail: str, status: int = 0) -> None:
        super().__init__(detail)
        self.kind = kind
        self.status = status


@dataclass(frozen=True)
class Address:
    """A URL taken apart for sending. `origin` is scheme://host:port with the port always there."""

    url: str
    origin: str
    tls: bool
    host: str
    port: int
    netloc: str
    path: str


def address_of(url: str) -> Address:
    """Take a URL apart. Raises ValueError where it is no http(s) URL, or carries a user name."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        raise ValueError(f"not a plain http(s) URL: {url[:200]!r}")
    tls = parts.scheme == "https"
    host = parts.hostname.removesuffix(".")
    port = parts.port or (443 if tls else 80)
    name = f"[{host}]" if ":" in host else host
    path = parts.path or "/"
    target = f"{path}?{parts.query}" if parts.query else path
    if not target.isascii() or any(character <= " " or character == "\x7f" for character in target):
        target = "".join(c if "!" <= c <= "~" else "".join(f"%{b:02X}" for b in c.encode()) for c in target)
    netloc = name if port == (443 if tls else 80) else f"{name}:{port}"
    return Address(url, f"{parts.scheme}://{name}:{port}", tls, host, port, netloc, target)


class Answer(HTTPResponseParser):
    """One HTTP answer, filled by llhttp's callbacks as bytes are fed."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = False
        self.complete = False
        self.headers: list[list[str]] = []
        self.in_value = True
        self.header_bytes = 0
        self.chunks: list[bytes] = []
        self.size = 0

    def _on_message_begin(self) -> None:
        self.begun = True
        self.complete = False
        self.headers.clear()

    def _on_status(self, text: str) -> None:
        pass

    def _on_header_field(self, text: str) -> None:
        if self.in_value:
            self.headers.append([text, ""])
            self.in_value = False
        else:
            self.headers[-1][0] += text
        self.header_bytes += len(text)
        if self.header_bytes > MAX_HEADER_BYTES:
            raise HTTPParseError("the headers are too large")

    def _on_header_value(self, text: str) -> None:
        self.headers[-1][1] += text
        self.in_value = True
        self.header_bytes += len(text)
        if self.header_bytes > MAX_HEADER_BYTES:
            raise HTTPParseError("the headers are too large")

    def _on_headers_complete(self) -> None:
        pass

    def _on_body(self, chunk: bytearray) -> None:
        self.chunks.append(bytes(chunk))
        self.size += len(chunk)
        if self.size > MAX_BODY_BYTES:
            raise HTTPParseError(f"the body is larger than {MAX_BODY_BYTES:,} bytes")

    def _on_message_complete(self) -> None:
        # An interim answer (1xx) is complete too; the real one follows on the same connection.
        self.complete = self.get_code() >= 200

    @property
    def body(self) -> bytes:
        """The body as it travelled."""
        return b"".join(self.chunks)

    def header(self, name: str) -> str:
        """The first header of this name (given in lower case), or ""."""
        return next((value for key, value in self.headers if key.lower() == name), "")


@dataclass
class Network:
    """What every visitor of a run shares: pinned addresses per origin, one SSLContext, fixed headers.

    `closed` are origins that only visits that begin there may go to, each with why.
    """

    addresses: Mapping[str, Sequence[str]]
    closed: Mapping[str, str]
    user_agent: str
    credentials: Mapping[str, Mapping[str, str]]
    context: ssl.SSLContext
    heads: dict[str, bytes] = field(default_factory=dict)

    def shut(self, origin: str, began_at: str) -> str:
        """Why a visit that began at one origin may not go to another, as the end of a sentence; "" when it may."""
        if origin == began_at:
            return ""
        if origin not in self.addresses and origin not in self.closed:
            return NOT_AUTHORIZED
        return self.closed.get(origin, "")

    def head(self, address: Address) -> bytes:
        """The request up to its cookies, made once per URL. Credentials go only to the origin they were given for."""
        if address.url not in self.heads:
            lines = [
                f"GET {address.path} HTTP/1.1",
                f"Host: {address.netloc}",
                f"User-Agent: {self.user_agent}",
                "Accept: text/html,application/xhtml+xml,*/*;q=0.8",
                "Accept-Language: en",
                "Accept-Encoding: gzip, deflate, br",
                *(f"{name}: {value}" for name, value in self.credentials.get(address.origin, {}).items()),
            ]
            if len(self.heads) >= MAX_HEADS:
                self.heads.clear()
            self.heads[address.url] = ("\r\n".join(lines) + "\r\n").encode("latin-1", errors="replace")
        return self.heads[address.url]

    def connect(self, address: Address) -> Any:
        """Open a connection to a pinned address, with TLS where the origin has it."""
        sock = self._connect(address)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if not address.tls:
            return sock
        try:
            return self.context.wrap_socket(sock, server_hostname=address.host)
        except ssl.SSLError as error:
            sock.close()
            raise VisitFailed(VisitResult.TLS, f"TLS to {address.netloc}: {_reason(error)}") from error
        except OSError as error:
            sock.close()
            raise VisitFailed(VisitResult.RESET, f"{address.netloc}: {error}") from error

    def _connect(self, address: Address) -> Any:
        """Try the pinned addresses in their order."""
        detail = "it has no address"
        for number in self.addresses[address.origin]:
            try:
                sock = socket.socket(socket.AF_INET6 if ":" in number else socket.AF_INET, socket.SOCK_STREAM)
                sock.connect((number, address.port))
                return sock
            except OSError as error:
                if error.errno in EXHAUSTED:
                    raise OutOfResources(str(error)) from error
                detail = str(error)
        raise VisitFailed(VisitResult.CONNECT, f"no connection to {address.netloc}: {detail}")


def _reason(error: ssl.SSLError) -> str:
    return getattr(error, "verify_message", "") or error.reason or str(error)


class Visitor:
    """One visitor: its connections by origin, its cookies by host, and where its last visit ended (`at`)."""

    def __init__(self, network: Network, *, keep: bool) -> None:
        self.network = network
        self.keep = keep
        self.connections: dict[str, Any] = {}
        self.cookies: dict[str, dict[str, str]] = {}
        self.begun = False
        self.at: Address | None = None

    def visit(self, address: Address) -> Answer:
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

    def _next(self, address: Address, answer: Answer, began_at: str) -> Address:
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

    def _request(self, address: Address) -> Answer:
        """One request and its whole answer; a kept connection that the server has closed is opened anew."""
        while True:
            sock = self.connections.pop(address.origin, None)
            reused = sock is not None
            if sock is None:
                sock = self.network.connect(address)
            answer = Answer()
            try:
                sock.sendall(self._head(address))
                while not answer.complete:
                    data = sock.recv(BLOCK_BYTES)
                    if data:
                        self.begun = True
                    elif not answer.begun:
                        raise ConnectionResetError("closed without an answer")
                    answer.feed(data)
                if answer.should_keep_alive():
                    self.connections[address.origin] = sock
                    sock = None
            except HTTPParseError as error:
                raise VisitFailed(VisitResult.OTHER, f"{address.netloc} sent no valid answer: {error}") from error
            except OSError as error:
                if reused and not answer.begun:
                    continue
                raise VisitFailed(VisitResult.RESET, f"{address.netloc}: {error}") from error
            finally:
                if sock is not None:
                    sock.close()
            self._remember(address, answer)
            return answer

    def _head(self, address: Address) -> bytes:
        head = self.network.head(address)
        cookies = self.cookies.get(address.host)
        if not cookies:
            return head + b"\r\n"
        line = "; ".join(f"{name}={value}" for name, value in cookies.items())
        return head + f"Cookie: {line}\r\n\r\n".encode("latin-1", errors="replace")

    def _remember(self, address: Address, answer: Answer) -> None:
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
