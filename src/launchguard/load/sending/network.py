"""Where a load process may go: URLs taken apart, the addresses that the plan pinned, and one SSLContext for the run."""

import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from gevent import socket

from launchguard.load.sending.hops import Refreshes
from launchguard.load.sending.outcomes import EXHAUSTED, OutOfResources, VisitFailed
from launchguard.model.load_plan import VisitResult
from launchguard.web.hosts import DEFAULT_PORTS, bracketed, host_of, written

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
MAX_HEADS = 1000
"""Requests that are kept made; click ids and redirects can give every visit a URL of its own."""
NOT_AUTHORIZED = "which was not authorized for load: name it in the manifest, or under load.hosts in .launchguard.yml"


@dataclass(frozen=True)
class Endpoint:
    """A URL taken apart for sending. `origin` is scheme://host:port with the port always there.

    `place` is host and port as the Host header has them, without the scheme's own port.
    """

    url: str
    origin: str
    tls: bool
    host: str
    port: int
    place: str
    path: str


def address_of(url: str) -> Endpoint:
    """Take a URL apart. Raises ValueError where it is no http(s) URL, or carries a user name."""
    parts, host = urlsplit(url), host_of(url)
    if parts.scheme not in DEFAULT_PORTS or not host or parts.username is not None:
        raise ValueError(f"not a plain http(s) URL: {url[:200]!r}")
    host, port = host.removesuffix("."), parts.port or DEFAULT_PORTS[parts.scheme]
    origin = f"{parts.scheme}://{bracketed(host)}:{port}"
    path = parts.path or "/"
    target = f"{path}?{parts.query}" if parts.query else path
    if not target.isascii() or any(character <= " " or character == "\x7f" for character in target):
        target = "".join(c if "!" <= c <= "~" else "".join(f"%{b:02X}" for b in c.encode()) for c in target)
    return Endpoint(url, origin, parts.scheme == "https", host, port, written(origin), target)


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
    refreshes: Refreshes = field(default_factory=lambda: Refreshes(MAX_HEADS))

    def shut(self, origin: str, began_at: str) -> str:
        """Why a visit that began at one origin may not go to another, as the end of a sentence; "" when it may."""
        if origin == began_at:
            return ""
        if origin not in self.addresses and origin not in self.closed:
            return NOT_AUTHORIZED
        return self.closed.get(origin, "")

    def head(self, address: Endpoint) -> bytes:
        """The request up to its cookies, made once per URL. Credentials go only to the origin they were given for."""
        if address.url not in self.heads:
            lines = [
                f"GET {address.path} HTTP/1.1",
                f"Host: {address.place}",
                f"User-Agent: {self.user_agent}",
                "Accept: text/html,application/xhtml+xml,*/*;q=0.8",
                "Accept-Language: en",
                f"Accept-Encoding: {_codings_for(address)}",
                *(f"{name}: {value}" for name, value in self.credentials.get(address.origin, {}).items()),
            ]
            if len(self.heads) >= MAX_HEADS:
                self.heads.clear()
            self.heads[address.url] = ("\r\n".join(lines) + "\r\n").encode("latin-1", errors="replace")
        return self.heads[address.url]

    def connect(self, address: Endpoint) -> Any:
        """Open a connection to a pinned address, with TLS where the origin has it."""
        sock = self._connect(address)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if not address.tls:
            return sock
        try:
            return self.context.wrap_socket(sock, server_hostname=address.host)
        except ssl.SSLError as error:
            sock.close()
            raise VisitFailed(VisitResult.TLS, f"TLS to {address.place}: {_reason(error)}") from error
        except OSError as error:
            sock.close()
            raise VisitFailed(VisitResult.RESET, f"{address.place}: {error}") from error

    def _connect(self, address: Endpoint) -> Any:
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
        raise VisitFailed(VisitResult.CONNECT, f"no connection to {address.place}: {detail}")


def _codings_for(address: Endpoint) -> str:
    """What browsers ask for: the newer codings only where nobody in between can spoil them."""
    private = address.tls or address.host in LOOPBACK or address.host.endswith(".localhost")
    return "gzip, deflate, br, zstd" if private else "gzip, deflate"


def _reason(error: ssl.SSLError) -> str:
    return getattr(error, "verify_message", "") or error.reason or str(error)
