"""Evidence about a page: what one visit saw (Visit), a real browser (BrowserVisit), a domain (DomainVisit)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from launchguard.model.confided import SentSecret
from launchguard.model.visit_error import VisitError
from launchguard.web.caches import CacheLook
from launchguard.web.document import Document, read
from launchguard.web.hosts import host_of
from launchguard.web.readable import Headed, Readable
from launchguard.web.redirects import Via


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

    def first_to_end(self) -> tuple[Certificate, int]:
        """The certificate whose validity ends first, and its place in the chain: 0 is the leaf. Needs a chain."""
        place = min(range(len(self.chain)), key=lambda at: self.chain[at].not_after)
        return self.chain[place], place


@dataclass(frozen=True)
class Hop(Headed):
    """One request of a visit: its URL, the answer's status, the raw header list and the address that answered.

    `via` is how the visitor came here, `tls` what the handshake verified; None without TLS. `addresses` are all that
    the host has.
    """

    url: str
    status: int
    headers: tuple[tuple[str, str], ...] = ()
    address: str = ""
    timings: Timings = field(default_factory=Timings)
    via: Via = ""
    tls: Tls | None = None
    addresses: tuple[str, ...] = ()

    def header_values(self, name: str) -> Iterator[str]:
        """Every header of this name, in order: several Set-Cookie lines stay several."""
        wanted = name.lower()
        return (value for key, value in self.headers if key.lower() == wanted)


@dataclass(frozen=True)
class Visit(Readable):
    """One page seen idle over HTTP.

    `page` is the manifest's URL, `url` what was requested (they differ with --base-url and in variants),
    `hops` every request in order, the last one being the answer. `body` is decoded and bounded;
    `wire_bytes` is the body as it travelled, `body_bytes` its decoded size. With an `error` there may be no hop.
    `first_error` is why the first of two attempts failed where the second did not. `addresses` are all that the
    host of `url` has, in the order in which they are tried; `address` is the one that the visit had to take, else the
    one of them that accepted. `notes` are sentences about what was met on the way and is no fault of the page.
    `secrets` are those that a request carried.
    """

    page: str
    url: str
    variant: str = "plain"
    hops: tuple[Hop, ...] = ()
    body: bytes = b""
    wire_bytes: int = 0
    body_bytes: int = 0
    error: VisitError | None = None
    attempts: int = 1
    first_error: VisitError | None = None
    addresses: tuple[str, ...] = ()
    address: str = ""
    notes: tuple[str, ...] = ()
    secrets: tuple[SentSecret, ...] = ()

    @property
    def status(self) -> int | None:
        """The final status; None when nothing answered."""
        return self.hops[-1].status if self.hops and self.error is None else None

    @property
    def tls(self) -> Tls | None:
        """What the last hop's handshake verified; None without TLS."""
        return self.hops[-1].tls if self.hops else None

    @property
    def final_url(self) -> str:
        """Where the visitor ended."""
        return self.hops[-1].url if self.hops else self.url

    @property
    def host(self) -> str:
        """The host of the final URL, lower case, without the port."""
        return host_of(self.final_url)

    @cached_property
    def document(self) -> Document:
        """The body as a visitor reads it, read once. Raises ValueError for markup that nests too deep."""
        return read(self.text)

    def header_values(self, name: str) -> Iterator[str]:
        """Every header of this name of the final answer, in order."""
        return self.hops[-1].header_values(name) if self.hops else iter(())


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
    """All that was fetched of one page, by variant: "plain", "untagged", "click-id".

    `elsewhere` are plain visits at those addresses of the hosts on the way that the plain visit did not take. `cache`
    are looks at what a cache before the page does with links that it has not seen.
    """

    page: str
    by_variant: tuple[tuple[str, Visit], ...]
    elsewhere: tuple[Visit, ...] = ()
    cache: tuple[CacheLook, ...] = ()

    def __iter__(self) -> Iterator[Visit]:
        """Every visit, those at other addresses last."""
        yield from (visit for _, visit in self.by_variant)
        yield from self.elsewhere

    def get(self, variant: str) -> Visit | None:
        """The visit of this variant, if it was made."""
        return dict(self.by_variant).get(variant)
