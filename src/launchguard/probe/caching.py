"""Looking at a page again with links that nobody had used: does the cache before it tell them apart?"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from launchguard.model.visit import Visit
from launchguard.probe.policy import ProbePolicy, VisitRequest
from launchguard.probe.pool import visit_all
from launchguard.web.caches import CacheLook, next_changes, product_of, what_said
from launchguard.web.click_ids import id_value
from launchguard.web.urls import with_parameters

AT_ONCE = 4
"""Few enough that a page is not made slow by being asked whether it is."""
MAX_NAMES = 12
"""So many parameters of a link are told apart: 2 + 4 + 2 x 12 visits, and one more for each that is undecided."""


def look_at_caches(
    requests: Sequence[VisitRequest], names: Mapping[str, tuple[str, ...]], *, policy: ProbePolicy, seed: str
) -> dict[str, tuple[CacheLook, ...]]:
    """What the caches before pages do with fresh values of these parameters (by the page), one look after the other.

    `requests` are the plain ones. A page that fails on the way has no looks: other checks say what is wrong with it.
    Values are drawn from the seed, so that another run asks for other URLs. Raises as visit_all does.
    """
    few = replace(policy, threads=min(policy.threads, AT_ONCE * len(requests) or 1))
    looks: dict[str, tuple[CacheLook, ...]] = {request.page: () for request in requests}
    failed: set[str] = set()
    while asked := [
        (request, change)
        for request in requests
        if request.page not in failed
        for change in next_changes(names.get(request.page, ())[:MAX_NAMES], looks[request.page])
    ]:
        counted = Counter((page, look.changed) for page, seen in looks.items() for look in seen)
        wanted = []
        for request, change in asked:
            turn = counted[request.page, change]
            counted[request.page, change] += 1
            wanted.append(_fresh(request, change, f"{seed} {turn}", first=turn % 2 == 1))
        for (request, change), visit in zip(asked, visit_all(wanted, policy=few), strict=True):
            if visit.error is not None or (visit.status or 0) >= 400:
                failed.add(request.page)
            else:
                looks[request.page] += (_look(visit, change),)
    return {page: () if page in failed else seen for page, seen in looks.items()}


def _fresh(request: VisitRequest, change: tuple[str, ...], seed: str, *, first: bool) -> VisitRequest:
    """The request with new values, in front of the link's other parameters or behind them."""
    values = {name: id_value(name, f"{seed} {' '.join(change)}") for name in change}
    return replace(request, url=with_parameters(request.url, values, first=first))


def _look(visit: Visit, change: tuple[str, ...]) -> CacheLook:
    hop = visit.hops[-1]
    took = hop.timings
    waited_ms = (took.total_ms or 0.0) - (took.dns_ms or 0.0) - (took.connect_ms or 0.0) - (took.tls_ms or 0.0)
    return CacheLook(change, what_said(hop.headers), waited_ms, product_of(hop.headers))
