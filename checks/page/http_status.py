from collections.abc import Iterator

from launchguard import Finding, NotApplicable, Visit, check, walls

OK = 200
NON_AUTHORITATIVE = 203
"""A proxy on the way has changed something: visitors get the page all the same (RFC 9110, section 15.3.4)."""


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
