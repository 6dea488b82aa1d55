"""URLs as browsers write and join them: what is asked of which host, and where a redirect leads.

`ada-url` does it (the WHATWG URL parser of Node.js, with wheels for every Python and platform that this package runs
on), at run time and not in tests alone: the standard's host parsing, IDNA and escaping are a thousand lines that own
code would have to follow for years. urllib.parse follows RFC 3986, which browsers do not.
"""

import re
from typing import NamedTuple

from ada_url import URL

from launchguard.web.hosts import DEFAULT_PORTS
from launchguard.words.quoted import shown

_SURROGATE = re.compile("[\ud800-\udfff]")
_DROPPED = re.compile("[\t\r\n]")
_SCHEME = re.compile(r"[\x00-\x20]*([a-z][a-z0-9+.-]*):", re.IGNORECASE)


class RequestTarget(NamedTuple):
    """Where a request goes and what it asks for."""

    scheme: str  # "http" or "https"
    host: str  # lower case, IDNA; an IPv6 address without brackets: what is resolved and what TLS verifies
    port: int
    netloc: str  # what the Host header says: with brackets, and with the port where it is not the scheme's own
    target: str  # "/path?query", ASCII


def request_target(url: str) -> RequestTarget:
    """What a browser asks for when it opens a URL; a user name and the fragment are left out.

    Controls, spaces and what is not ASCII are escaped, dot segments are resolved, a backslash is a slash, tabs and line
    ends are dropped, and a stray % stays. Raises ValueError for what is no URL of http or https.
    """
    parsed = _parsed(url)
    scheme = parsed.protocol.removesuffix(":")
    if scheme not in DEFAULT_PORTS:
        raise ValueError(f"{shown(url)} is no URL of http or https")
    # An empty query is in `href` only; userinfo has no raw slash.
    path = parsed.href.partition("#")[0].split("/", 3)[3]
    port = int(parsed.port) if parsed.port else DEFAULT_PORTS[scheme]
    return RequestTarget(scheme, parsed.hostname.strip("[]"), port, parsed.host, f"/{path}")


def joined_url(base: str, location: str) -> str:
    """Where a Location header leads from `base`; without a fragment of its own it takes that of `base`.

    Raises ValueError for what cannot be joined ("https://" alone).
    """
    joined = _parsed(location, base).href
    fragment = _parsed(base).hash
    return joined if "#" in joined or app_scheme(joined) else joined + fragment


def app_scheme(url: str) -> str:
    """The scheme of a URL that leads out of the web, in lower case: "itms-apps", "intent", "mailto".

    "" for http and https, and for a relative URL.
    """
    found = _SCHEME.match(_DROPPED.sub("", url))
    scheme = found[1].lower() if found else ""
    return "" if scheme in DEFAULT_PORTS else scheme


def _parsed(url: str, base: str | None = None) -> URL:
    try:
        return URL(_whole(url), None if base is None else _whole(base))
    except ValueError as error:
        raise ValueError(f"{shown(url)} is no URL that a browser opens") from error


def _whole(url: str) -> str:
    return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", url)
