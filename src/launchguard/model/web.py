"""Addresses on the web as a manifest may name them: a page's URL, a host with an optional port."""

import re
import unicodedata
from typing import Literal
from urllib.parse import urlsplit

import idna

from launchguard.model.quantities import shown

ClickId = Literal["gclid", "gbraid", "wbraid", "fbclid", "msclkid", "ttclid", "li_fat_id"]
"""The identifiers that ad platforms add to the URL of every click."""

_HOST = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9_-]{1,63}(?<!-))*\.?", re.ASCII)
_IPV6 = re.compile(r"\[[0-9a-f:.]+\]", re.ASCII)
_MAX_URL = 4096
_EXAMPLE = "https://shop.example.com/spring"


def normalize_host(text: str) -> str:
    """A host, optionally with `:port`, in one spelling: lower case, IDNA (UTS 46), without a trailing dot.

    Raises ValueError for anything else, a URL included.
    """
    wrong = ValueError(f"{shown(text)} is not a host; write it like shop.example.com or localhost:3000")
    host, port = text.strip().lower(), ""
    if match := re.fullmatch(r"(.+):(\d{1,5})", host, re.ASCII):
        host, port = match[1], match[2]
        if not 0 < int(port) < 65536:
            raise wrong
    if _IPV6.fullmatch(host):
        return f"{host}:{int(port)}" if port else host
    try:
        host = host if host.isascii() else idna.encode(host, uts46=True).decode()
    except (idna.IDNAError, UnicodeError) as error:
        raise wrong from error
    if len(host) > 253 or not _HOST.fullmatch(host):
        raise wrong
    host = host.removesuffix(".")
    return f"{host}:{int(port)}" if port else host


def parse_url(value: object) -> str:
    """A URL of http or https with a host, without credentials; returned as it was written."""
    text = str(value).strip()
    if len(text) > _MAX_URL:
        raise ValueError(f"a URL of {len(text):,} characters is longer than the {_MAX_URL:,} that browsers take")
    if "@" in text.partition("://")[2].partition("/")[0]:
        raise ValueError("a URL with a user name or password; remove it, and use `access` with `from_env`")
    if any(c.isspace() or c == "\\" or unicodedata.category(c)[0] == "C" for c in text):
        raise ValueError(f"{shown(text)} has a space, a backslash or an invisible character; write it like {_EXAMPLE}")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise ValueError(f"{shown(text)} is not a URL; write it like {_EXAMPLE}") from error
    if parts.scheme not in ("http", "https"):
        raise ValueError(f"{shown(text)} does not begin with https:// or http://; write it like {_EXAMPLE}")
    if parts.username is not None or parts.password is not None:
        raise ValueError("a URL with a user name or password; remove it, and use `access` with `from_env`")
    if not parts.hostname or port == 0:
        raise ValueError(f"{shown(text)} names no host; write it like {_EXAMPLE}")
    normalize_host(f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname)
    return text
