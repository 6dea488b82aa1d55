import re
from collections.abc import Iterator

from launchguard import Finding, NotApplicable, Visits, check, html, walls

WIDEST_PHONE_PX = 600
"""CSS pixels; the widest phones have about 480, and a page for more is made for a desktop."""


@check("viewport", severity="warn", owner="web", visits=("plain", "phone"))
def viewport(visits: Visits) -> Iterator[Finding | NotApplicable]:
    """The page that a phone gets fits its screen and can be zoomed.

    Why: most clicks on a campaign come from phones, where a page without a viewport is too small to read.
    Fix: put `<meta name="viewport" content="width=device-width, initial-scale=1">` into the head.
    Source: CSS Viewport Module Level 1; WCAG 2.2, success criterion 1.4.4 (text can be enlarged to 200 %).

    Example:
        Bad: some_visits(a_visit(body="<h1>Spring sale</h1>"))
        Good: some_visits(a_visit(body='<meta name="viewport" content="width=device-width"><h1>Spring sale</h1>'))
    """
    plain, phone = visits.get("plain"), visits.get("phone")
    # Sites that know a phone may give it another page; where a phone gets none, `phones` says so.
    visit = phone if phone is not None and phone.error is None and not walls.why_no_html(phone) else plain
    unread = "the page was not visited" if visit is None else walls.why_no_html(visit)
    if visit is None or unread:
        yield NotApplicable(unread)
        return
    content = visit.document.viewport
    given = dict(re.findall(r"([\w-]+)\s*=\s*([^,;\s]+)", content.lower()))
    if "width" not in given and "initial-scale" not in given:
        yield Finding(
            "the page has no usable viewport", measured=html.excerpt(content), reason="missing", subject="viewport"
        )
    width = given.get("width", "")
    if width.isdecimal() and int(width) > WIDEST_PHONE_PX:
        yield Finding(
            "the page is laid out for a screen of {measured} px, so that phones shrink it",
            measured=int(width),
            reason="fixed-width",
            subject="viewport",
            fix="Write `width=device-width` in the viewport, and let the style sheet adapt.",
        )
    scale = given.get("maximum-scale", "10")
    if given.get("user-scalable") in ("no", "0") or re.fullmatch(r"[01](?:\.\d+)?", scale):
        yield Finding(
            "the page forbids to zoom: {measured}",
            measured=html.excerpt(content),
            reason="zoom-blocked",
            subject="viewport",
            fix="Remove `user-scalable=no` and any `maximum-scale` below 2 from the viewport.",
        )
