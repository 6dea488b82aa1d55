"""What kind of answer a visitor gets: the page, a download, source code, an error page that answers 200 ...

What is not the page is known by two signals at least, one of which is the headers, the address, or words where a page
says what it is (its title and headings): a short page is never enough by itself.
"""

import re
from codecs import BOM_UTF8
from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from launchguard.web import signs
from launchguard.web.answered import Answered
from launchguard.web.document import Document, excerpt
from launchguard.web.places import is_login


@dataclass(frozen=True)
class AnswerKind:
    """What a visitor sees, as a clause ("a download starts"), and what would mend it. `is_page`: nothing is wrong.

    `weight` says how certain it is that this is not what the campaign wants: block, warn, or unknown. `by_words`: it is
    known by what the page says of itself, so that a page which says all that was promised is only suspected of it.
    `unseen` is what nobody here could look at: only a browser shows it.
    """

    name: str
    words: str = ""
    fix: str = ""
    weight: str = "block"
    by_words: bool = False
    unseen: str = ""

    @property
    def is_page(self) -> bool:
        """Whether this is a page that can be looked at as a visitor does."""
        return self.name == "page"


PAGE = AnswerKind("page")
DOWNLOAD = AnswerKind("download", "a download starts", "Link a page that leads to the file, or say that it is meant.")
PDF = AnswerKind("pdf", "a PDF opens", "Link a page; most phones leave the browser for a PDF.", "warn")
SOURCE = AnswerKind(
    "source", "the browser shows source code", "Send `Content-Type: text/html; charset=utf-8` with the page."
)
DATA = AnswerKind("data", "the browser shows data, not a page", "Send the page itself at this address.")
MEDIA = AnswerKind("media", "the browser shows a single picture or film", "Link a page that holds it.", "warn")
EMPTY = AnswerKind("empty", "the page is empty", "Look in the server's log: it answered and sent nothing to see.")
NOTHING = AnswerKind(
    "nothing",
    "nothing happens: browsers stay where they are",
    "Answer with the page and with status 200.",
)
UNCHANGED = AnswerKind(
    "unchanged",
    "the answer is that nothing has changed, to a visitor who has nothing yet",
    "Look at the cache or CDN before the page: it answers 304 to a request without a condition.",
)
FRAMES = AnswerKind(
    "frames",
    "a frame shows another address in place of the page",
    "Redirect to the page instead of framing it.",
    "warn",
    unseen="what the frame shows",
)
ERROR = AnswerKind("error-page", "an error page answers 200", "Publish the page, or correct its `url`.", by_words=True)
DEFAULT = AnswerKind(
    "default-page",
    "a server's or a registrar's own page answers",
    "Point the host at the site that has the page.",
    by_words=True,
)
QUEUE = AnswerKind(
    "waiting-room",
    "a waiting room answers instead of the page",
    "Let LaunchGuard's user agent through the waiting room, or close it for the test.",
    "unknown",
    by_words=True,
)
LOGIN = AnswerKind("login", "a login stands before the page", "Publish the page, or declare `access` for a preview.")
CONSENT = AnswerKind(
    "consent",
    "a consent page stands before the page",
    "Ask for consent on the page itself; keep the parameters.",
    "warn",
)
SCRIPTED = AnswerKind(
    "scripted",
    "scripts fill the page: only a browser can tell what it shows",
    "Render the offer on the server; or accept it: `checks: {is-the-page: {scripted: yes}}`.",
    "unknown",
    unseen="what scripts show",
)
REDIRECT = AnswerKind(
    "script-redirect",
    "a script sends visitors on: only a browser can tell where",
    "Redirect with a status and a Location; or accept it: `checks: {is-the-page: {scripted: yes}}`.",
    "unknown",
    unseen="what scripts show",
)
LEAVES = replace(REDIRECT, words="a script sends visitors on at once: only a browser can tell where")
UNREADABLE = AnswerKind(
    "unreadable",
    "the markup cannot be read in reasonable time",
    "Look for what repeats without an end: nested elements, or attributes of one element.",
    "unknown",
)
REFUTED = frozenset({SCRIPTED, REDIRECT, LOGIN, CONSENT})
"""Kinds that a page is not of, whatever it looks like, where it shows all that was promised of it."""

BY_SCRIPTS = frozenset({"scripted", "script-redirect"})
"""Kinds of pages of which something can be read, but not what a visitor sees in the end."""

_WITHOUT_A_PAGE = {204: NOTHING, 205: NOTHING, 304: UNCHANGED}
"""Statuses with which no browser shows what comes with them."""
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9a-z-]+")
_NO_TYPES = frozenset({"*/*", "unknown/unknown", "application/unknown"})
"""The types for which browsers look at the bytes (the WHATWG standard on MIME sniffing)."""
_SCRIPT_SOURCE = re.compile(rb"^\s*<\?php\b|^\s*<%@?\s")
_MARKUP = re.compile(rb"^\s*(?:<!--.{0,200}?-->\s*)?<(?:!doctype html|html|head|body)", re.IGNORECASE | re.DOTALL)
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
    says = " ".join((page.title, *page.headings[:3]))
    kind = next((kind for holds, kind in _BY_PAGE if holds(visit, page, says)), PAGE)
    return replace(FRAMES, words=f"a frame shows {excerpt(page.framed)}") if kind is FRAMES else kind


def kind_by_headers(visit: Answered) -> AnswerKind | None:
    """What the headers alone decide; None for what a browser shows as a page."""
    media_type = ["", *visit.header_values("content-type")][-1].partition(";")[0].strip().lower()
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
    known = (
        bool(signs.QUEUE_HOST.search(host))
        or any(signs.QUEUE_COOKIE.match(cookie) for cookie in visit.header_values("set-cookie"))
        or "refresh" in page.metas
        or any(visit.header(name) is not None for name in ("retry-after", "refresh"))
    )
    return known and bool(signs.QUEUE_SAYS.search(f"{says} {page.text[:LOOKED_AT]}"))


def _is_login(visit: Answered, page: Document, says: str) -> bool:
    if not page.asks_password or not page.is_shorter(MANY_WORDS):
        return False
    return is_login(visit.final_url) or bool(signs.LOGIN_SAYS.search(page.text if page.is_shorter(FEW_WORDS) else says))


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


def _is_default(_visit: Answered, page: Document, says: str) -> bool:
    if not page.is_shorter(MANY_WORDS):
        return False
    return bool(signs.DEFAULT_SAYS.search(says)) and bool(signs.DEFAULT_TEXT.search(f"{says} {page.text[:LOOKED_AT]}"))


_BY_PAGE: tuple[tuple[Callable[[Answered, Document, str], bool], AnswerKind], ...] = (
    (_is_queue, QUEUE),
    (_is_login, LOGIN),
    (_is_consent, CONSENT),
    (_is_error, ERROR),
    (_is_default, DEFAULT),
    (lambda _visit, page, _says: page.leaves, LEAVES),
    (lambda _visit, page, _says: bool(page.framed), FRAMES),
    (lambda _visit, page, _says: page.sent_away, REDIRECT),
    (lambda _visit, page, _says: page.is_shell, SCRIPTED),
    (lambda _visit, page, _says: not (page.text or page.later or page.has_media) and page.has_scripts, SCRIPTED),
    (lambda _visit, page, _says: not (page.text or page.later or page.has_media), EMPTY),
)
"""What a page says of itself, in the order in which it counts: the first that fits."""
