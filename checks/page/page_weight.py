from collections.abc import Iterator

from launchguard import Finding, NotApplicable, Visit, check, walls, words


@check("page-weight", severity="block", owner="web", looser={"warn_bytes": "more", "max_bytes": "more"})
def page_weight(
    visit: Visit, *, warn_bytes: int = 2_000_000, max_bytes: int = 5_000_000
) -> Iterator[Finding | NotApplicable]:
    """The HTML document is light enough for a phone and for the peak.

    Why: on a phone every megabyte costs seconds, and visitors leave before they see the offer.
    Fix: move embedded images, fonts and data out of the document, and load them when they are needed.
    Source: 2 MB is sitespeed.io coach's limit for a whole page, 5 MB twice Lighthouse's 90th percentile, 2.6 MiB;
    the document alone, which is what is counted here, has to stay well below them.

    Example:
        Bad: a_visit(wire_bytes=6_000_000)
        Good: a_visit(wire_bytes=60_000)
    """
    unread = walls.why_no_page(visit)
    if unread:
        yield NotApplicable(unread)
    elif visit.wire_bytes > min(warn_bytes, max_bytes):
        limit = max_bytes if visit.wire_bytes > max_bytes else warn_bytes
        yield Finding(
            "the HTML travels as {size} kB, the limit is {limit} kB; images and scripts are not counted",
            measured=visit.wire_bytes,
            expected=limit,
            reason="too-heavy",
            severity="block" if visit.wire_bytes > max_bytes else "warn",
            fields={"size": words.count(visit.wire_bytes / 1000), "limit": words.count(limit / 1000)},
        )
