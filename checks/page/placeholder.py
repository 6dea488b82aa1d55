from collections.abc import Iterator

from launchguard import Finding, NotApplicable, Visit, check, placeholders, walls

FIXES = {
    "PHP message": "Mend what fails, and keep messages out of the page (`display_errors = Off`).",
    "[object Object]": "Let the template print a field of the object, not the object.",
    "undefined": "Give the value, or let the template print nothing without one.",
    "null": "Give the value, or let the template print nothing without one.",
    "[shortcode]": "Switch on the plugin that the shortcode belongs to, or take the shortcode out.",
    "a key of a translation": "Add the text in the page's language: its key is shown in place of it.",
    "NaN": "Give the number, or let the template print nothing without one.",
}
"""Of what is no text to fill in; for the others the check's own fix counts."""


@check("placeholder", severity="block", owner="web")
def placeholder(visit: Visit, *, allow_text: str = "") -> Iterator[Finding | NotApplicable]:
    """No placeholder is left in the text, the title, the buttons or the preview of the page.

    Why: "Hello {{first_name}}" in a headline is shared for the wrong reason, and unfinished pages get ads disapproved.
    Fix: fill in the text, or repair what should have rendered it; a teaser may allow its own words with `allow_text`.
    Source: Google Ads, "Destination not working", lists sites under construction.

    Example:
        Bad: a_visit(body="<h1>Hello {{first_name}}</h1>")
        Good: a_visit(body="<h1>Hello Maria</h1>")
    """
    unread = walls.why_no_html(visit)
    if unread:
        yield NotApplicable(unread)
        return
    found = placeholders.placeholders_in(visit.document, allow_text)
    several = len(found) > 1 and any(one.merge for one in found)
    for one in found:
        yield Finding(
            "the page shows a placeholder: {measured}",
            measured=one.name,
            reason="prominent" if one.prominent else "in-text",
            subject=one.name,
            evidence=f'"{one.text}"',
            severity="block" if one.prominent or several else "warn",
            fix=FIXES.get(one.name, ""),
        )
