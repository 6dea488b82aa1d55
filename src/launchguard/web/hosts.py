"""Hosts, origins and URLs in one spelling: what a manifest may name, and what two of them have in common."""

import ipaddress
import re
import unicodedata
from urllib.parse import urlsplit

import idna

from launchguard.web.addresses import parse_address
from launchguard.words import count
from launchguard.words.quoted import shown

_HOST = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9_-]{1,63}(?<!-))*\.?", re.ASCII)
_IPV6 = re.compile(r"\[[0-9a-f:.]+\]", re.ASCII)
_ENDS_IN_A_NUMBER = re.compile(r"(?:^|\.)(?:[0-9]+|0x[0-9a-f]*)\.?$", re.ASCII | re.IGNORECASE)
_MAX_URL = 4096
DEFAULT_PORTS = {"http": 80, "https": 443}

_EXAMPLE = "https://shop.example.com/spring"


def normalize_host(text: str) -> str:
    """A host, optionally with `:port`, in one spelling: lower case, IDNA (UTS 46), without a trailing dot.

    An address is written as an address, whatever number it was given as. Raises ValueError for anything else, a URL
    included.
    """
    wrong = ValueError(f"{shown(text)} is not a host; write it like shop.example.com or localhost:3000")
    host, port = text.strip().lower(), ""
    if match := re.fullmatch(r"(.+):(\d{1,5})", host, re.ASCII):
        host, port = match[1], match[2]
        if not 0 < int(port) < 65536:
            raise wrong
    try:
        if _IPV6.fullmatch(host):
            host = bracketed(folded_host(host[1:-1]))
            return f"{host}:{int(port)}" if port else host
        host = host if host.isascii() else idna.encode(host, uts46=True).decode()
    except (idna.IDNAError, ValueError) as error:
        raise wrong from error
    if len(host) > 253 or not _HOST.fullmatch(host):
        raise wrong
    host = host.removesuffix(".")
    try:
        host = folded_host(host)
    except ValueError as error:
        raise wrong from error
    return f"{host}:{int(port)}" if port else host


def parse_url(value: object) -> str:
    """A URL of http or https with a host, without credentials; returned as it was written."""
    text = str(value).strip()
    if len(text) > _MAX_URL:
        raise ValueError(
            f"a URL of {count(len(text))} characters is longer than the {count(_MAX_URL)} that browsers take"
        )
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
    normalize_host(bracketed(parts.hostname))
    return text


def folded_host(host: str) -> str:
    """A host in which an address stands in its one spelling: "0x7f.1", "2130706433" and fullwidth digits are 127.0.0.1.

    Browsers take a host for an IPv4 address when its last label is a number (WHATWG URL, "ends in a number"). Raises
    ValueError for one that then is none ("256.1", "shop.1").
    """
    if ":" in host:
        return ipaddress.IPv6Address(host).compressed
    digits = host if host.isascii() else unicodedata.normalize("NFKC", host).replace("\u3002", ".")
    if not _ENDS_IN_A_NUMBER.search(digits):
        return host
    address = parse_address(digits.removesuffix("."))
    if not isinstance(address, ipaddress.IPv4Address):
        raise ValueError(f"{host} ends in a number and is no address")  # noqa: TRY004 - it is a text, and a wrong one
    return str(address)


def host_of(url: str) -> str:
    """The host of a URL or an origin: lower case, without port and brackets, addresses folded; "" when it has none."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    try:
        return folded_host(host)
    except ValueError:
        return host


def port_of(url: str) -> int:
    """The port of a URL or an origin: the one that is written, or its scheme's own; 0 when it has none."""
    try:
        parts = urlsplit(url)
        return parts.port or DEFAULT_PORTS.get(parts.scheme, 0)
    except ValueError:
        return 0


def host_and_port(url: str) -> str:
    """The host of a URL in lower case, an IPv6 address in brackets, with its port where one is written."""
    host = bracketed(host_of(url))
    try:
        port = urlsplit(url).port
    except ValueError:
        return host
    return f"{host}:{port}" if port else host


def split_host(text: str) -> tuple[str, int | None]:
    """Host (lower case, no brackets) and port (None where none is written) of "host", "host:port", "[::1]:port"."""
    host, colon, port = text.lower().rpartition(":")
    if colon and port.isdecimal() and (":" not in host or host.endswith("]")):
        return host.strip("[]"), int(port)
    return text.lower().strip("[]"), None


def bracketed(host: str) -> str:
    """A host as a URL writes it: an IPv6 address in brackets."""
    return f"[{host}]" if ":" in host else host


def origin_of(url: str) -> str:
    """scheme://host:port of a URL, in one spelling (lower case, IDNA, no trailing dot, the port always there).

    Raises ValueError for what is no plain http(s) URL, and for a URL with a user name.
    """
    parts = urlsplit(parse_url(url))
    host = normalize_host(bracketed(parts.hostname or ""))
    return f"{parts.scheme}://{host}:{parts.port or DEFAULT_PORTS[parts.scheme]}"


def canonical_url(url: str) -> str:
    """The URL on its origin in that one spelling: what was authorized is what is asked for."""
    parts = urlsplit(parse_url(url))
    return f"{origin_of(url)}{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"


def written(origin: str) -> str:
    """An origin as `load.hosts` and a browser write it: without the scheme's own port."""
    host, port = bracketed(host_of(origin)), port_of(origin)
    return host if port == DEFAULT_PORTS[urlsplit(origin).scheme] else f"{host}:{port}"


def twin_of(origin: str) -> str | None:
    """The same host by the other scheme; None where the origin is not on its scheme's own port."""
    scheme = urlsplit(origin).scheme
    if port_of(origin) != DEFAULT_PORTS[scheme]:
        return None
    other = "http" if scheme == "https" else "https"
    return f"{other}://{bracketed(host_of(origin))}:{DEFAULT_PORTS[other]}"


def moved(url: str, onto: str) -> str:
    """A URL with the scheme, host and port of another one, as they are written there."""
    place = urlsplit(onto)
    return urlsplit(url)._replace(scheme=place.scheme, netloc=place.netloc).geturl()
