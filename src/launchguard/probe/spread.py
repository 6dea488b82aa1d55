"""Looking at a page at every address that its hosts have, as the visitors of a campaign do between them."""

from collections.abc import Sequence
from dataclasses import replace

from launchguard.model.visit import Visit, Visits
from launchguard.probe.policy import ProbePolicy, VisitRequest
from launchguard.probe.pool import visit_all
from launchguard.web.addresses import is_loopback_host
from launchguard.web.hosts import host_of

MAX_ADDRESSES = 8
"""So many addresses of each host on the way are looked at for each page."""


def visit_pages(requests: Sequence[VisitRequest], *, policy: ProbePolicy) -> tuple[Visits, ...]:
    """Visit every page in every variant, and its plain variant at each address that its host has.

    The pages come in the order of their first requests. A page that one address does not give is judged by one that
    gives it, in every variant; what the other address answered is among `elsewhere`. Raises as visit_all does.
    """
    visits = visit_all(requests, policy=policy)
    others = visit_all(other_addresses(requests, visits), policy=policy)
    pages = [_of_page(page, visits, others) for page in dict.fromkeys(request.page for request in requests)]
    good = [move_to_good_address(page) for page in pages]
    again = {
        visit.page: visit
        for before, after in zip(pages, good, strict=True)
        if before is not after and (visit := after.get("plain")) is not None
    }
    repeated = [
        replace(request, address=again[request.page].address, host=_host_at(again[request.page]))
        for request in requests
        if request.page in again and request.variant != "plain"
    ]
    return _with(good, visit_all(repeated, policy=policy))


def other_addresses(requests: Sequence[VisitRequest], visits: Sequence[Visit]) -> list[VisitRequest]:
    """The plain requests again, for those addresses of the hosts on the way that their own visits did not take."""
    return [
        replace(request, address=address, host=host)
        for request, visit in zip(requests, visits, strict=True)
        if request.variant == "plain"
        for host, (addresses, taken) in _on_the_way(visit).items()
        if not is_loopback_host(host)
        for address in addresses[:MAX_ADDRESSES]
        if address != taken
    ]


def _on_the_way(visit: Visit) -> dict[str, tuple[tuple[str, ...], str]]:
    """The hosts that a visit came by, each with its addresses and the one that was taken."""
    way = {host_of(visit.url): (visit.addresses, visit.address)}
    for hop in visit.hops:
        way.setdefault(host_of(hop.url), (hop.addresses, hop.address))
    return way


def move_to_good_address(page: Visits) -> Visits:
    """Let the plain visit change places with one at another address, where only that one got the page."""
    plain = page.get("plain")
    better = next((visit for visit in page.elsewhere if _got_page(visit)), None)
    if plain is None or better is None or _got_page(plain):
        return page
    by_variant = tuple((name, better if visit is plain else visit) for name, visit in page.by_variant)
    return replace(page, by_variant=by_variant, elsewhere=tuple(plain if v is better else v for v in page.elsewhere))


def _host_at(visit: Visit) -> str:
    """The host whose address a visit had to take."""
    at = (host for host, (addresses, _) in _on_the_way(visit).items() if visit.address in addresses)
    return next(at, "")


def _got_page(visit: Visit) -> bool:
    return visit.error is None and visit.status is not None and visit.status < 400


def _of_page(page: str, visits: Sequence[Visit], others: Sequence[Visit]) -> Visits:
    by_variant = tuple((visit.variant, visit) for visit in visits if visit.page == page)
    return Visits(page, by_variant, tuple(visit for visit in others if visit.page == page))


def _with(pages: Sequence[Visits], repeated: Sequence[Visit]) -> tuple[Visits, ...]:
    """The pages with these visits in the place of the ones that they repeat."""
    newer = {(visit.page, visit.variant): visit for visit in repeated}
    return tuple(
        replace(page, by_variant=tuple((name, newer.get((page.page, name), visit)) for name, visit in page.by_variant))
        for page in pages
    )
