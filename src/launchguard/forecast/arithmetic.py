"""From visits per second to what the site's parts have to bear: requests, bits, sessions, connections."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, fields

from launchguard.model.forecast import Assumption, Forecast, RateCurve
from launchguard.numbers.statistics import worst_second
from launchguard.words import duration, exact, number, per_second, percent


@dataclass(frozen=True)
class SiteFigures:
    """What one visit costs. Requests per visit that no cache answers, and that one may; bytes; ratios 0-1; seconds.

    The defaults are the median mobile page (Web Almanac 2024), everything fetched from the origin. `egress_bits_per_s`
    is what the origin's line carries; None where nobody said so.
    """

    uncached: float = 1.0
    cacheable: float = 65.0
    hit_ratio: float = 0.0
    bytes_per_visit: float = 2_311_000.0
    response_s: float = 0.35
    query_s: float = 0.02
    session_s: float = 92.0
    egress_bits_per_s: float | None = None

    def assumptions(self) -> Iterator[Assumption]:
        """The figures that were left to their default."""
        almanac = "median mobile page, Web Almanac 2024"
        texts = {
            "uncached": ("requests of a visit that no cache answers", number(self.uncached), "assumed: the page"),
            "cacheable": ("requests of a visit that a cache may answer", number(self.cacheable), almanac),
            "hit_ratio": ("share of those that the cache answers", percent(self.hit_ratio), "assumed: no cache"),
            "bytes_per_visit": ("bytes of a visit", f"{number(self.bytes_per_visit / 1e6)} MB", almanac),
            "response_s": ("time of one request", duration(self.response_s), "assumed"),
            "query_s": ("database time of one uncached request", duration(self.query_s), "assumed"),
            "session_s": ("length of a session", duration(self.session_s), "B2C average, Opensend"),
        }
        for field in fields(self):
            if field.name in texts and getattr(self, field.name) == field.default:
                what, value, source = texts[field.name]
                yield Assumption(what, value, source, OPTIONS[field.name])


OPTIONS = {
    "uncached": "--uncached",
    "cacheable": "--cacheable",
    "hit_ratio": "--hit-ratio",
    "bytes_per_visit": "--page-size",
    "response_s": "--response-time",
    "query_s": "--query-time",
    "session_s": "--session",
}
"""The option of `launchguard forecast` that sets each field of Site."""


@dataclass(frozen=True)
class Demand:
    """What the peak second asks of the site; `origin` counts what the cache leaves. Rates and bits per second."""

    requests_per_s: float
    origin_requests_per_s: float
    worst_second_requests: float
    bits_per_s: float
    origin_bits_per_s: float
    sessions: float
    in_flight: float
    database_connections: float


def demand(forecast: Forecast, site: SiteFigures) -> Demand:
    """The arithmetic at the median peak; the worst second is the p99.9 of all seconds at that rate (Polya-Aeppli)."""
    peak = forecast.peak_per_s
    missed = 1 - site.hit_ratio
    origin = peak * (site.uncached + site.cacheable * missed)
    bits = peak * site.bytes_per_visit * 8
    return Demand(
        requests_per_s=peak * (site.uncached + site.cacheable),
        origin_requests_per_s=origin,
        worst_second_requests=worst_second(origin, max(1.0, site.uncached + site.cacheable * missed)),
        bits_per_s=bits,
        origin_bits_per_s=bits * missed,
        sessions=concurrent_sessions(forecast.curve, site.session_s),
        in_flight=origin * site.response_s,
        database_connections=peak * site.uncached * site.query_s,
    )


def page_weight_budget(peak_per_s: float, egress_bits_per_s: float, hit_ratio: float = 0.0) -> float:
    """The bytes that one visit may weigh so that the origin's line is enough at this peak (visits/s)."""
    return egress_bits_per_s / 8 / peak_per_s / max(1 - hit_ratio, 1e-9)


def lighter_page_words(peak_per_s: float, site: SiteFigures) -> str:
    """What to drop so that the origin's line is enough at this peak (visits/s); "" when it is, or is not known."""
    line = site.egress_bits_per_s
    if line is None or peak_per_s <= 0:
        return ""
    budget = math.floor(page_weight_budget(peak_per_s, line, site.hit_ratio) / 1e4) * 1e4
    if budget >= site.bytes_per_visit:
        return ""
    return (
        f"Drop {number((site.bytes_per_visit - budget) / 1e6)} MB of images and scripts: at {per_second(peak_per_s)}, "
        f"{exact(line / 1e6)} Mbit/s carry {number(budget / 1e6)} MB a visit, and it weighs "
        f"{number(site.bytes_per_visit / 1e6)} MB."
    )


def concurrent_sessions(curve: RateCurve, session_s: float) -> float:
    """Most visitors at once: the arrivals of the last session length, not rate x length, which overstates a burst."""
    import numpy as np

    offsets, rates = curve.offsets_s, curve.rates_per_s
    arrived = np.concatenate([[0.0], np.cumsum(np.diff(offsets) * (rates[1:] + rates[:-1]) / 2)])
    earlier = np.interp(offsets - session_s, offsets, arrived)
    return float((arrived - earlier).max())
