from collections.abc import Iterator

from launchguard import Finding, NotApplicable, Page, Unknown, Visit, check, html, walls


@check("contains", severity="block", owner="web")
def contains(visit: Visit, page: Page) -> Iterator[Finding | NotApplicable | Unknown]:
    """The page shows every text that the manifest asks for.

    Why: visitors who do not find the offer that the advertisement promised leave, and may complain.
    Fix: publish the text on the page, or correct `contains` in the manifest.
    Source: the manifest's `contains`; Google Ads, "Destination mismatch".

    Example:
        Bad: a_visit(body="<h1>Winter sale</h1>"), a_page(contains=["Spring sale"])
        Good: a_visit(body="<h1>Spring sale</h1>"), a_page(contains=["Spring sale"])
    """
    if not page.contains:
        yield NotApplicable("the manifest asks for no text on this page")
        return
    unread = walls.why_no_page(visit)
    if unread:
        yield NotApplicable(unread)
        return
    document = html.read(visit.text)
    missing = [text for text in page.contains if not document.says(text)]
    if missing and document.is_shell:
        yield Unknown(
            "the page is an empty frame that scripts fill in the browser, so its text could not be read",
            fix="Render the offer on the server, so that it is there for crawlers and before the scripts run.",
        )
        return
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
    if html.comparable(text).casefold() in html.comparable(document.text).casefold():
        return "The text is there in other capitals: write `contains` as the page has it."
    if html.comparable(text).replace(" ", "") in html.comparable(document.text).replace(" ", ""):
        return "The text is there with other spaces: write `contains` as the page has it."
    return ""
