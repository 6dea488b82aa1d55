"""May this origin receive load? The only place that says yes, and why.

Load goes to an origin (scheme, host, port) that is authorized: a loopback origin that a page names, or a host under
`load.hosts` in `.launchguard.yml`. The origin's addresses are looked up here, once, and the load goes to those and to
no others, whatever the name leads to a moment later.
"""

import socket
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from launchguard.model.campaign import HostRule, RepositoryConfig
from launchguard.model.load import LoadPlan
from launchguard.model.web import normalize_host, parse_url
from launchguard.probe.addresses import is_loopback_host, parse_address, refusal

Resolver = Callable[[str, int, int, int], Sequence[tuple[Any, ...]]]
DEFAULT_PORTS = {"http": 80, "https": 443}
LOOPBACK_WHY = "a loopback origin that a page names"


@dataclass(frozen=True)
class Grant:
    """An origin that may receive load: at most `max_rate_per_s` (None: no cap), to these addresses only.

    `by_redirect` marks an origin that no page names, but that its pages may redirect to.
    """

    origin: str
    addresses: tuple[str, ...]
    max_rate_per_s: float | None
    why: str
    by_redirect: bool = False


@dataclass(frozen=True)
class Refusal:
    """An origin that gets no load: why, and what to write where to change that."""

    origin: str
    reason: str
    fix: str


def origin_of(url: str) -> str:
    """scheme://host:port of a URL, in one spelling (lower case, IDNA, no trailing dot, the port always there).

    Raises ValueError for what is no plain http(s) URL, and for a URL with a user name.
    """
    parts = urlsplit(parse_url(url))
    host = normalize_host(f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or "")
    return f"{parts.scheme}://{host}:{parts.port or DEFAULT_PORTS[parts.scheme]}"


def canonical_url(url: str) -> str:
    """The URL on its origin in that one spelling: what was authorized is what is asked for."""
    parts = urlsplit(parse_url(url))
    return f"{origin_of(url)}{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"


def origins_of(plan: LoadPlan) -> list[str]:
    """The origins that a plan sends visits to, each once. Raises ValueError like `origin_of`."""
    return list(dict.fromkeys(origin_of(target.url) for target in plan.targets))


def peak_of(plan: LoadPlan, origin: str) -> float:
    """The visits per second that a plan brings to an origin's host at its highest: the caps are per host."""
    host = urlsplit(origin).hostname
    share = sum(target.share for target in plan.targets if urlsplit(origin_of(target.url)).hostname == host)
    return plan.peak_per_s * share / sum(target.share for target in plan.targets)


def authorize(
    plan: LoadPlan,
    config: RepositoryConfig,
    *,
    now: datetime,
    production_allowed: bool = False,
    resolver: Resolver = socket.getaddrinfo,
) -> list[Grant | Refusal]:
    """Decide on every origin of a plan, in the plan's order; then on those that its pages may redirect to.

    A rule of the configuration covers http and https on their default ports, or the one port that it is written
    with; its cap binds the plan's peak on that host. Production (every host but loopback, unless its rule says
    `production: false`) needs `production_allowed`, and its `hours` where there are some. A redirect may lead to
    any origin whose rule would carry the whole plan.
    """
    named = origins_of(plan)
    if config.load.off:
        return [Refusal(origin, config.load.off, "Remove load.off from .launchguard.yml.") for origin in named]
    answers = [_decide(o, peak_of(plan, o), config, now, production_allowed, resolver) for o in named]
    if not any(isinstance(answer, Grant) for answer in answers):
        return answers
    for origin in _redirect_origins(config):
        if origin not in named:
            answer = _decide(origin, plan.peak_per_s, config, now, production_allowed, resolver)
            if isinstance(answer, Grant):
                answers.append(replace(answer, by_redirect=True))
    return answers


def _redirect_origins(config: RepositoryConfig) -> Iterator[str]:
    """Every origin that the configuration's rules cover."""
    for name in config.load.hosts:
        port = urlsplit(f"//{name}").port
        for scheme, default in DEFAULT_PORTS.items():
            yield f"{scheme}://{name}" if port else f"{scheme}://{name}:{default}"


