"""What is sent for one hop: where it goes, the bytes of its request, and the cookies that its answer sets."""

from dataclasses import dataclass
from email.message import Message

import requests
from requests.cookies import MockRequest, MockResponse, RequestsCookieJar, get_cookie_header

from launchguard import __version__
from launchguard.probe.client import Place
from launchguard.probe.policy import ProbePolicy
from launchguard.web.head import Head
from launchguard.web.request import DESKTOP_LINUX, page_headers, request_bytes
from launchguard.web.target import RequestTarget, request_target

AGENT = f"{DESKTOP_LINUX} LaunchGuard/{__version__} (+https://github.com/launchguard/launchguard)"
"""What a browser would say, and who we are."""


@dataclass(frozen=True)
class Outgoing:
    """A request that is ready: where it goes, its cookies and its bytes."""

    url: str
    target: RequestTarget
    cookies: str
    data: bytes

    @property
    def place(self) -> Place:
        """Which connection carries it."""
        return Place(self.target.scheme == "https", self.target.host, self.target.port)


def canonical(target: RequestTarget) -> str:
    """The URL of a request in the one spelling that it is sent in."""
    return f"{target.scheme}://{target.netloc}{target.target}"


def outgoing(url: str, jar: RequestsCookieJar, policy: ProbePolicy, *, locale: str, in_clear: bool) -> Outgoing:
    """The request for a URL, with the cookies so far and the secrets of its host alone.

    `in_clear` says that secrets may go over plain http. Raises ValueError for what is no URL of http or https.
    """
    target = request_target(url)
    where = canonical(target)
    secrets = tuple(
        (credential.header, credential.value)
        for credential in policy.access
        if (in_clear or target.scheme == "https") and credential.fits(where)
    )
    named = {name.lower() for name, _ in secrets}
    usual = page_headers(target.scheme, target.host, agent=AGENT, locale=locale)
    headers = (*(header for header in usual if header[0].lower() not in named), *secrets)
    cookies = get_cookie_header(jar, requests.Request("GET", where)) or ""  # type: ignore[no-untyped-call]
    return Outgoing(url, target, cookies, request_bytes(target.target, target.netloc, headers, cookies))


def keep_cookies(jar: RequestsCookieJar, sent: Outgoing, head: Head) -> None:
    """Put the cookies of an answer into the jar."""
    message = Message()
    for value in head.values("set-cookie"):
        message["Set-Cookie"] = value
    request = MockRequest(requests.Request("GET", canonical(sent.target)))  # type: ignore[no-untyped-call]
    jar.extract_cookies(MockResponse(message), request)  # type: ignore[no-untyped-call]
