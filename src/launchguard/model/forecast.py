"""Forecast: how many visits arrive per second, when, from which channel, on which page."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from launchguard.web.hosts import split_host

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


STRESS_FACTORS = (5.0, 15.0)
"""Launches of 5 x the expected traffic are a worst case, 15 x has happened (Google SRE): printed, never judged."""


@dataclass(frozen=True)
class Assumption:
    """A number that nobody gave us: what it is, its value with unit, where it comes from, how to replace it."""

    what: str
    value: str
    source: str
    override: str


@dataclass(frozen=True, eq=False)
class RateCurve:
    """Arrivals per second over time. `offsets_s`: seconds since the launch, ascending.

    `rates_per_s[i]` is the expected number of visits in the second that ends at `offsets_s[i]`; the grid is one second
    within two hours of every trigger and coarser beyond. Between two points the rate is linear.
    """

    offsets_s: "Array"
    rates_per_s: "Array"


@dataclass(frozen=True)
class ChannelForecast:
    """One channel's part: its visits, its own peak, and its share (0-1) of the campaign's peak second.

    `visits` counts all that it causes, robots and what comes after the last second of the curve included; 0 when
    `reach_known` is False. `words` is its arithmetic as one line of text.
    """

    name: str
    kind: str
    page: str
    visits: float
    peak_per_s: float
    peak_at: datetime
    share_of_peak: float
    sigma: float
    words: str
    curve: RateCurve
    reach_known: bool = True

    def known(self, figure: float) -> float | None:
        """One of its figures; None where nobody knows it, because nobody said whom the channel reaches."""
        return figure if self.reach_known else None


@dataclass(frozen=True)
class PageForecast:
    """One landing page's part of the traffic; `url` as in the manifest, `host` with its port."""

    url: str
    host: str
    visits: float
    peak_per_s: float
    peak_p95_per_s: float
    peak_at: datetime
    curve: RateCurve


@dataclass(frozen=True)
class HostPeak:
    """The peak (visits/s) of all that a campaign sends to one host, whatever the ports, and when it is."""

    host: str
    peak_per_s: float
    peak_at: datetime


@dataclass(frozen=True)
class Forecast:
    """The campaign's arrivals. Rates are visits per second; `peak_at` is in the launch's time zone.

    `peak_per_s` is the median forecast (P50), `peak_p95_per_s` the figure that one campaign in twenty exceeds: each
    channel at its own 95 % quantile, as if all rose together. `baseline_per_s` is the day's mean and
    `baseline_at_peak_per_s` what it is at the peak. `growth_5_min` is the peak over the rate five minutes earlier
    (infinite after silence). `notes` are sentences that a reader should know, such as a channel after the end.
    """

    launch: datetime
    visits: float
    peak_per_s: float
    peak_p95_per_s: float
    peak_at: datetime
    baseline_per_s: float
    growth_5_min: float
    curve: RateCurve
    channels: tuple[ChannelForecast, ...]
    pages: tuple[PageForecast, ...]
    hosts: tuple[PageForecast, ...]
    assumptions: tuple[Assumption, ...]
    baseline_at_peak_per_s: float = 0.0
    notes: tuple[str, ...] = ()

    @property
    def unknown_reach(self) -> tuple[str, ...]:
        """Names of the channels whose reach nobody gave: they are in no figure."""
        return tuple(channel.name for channel in self.channels if not channel.reach_known)

    @property
    def peak_unknown(self) -> bool:
        """Whether the reach of every channel is unknown, so that no figure says anything of the campaign."""
        return bool(self.channels) and not any(channel.reach_known for channel in self.channels)

    @property
    def no_peak(self) -> str:
        """Why there is no peak to speak of, or to test; "" when there is one."""
        if self.peak_unknown:
            return "nobody said how many people the campaign reaches"
        return "" if self.peak_per_s > 0 else "no visits are forecast"

    def known(self, figure: float) -> float | None:
        """One of its figures; None where nobody knows it."""
        return None if self.peak_unknown else figure

    @property
    def host_peaks(self) -> tuple[HostPeak, ...]:
        """The peak on each host with visits, in the order of the pages; () where nobody knows it."""
        parts: dict[str, list[PageForecast]] = {}
        for part in () if self.peak_unknown else self.hosts:
            parts.setdefault(split_host(part.host)[0], []).append(part)
        peaks = (_joint_peak(self.launch, host, those) for host, those in parts.items())
        return tuple(peak for peak in peaks if peak.peak_per_s > 0)

    @property
    def stress_per_s(self) -> tuple[tuple[float, float], ...]:
        """For comparison, never judged: (factor, visits/s) of 5 and 15 times the median peak."""
        return tuple((factor, factor * self.peak_per_s) for factor in STRESS_FACTORS)

    def lasts_s(self, share: float) -> float:
        """How long (s) the rate stays at `share` (0-1) of its peak or above, in one piece around the peak."""
        import numpy as np

        offsets_s, rates = self.curve.offsets_s, self.curve.rates_per_s
        if not len(rates):
            return 0.0
        top = int(np.argmax(rates))
        enough = rates[top] * share
        low = np.flatnonzero(rates < enough)
        before, after = low[low < top], low[low > top]

        def crossing(outside: int, inside: int) -> float:
            """Where the straight line between two points of the curve passes `enough`."""
            part = (enough - rates[outside]) / (rates[inside] - rates[outside])
            return float(offsets_s[outside] + part * (offsets_s[inside] - offsets_s[outside]))

        begins_s = crossing(int(before[-1]), int(before[-1]) + 1) if len(before) else float(offsets_s[0])
        ends_s = crossing(int(after[0]), int(after[0]) - 1) if len(after) else float(offsets_s[-1])
        return ends_s - begins_s

    def needed_per_s(self, headroom: float = 1.0) -> float:
        """The rate (visits/s) that the site has to hold: the P95 peak, and `headroom` times the median one."""
        return max(self.peak_p95_per_s, headroom * self.peak_per_s)

    def at(self, offset_s: float) -> datetime:
        """The moment that lies `offset_s` seconds after the launch, in the launch's zone (DST safe)."""
        return moment_after(self.launch, offset_s)


def _joint_peak(launch: datetime, host: str, parts: list[PageForecast]) -> HostPeak:
    """The peak of the parts' sum; they stand on one grid."""
    if len(parts) == 1:
        return HostPeak(host, parts[0].peak_per_s, parts[0].peak_at)
    rates = parts[0].curve.rates_per_s.copy()
    for part in parts[1:]:
        rates += part.curve.rates_per_s
    top = int(rates.argmax())
    return HostPeak(host, float(rates[top]), moment_after(launch, float(parts[0].curve.offsets_s[top])))


def moment_after(launch: datetime, offset_s: float) -> datetime:
    """The moment that lies `offset_s` real seconds after the launch, on the clocks of the launch's zone."""
    utc = launch.astimezone(UTC) + timedelta(seconds=offset_s)
    return utc.astimezone(launch.tzinfo)
