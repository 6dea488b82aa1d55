from collections.abc import Iterator

from launchguard import Finding, NotApplicable, Page, Visit, Visits, check, hosts, html, walls


@check("addresses", severity="warn", owner="infra", judges_errors=True)
def addresses(visits: Visits, page: Page) -> Iterator[Finding | NotApplicable]:
    """Every address that the hosts on the way have leads visitors to the page.

    Why: a name with several addresses sends each visitor to one of them; those who get the wrong one see no page.
    Fix: mend the machine behind the address, or take the address out of the DNS.
    Source: RFC 8305 (which addresses clients try, and when), RFC 1794 (load balancing by several addresses).

    Example:
        Bad: some_visits(a_visit(addresses=("::1", "::2")), elsewhere=[a_visit(address="::2", status=500)]), a_page()
        Good: some_visits(a_visit(addresses=("::1", "::2")), elsewhere=[a_visit(address="::2")]), a_page()
    """
    plain = visits.get("plain")
    if plain is None or not visits.elsewhere:
        yield NotApplicable("the host has one address, or is one")
        return
    if plain.error is not None or (plain.status or 0) >= 400:
        yield NotApplicable("no address gave the page, which other checks judge")
        return
    for visit in visits.elsewhere:
        if visit.error is not None and visit.error.kind == "no-route":
            yield Finding(
                "{measured} was not looked at: this machine has no way to it",
                measured=visit.address,
                reason="no-route",
                subject=visit.address,
                severity="info",
                fix=visit.error.fix,
            )
            continue
        wrong = _wrong(visit, plain, page)
        if wrong:
            yield Finding(
                "{measured} {wrong}, {good} is fine",
                measured=visit.address,
                expected="the page at every address",
                reason="address",
                subject=visit.address,
                evidence=_evidence(visit, plain),
                fields={"wrong": wrong, "good": _good(visit, plain)},
            )


def _good(visit: Visit, plain: Visit) -> str:
    """The address of the same host at which the page was seen."""
    return next((hop.address for hop in plain.hops if visit.address in hop.addresses), plain.address)


def _evidence(visit: Visit, plain: Visit) -> str:
    for hop in plain.hops:
        if visit.address in hop.addresses:
            return f"{hosts.host_of(hop.url)} has {', '.join(hop.addresses)}"
    return f"{hosts.host_of(plain.url)} has {', '.join(plain.addresses)}"


def _wrong(visit: Visit, plain: Visit, page: Page) -> str:
    """What one address does otherwise than the address of the plain visit, as a clause; "" when nothing."""
    if visit.error is not None:
        return f"gives no page ({html.excerpt(visit.error.detail, 160)})"
    if visit.status != plain.status:
        return f"answers {visit.status}"
    here, there = html.without_query(visit.final_url), html.without_query(plain.final_url)
    if here != there:
        return f"leads to {here}"
    if walls.why_no_page(plain):
        return ""
    unread = walls.why_no_page(visit)
    if unread:
        return f"gives no page ({html.excerpt(unread, 160)})"
    missing = [text for text in page.contains if plain.document.says(text) and not visit.document.says(text)]
    return f'does not show "{html.excerpt(missing[0], 80)}"' if missing else ""
