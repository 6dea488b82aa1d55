"""Where a load process may go: URLs taken apart, the addresses that the plan pinned, and one SSLContext for the run."""

import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from gevent import socket

from launchguard.load.sending.connections import Connections
from launchguard.load.sending.hops import Leads
from launchguard.load.sending.outcomes import EXHAUSTED, OutOfResources, VisitFailed
from launchguard.model.load_plan import VisitResult
from launchguard.web.confided import may_hear
from launchguard.web.hosts import bracketed, written
from launchguard.web.request import Device, page_headers, request_bytes
from launchguard.web.target import request_target
from launchguard.web.urls import without_userinfo

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


@lru_cache(maxsize=1024)
def address_of(url: str) -> Endpoint:
    """Take a URL apart, as browsers do. Raises ValueError where it is no http(s) URL, or carries a user name."""
    where = request_target(url)
    if without_userinfo(url) != url:
        raise ValueError(f"a URL with a user name: {url[:200]!r}")
    host = where.host.removesuffix(".")
    origin = f"{where.scheme}://{bracketed(host)}:{where.port}"
    return Endpoint(url, origin, where.scheme == "https", host, where.port, written(origin), where.target)


@dataclass
class Network:
    """What every visitor of a run shares: pinned addresses per origin, one SSLContext, fixed headers.

    `closed` are origins that only visits that begin there may go to, each with why. `credentials` are headers by the
    host that they were declared for. `connections` are those that are open.
    """

    addresses: Mapping[str, Sequence[str]]
    closed: Mapping[str, str]
    agents: Mapping[Device, str]
    credentials: Mapping[str, Mapping[str, str]]
    context: ssl.SSLContext
    heads: dict[tuple[str, str, Device, tuple[str, ...]], bytes] = field(default_factory=dict)
    leads: Leads = field(default_factory=lambda: Leads(MAX_HEADS))
    connections: Connections = field(default_factory=Connections)

    def shut(self, origin: str, began_at: str) -> str:
        """Why a visit that began at one origin may not go to another, as the end of a sentence; "" when it may."""
        if origin == began_at:
            return ""
        if origin not in self.addresses and origin not in self.closed:
            return NOT_AUTHORIZED
        return self.closed.get(origin, "")

    def confided(self, origin: str, began_at: str, *, after_https: bool) -> dict[str, str]:
        """The headers that a request to an origin may carry, in a visit that began at another or at this one."""
        hearing = (h for h in self.credentials if may_hear(origin, h, began_at=began_at, after_https=after_https))
        return {name: value for host in hearing for name, value in self.credentials[host].items()}

    def head(self, address: Endpoint, locale: str, device: Device, began_at: str, *, after_https: bool) -> bytes:
        """The request up to its cookies, made once per URL, with what may be confided to it in this visit."""
        given = self.confided(address.origin, began_at, after_https=after_https) if self.credentials else {}
        key = address.url, locale, device, tuple(given)
        if key not in self.heads:
            scheme = "https" if address.tls else "http"
            usual = page_headers(scheme, address.host, agent=self.agents[device], locale=locale)
            if len(self.heads) >= MAX_HEADS:
                self.heads.clear()
            self.heads[key] = request_bytes(address.path, address.place, (*usual, *given.items())).removesuffix(b"\r\n")
        return self.heads[key]

    def connect(self, address: Endpoint) -> Any:
        """Open a connection to a pinned address, with TLS where the origin has it; `close` or `rest` is to follow."""
        self.connections.opening(address.origin)
        sock = self._connect(address)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            made = self.context.wrap_socket(sock, server_hostname=address.host) if address.tls else sock
            self.connections.opened(address.origin)
            return made
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
                return self._connect_to(number, address.port)
            except OSError as error:
                if error.errno in EXHAUSTED:
                    raise OutOfResources(str(error)) from error
                detail = str(error)
        raise VisitFailed(VisitResult.CONNECT, f"no connection to {address.place}: {detail}")

    def _connect_to(self, number: str, port: int) -> Any:
        """Connect to one address; a visit goes before what others only hold."""
        while True:
            try:
                sock = socket.socket(socket.AF_INET6 if ":" in number else socket.AF_INET, socket.SOCK_STREAM)
                sock.connect((number, port))
                return sock
            except OSError as error:
                if error.errno not in EXHAUSTED or not self.connections.let_go_for(error.errno):
                    raise

    def close(self, origin: str, sock: Any) -> None:
        """Close a connection that `connect` opened."""
        sock.close()
        self.connections.closed(origin)


def _reason(error: ssl.SSLError) -> str:
    return getattr(error, "verify_message", "") or error.reason or str(error)
