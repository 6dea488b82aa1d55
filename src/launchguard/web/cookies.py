"""The cookies of one visitor, kept and sent as browsers do it (RFC 6265bis), names and values as they were sent."""

import re
from calendar import timegm
from collections.abc import Iterable
from dataclasses import dataclass

from launchguard.web.addresses import is_loopback_host, parse_address
from launchguard.web.domains import is_public_suffix
from launchguard.web.target import RequestTarget, request_target

MAX_COOKIES = 50
"""For one domain; the oldest goes first."""
MAX_COOKIE_BYTES = 4096
MAX_AGE_S = 400 * 86_400

_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_MAX_AGE = re.compile(r"-?\d{1,18}", re.ASCII)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATE_TOKEN = re.compile(r"[^\x09\x20-\x2f\x3b-\x40\x5b-\x60\x7b-\x7e]+")
_TIME = re.compile(r"(\d{1,2}):(\d{1,2}):(\d{1,2})(?!\d)", re.ASCII)
_DAY = re.compile(r"(\d{1,2})(?!\d)", re.ASCII)
_YEAR = re.compile(r"(\d{2,4})(?!\d)", re.ASCII)
_DAYS_IN_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

_Key = tuple[str, str, bool]  # name, path, host-only


@dataclass(frozen=True, slots=True)
class _Cookie:
    name: str
    value: str
    domain: str
    host_only: bool
    path: str
    secure: bool
    expires: float  # Unix time; infinity for a cookie of the session
    order: int
    over_https: bool

    def goes_to(self, where: RequestTarget) -> bool:
        path = where.target.partition("?")[0]
        below = path.startswith(self.path) and (
            len(path) == len(self.path) or self.path.endswith("/") or path[len(self.path)] == "/"
        )
        if not below or (where.host != self.domain and self.host_only):
            return False
        # Loopback is secure without https, yet behind another port there is another server.
        return not self.secure or where.scheme == "https" or (_is_secure(where) and not self.over_https)


class CookieJar:
    """What one visitor keeps between requests; times are Unix times in seconds."""

    def __init__(self) -> None:
        self._domains: dict[str, dict[_Key, _Cookie]] = {}
        self._order = 0

    def __bool__(self) -> bool:
        return bool(self._domains)

    def store(self, url: str, set_cookie_values: Iterable[str], now: float) -> None:
        """Keep what an answer from `url` set; what a browser would refuse is left out. Raises ValueError for no URL."""
        where = request_target(url)
        for value in set_cookie_values:
            self._order += 1
            cookie = _cookie_of(value, where, now, self._order)
            if cookie is not None:
                self._keep(cookie, where, now)

    def header_for(self, url: str, now: float) -> str:
        """What the Cookie header of a request to `url` says; "" without cookies. Raises ValueError for no URL."""
        where = request_target(url)
        names = where.host.split(".")
        domains = [where.host] if parse_address(where.host) else [".".join(names[at:]) for at in range(len(names))]
        sent = [
            cookie
            for domain in domains
            for cookie in self._domains.get(domain, {}).values()
            if cookie.expires > now and cookie.goes_to(where)
        ]
        sent.sort(key=lambda cookie: (-len(cookie.path), cookie.order))
        return "; ".join(f"{cookie.name}={cookie.value}" if cookie.name else cookie.value for cookie in sent)

    def _keep(self, cookie: _Cookie, where: RequestTarget, now: float) -> None:
        kept = self._domains.setdefault(cookie.domain, {})
        key = (cookie.name, cookie.path, cookie.host_only)
        old = kept.get(key)
        if old is not None and old.secure and not _is_secure(where):
            return
        if cookie.expires <= now:
            kept.pop(key, None)
            return
        kept[key] = cookie
        if len(kept) > MAX_COOKIES:
            for gone in [other for other, held in kept.items() if held.expires <= now]:
                del kept[gone]
        while len(kept) > MAX_COOKIES:
            del kept[min(kept, key=lambda other: kept[other].order)]


def _is_secure(where: RequestTarget) -> bool:
    return where.scheme == "https" or is_loopback_host(where.host)


def _cookie_of(text: str, where: RequestTarget, now: float, order: int) -> _Cookie | None:
    """The cookie that a Set-Cookie value means; None where a browser refuses it."""
    pair, *rest = text.split(";")
    name, equals, value = pair.partition("=")
    name, value = (name.strip(" \t"), value.strip(" \t")) if equals else ("", pair.strip(" \t"))
    size = len((name + value).encode("utf-8", "replace"))
    if not 0 < size <= MAX_COOKIE_BYTES or _CONTROL.search(text):
        return None
    attributes = {}
    for part in rest:
        key, _, said = part.partition("=")
        if len(said) <= 1024:
            attributes[key.strip(" \t").lower()] = said.strip(" \t")
    secure = "secure" in attributes
    domain = attributes.get("domain", "").removeprefix(".").lower()
    path = attributes.get("path", "")
    path = path if path.startswith("/") else _default_path(where)
    if (secure and not _is_secure(where)) or (domain and not _may_set(where.host, domain)):
        return None
    prefix = name.lower()
    if prefix.startswith(("__secure-", "__host-")) and not secure:
        return None
    if prefix.startswith("__host-") and (domain or attributes.get("path") != "/"):
        return None
    # An address, or a name below which anybody may register one, is not shared with hosts below it.
    host_only = not domain or parse_address(domain) is not None or is_public_suffix(domain)
    expires, over_https = _expiry(attributes, now), where.scheme == "https"
    return _Cookie(name, value, domain or where.host, host_only, path, secure, expires, order, over_https)


def _may_set(host: str, domain: str) -> bool:
    if host == domain:
        return True
    return host.endswith(f".{domain}") and parse_address(host) is None and not is_public_suffix(domain)


def _default_path(where: RequestTarget) -> str:
    return where.target.partition("?")[0].rpartition("/")[0] or "/"


def _expiry(attributes: dict[str, str], now: float) -> float:
    """When the cookie goes; Max-Age counts before Expires."""
    if _MAX_AGE.fullmatch(attributes.get("max-age", "")):
        age = int(attributes["max-age"])
        return now + min(age, MAX_AGE_S) if age > 0 else float("-inf")
    moment = cookie_date(attributes.get("expires", ""))
    return float("inf") if moment is None else min(moment, now + MAX_AGE_S)


def cookie_date(text: str) -> int | None:
    """Unix time of the date in an Expires attribute, in any of the forms that are seen; None for none of them.

    "Wed, 21 Oct 2026 07:28:00 GMT", "Wed, 21-Oct-26 07:28:00 GMT" (RFC 6265, section 5.1.1).
    """
    clock: tuple[int, ...] | None = None
    day = month = year = None
    for token in _DATE_TOKEN.findall(text):
        if clock is None and (found := _TIME.match(token)):
            clock = tuple(map(int, found.groups()))
        elif day is None and (found := _DAY.match(token)):
            day = int(found[1])
        elif month is None and token[:3].lower() in _MONTHS:
            month = _MONTHS.index(token[:3].lower()) + 1
        elif year is None and (found := _YEAR.match(token)):
            year = int(found[1])
    if clock is None or day is None or month is None or year is None:
        return None
    if year < 100:
        year += 1900 if year >= 70 else 2000
    if not (year >= 1601 and 1 <= day <= _DAYS_IN_MONTH[month - 1] and clock[0] < 24 and max(clock[1:]) < 60):
        return None
    return timegm((year, month, day, *clock))
