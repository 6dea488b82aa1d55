from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from itertools import pairwise
from urllib.parse import urlsplit

from launchguard import Campaign, Finding, NotApplicable, Page, Visit, check, domains, hosts, html, places, walls

MAX_HOPS = 10


@check("redirect-chain", severity="block", owner="web", looser={"max_redirects": "more"})
def redirect_chain(
    visit: Visit, page: Page, campaign: Campaign, *, max_redirects: int = 1
) -> Iterator[Finding | NotApplicable]:
    """Visitors reach the expected address with at most one redirect, and never leave encryption.

    Why: each redirect costs a phone a good part of a second, and an ad that ends on another site is disapproved.
    Fix: link the final address, or shorten the redirect rules.
    Source: Google Ads, "Destination mismatch"; Lighthouse's redirects audit; the Fetch standard ends at 20 redirects.

    Example:
        Bad: a_visit(via=["https://shop.test/a", "https://shop.test/b"]), a_page(), a_campaign()
        Good: a_visit(via=["https://shop.test/a"]), a_page(), a_campaign()
    """
    steps = list(pairwise(hop.url for hop in visit.hops))
    yield from _in_clear(steps)
    wall = walls.wall_of(visit)
    if wall and steps:
        yield NotApplicable(f"{wall}, which reachable judges")
        return
    yield from _refreshes(visit)
    count = sum(not _only_adds_https(before, after) for before, after in steps)
    if len(steps) > MAX_HOPS or count > max_redirects:
        yield Finding(
            "visitors go through {measured} redirects, expected at most {expected}",
            measured=len(steps) if len(steps) > MAX_HOPS else count,
            expected=max_redirects,
            reason="too-many",
            evidence=_way(visit),
            severity="block" if len(steps) > MAX_HOPS else "warn",
        )
    yield from _wrong_end(visit, page, campaign)


def _in_clear(steps: Sequence[tuple[str, str]]) -> Iterator[Finding]:
    for number, (before, after) in enumerate(steps, 2):
        if urlsplit(before).scheme == "https" and urlsplit(after).scheme == "http":
            yield Finding(
                "hop {measured} leads from https to http",
                measured=number,
                reason="leaves-https",
                subject=hosts.host_of(after),
                evidence=f"{html.without_query(before)} -> {html.without_query(after)}",
                fix="Redirect to the https address.",
            )


def _refreshes(visit: Visit) -> Iterator[Finding]:
    for number, hop in enumerate(visit.hops, 1):
        if hop.via in ("refresh", "meta refresh"):
            yield Finding(
                "hop {number} is reached by a {measured}, expected {expected}",
                measured=hop.via,
                expected="an HTTP redirect",
                reason="refresh",
                subject=hosts.host_of(hop.url),
                evidence=_way(visit),
                severity="warn",
                fix="Answer with 301 or 302 and a Location header: visitors see the page in between.",
                fields={"number": number},
            )


def _wrong_end(visit: Visit, page: Page, campaign: Campaign) -> Iterator[Finding]:
    final = visit.final_url
    if not _is_expected(final, visit, page, campaign):
        yield Finding(
            "visitors end on {measured}, expected {expected}",
            measured=html.without_query(final),
            expected=html.excerpt(page.expected_final or hosts.host_and_port(visit.url)),
            reason="other-place",
            subject=hosts.host_of(final),
            evidence=_way(visit),
            fix="Correct the redirect; if the place is right, name it as the page's `expected_final`, * for any text.",
        )
        return
    reason, where = places.misplaced(final, visit.url)
    if reason and not page.expected_final:
        yield Finding(
            f"visitors end {where}, {{measured}}",
            measured=html.without_query(final),
            expected=html.without_query(visit.url),
            reason=reason,
            subject=hosts.host_of(final) if reason == "staging" else urlsplit(final).path,
            evidence=_way(visit),
            severity="warn",
            fix="Publish the page for everybody; if the place is right, name it as the page's `expected_final`.",
        )


def _way(visit: Visit) -> str:
    """The addresses in their order, and how each was come to where that was no Location header."""
    ways = [f" ({hop.via})" if hop.via not in ("", "location") else "" for hop in visit.hops]
    return " -> ".join(html.without_query(hop.url) + way for hop, way in zip(visit.hops, ways, strict=True))


def _only_adds_https(before: str, after: str) -> bool:
    return before.startswith("http://") and after == "https://" + before.removeprefix("http://")


def _is_expected(final: str, visit: Visit, page: Page, campaign: Campaign) -> bool:
    if page.expected_final:
        # On another origin (a preview) the path has to agree, and the host is the preview's.
        asked, declared, ended = (hosts.host_and_port(url) for url in (visit.url, page.url, final))
        public = hosts.moved(final, onto=page.url) if asked != declared and ended == asked else final
        return any(fnmatchcase(text, page.expected_final) for text in (public, public.partition("?")[0]))
    host = hosts.host_of(final)
    return domains.same_site(host, hosts.host_of(visit.url)) or host in campaign.first_party_hosts
