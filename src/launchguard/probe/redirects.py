"""Where an answer sends its visitor: by Location, by a Refresh header or by markup that refreshes. Pure."""

import re
from dataclasses import dataclass
from urllib.parse import urldefrag

from launchguard.model.visit import Via
from launchguard.probe.failure import VisitFailure
from launchguard.web.urls import joined

MAX_REFRESH_S = 5
"""A page that stays longer than this is read before it leaves."""

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
# The HTML standard's "shared declarative refresh steps": a time, then the address, with or without url= and quotes.
_REFRESH = re.compile(
    r"\s*+(?:(\d++)|(?=\.))[\d.]*+(?:\s*+[;,]|\s)\s*+(?:url\s*+=\s*+)?(.*)", re.IGNORECASE | re.DOTALL
)
_MAX_CONTENT = 4096
_SCHEME = re.compile(r"\s*([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_NO_APPS = frozenset(
    {"http", "https", "about", "blob", "data", "file", "ftp", "javascript", "mailto", "sms", "tel", "ws", "wss"}
)


@dataclass(frozen=True)
class Next:
    """The next hop: its absolute URL, and how the answer names it."""

    url: str
    via: Via


def by_location(url: str, status: int, location: str) -> Next | None:
    """What a Location header leads to; None where there is none, or no status that redirects."""
    location = location.strip()
    return Next(joined(url, location), "location") if status in _REDIRECTS and location else None


def by_refresh(url: str, content: str, via: Via) -> Next | None:
    """What a Refresh header or tag leads to within 5 s; None where it stays on the page."""
    found = _REFRESH.match(content[:_MAX_CONTENT])
    if not found or int(found[1] or 0) > MAX_REFRESH_S:
        return None
    target = found[2].strip()
    if target[:1] in ("'", '"'):
        target = target[1:].partition(target[0])[0].strip()
    if not target:
        return None
    there = joined(url, target)
    return None if urldefrag(there)[0] == urldefrag(url)[0] else Next(there, via)


def no_web_address(url: str) -> VisitFailure:
    """The failure of a redirect to an address that no browser requests."""
    found = _SCHEME.match(url)
    scheme = found[1].lower() if found else ""
    if scheme and scheme not in _NO_APPS:
        words = f"redirects into an app ({scheme}:), which opens only where that app is installed"
        return VisitFailure("app-link", words)
    return VisitFailure("redirect-refused", f"redirects to {url!r}, which is no web address")
