"""The decision about every origin of a plan."""

import socket
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from launchguard.authorize.addresses import Resolver, pinned
from launchguard.authorize.answers import Answer, Grant, Refusal
from launchguard.authorize.live import live_campaign
from launchguard.authorize.origins import origins_of, peak_of
from launchguard.authorize.prove import Prove
from launchguard.authorize.terms import LoadTerms, configured, enough, proven
from launchguard.model.campaign import Campaign, RepositoryConfig
from launchguard.model.load_plan import LoadPlan
from launchguard.model.times import format_instant
from launchguard.web.addresses import is_loopback_host, parse_address
from launchguard.web.hosts import DEFAULT_PORTS, host_of, origin_of, split_host, twin_of, written
from launchguard.web.trackers import tracker_of


@dataclass(frozen=True)
class _Case:
    """What all origins of one plan are judged by: the moment, and the plan whose visits would go there."""

    plan: LoadPlan
    config: RepositoryConfig
    now: datetime
    production_allowed: bool
    during_campaign: bool
    campaigns: Sequence[Campaign]
    prove: Prove | None
    resolver: Resolver

    @property
    def length_s(self) -> float:
        """From the first visit to the end of the drain."""
        return self.plan.duration_s + self.plan.drain_s


def authorize(
    plan: LoadPlan,
    config: RepositoryConfig,
    *,
    now: datetime,
    production_allowed: bool = False,
    during_campaign: bool = False,
    campaigns: Sequence[Campaign] = (),
    prove: Prove | None = None,
    resolver: Resolver = socket.getaddrinfo,
) -> list[Answer]:
    """Decide on every origin of a plan, in the plan's order; then on those that its pages may redirect to.

    An origin is authorized by a rule of the configuration, by being a loopback origin that a page names, or by what
    its host says itself (`prove`, asked only where there is no rule). The caps bind the plan's peak on that host.
    Production (every host but loopback, unless its rule says `production: false`) needs `production_allowed`, and
    the whole load inside its `hours` where there are some. While one of `campaigns` is live on a host, its load
    needs `during_campaign`.

    A redirect may lead to an origin whose cap carries the peak of the whole plan: every visit could be led there. To
    all others redirects are closed, also where pages name them.
    """
    named = origins_of(plan)
    if config.load.off:
        return [Refusal(origin, config.load.off, "Remove load.off from .launchguard.yml.") for origin in named]
    case = _Case(plan, config, now, production_allowed, during_campaign, campaigns, prove, resolver)
    answers = [_decide(origin, peak_of(plan, origin), case) for origin in named]
    if not any(isinstance(answer, Grant) for answer in answers):
        return answers
    for origin in dict.fromkeys((*_redirect_origins(config), *_siblings(named))):
        if origin not in named:
            answer = _decide(origin, 0.0, case)
            if isinstance(answer, Grant):
                answers.append(replace(answer, by_redirect=True))
    return answers


def _redirect_origins(config: RepositoryConfig) -> Iterator[str]:
    """Every origin that the configuration's rules cover."""
    for name in config.load.hosts:
        if split_host(name)[1] is not None:
            yield from (f"{scheme}://{name}" for scheme in DEFAULT_PORTS)
        else:
            yield from (origin_of(f"{scheme}://{name}") for scheme in DEFAULT_PORTS)


def _siblings(named: Sequence[str]) -> Iterator[str]:
    """The other scheme of hosts that pages name, on default ports: plain HTTP mostly redirects to it."""
    for origin in named:
        twin = twin_of(origin)
        if twin is not None and not is_loopback_host(host_of(origin)):
            yield twin


def _decide(origin: str, peak_per_s: float, case: _Case) -> Answer:
    """Decide on the visits that the plan itself brings to an origin's host, and on those that redirects could."""
    tracker = tracker_of(host_of(origin))
    if tracker:
        return Refusal(
            origin,
            f"{host_of(origin)} is a tracking or advertising host ({tracker}), and those are never loaded",
            "Take it out of the manifest's pages: what it counts would be wrong, and its owner is not asked.",
        )
    terms = configured(origin, case.config) or _proven(origin, peak_per_s, case)
    if isinstance(terms, Refusal):
        return terms
    reason = _live(origin, case) or terms.refusal(
        peak_per_s, case.now, case.length_s, production_allowed=case.production_allowed
    )
    if reason:
        return Refusal(origin, *reason)
    addresses = terms.addresses or pinned(origin, case.resolver, case.config.private_hosts)
    if isinstance(addresses, Refusal):
        return addresses
    hours = str(terms.hours) if terms.hours else ""
    return Grant(
        origin,
        addresses,
        terms.max_rate_per_s,
        terms.why,
        production=terms.production,
        hours=hours,
        closed=terms.closed(case.plan.peak_per_s),
        max_requests_per_s=terms.max_requests_per_s,
        max_connections=terms.max_connections,
    )


def _proven(origin: str, peak_per_s: float, case: _Case) -> LoadTerms | Refusal:
    """The terms that a host without a rule sets itself. An address is nobody's name, so it cannot speak."""
    host = host_of(origin)
    nobody = Refusal(origin, f"{host} is not authorized to receive load", _two_lines(origin, peak_per_s))
    if case.prove is None or parse_address(host) is not None:
        return nobody
    addresses = pinned(origin, case.resolver, case.config.private_hosts)
    if isinstance(addresses, Refusal):
        return replace(nobody, reason=f"{nobody.reason}: {addresses.reason}")
    proof = case.prove(origin, addresses, case.now)
    if isinstance(proof, str):
        return replace(nobody, reason=f"{nobody.reason}: {proof}")
    return proven(origin, proof)


def _live(origin: str, case: _Case) -> tuple[str, str] | None:
    """Why a campaign that is under way keeps load away from its host, with what would change that."""
    host = host_of(origin)
    if case.during_campaign or is_loopback_host(host):
        return None
    end = case.now + timedelta(seconds=case.length_s)
    campaign = live_campaign(host, case.campaigns, case.now, end)
    if campaign is None:
        return None
    until = f"until {format_instant(campaign.ends)}" if campaign.ends else "with no end in its manifest"
    reason = f"{campaign.name} is live on {host}, {until}: load would meet its visitors"
    return reason, "Wait for its end, or run with --during-campaign."


def _two_lines(origin: str, peak_per_s: float) -> str:
    """What to write to authorize an origin."""
    return f"Add to .launchguard.yml:\nload:\n  hosts: {{{written(origin)!r}: {{max_rate: {enough(peak_per_s)}}}}}"
