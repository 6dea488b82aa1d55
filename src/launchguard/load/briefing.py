"""What the generating processes are told: where they may send, as whom, and with which headers."""

import os
from collections.abc import Sequence

from launchguard import __version__
from launchguard.authorize import Grant, canonical_url, origin_of, peak_of
from launchguard.errors import AuthorizationError
from launchguard.load.allowance import allowances
from launchguard.load.orders import Orders, PageOrders
from launchguard.model.load_plan import LoadPlan
from launchguard.probe.credentials import Credential
from launchguard.probe.tls import trusted_roots
from launchguard.web.hosts import DEFAULT_PORTS, host_and_port, host_of, port_of
from launchguard.web.request import DEVICES, agent_of
from launchguard.words import exact, tenths

CONTACT = "https://github.com/launchguard/launchguard"


def check_grants(plan: LoadPlan, grants: Sequence[Grant]) -> None:
    """The last look before anything is sent. Raises AuthorizationError."""
    granted = {grant.origin: grant for grant in grants}
    for target in plan.targets:
        origin = origin_of(target.url)
        if origin not in granted:
            raise AuthorizationError(f"{origin} is not authorized to receive load")
        grant, peak = granted[origin], peak_of(plan, origin)
        for cap, what in ((grant.max_rate_per_s, "/s"), (grant.max_requests_per_s, " requests/s")):
            if cap is not None and peak > cap * (1 + 1e-9):
                raise AuthorizationError(
                    f"{tenths(peak)} visits/s are more than the {exact(cap)}{what} that {origin} may receive"
                )


def orders_of(plan: LoadPlan, grants: Sequence[Grant], part: float = 1.0, *, processes_here: int = 1) -> Orders:
    """The plan as the processes need it, with the addresses that were granted; so many of them are on this machine.

    Files are fetched by the `part` (0-1) of the visitors that this machine can carry, where they may be.
    """
    who = f"LaunchGuard/{__version__} (+{CONTACT}; run {plan.run_id})"
    return Orders(
        pages=tuple(
            PageOrders(t.page, canonical_url(t.url), t.contains, t.expect_status, t.links, t.locale, t.idle, t.kinds)
            for t in plan.targets
        ),
        addresses={grant.origin: grant.addresses for grant in grants if grant.reachable},
        closed={grant.origin: grant.closed for grant in grants if grant.closed},
        agents={device: agent_of(device, who) for device in DEVICES},
        ca_file=trusted_roots(os.environ)[1],
        processes=plan.processes,
        duration_s=plan.duration_s,
        drain_s=plan.drain_s,
        visit_timeout_s=plan.visit_timeout_s,
        limit_p95_ms=plan.limit_p95_ms,
        run_id=plan.run_id,
        seed=plan.seed,
        assets=plan.assets != "no",
        allowed=allowances(plan, grants),
        part=part,
        journey=plan.journey,
        data=plan.data,
        linger_s=plan.linger_s,
        processes_here=processes_here,
        max_connections={
            g.origin: (_capped(g.origin), g.max_connections) for g in grants if g.max_connections is not None
        },
    )


def _capped(origin: str) -> str:
    """What a cap of connections is counted by: the host on both default ports, or on the one port that is named."""
    return host_of(origin) if port_of(origin) in DEFAULT_PORTS.values() else host_and_port(origin)


def carried(grants: Sequence[Grant], credentials: Sequence[Credential]) -> list[Credential]:
    """The credentials that a visit may carry: one that begins at a page's origin, or comes to any by a redirect."""
    ways = [(grant.origin, "" if grant.by_redirect else grant.origin) for grant in grants]
    return [c for c in credentials if any(c.fits(at, began_at=began, after_https=False) for at, began in ways)]


def headers_of(credentials: Sequence[Credential]) -> dict[str, dict[str, str]]:
    """The headers that were declared for each host; which request carries them is `web/confided.py`'s to say."""
    headers: dict[str, dict[str, str]] = {}
    for credential in credentials:
        headers.setdefault(credential.access.host, {})[credential.header] = credential.value
    return headers
