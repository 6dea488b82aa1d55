from collections.abc import Iterator

from launchguard import Finding, NotApplicable, Visit, check, walls

OK = 200
CHOICES = 300
"""Browsers show the page that comes with it, but search engines and caches may not."""
NON_AUTHORITATIVE = 203
"""A proxy on the way has changed something: visitors get the page all the same (RFC 9110, section 15.3.4)."""
FIXES = {
    204: "Answer with the page and with 200: browsers stay where they are.",
    205: "Answer with the page and with 200: browsers stay where they are.",
    206: "Look at the cache or CDN before the page: it sends a part to a visitor who asked for all of it.",
    300: "Answer with 200: browsers show what comes with 300, and follow none of its choices.",
    304: "Look at the cache or CDN before the page: it answers 304 to a visitor who has nothing yet.",
    400: "Look for a rule that refuses the parameters of the link, or correct them.",
    405: "Let the page be asked for with GET, as browsers do.",
}
FAILS = "Look in the server's log: the page fails for a single visitor already."
NOWHERE = "Give the redirect a Location: without one browsers show what comes with it, mostly nothing."


@check("http-status", severity="block", owner="web", bounds={"expect": (100, 399)})
def http_status(visit: Visit, *, expect: int = 200) -> Iterator[Finding | NotApplicable]:
    """The page answers with the status that the campaign expects.

    Why: an ad click that lands on a 404 or a 503 is money burned.
    Fix: publish the page, or correct its `url` in the manifest.
    Source: RFC 9110, section 15; Google Ads disapproves destinations that do not work.

    Example:
        Bad: a_visit(status=404)
        Good: a_visit(status=200)
    """
    wall = walls.wall_of(visit)
    if wall and visit.status != expect:
        yield NotApplicable(f"{wall}, which reachable judges")
    elif visit.status != expect and not (expect == OK and visit.status == NON_AUTHORITATIVE):
        yield Finding(
            "answered {measured}, expected {expected}",
            measured=visit.status,
            expected=expect,
            reason="status",
            evidence=f"hop {len(visit.hops)} of {len(visit.hops)}",
            severity="warn" if expect == OK and visit.status == CHOICES and not walls.why_no_page(visit) else None,
            fix=_fix(visit.status),
        )
    elif visit.attempts > 1:
        yield Finding(
            "answered {expected} only at attempt {measured}",
            measured=visit.attempts,
            expected=expect,
            reason="flapping",
            severity="warn",
            fix="Look in the server's log for the first attempt: something fails now and then, even without load.",
        )


def _fix(status: int | None) -> str:
    """What would mend this status; "" for one that says that no page is there."""
    if status is None or status in FIXES:
        return FIXES.get(status or 0, "")
    return FAILS if status >= 500 else NOWHERE if 300 <= status < 400 else ""
