"""What an answer says about the caches on its way, and which parameters of a link a cache keeps pages apart by.

A cache that is keyed on the whole URL has one copy of a page for each link: where every recipient's link carries an id
of its own, every visit is the first of its kind, and goes to the origin.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Literal

import http_sf

Said = Literal["hit", "miss", ""]
"""Whether a cache answered, as the answer says; "" where it says nothing."""

Product = Literal["varnish", "nginx", "fastly", "cloudflare", "cloudfront", "other"]

HIT = re.compile(r"\b(?:hit|tcp_hit|tcp_mem_hit|refreshhit|stale|updating|revalidated)\b", re.IGNORECASE | re.ASCII)
MISS = re.compile(r"\b(?:miss|tcp_miss|expired|bypass|dynamic|pass|none|uncacheable)\b", re.IGNORECASE | re.ASCII)
WORDED = (
    "x-cache",
    "x-cache-status",
    "x-proxy-cache",
    "x-nginx-cache",
    "x-fastcgi-cache",
    "cf-cache-status",
    "x-vercel-cache",
    "x-litespeed-cache",
    "x-drupal-cache",
    "x-varnish-cache",
    "cdn-cache",
)
"""Headers whose words say it."""

FILLING = 1
"""The first look fills the cache, and tells nothing."""
ROUNDS = 3
SLOWER = 3.0
SLOWER_MS = 20.0
"""Without such a header: an answer that takes so many times, and so much (ms), longer came from behind the cache."""


@dataclass(frozen=True)
class CacheLook:
    """One visit made to learn about caches: the parameters with a value that nobody had used, and what came.

    `changed` is empty for the page as it is. `took_ms` is the last hop's time from the request to the last byte.
    """

    changed: tuple[str, ...]
    said: Said
    took_ms: float
    product: Product = "other"


@dataclass(frozen=True)
class CacheKey:
    """How a cache tells the page's URLs apart: by the values of these parameters. `product` is whose cache it is.

    `told` says whether its answers say so; otherwise it is concluded from how long they took.
    """

    split_by: tuple[str, ...]
    product: Product
    told: bool


def what_said(headers: Iterable[tuple[str, str]]) -> Said:
    """Whether a cache on the way answered: Cache-Status (RFC 9211), the usual words, X-Varnish, Age."""
    values: dict[str, list[str]] = {}
    for name, value in headers:
        values.setdefault(name.lower(), []).append(value)
    said = [_standard(value) for value in values.get("cache-status", ())]
    said += [_worded(value) for name in WORDED for value in values.get(name, ())]
    said += ["hit" if len(value.split()) > 1 else "miss" for value in values.get("x-varnish", ())]
    if "hit" in said or any(_seconds(value) > 0 for value in values.get("age", ())):
        return "hit"
    return "miss" if "miss" in said else ""


def product_of(headers: Iterable[tuple[str, str]]) -> Product:
    """Whose cache it is, by the headers that only it sends."""
    names = {name.lower(): value.lower() for name, value in headers}
    if "cf-cache-status" in names or "cf-ray" in names:
        return "cloudflare"
    if "x-amz-cf-id" in names:
        return "cloudfront"
    if "x-served-by" in names and "cache-" in names["x-served-by"]:
        return "fastly"
    if "x-varnish" in names or "varnish" in names.get("via", ""):
        return "varnish"
    if "nginx" in names.get("server", "") or "openresty" in names.get("server", ""):
        return "nginx"
    return "other"


def answers_from_cache(looks: Sequence[CacheLook]) -> bool | None:
    """Whether the page as it is comes from a cache; None where nothing says so and only times can tell."""
    plain = _plain(looks)
    if any(look.said == "hit" for look in plain):
        return True
    return False if any(look.said == "miss" for look in plain) else None


def is_kept_apart(looks: Sequence[CacheLook], changed: tuple[str, ...]) -> bool | None:
    """Whether fresh values of these parameters were answered from behind the cache; None where that is undecided.

    Where the answers say so, most of the looks decide: one of them may meet a copy that has just run out, or another
    node of the cache. Where only times tell, all of them have to.
    """
    fresh = [look for look in looks if look.changed == changed]
    if all(look.said for look in fresh):
        missed = sum(look.said == "miss" for look in fresh)
        return None if 2 * missed == len(fresh) else 2 * missed > len(fresh)
    slow_ms = _slow_from_ms(looks)
    return all(look.took_ms > slow_ms for look in fresh)


def _slow_from_ms(looks: Sequence[CacheLook]) -> float:
    """From which time (ms) on an answer came from behind the cache: halfway to what took so long when all was new."""
    cached_ms = median([look.took_ms for look in _plain(looks)])
    all_new_ms = [look.took_ms for look in looks if len(look.changed) == max(len(other.changed) for other in looks)]
    return max(cached_ms * SLOWER, cached_ms + SLOWER_MS, (cached_ms + median(all_new_ms)) / 2)


def next_changes(names: tuple[str, ...], looks: Sequence[CacheLook]) -> list[tuple[str, ...]]:
    """Which parameters of a page's link get fresh values in the looks that come next; () is the page as it is.

    All of them together first; which of them it was is asked only where the cache kept those apart. Empty at the end.
    """
    if len(looks) < FILLING:
        return [()] if names else []
    if len(looks) == FILLING:
        return [(), ()]
    seen = [look.changed for look in looks]
    if answers_from_cache(looks) is not False and names not in seen:
        return [(), *[names] * ROUNDS]
    if len(names) == 1 or not is_kept_apart(looks, names):
        return []
    if (names[0],) not in seen:
        return [(name,) for name in names for _ in range(2)]
    undecided = [(name,) for name in names if is_kept_apart(looks, (name,)) is None]
    return [change for change in undecided if seen.count(change) < ROUNDS]


def key_of(looks: Sequence[CacheLook]) -> CacheKey | None:
    """What a cache tells the page's URLs apart by; None where no cache answers, as far as that can be seen."""
    cached = answers_from_cache(looks)
    if cached is False or not looks:
        return None
    names = dict.fromkeys(look.changed[0] for look in looks if len(look.changed) == 1)
    split_by = tuple(name for name in names if is_kept_apart(looks, (name,)))
    if cached is None and not split_by:
        return None
    return CacheKey(split_by, next((look.product for look in looks if not look.changed), "other"), bool(cached))


def _plain(looks: Sequence[CacheLook]) -> list[CacheLook]:
    """The looks at the page as it is that may have found it in a cache."""
    return [look for look in looks[FILLING:] if not look.changed]


def _standard(value: str) -> Said:
    """A Cache-Status: a list of caches, each with `hit` or why it went on."""
    try:
        caches: Any = http_sf.parse(value.encode("ascii", "replace"), tltype="list")
    except Exception:  # noqa: BLE001 - the parser has errors of several kinds for what a page may send
        return ""
    return "hit" if any(parameters.get("hit") for _, parameters in caches) else "miss"


def _worded(value: str) -> Said:
    if HIT.search(value):
        return "hit"
    return "miss" if MISS.search(value) else ""


def _seconds(value: str) -> int:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 12 else 0
