"""Forecast: how many visits arrive per second, when, from which channel, on which page."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


@dataclass(frozen=True)
class Assumption:
    """A number that nobody gave us: what it is, its value with unit, where it comes from, how to replace it."""

    what: str
    value: str
    source: str
    override: str


@dataclass(frozen=True, eq=False)
class Curve:
    """Arrivals per second over time. `offsets_s` are seconds since the launch, ascending; same length as `rates_per_s`.

    `rates_per_s[i]` holds from `offsets_s[i]` to `offsets_s[i + 1]`; the grid is one second around every
    trigger and coarser beyond.
    """

    offsets_s: "Array"
    rates_per_s: "Array"


@dataclass(frozen=True)
class ChannelForecast:
    """One channel's part: its visits, its own peak, and its share (0-1) of the campaign's peak second."""

    name: str
    kind: str
    page: str
    visits: float
    peak_per_s: float
    peak_at: datetime
    share_of_peak: float
    sigma: float
    words: str
    curve: Curve


@dataclass(frozen=True)
class PageForecast:
    """One landing page's part of the traffic; `url` as in the manifest, `host` with its port."""

    url: str
    host: str
    visits: float
    peak_per_s: float
    peak_p95_per_s: float
    peak_at: datetime
    curve: Curve


@dataclass(frozen=True)
class Forecast:
    """The campaign's arrivals. Rates are visits per second; `peak_at` is in the launch's time zone.

    `peak_per_s` is the median forecast (P50), `peak_p95_per_s` the figure that one campaign in twenty exceeds.
    """

    launch: datetime
    visits: float
    peak_per_s: float
    peak_p95_per_s: float
    peak_at: datetime
    baseline_per_s: float
    growth_5_min: float
    curve: Curve
    channels: tuple[ChannelForecast, ...]
    pages: tuple[PageForecast, ...]
    hosts: tuple[PageForecast, ...]
    assumptions: tuple[Assumption, ...]

    def at(self, offset_s: float) -> datetime:
        """The moment that lies `offset_s` seconds after the launch, in the launch's zone (DST safe)."""
        utc = self.launch.astimezone(UTC) + timedelta(seconds=offset_s)
        return utc.astimezone(self.launch.tzinfo)
