"""What one attempt at a page has seen so far, and the Visit that becomes of it."""

import time
from dataclasses import dataclass, field

from launchguard.model.confided import SentSecret, each_once
from launchguard.model.visit import Hop, Visit
from launchguard.model.visit_error import VisitError
from launchguard.probe.failure import VisitFailure
from launchguard.probe.gate import Gate
from launchguard.probe.outgoing import canonical
from launchguard.probe.policy import ProbePolicy, VisitRequest
from launchguard.probe.wire import Exchange
from launchguard.web.cookies import CookieJar
from launchguard.web.target import request_target
from launchguard.words import plural


@dataclass
class VisitTrail:
    """One attempt: where it is (`url`), until when it may go on, and what it has gathered.

    `home` is the host of the page, `began_at` its address as it is asked for, `secure` whether anything was asked for
    over https.
    """

    request: VisitRequest
    gate: Gate
    deadline: float
    url: str
    secure: bool
    home: str
    began_at: str
    jar: CookieJar = field(default_factory=CookieJar)
    seen: set[tuple[str, str]] = field(default_factory=set)
    hops: list[Hop] = field(default_factory=list)
    body: bytes = b""
    wire_bytes: int = 0
    addresses: tuple[str, ...] = ()
    address: str = ""
    notes: list[str] = field(default_factory=list)
    secrets: set[SentSecret] = field(default_factory=set)

    def refuse_loop(self, target: str, cookies: str, max_hops: int) -> None:
        """The same URL with the same cookies can only answer the same; with new cookies a page may go on."""
        if (target, cookies) in self.seen:
            raise VisitFailure("redirect-loop", f"came back to a URL after {plural(len(self.hops), 'redirect')}")
        if len(self.hops) >= max_hops:
            raise VisitFailure("redirect-loop", f"still redirecting after {plural(len(self.hops), 'request')}")
        self.seen.add((target, cookies))

    def note(self, exchange: Exchange) -> None:
        """Keep what a request has found out about the addresses of the page's host."""
        head = exchange.reader.head if exchange.reader else None
        found = [*exchange.notes, *(head.notes if head else ())]
        self.notes += [note for note in found if note not in self.notes]
        if not self.hops:
            self.addresses = exchange.addresses or self.addresses
            self.address = self.request.address or exchange.address

    def visit(self, error: VisitError | None) -> Visit:
        """What the attempt saw."""
        return Visit(
            page=self.request.page,
            url=self.request.url,
            variant=self.request.variant,
            hops=tuple(self.hops),
            body=self.body,
            wire_bytes=self.wire_bytes,
            body_bytes=len(self.body),
            error=error,
            addresses=self.addresses,
            address=self.address,
            notes=tuple(self.notes),
            secrets=each_once(self.secrets),
        )


def begin(request: VisitRequest, policy: ProbePolicy) -> VisitTrail:
    """The trail of an attempt that begins now; an address that cannot be opened has no home."""
    try:
        target = request_target(request.url)
        home, began_at, secure = target.host, canonical(target), target.scheme == "https"
    except ValueError:
        home, began_at, secure = "", "", False
    return VisitTrail(
        request=request,
        gate=Gate(home, policy.private_hosts),
        deadline=time.monotonic() + policy.deadline_s,
        url=request.url,
        secure=secure,
        home=home,
        began_at=began_at,
        address=request.address,
    )