def _decide(
    origin: str,
    peak_per_s: float,
    config: RepositoryConfig,
    now: datetime,
    production_allowed: bool,
    resolver: Resolver,
) -> Grant | Refusal:
    host = urlsplit(origin).hostname or ""
    found = _rule(origin, config)
    if found is None:
        if is_loopback_host(host):
            return _granted(origin, None, LOOPBACK_WHY, resolver)
        return Refusal(origin, f"{host} is not authorized to receive load", _two_lines(origin, peak_per_s))
    name, rule = found
    reason = _rule_refuses(rule, name, peak_per_s, now, production_allowed or is_loopback_host(host))
    if reason:
        return Refusal(origin, *reason)
    private = [normalize_host(known) for known in config.private_hosts]
    return _granted(origin, rule.max_rate, f"load.hosts.{name} in .launchguard.yml", resolver, private)


def _granted(
    origin: str, max_rate: float | None, why: str, resolver: Resolver, private: Sequence[str] = ()
) -> Grant | Refusal:
    """The grant for an origin whose every address may be loaded; a name that leads astray even once is refused."""
    parts = urlsplit(origin)
    host = parts.hostname or ""
    addresses = _resolve(host, parts.port or 0, resolver)
    if not addresses:
        return Refusal(origin, f"{host} does not resolve", "Check the host's DNS record.")
    for address in addresses:
        wrong = refusal(host, address, loopback=is_loopback_host(host), private_hosts=private)
        if not wrong and is_loopback_host(host) and not is_loopback_host(address):
            wrong = f"{host} leads to {address}, which is not this machine"
        if wrong:
            return Refusal(origin, wrong, f"If that is meant, add to .launchguard.yml:\nprivate_hosts: [{host}]")
    return Grant(origin, addresses, max_rate, why)


def _rule(origin: str, config: RepositoryConfig) -> tuple[str, HostRule] | None:
    """The rule for an origin: written with its port, or without one for the default ports of http and https."""
    parts = urlsplit(origin)
    rules = {normalize_host(name): (name, rule) for name, rule in config.load.hosts.items()}
    shown = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    default = parts.port in DEFAULT_PORTS.values()
    return rules.get(f"{shown}:{parts.port}") or (rules.get(f"{shown}") if default else None)


def _rule_refuses(
    rule: HostRule, name: str, peak_per_s: float, now: datetime, production_allowed: bool
) -> tuple[str, str] | None:
    """Why a rule does not allow this plan now, with what would; None when it does."""
    if peak_per_s > rule.max_rate * (1 + 1e-9):
        return (
            f"the plan's {peak_per_s:.1f} visits/s are more than the {rule.max_rate:g}/s that {name} may receive",
            f"Raise load.hosts.{name}.max_rate in .launchguard.yml to {peak_per_s * 1.01:.0f}/s or more.",
        )
    if rule.production and not production_allowed:
        return (
            f"{name} is a production host",
            f"Run with --production, or write `production: false` under load.hosts.{name} in .launchguard.yml.",
        )
    if rule.hours is not None and not rule.hours.contains(now):
        return f"{name} may receive load only in {rule.hours}", "Run it then, or change `hours` in .launchguard.yml."
    return None


def _resolve(host: str, port: int, resolver: Resolver) -> tuple[str, ...]:
    """The host's addresses, IPv4 first, each once; empty when it does not resolve."""
    literal = parse_address(host)
    if literal is not None:
        return (str(literal),)
    try:
        answers = resolver(host, port, 0, socket.SOCK_STREAM)
    except OSError:
        return ()
    ordered = sorted(answers, key=lambda answer: answer[0] != socket.AF_INET)
    return tuple(dict.fromkeys(str(answer[4][0]).partition("%")[0] for answer in ordered))


def _two_lines(origin: str, peak_per_s: float) -> str:
    """What to write to authorize an origin."""
    parts = urlsplit(origin)
    name = parts.netloc if parts.port != DEFAULT_PORTS[parts.scheme] else parts.netloc.rpartition(":")[0]
    rate = max(peak_per_s, 1.0)
    return f"Add to .launchguard.yml:\nload:\n  hosts: {{{name!r}: {{max_rate: {-(-rate // 1):.0f}/s}}}}"
