"""One visit, as a visitor's browser would make it: redirects with cookies, two attempts, a reason for every failure."""

import contextlib
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import requests
from requests.cookies import RequestsCookieJar, extract_cookies_to_jar

from launchguard.model.visit import Hop, Timings, Tls, Visit, VisitError
from launchguard.probe.body import read_body
from launchguard.probe.failure import VisitFailure
from launchguard.probe.gate import Gate
from launchguard.probe.pace import Pace
from launchguard.probe.policy import ProbePolicy, VisitRequest
from launchguard.probe.transport import open_http_session
from launchguard.probe.wire import Exchange, Wire
from launchguard.web.hosts import host_of
from launchguard.web.urls import as_written, joined, web_parts, without_userinfo

_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass
class _Trail:
    """What one attempt has seen so far."""

    request: VisitRequest
    gate: Gate
    deadline: float
    url: str
    secure: bool
    jar: RequestsCookieJar = field(default_factory=RequestsCookieJar)
    seen: set[tuple[str, str]] = field(default_factory=set)
    hops: list[Hop] = field(default_factory=list)
    body: bytes = b""
    wire_bytes: int = 0
    tls: Tls | None = None


class PageVisitor:
    """Makes visits one after the other over one session; belongs to one thread at a time."""

    def __init__(
        self, policy: ProbePolicy, *, context: ssl.SSLContext, pace: Pace, sleep: Callable[[float], object]
    ) -> None:
        self._policy = policy
        self._pace = pace
        self._sleep = sleep
        self._wire = Wire(policy, context)
        self._session = open_http_session(self._wire)

    def visit(self, request: VisitRequest) -> Visit:
        """Visit a page, a second time if the first attempt failed or answered 5xx; never raises an Exception."""
        first = self._attempt(request)
        if not _worth_repeating(first):
            return first
        self._sleep(self._policy.retry_pause_s)
        if self._wire.aborted:
            return first
        return replace(settle_visit(first, self._attempt(request)), attempts=2)

    def abort(self) -> None:
        """End the visit under way; called from another thread."""
        self._wire.abort()

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def _attempt(self, request: VisitRequest) -> Visit:
        error: VisitError | None = None
        trail = _Trail(
            request=request,
            gate=Gate(host_of(request.url), self._policy.private_hosts),
            deadline=time.monotonic() + self._policy.deadline_s,
            url=request.url,
            secure=request.url.lower().startswith("https:"),
        )
        try:
            self._follow(trail)
        except VisitFailure as failure:
            error = self._error(trail.url, failure)
        except Exception as exc:  # noqa: BLE001 - a mistake of ours must not end the other visits, nor be silent
            error = self._error(trail.url, VisitFailure("other", f"{type(exc).__name__}: {exc}"))
        return Visit(
            page=request.page,
            url=request.url,
            variant=request.variant,
            hops=tuple(trail.hops),
            body=trail.body,
            wire_bytes=trail.wire_bytes,
            body_bytes=len(trail.body),
            tls=trail.tls,
            error=error,
        )

    def _error(self, url: str, failure: VisitFailure) -> VisitError:
        redact = self._policy.redact
        return VisitError(failure.kind, redact(failure.detail), redact(without_userinfo(url)), failure.code)

    def _follow(self, trail: _Trail) -> None:
        """Walk from hop to hop until an answer is no redirect; raises VisitFailure."""
        target: str | None = trail.url
        while target is not None:
            prepared = self._prepare(target, trail)
            trail.url = target
            self._refuse_loop(prepared, trail)
            waiting_s = self._pace.reserve(host_of(trail.url))
            if waiting_s:
                self._sleep(waiting_s)
                trail.deadline += waiting_s  # our own good manners are not the page's slowness
            target = self._exchange(prepared, trail)

    def _prepare(self, url: str, trail: _Trail) -> requests.PreparedRequest:
        """Build the request of a hop, with the cookies so far and the secrets of this host alone."""
        try:
            parts = web_parts(url)
            # A page on https never makes us send its secret in the clear.
            trusted = parts.scheme == "https" or not trail.secure
            headers = {c.header: c.value for c in self._policy.access if trusted and c.fits(url)}
            prepared = self._session.prepare_request(requests.Request("GET", url, headers=headers, cookies=trail.jar))
        except ValueError as exc:  # requests' InvalidURL and UnicodeError are ValueErrors
            if trail.hops:
                raise VisitFailure("redirect-refused", f"redirects to {url!r}, which is no web address") from exc
            raise VisitFailure("other", f"{url!r} is no web address") from exc
        prepared.url = as_written(prepared.url or url, url)
        return prepared

    def _refuse_loop(self, prepared: requests.PreparedRequest, trail: _Trail) -> None:
        """The same URL with the same cookies can only answer the same; with new cookies a page may go on."""
        step = (prepared.url or "", prepared.headers.get("Cookie", ""))
        if step in trail.seen:
            raise VisitFailure("redirect-loop", f"came back to a URL after {len(trail.hops)} redirects")
        if len(trail.hops) >= self._policy.max_hops:
            raise VisitFailure("redirect-loop", f"still redirecting after {len(trail.hops)} requests")
        trail.seen.add(step)

    def _exchange(self, prepared: requests.PreparedRequest, trail: _Trail) -> str | None:
        """Make one request and record its hop; returns where it redirects to, None for an answer."""
        exchange = Exchange(deadline=trail.deadline, gate=trail.gate, started=time.monotonic())
        self._wire.exchange = exchange
        response = self._session.get_adapter(prepared.url or "").send(prepared, stream=True)
        with contextlib.closing(response):
            try:
                extract_cookies_to_jar(trail.jar, prepared, response.raw)  # type: ignore[no-untyped-call]
                target = _redirect_target(trail.url, response)
                if target is None:  # a redirect's body is nobody's landing page: it is not read
                    trail.body = read_body(response.raw, self._policy.max_body_bytes)
                return target
            finally:
                trail.gate.answered(exchange.address)
                trail.tls = exchange.tls
                trail.wire_bytes = response.raw.tell()
                trail.hops.append(self._hop(trail.url, response, exchange))

    def _hop(self, url: str, response: requests.Response, exchange: Exchange) -> Hop:
        redact = self._policy.redact
        return Hop(
            url=redact(without_userinfo(url)),
            status=response.status_code,
            headers=tuple((name, redact(value)) for name, value in response.raw.headers.iteritems()),
            address=exchange.address,
            timings=Timings(
                dns_ms=exchange.dns_ms,
                connect_ms=exchange.connect_ms,
                tls_ms=exchange.tls_ms,
                first_byte_ms=exchange.first_byte_ms,
                total_ms=(time.monotonic() - exchange.started) * 1000,
            ),
        )


def settle_visit(first: Visit, second: Visit) -> Visit:
    """Choose which of two attempts counts: the second, unless only it was silent (silent means silent twice)."""
    silent = [visit.error is not None and visit.error.kind == "silent" for visit in (first, second)]
    return first if silent == [False, True] else second


def _worth_repeating(visit: Visit) -> bool:
    if visit.error is not None:
        return visit.error.kind != "forbidden-address"
    return visit.status is not None and visit.status >= 500


def _redirect_target(url: str, response: requests.Response) -> str | None:
    """Return the absolute URL that an answer redirects to; None when it is the answer itself."""
    location = response.raw.headers.get("location", "").strip()
    return joined(url, location) if response.status_code in _REDIRECTS and location else None
