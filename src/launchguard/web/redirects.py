"""Where an answer sends its visitor: by Location, by a Refresh header or by markup that refreshes. Pure."""

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urldefrag

from selectolax.lexbor import LexborHTMLParser, LexborNode

from launchguard.web.head import Head
from launchguard.web.reading import WebAnswer
from launchguard.web.target import joined_url

Via = Literal["", "location", "refresh", "meta refresh"]
"""How a visitor came to an address: "" the first, else by what the answer before it had."""

MAX_REFRESH_S = 5
"""A page that stays longer than this is read before it leaves."""

MAX_HOPS = 20
"""Requests of one visit: browsers give up after about as many redirects."""

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
# The HTML standard's "shared declarative refresh steps": a time, then the address, with or without url= and quotes.
_REFRESH = re.compile(
    r"\s*+(?:(\d++)|(?=\.))[\d.]*+(?:\s*+[;,]|\s)\s*+(?:url\s*+=\s*+)?(.*)", re.IGNORECASE | re.DOTALL
)
_MAX_CONTENT = 4096
MARKUP_CHARACTERS = 65_536


@dataclass(frozen=True)
class Next:
    """The next hop: its absolute URL, and how the answer names it."""

    url: str
    via: Via


def led_by_head(url: str, head: Head) -> Next | None:
    """What an answer's head leads to: its Location, else its Refresh header, which an error page has in vain."""
    found = by_location(url, head.status, next(iter(head.values("location")), ""))
    if found is not None or head.status >= 400:
        return found
    return by_refresh(url, next(iter(head.values("refresh")), ""), "refresh")


def led_by_markup(url: str, answer: WebAnswer) -> Next | None:
    """What a page's markup leads to; None for an error page, and for what is no HTML. Raises ReadError."""
    return by_refresh(url, refresh_in(answer.text), "meta refresh") if may_refresh(answer) else None


def may_refresh(answer: WebAnswer) -> bool:
    """Whether a refresh in the markup counts: on a page of HTML that is no error."""
    return answer.status < 400 and "html" in (answer.content_type or "html").lower()


def by_location(url: str, status: int, location: str) -> Next | None:
    """What a Location header leads to; None where there is none, or no status that redirects."""
    location = location.strip()
    return Next(_joined(url, location), "location") if status in _REDIRECTS and location else None


def by_refresh(url: str, content: str, via: Via) -> Next | None:
    """What a Refresh header or tag leads to within 5 s; None where it stays on the page."""
    found = _REFRESH.match(content[:_MAX_CONTENT])
    if not found or int(found[1] or 0) > MAX_REFRESH_S:
        return None
    target = found[2].strip()
    if target[:1] in ("'", '"'):
        target = target[1:].partition(target[0])[0].strip()
    if not target or target.lower().startswith("javascript:"):  # which browsers do not run from here
        return None
    there = _joined(url, target)
    return None if urldefrag(there)[0] == urldefrag(url)[0] else Next(there, via)


def _joined(url: str, location: str) -> str:
    """Where it leads; what cannot be read as a URL stays as it is, and whoever opens it will say so."""
    try:
        return joined_url(url, location)
    except ValueError:
        return location


def refresh_in(markup: str) -> str:
    """What the first <meta http-equiv=refresh> says that browsers obey: none in a noscript, a template or a comment.

    Only the first 64 KB are read: what a parser needs for them is bounded, however deep they nest.
    """
    markup = markup[:MARKUP_CHARACTERS]
    if "refresh" not in markup.lower():
        return ""
    for node in LexborHTMLParser(markup).css('meta[http-equiv="refresh" i][content]'):
        if not _is_inert(node):
            return node.attributes.get("content") or ""
    return ""


def _is_inert(node: LexborNode) -> bool:
    above = node.parent
    while above is not None:
        if above.tag in ("noscript", "template"):
            return True
        above = above.parent
    return False
