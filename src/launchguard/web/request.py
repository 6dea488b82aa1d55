"""The bytes of a request as browsers send one: which headers, in which order, with which values."""

import re
from collections.abc import Sequence
from typing import Literal, get_args

from launchguard.web.addresses import is_loopback_host

Device = Literal["desktop", "phone"]
DEVICES: tuple[Device, ...] = get_args(Device)

DESKTOP = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
)
PHONE = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36"
)
"""What Chrome says; its phones all say Android 10 and K."""

ACCEPT_PAGE = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,"
    "application/signed-exchange;v=b3;q=0.7"
)

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_TARGET = re.compile(r"[!-~]+")
_LANGUAGE = re.compile(r"([a-z]{2,8})(?:[-_][a-z0-9]{1,8})*", re.IGNORECASE)


def agent_of(device: Device, suffix: str = "") -> str:
    """The User-Agent of Chrome on a device, followed by who asks: "LaunchGuard/1.0 (+https://…)"."""
    return f"{PHONE if device == 'phone' else DESKTOP} {suffix}".rstrip()


def languages_of(locale: str) -> str:
    """Accept-Language for a locale: "es-ES" gives "es-ES,es;q=0.9,en;q=0.8"; "" and nonsense give English."""
    found = _LANGUAGE.fullmatch(locale)
    if found is None:
        return "en-US,en;q=0.9"
    tags = dict.fromkeys((locale.replace("_", "-"), found[1].lower(), "en"))
    return ",".join(tag if rank == 0 else f"{tag};q={1 - rank / 10:.1f}" for rank, tag in enumerate(tags))


def codings_for(scheme: str, host: str) -> str:
    """Accept-Encoding: brotli and zstd over https and on this machine only, for proxies on the way broke them."""
    secure = scheme == "https" or is_loopback_host(host)
    return "gzip, deflate, br, zstd" if secure else "gzip, deflate"


def page_headers(scheme: str, host: str, *, agent: str, locale: str = "") -> tuple[tuple[str, str], ...]:
    """The headers of somebody who opens a page, in Chrome's order; Host and Cookie are `request_bytes`' own.

    Client hints are left out: they would name a brand of browser in the name of which nobody asks.
    """
    secure = scheme == "https" or is_loopback_host(host)
    fetched = (
        ("Sec-Fetch-Site", "none"),
        ("Sec-Fetch-Mode", "navigate"),
        ("Sec-Fetch-User", "?1"),
        ("Sec-Fetch-Dest", "document"),
    )
    return (
        ("Connection", "keep-alive"),
        ("Upgrade-Insecure-Requests", "1"),
        ("User-Agent", agent),
        ("Accept", ACCEPT_PAGE),
        *(fetched if secure else ()),
        ("Accept-Encoding", codings_for(scheme, host)),
        ("Accept-Language", languages_of(locale)),
    )


def request_bytes(
    target: str, netloc: str, headers: Sequence[tuple[str, str]], cookies: str = "", *, method: str = "GET"
) -> bytes:
    """A request without a body: Host first, the headers as given, Cookie last where there are any.

    `target` and `netloc` are those of `request_target`. Raises ValueError for what would not stay in its line.
    """
    if not (_TARGET.fullmatch(target) and _TARGET.fullmatch(netloc) and _TOKEN.fullmatch(method)):
        raise ValueError("a target, host or method that cannot be sent")
    lines = [f"{method} {target} HTTP/1.1", f"Host: {netloc}"]
    for name, value in (*headers, *((("Cookie", cookies),) if cookies else ())):
        if not _TOKEN.fullmatch(name) or _CONTROL.search(value):
            raise ValueError(f"a header that cannot be sent: {name!r}")
        lines.append(f"{name}: {value}")
    return "\r\n".join((*lines, "", "")).encode("utf-8", "replace")
