"""Answers that a bot wall gives instead of the page: nothing about the page can be concluded from them."""

import re
from typing import Protocol

from launchguard.web.document import Document, excerpt, read


class Answered(Protocol):
    """What is asked of an answer: its status (None without one), its headers, and its body as bytes and as text."""

    @property
    def status(self) -> int | None: ...
    @property
    def body(self) -> bytes: ...
    @property
    def text(self) -> str: ...
    def header(self, name: str) -> str | None: ...


STATUSES = frozenset({401, 403, 429})
"""Statuses that say something about who is asking, not about the page."""

_MARKUP = re.compile(
    r"challenges\.cloudflare\.com|cf-turnstile|cf[-_]chl|g-recaptcha|hcaptcha\.com|/_Incapsula_|px-captcha|captcha-delivery",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"just a moment|attention required|access denied|are you (?:a )?(?:human|robot)|verify(?:ing)? you are human"
    r"|security check|pardon our interruption|checking your browser|captcha",
    re.IGNORECASE,
)
FEW_WORDS = 40
"""A page with captcha markup and less text than this is the wall itself, not a page with a protected form."""


def wall_of(visit: Answered) -> str:
    """What stopped the visit, as a clause ("it answered 403"), or "" when the page itself answered.

    Markup alone is no proof, because many forms carry a captcha: a title or the lack of text must agree with it.
    """
    if visit.status in STATUSES:
        return f"it answered {visit.status}"
    if (visit.header("cf-mitigated") or "").lower() == "challenge":
        return "it answered with a challenge (cf-mitigated)"
    if visit.body and _MARKUP.search(visit.text) and _is_bare(read(visit.text)):
        return "it answered with a page that asks whether the visitor is human"
    return ""


def _is_bare(page: Document) -> bool:
    return bool(_TITLE.search(page.title)) or (len(page.text.split()) < FEW_WORDS and not page.headings)


def why_no_page(visit: Answered) -> str:
    """Why this answer is not the landing page's, or "" when it is: a bot wall, or an error status."""
    wall = wall_of(visit)
    if wall:
        return wall
    if visit.status is None or visit.status >= 400:
        return f"it answered {visit.status}, which http-status judges"
    return ""


def why_no_html(visit: Answered) -> str:
    """Why there is no HTML of the landing page to read, or "" when there is."""
    content_type = (visit.header("content-type") or "text/html").partition(";")[0].strip().lower()
    if content_type not in ("text/html", "application/xhtml+xml"):
        return why_no_page(visit) or f"it answered {excerpt(content_type, 40)}, not HTML"
    return why_no_page(visit)
