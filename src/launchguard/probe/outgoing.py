"""What is sent for one hop: the bytes of its request, and the cookies that its answer sets."""

from email.message import Message
from urllib.parse import urlsplit

import requests
from requests.cookies import MockRequest, MockResponse, RequestsCookieJar

from launchguard import __version__
from launchguard.probe.client import Place
from launchguard.web.head import Head
from launchguard.web.hosts import DEFAULT_PORTS

BROWSER_HEADERS = {
    "User-Agent": (
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 "
        f"LaunchGuard/{__version__} (+https://github.com/launchguard/launchguard)"
    ),
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
    "Accept-Language": "en-US,en;q=0.9",
    "Accept-Encoding": "gzip, deflate, br, zstd",
}
"""What a browser would say, and who we are."""


def place_of(prepared: requests.PreparedRequest) -> Place:
    """Where a request goes."""
    parts = urlsplit(prepared.url or "")
    return Place(parts.scheme == "https", parts.hostname or "", parts.port or DEFAULT_PORTS[str(parts.scheme)])


def request_bytes(prepared: requests.PreparedRequest) -> bytes:
    """The request as it goes over the wire; what HTTP cannot carry in a target is escaped."""
    parts = urlsplit(prepared.url or "")
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    target = "".join(c if "!" <= c <= "~" else "".join(f"%{b:02X}" for b in c.encode()) for c in target)
    lines = [f"GET {target} HTTP/1.1", f"Host: {parts.netloc.rpartition('@')[2]}"]
    lines += [f"{name}: {value}" for name, value in prepared.headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1", errors="replace")


def keep_cookies(jar: RequestsCookieJar, prepared: requests.PreparedRequest, head: Head) -> None:
    """Put the cookies of an answer into the jar."""
    message = Message()
    for value in head.values("set-cookie"):
        message["Set-Cookie"] = value
    jar.extract_cookies(MockResponse(message), MockRequest(prepared))  # type: ignore[arg-type]
