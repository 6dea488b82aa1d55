"""Evidence about a page: what one visit saw (Visit), a real browser (BrowserVisit), a domain (DomainVisit)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from launchguard.web.hosts import host_and_port, host_of
from launchguard.words.hostile import clip, plain

ErrorKind = Literal[
    "dns-nxdomain",  # the name does not exist: definite
    "dns-failure",  # the resolver did not answer: not definite
    "refused",  # connection refused: definite
    "connect-timeout",  # no answer to the connection: not definite
    "tls",  # the certificate or the handshake was refused: definite
    "silent",  # connected, then no answer within the deadline, twice: definite
    "reset",  # the connection broke before a whole answer: definite
    "too-large",  # the body or the headers passed the bound: definite
    "bad-encoding",  # the body cannot be decoded as its headers say: definite
    "bad-response",  # not HTTP: definite
    "redirect-loop",  # the same URL twice, or more hops than are followed: definite
    "redirect-refused",  # a redirect to an address that we may not visit: definite
    "proxy",  # a proxy in between failed: not definite
    "forbidden-address",  # we may not visit this address: not definite
    "other",  # anything else: not definite
]

DEFINITE: frozenset[ErrorKind] = frozenset(
    {
        "dns-nxdomain",
        "refused",
        "tls",
        "silent",
        "reset",
        "too-large",
        "bad-encoding",
        "bad-response",
        "redirect-loop",
        "redirect-refused",
    }
)


_FIXES: dict[ErrorKind, str] = {
    "dns-nxdomain": "Create the DNS record of {host}, or correct the page's `url`.",
    "dns-failure": "Run again; when it stays so, look at the name servers of {host} and at this machine's resolver.",
    "refused": "Start the server behind {host}, or open its port; check the port in the page's `url`.",
    "connect-timeout": "Run again, from a network that reaches {host}; a firewall may drop what comes from this one.",
    "tls": "Let {host} send a certificate that browsers accept, with its chain; tls-valid says what is wrong with it.",
    "silent": "Find out why {host} accepts a connection and then stays silent; the application behind it may hang.",
    "reset": "Look for what closes the connection at {host}: a crashing application, a proxy or a firewall.",
    "too-large": "Find out what {host} sends at this address; it is larger than any landing page.",
    "bad-encoding": "Correct the Content-Encoding header, or the compression, at {host}.",
    "bad-response": "Check the port and the scheme of the page's `url`; {host} does not answer in HTTP.",
    "redirect-loop": "Break the circle in the redirect rules of {host}.",
    "redirect-refused": "Correct the redirect; it leads a public page to a private address.",
    "proxy": "Look at the proxy between this machine and {host}, or run again without it.",
    "forbidden-address": "Give {host} a public address, or run where its private one may be visited.",
    "other": "Run again, from a network that reaches {host}.",
}


@dataclass(frozen=True)
class VisitError:
    """Why a visit has no usable answer: a kind, one sentence, the URL of the hop, and OpenSSL's code for `tls`."""

    kind: ErrorKind
    detail: str
    url: str
    code: int | None = None

    @property
    def definite(self) -> bool:
        """True when the answer is certainly wrong; False when no answer can be trusted."""
        return self.kind in DEFINITE

    @property
    def fix(self) -> str:
        """What to do about it, in one sentence that names the host."""
        return _FIXES[self.kind].format(host=clip(plain(host_and_port(self.url)), 80))


@dataclass(frozen=True)
class Timings:
    """Milliseconds of each phase of one request; None where a phase did not happen or was not reached."""

    dns_ms: float | None = None
    connect_ms: float | None = None
    tls_ms: float | None = None
    first_byte_ms: float | None = None
    total_ms: float | None = None


@dataclass(frozen=True)
class Certificate:
    """One certificate of the verified chain: names as text, validity in UTC."""

    subject: str
    issuer: str
    not_before: datetime
    not_after: datetime


@dataclass(frozen=True)
class Tls:
    """The verified chain, leaf first, and the protocol version ("TLSv1.3")."""

    version: str
    chain: tuple[Certificate, ...]


@dataclass(frozen=True)
class Hop:
    """One request of a visit: its URL, the answer's status, the raw header list and the address that answered."""

    url: str
    status: int
    headers: tuple[tuple[str, str], ...] = ()
    address: str = ""
    timings: Timings = field(default_factory=Timings)

    def header(self, name: str) -> str | None:
        """The first header of this name, case-insensitive; None when absent."""
        return next(self.header_values(name), None)

    def header_values(self, name: str) -> Iterator[str]:
        """Every header of this name, in order: several Set-Cookie lines stay several."""
        wanted = name.lower()
        return (value for key, value in self.headers if key.lower() == wanted)


@dataclass(frozen=True)
class Visit:
    """One page seen idle over HTTP.

    `page` is the manifest's URL, `url` what was requested (they differ with --base-url and in variants),
    `hops` every request in order, the last one being the answer. `body` is decoded and bounded;
    `wire_bytes` is the body as it travelled, `body_bytes` its decoded size. With an `error` there may be no hop.
    """

    page: str
    url: str
    variant: str = "plain"
    hops: tuple[Hop, ...] = ()
    body: bytes = b""
    wire_bytes: int = 0
    body_bytes: int = 0
    tls: Tls | None = None
    error: VisitError | None = None
    attempts: int = 1

    @property
    def status(self) -> int | None:
        """The final status; None when nothing answered."""
        return self.hops[-1].status if self.hops and self.error is None else None

    @property
    def final_url(self) -> str:
        """Where the visitor ended."""
        return self.hops[-1].url if self.hops else self.url

    @property
    def host(self) -> str:
        """The host of the final URL, lower case, without the port."""
        return host_of(self.final_url)

    def header(self, name: str) -> str | None:
        """A header of the final answer, case-insensitive."""
        return self.hops[-1].header(name) if self.hops else None

    @property
    def text(self) -> str:
        """The body as text, by the charset of Content-Type (UTF-8 otherwise); undecodable bytes are replaced."""
        content_type = self.header("content-type") or ""
        _, _, after = content_type.lower().partition("charset=")
        charset = after.split(";")[0].strip("\"' ") or "utf-8"
        try:
            return self.body.decode(charset, errors="replace")
        except LookupError:
            return self.body.decode("utf-8", errors="replace")


@dataclass(frozen=True)
class BrowserVisit:
    """The page in a real browser: the final URL and what the page's own scripts made of it."""

    page: str
    url: str
    html: str = ""
    error: VisitError | None = None


@dataclass(frozen=True)
class DomainVisit:
    """A domain's DNS records: name -> type -> texts as they came."""

    domain: str
    records: tuple[tuple[str, str], ...] = ()
    error: VisitError | None = None


@dataclass(frozen=True)
class Visits:
    """All that was fetched of one page, by variant: "plain", "untagged", "click-id"."""

    page: str
    by_variant: tuple[tuple[str, Visit], ...]

    def get(self, variant: str) -> Visit | None:
        """The visit of this variant, if it was made."""
        return dict(self.by_variant).get(variant)
