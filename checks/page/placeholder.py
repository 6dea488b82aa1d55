import re
from collections.abc import Iterator

from launchguard import Finding, NotApplicable, Visit, check, html, walls

MERGE_TAGS = {
    "{{...}}": re.compile(r"\{\{[^{}]{1,80}\}\}"),
    "%%...%%": re.compile(r"%%[A-Za-z_][\w ]{0,60}%%"),
    "*|...|*": re.compile(r"\*\|[A-Za-z_][\w :]{0,60}\|\*"),
    "lorem ipsum": re.compile(r"\blorem ipsum\b", re.IGNORECASE),
}
OTHERS = {
    "coming soon": re.compile(r"\bcoming soon\b", re.IGNORECASE),
    "TBD": re.compile(r"\bTB[DAC]\b"),
    "[insert ...]": re.compile(r"\[\s*insert\b", re.IGNORECASE),
    "[object Object]": re.compile(r"\[object Object\]"),
    "{% ... %}": re.compile(r"\{%[^{}%]{1,80}%\}"),
    "${...}": re.compile(r"\$\{[A-Za-z_][\w.]{0,60}\}"),
    "<%= ... %>": re.compile(r"<%=?[^<>%]{1,80}%>"),
    "[[...]]": re.compile(r"\[\[[A-Za-z_][\w .]{0,60}\]\]"),
    "[FIRST NAME]": re.compile(r"\[(?:FIRST|LAST|YOUR|COMPANY|CITY|PRODUCT)[ _A-Z]{0,30}\]"),
}
NOT_A_VALUE = {"undefined": re.compile(r"\bundefined\b"), "NaN": re.compile(r"\bNaN\b")}


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
    document = visit.document
    preview = [text for name, text in document.metas.items() if name.startswith(("og:", "twitter:"))]
    prominent = [document.title, *document.headings, *document.calls, *preview]
    loud = _hits(prominent, MERGE_TAGS, document, allow_text)
    quiet = _hits(
        [*prominent, document.prose, document.metas.get("description", "")], MERGE_TAGS | OTHERS, document, allow_text
    )
    quiet |= _hits([*document.headings, *document.calls], NOT_A_VALUE, document, allow_text)
    for name, text in (quiet | loud).items():
        yield Finding(
            "the page shows a placeholder: {measured}",
            measured=name,
            reason="prominent" if name in loud else "in-text",
            subject=name,
            evidence=f'"{text}"',
            severity="block" if loud or (len(quiet) > 1 and not MERGE_TAGS.keys().isdisjoint(quiet)) else "warn",
        )


def _hits(
    texts: list[str], patterns: dict[str, re.Pattern[str]], document: html.Document, allowed: str
) -> dict[str, str]:
    """Each pattern that some text matches, with an excerpt around the first match."""
    found: dict[str, str] = {}
    for name, pattern in patterns.items():
        if name == "{{...}}" and document.has_client_templates:
            continue
        for text in texts:
            match = pattern.search(re.sub(re.escape(allowed), "", text, flags=re.IGNORECASE) if allowed else text)
            if match:
                found.setdefault(name, html.excerpt(match.string[max(0, match.start() - 30) : match.end() + 30]))
    return found
