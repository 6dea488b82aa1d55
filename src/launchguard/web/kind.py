"""What kind of answer a visitor gets: the page, a download, source code, an error page that answers 200 ...

What is not the page is known by two signals at least, one of which is the headers, the address, or words where a page
says what it is (its title and headings): a short page is never enough by itself.
"""

import re
from codecs import BOM_UTF8
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit

from launchguard.web import signs
from launchguard.web.answer_kinds import (
    ASKS,
    BY_SCRIPTS,
    CONSENT,
    DATA,
    DEFAULT,
    DOWNLOAD,
    EMPTY,
    ERROR,
    FRAMES,
    LEAVES,
    LOGIN,
    MEDIA,
    NOTHING,
    OVER,
    PAGE,
    PDF,
    QUEUE,
    REDIRECT,
    REFUSES,
    REFUTED,
    SCRIPTED,
    SOURCE,
    UNCHANGED,
    UNREADABLE,
    AnswerKind,
)
from launchguard.web.answered import Answered
from launchguard.web.document import Document, excerpt
from launchguard.web.places import is_login

__all__ = ["BY_SCRIPTS", "MANY_WORDS", "REFUTED", "UNREADABLE", "AnswerKind", "answer_kind", "kind_by_headers"]

_WITHOUT_A_PAGE = {204: NOTHING, 205: NOTHING, 304: UNCHANGED}
"""Statuses with which no browser shows what comes with them."""
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9a-z-]+")
_NO_TYPES = frozenset({"*/*", "unknown/unknown", "application/unknown"})
"""The types for which browsers look at the bytes (the WHATWG standard on MIME sniffing)."""
_SCRIPT_SOURCE = re.compile(rb"^\s*<\?php\b|^\s*<%@?\s")
_MARKUP = re.compile(rb"^\s*(?:<!--.{0,200}?-->\s*)?<(?:!doctype html|html|head|body)", re.IGNORECASE | re.DOTALL)
BARE_WORDS = 20
"""A page with less text than this has nothing besides what it says of itself."""
FEW_WORDS = 60
MANY_WORDS = 150
"""A page with more text than this is no error page and no login, whatever words stand in it."""
LOOKED_AT = 5000


def answer_kind(visit: Answered) -> AnswerKind:
    """The kind of an answer that came with a status below 400 and is no bot wall."""
    if visit.status in _WITHOUT_A_PAGE:
        return _WITHOUT_A_PAGE[visit.status]
    by_headers = kind_by_headers(visit)
    if by_headers is not None:
        return by_headers
    if not visit.body.strip():
        return EMPTY
    if _SCRIPT_SOURCE.match(visit.body[:2000].removeprefix(BOM_UTF8)):
        return SOURCE
    try:
        page = visit.document
    except ValueError:
        return UNREADABLE
    says = "\n".join((page.title, *page.headings[:3]))
    kind = next((kind for holds, kind in _BY_PAGE if holds(visit, page, says)), PAGE)
    return replace(FRAMES, words=f"a frame shows {excerpt(page.framed)}") if kind is FRAMES else kind


def kind_by_headers(visit: Answered) -> AnswerKind | None:
    """What the headers alone decide; None for what a browser shows as a page."""
    media_type = visit.content_type.partition(";")[0].strip().lower()
    disposition = (visit.header("content-disposition") or "").partition(";")[0].strip().lower()
    # What is unknown is an attachment (RFC 6266); what is no token, such as `filename=a.pdf` alone, says nothing.
    if disposition != "inline" and _TOKEN.fullmatch(disposition):
        return DOWNLOAD
    if media_type == "text/plain":
        return SOURCE if _MARKUP.match(visit.body[:2000].removeprefix(BOM_UTF8)) else DATA
    if "/" not in media_type or media_type in _NO_TYPES:  # without a usable type a browser looks at the bytes
        return None
    return next((kind for pattern, kind in _BY_TYPE if re.fullmatch(pattern, media_type)), DOWNLOAD)


# The first that fits counts; what no browser shows is a download.
_BY_TYPE: tuple[tuple[str, AnswerKind | None], ...] = (
    (r"text/html|application/(?:xhtml\+)?xml|text/xml|image/svg\+xml", None),
    (r"application/pdf", PDF),
    (r"(?:image|video|audio)/.*", MEDIA),
    (r"text/.*|application/(?:xml|json|javascript)|.*\+(?:xml|json)", DATA),
)


