from collections.abc import Iterator

from launchguard import Finding, NotApplicable, Page, Visit, check, html, kinds, walls

HINTS = {
    "capitals": "the page shows {measured} in other capitals, which its style sheet may do",
    "after a click": "the page shows {measured} only after a click",
    "in the title": "the page shows {measured} only in its title, which visitors see in the tab",
}
"""Where a visitor can read the text, and a person may want to look: nothing that stops a launch."""
HINT_FIXES = {
    "capitals": "Nothing, where the style sheet sets the capitals; else write `contains` as the page has it.",
    "after a click": "Show the text at once, if visitors must not miss it.",
    "in the title": "Show the text on the page itself, too.",
}


@check("contains", severity="block", owner="web")
def contains(visit: Visit, page: Page) -> Iterator[Finding | NotApplicable]:
    """The page shows every text that the manifest asks for.

    Why: visitors who do not find the offer that the advertisement promised leave, and may complain.
    Fix: publish the text on the page, or correct `contains` in the manifest.
    Source: the manifest's `contains`; Google Ads, "Destination mismatch".

    Example:
        Bad: a_visit(body="<h1>Winter sale</h1>"), a_page(contains=["Spring sale"])
        Good: a_visit(body="<h1>Spring sale</h1>"), a_page(contains=["Spring sale"])
    """
    if not page.contains:
        yield NotApplicable("the manifest asks for no text on this page", unseen="the words of the page (`contains`)")
        return
    unread = walls.why_no_page(visit)
    if unread:
        yield NotApplicable(unread)
        return
    document = visit.document
    matches = {text: document.match(text) for text in page.contains}
    missing = [text for text, match in matches.items() if not match]
    kind = kinds.answer_kind(visit)
    if missing and kind.name in kinds.BY_SCRIPTS:
        yield NotApplicable(f"{kind.words}, which is-the-page judges", unseen=kind.unseen)
        return
    for text, how in matches.items():
        if how in HINTS:
            yield Finding(
                HINTS[how],
                measured=f'"{html.excerpt(text)}"',
                reason=how.replace(" ", "-"),
                subject=html.excerpt(text),
                severity="info",
                fix=HINT_FIXES[how],
            )
    for text in missing:
        yield Finding(
            "the page does not show {measured}",
            measured=f'"{html.excerpt(text)}"',
            expected="every text of `contains`",
            reason="text-missing",
            subject=html.excerpt(text),
            evidence=f'the page begins: "{html.excerpt(document.text)}"',
            fix=_hint(text, document),
        )


def _hint(text: str, document: html.Document) -> str:
    if html.comparable(text).replace(" ", "") in html.comparable(document.text).replace(" ", ""):
        return "The text is there with other spaces: write `contains` as the page has it."
    return ""
