"""What a visit is asked to do (VisitRequest) and what it may do (ProbePolicy)."""

import socket
import ssl
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from launchguard.probe.credentials import Credential
from launchguard.web.redirects import MAX_HOPS
from launchguard.web.request import Device

_IN_URLS = "!$%&'()*+,/:;=?@[]_|~\\"
"""What a query holds as it is (the WHATWG URL standard): redirects echo values escaped."""

Resolver = Callable[[str, int, int, int], Sequence[tuple[Any, ...]]]
"""Takes host, port, family and socket type as socket.getaddrinfo does, and answers with its tuples."""


@dataclass(frozen=True)
class VisitRequest:
    """One page to look at: the manifest's URL, the URL to request, and which variant of the page that is.

    `address` is the one that has to be taken of the addresses of `host` ("": the page's own), "" for any. The visitor
    has the `device`, and reads the `locale` ("es-ES"; "" for English).
    """

    page: str
    url: str
    variant: str = "plain"
    address: str = ""
    host: str = ""
    device: Device = "desktop"
    locale: str = ""


@dataclass(frozen=True)
class ProbePolicy:
    """The bounds of a probe. Durations in seconds, sizes in bytes.

    `private_hosts` are the hosts at private addresses that the repository names; `unlimited_hosts` need not keep to
    `requests_per_s`, which loopback never has to. `deadline_s` bounds one attempt with all its redirects.
    `ssl_context` replaces the context that is built from the environment; `sleep` replaces real waiting.

    Proxies named in the environment are not used: a proxy looks names up itself, so nobody could promise that no
    request reaches a forbidden address, and its failures would be taken for the page's.
    """

    access: Sequence[Credential] = ()
    private_hosts: Collection[str] = ()
    unlimited_hosts: Collection[str] = ()
    requests_per_s: float = 5.0
    threads: int = 64
    deadline_s: float = 10.0
    connect_timeout_s: float = 5.0
    max_body_bytes: int = 10_000_000
    max_hops: int = MAX_HOPS
    retry_pause_s: float = 1.0
    ssl_context: ssl.SSLContext | None = None
    resolver: Resolver = socket.getaddrinfo
    sleep: Callable[[float], object] | None = None

    def redact(self, text: str) -> str:
        """Blot out every secret that a server sent back to us."""
        for credential in self.access:
            for secret in (credential.value, credential.secret):
                for spelling in (secret, quote(secret, safe=_IN_URLS), quote(secret, safe="")):
                    text = text.replace(spelling, "[redacted]")
        return text