def _is_queue(visit: Answered, page: Document, says: str) -> bool:
    host = urlsplit(visit.final_url).hostname or ""
    cookies = (cookie for step in visit.hops for cookie in step.header_values("set-cookie"))
    counts = page.is_shorter(FEW_WORDS) and not page.calls and signs.QUEUE_SAYS.search(says)
    known = (
        bool(signs.QUEUE_HOST.search(host))
        or any(map(signs.QUEUE_COOKIE.match, (*cookies, *visit.header_values("set-cookie"))))
        or bool(counts and signs.QUEUE_WAIT.search(page.text))
        or "refresh" in page.metas
        or any(visit.header(name) is not None for name in ("retry-after", "refresh"))
    )
    said = f"{says}\n{page.text[:LOOKED_AT]}"
    waits = bool(signs.QUEUE_TEXT.search(said)) or (page.is_shorter(BARE_WORDS) and not page.calls)
    return known and waits and bool(signs.QUEUE_SAYS.search(said))


def _is_login(visit: Answered, page: Document, says: str) -> bool:
    if not page.asks_password or not page.is_shorter(MANY_WORDS):
        return False
    if is_login(visit.final_url):
        return True
    return not _is_sign_up(page, says) and bool(
        signs.LOGIN_SAYS.search(page.text if page.is_shorter(FEW_WORDS) else says)
    )


def _is_sign_up(page: Document, says: str) -> bool:
    """Whether the password is for an account that the visitor makes here: campaigns lead there on purpose."""
    what = next((what for what in (says, " ".join(page.calls)) if signs.SIGN_UP_SAYS.search(what)), "")
    return bool(what) and not signs.ENTER_SAYS.search(f"{says} {what}")


def _is_consent(_visit: Answered, page: Document, says: str) -> bool:
    if len(page.headings) > 1 and not signs.CONSENT_SAYS.search(page.title):
        return False
    return bool(signs.CONSENT_SAYS.search(says)) and bool(signs.CONSENT_TEXT.search(page.text[:LOOKED_AT]))


def _is_error(_visit: Answered, page: Document, says: str) -> bool:
    heading = " ".join(page.headings[:1])
    if signs.ERROR_WORDS.search(f"{page.title}\n{heading}") and all(
        map(signs.ERROR_SAYS.search, (page.title, heading))
    ):
        return True
    if not page.is_shorter(MANY_WORDS):
        return False
    if signs.CRASH.search(page.text[:300]) and (not page.headings or signs.CRASH.search(says)):
        return True
    return bool(signs.ERROR_SAYS.search(says) and signs.ERROR_TEXT.search(page.text))


def _is_leaving(page: Document, says: str) -> bool:
    """Whether a page with scripts and nothing else says that it leads on."""
    bare = page.is_shorter(BARE_WORDS) and not page.calls
    return bare and page.has_scripts and bool(signs.LEAVING_SAYS.search(f"{says}\n{page.text}"))


def _is_default(_visit: Answered, page: Document, says: str) -> bool:
    if not page.is_shorter(MANY_WORDS):
        return False
    says = says if page.headings or not page.is_shorter(FEW_WORDS) else f"{says}\n{page.text}"
    return bool(signs.DEFAULT_SAYS.search(says)) and bool(signs.DEFAULT_TEXT.search(f"{says} {page.text[:LOOKED_AT]}"))


def _is_nothing_but(page: Document, says: re.Pattern[str]) -> bool:
    """Whether a page says this in its first heading, and in its title as well or in few words."""
    if not says.search(" ".join(page.headings[:1])):
        return False
    return page.is_shorter(FEW_WORDS) or (page.is_shorter(MANY_WORDS) and bool(says.search(page.title)))


_BY_PAGE: tuple[tuple[Callable[[Answered, Document, str], bool], AnswerKind], ...] = (
    (_is_queue, QUEUE),
    (_is_login, LOGIN),
    (_is_consent, CONSENT),
    (_is_error, ERROR),
    (_is_default, DEFAULT),
    (lambda _visit, page, _says: _is_nothing_but(page, signs.ASKS_SAYS), ASKS),
    (lambda _visit, page, _says: _is_nothing_but(page, signs.REFUSES_SAYS), REFUSES),
    (lambda _visit, page, _says: _is_nothing_but(page, signs.OVER_SAYS), OVER),
    (lambda _visit, page, _says: page.leaves, LEAVES),
    (lambda _visit, page, _says: bool(page.framed), FRAMES),
    (lambda _visit, page, says: page.sent_away or _is_leaving(page, says), REDIRECT),
    (lambda _visit, page, _says: page.is_shell, SCRIPTED),
    (lambda _visit, page, _says: not (page.text or page.later or page.has_media) and page.has_scripts, SCRIPTED),
    (lambda _visit, page, _says: not (page.text or page.later or page.has_media), EMPTY),
)
"""What a page says of itself, in the order in which it counts: the first that fits."""
