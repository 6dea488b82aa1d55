"""One visit, as a visitor's browser would make it: redirects with cookies, two attempts, a reason for every failure."""

import os
import ssl
import time
from collections.abc import Callable
from dataclasses import replace

from launchguard.model.confided import each_once
from launchguard.model.visit import Hop, Visit
from launchguard.model.visit_error import VisitError
from launchguard.probe.client import PageClient
from launchguard.probe.failure import VisitFailure, no_web_address
from launchguard.probe.outgoing import Outgoing, canonical, outgoing
from launchguard.probe.pace import Pace
from launchguard.probe.policy import ProbePolicy, VisitRequest
from launchguard.probe.tls import trusted_roots
from launchguard.probe.trail import VisitTrail, begin
from launchguard.probe.wire import Exchange, Wire
from launchguard.web.head import Head
from launchguard.web.reading import AnswerReader, ReadError
from launchguard.web.redirects import Next, Via, led_by_head, led_by_markup
from launchguard.web.urls import without_userinfo


class PageVisitor:
    """Makes visits one after the other over one client; belongs to one thread at a time."""

    def __init__(
        self, policy: ProbePolicy, *, context: ssl.SSLContext, pace: Pace, sleep: Callable[[float], object]
    ) -> None:
        self._policy = policy
        self._pace = pace
        self._sleep = sleep
        self._wire = Wire(policy, context)
        self._client = PageClient(self._wire, policy.max_body_bytes)
        self._visitor = ("", "")

    def visit(self, request: VisitRequest) -> Visit:
        """Visit a page, a second time if the first attempt failed or answered 5xx; never raises an Exception."""
        if self._visitor != (request.variant, request.address):  # another visitor comes with connections of its own
            self._client.close()
            self._visitor = (request.variant, request.address)
        first = self._attempt(request)
        if not _worth_repeating(first):
            return first
        self._sleep(self._policy.retry_pause_s)
        if self._wire.aborted:
            return first
        return settle_visit(first, self._attempt(request))

    def abort(self) -> None:
        """End the visit under way; called from another thread."""
        self._wire.abort()

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _attempt(self, request: VisitRequest) -> Visit:
        error: VisitError | None = None
        trail = begin(request, self._policy)
        try:
            self._follow(trail)
        except VisitFailure as failure:
            error = self._error(trail.url, failure)
        except Exception as exc:  # noqa: BLE001 - a mistake of ours must not end the other visits, nor be silent
            error = self._error(trail.url, VisitFailure("other", f"{type(exc).__name__}: {exc}"))
        return trail.visit(error)

    def _error(self, url: str, failure: VisitFailure) -> VisitError:
        redact = self._policy.redact
        where = redact(without_userinfo(url))
        given = self._policy.ssl_context is not None
        roots = " ".join(trusted_roots(os.environ)) if failure.kind == "tls" and not given else ""
        return VisitError(failure.kind, redact(failure.detail), where, failure.code, failure.reason, redact(roots))

    def _follow(self, trail: VisitTrail) -> None:
        """Walk from hop to hop until an answer is no redirect; raises VisitFailure."""
        step: Next | None = Next(trail.url, "")
        while step is not None:
            sent = self._prepare(step.url, trail)
            trail.url = step.url
            trail.secure |= sent.target.scheme == "https"
            trail.refuse_loop(canonical(sent.target), sent.cookies, self._policy.max_hops)
            waiting_s = self._pace.reserve(sent.target.host)
            if waiting_s:
                self._sleep(waiting_s)
                trail.deadline += waiting_s  # our own good manners are not the page's slowness
            step = self._exchange(sent, step.via, trail)

    def _prepare(self, url: str, trail: VisitTrail) -> Outgoing:
        """Build the request of a hop; a page on https never makes us send its secret in the clear."""
        try:
            cookies = trail.jar.header_for(url, time.time())
            request = trail.request
            return outgoing(
                url,
                cookies,
                self._policy,
                device=request.device,
                locale=request.locale,
                began_at=trail.began_at,
                after_https=trail.secure,
            )
        except ValueError as exc:
            if trail.hops:
                raise no_web_address(url) from exc
            raise VisitFailure("other", f"{url!r} is no web address") from exc

    def _exchange(self, sent: Outgoing, via: Via, trail: VisitTrail) -> Next | None:
        """Make one request and record its hop; returns where it leads on to, None for an answer."""
        exchange = Exchange(deadline=trail.deadline, gate=trail.gate, started=time.monotonic())
        if sent.target.host == (trail.request.host or trail.home):
            exchange.only = trail.request.address
        self._wire.exchange = exchange
        try:
            reader = self._client.fetch(sent.place, sent.data, lambda head: led_by_head(sent.url, head) is not None)
            return self._read(sent.url, reader, trail)
        finally:
            trail.note(exchange)
            if exchange.line is not None:
                trail.secrets.update(sent.secrets)
            if exchange.reader is not None and exchange.reader.head is not None and exchange.line is not None:
                trail.jar.store(sent.url, exchange.reader.head.values("set-cookie"), time.time())
                trail.gate.answered(exchange.line.address)
                trail.wire_bytes = len(exchange.reader.received)
                trail.hops.append(self._hop(sent.url, exchange.reader.head, via, exchange))

    def _read(self, url: str, reader: AnswerReader, trail: VisitTrail) -> Next | None:
        """Take the body of an answer that leads no further; raises VisitFailure."""
        assert reader.head is not None
        led = led_by_head(url, reader.head)
        if led is not None:  # a redirect's body is nobody's landing page: it is not read
            return led
        answer = reader.answer
        try:
            led = led_by_markup(url, answer)
            trail.body = b"" if led else answer.body
        except ReadError as error:
            raise VisitFailure(error.kind, error.words) from error
        return led

    def _hop(self, url: str, head: Head, via: Via, exchange: Exchange) -> Hop:
        redact = self._policy.redact
        assert exchange.line is not None
        return Hop(
            url=redact(without_userinfo(url)),
            status=head.status,
            headers=tuple((name, redact(value)) for name, value in head.headers),
            address=exchange.line.address,
            timings=exchange.timings(),
            via=via,
            tls=exchange.line.tls,
            addresses=exchange.line.addresses,
        )


def settle_visit(first: Visit, second: Visit) -> Visit:
    """Choose which of two attempts counts: the second, unless only it was silent (silent means silent twice)."""
    silent = [visit.error is not None and visit.error.kind == "silent" for visit in (first, second)]
    counted = first if silent == [False, True] else second
    secrets = each_once((*first.secrets, *second.secrets))
    return replace(counted, attempts=2, first_error=first.error if counted is second else None, secrets=secrets)


def _worth_repeating(visit: Visit) -> bool:
    if visit.error is not None:
        return visit.error.kind != "forbidden-address"
    return visit.status is not None and visit.status >= 500
