"""Forecasts a campaign: the sum of its channels' curves and the baseline, for every page and host."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from launchguard.channels.curves import day_factor
from launchguard.forecast.grid import AROUND_S, make_grid
from launchguard.forecast.notes import all_assumptions, all_notes, full_words
from launchguard.forecast.schedule import ChannelSchedule, Schedule, host_of, local_hour, plan_schedule
from launchguard.model.campaign import Campaign
from launchguard.model.forecast import ChannelForecast, Curve, Forecast, PageForecast, moment_after

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

GROWTH_S = 300.0
Weight = Callable[[Mapping[str, float]], float]
"""Turns the pages' shares of a channel (or of the baseline) into the part that is looked at (0-1)."""


@dataclass(frozen=True, eq=False)
class Layers:
    """Median rates (visits/s) on one grid: the baseline, and each channel in the schedule's order.

    A peak may only lie in the seconds from `first` on; the grid begins earlier, so that growth can be told.
    """

    offsets_s: "Array"
    first: int
    baseline: "Array"
    channels: tuple["Array", ...]

    def peak(self, rates_per_s: "Array") -> int:
        """The index of the highest rate; the first one of a plateau, whatever the rounding."""
        import numpy as np

        during = rates_per_s[self.first :]
        return self.first + int(np.argmax(during >= during.max() * (1 - 1e-9)))


def forecast_campaign(campaign: Campaign) -> Forecast:
    """Forecast the arrivals of a campaign; the same campaign always gives the same forecast.

    A channel without a reach counts nothing and is named in `unknown_reach`. A channel before the launch or after the
    end counts in full and is named in `notes`; a steady one (search, rate) stops at the end. A window of 0 s is one
    second, the finest step. Raises ManifestError when a channel leads to a page that the campaign lacks.
    """
    schedule = plan_schedule(campaign)
    layers = compute_layers(campaign, schedule)
    shares = campaign.shares
    total, high = _both(schedule, layers, shares, lambda _: 1.0)
    index = layers.peak(total)
    peak, peak_s = float(total[index]), float(layers.offsets_s[index])
    hosts: dict[str, list[str]] = {}
    for url in shares:
        hosts.setdefault(host_of(url), []).append(url)
    return Forecast(
        launch=campaign.launch,
        visits=sum(anchored.stream.visits for anchored in schedule.streams),
        peak_per_s=peak,
        peak_p95_per_s=float(high[layers.peak(high)]),
        peak_at=moment_after(campaign.launch, peak_s),
        baseline_per_s=campaign.baseline,
        growth_5_min=_growth(layers, total, index),
        curve=Curve(layers.offsets_s, total),
        channels=tuple(
            _channel(campaign, placed, layers, rates, index, peak)
            for placed, rates in zip(schedule.channels, layers.channels, strict=True)
        ),
        pages=tuple(_part(campaign, schedule, layers, url, [url]) for url in shares),
        hosts=tuple(_part(campaign, schedule, layers, "", urls) for urls in hosts.values()),
        assumptions=tuple(all_assumptions(campaign)),
        baseline_at_peak_per_s=float(layers.baseline[index]),
        notes=tuple(all_notes(campaign, schedule)),
    )


def compute_layers(campaign: Campaign, schedule: Schedule) -> Layers:
    """The baseline and every channel on one grid."""
    import numpy as np

    offsets = make_grid(schedule.streams, schedule.first_s - AROUND_S, schedule.last_s)
    baseline = campaign.baseline * day_factor(offsets, local_hour(campaign.launch))
    channels = []
    for placed in schedule.channels:
        rates = np.zeros(len(offsets))
        for anchored in placed.streams:
            rates += anchored.rates(offsets)
        channels.append(rates)
    first = int(np.searchsorted(offsets, schedule.first_s))
    return Layers(offsets, first, baseline, tuple(channels))


def add_up(
    schedule: Schedule, layers: Layers, shares: Mapping[str, float], weight: Weight, *, p95: bool = False
) -> "Array":
    """The sum that a part of the pages gets: median, or with each channel at its 95 % quantile."""
    total: Array = layers.baseline * weight(shares)
    for placed, rates in zip(schedule.channels, layers.channels, strict=True):
        total = total + rates * (weight(placed.shares) * (placed.channel.factor_p95 if p95 else 1.0))
    return total


def _both(schedule: Schedule, layers: Layers, shares: Mapping[str, float], weight: Weight) -> tuple["Array", "Array"]:
    return add_up(schedule, layers, shares, weight), add_up(schedule, layers, shares, weight, p95=True)


def _growth(layers: Layers, total: "Array", index: int) -> float:
    import numpy as np

    before = float(np.interp(layers.offsets_s[index] - GROWTH_S, layers.offsets_s, total))
    if before > 0:
        return float(total[index]) / before
    return math.inf if total[index] > 0 else 1.0


def _channel(
    campaign: Campaign, placed: ChannelSchedule, layers: Layers, rates: "Array", index: int, peak: float
) -> ChannelForecast:
    channel = placed.channel
    at = layers.peak(rates)
    return ChannelForecast(
        name=channel.label,
        kind=channel.kind,
        page=channel.page,
        visits=sum(anchored.stream.visits for anchored in placed.streams),
        peak_per_s=float(rates[at]),
        peak_at=moment_after(campaign.launch, float(layers.offsets_s[at])),
        share_of_peak=float(rates[index]) / peak if peak > 0 else 0.0,
        sigma=channel.spread,
        words=full_words(campaign, placed, layers.offsets_s),
        curve=Curve(layers.offsets_s, rates),
        reach_known=channel.reach is not None,
    )


def _part(campaign: Campaign, schedule: Schedule, layers: Layers, url: str, urls: list[str]) -> PageForecast:
    """The forecast of one page, or of all pages of one host."""

    def weight(shares: Mapping[str, float]) -> float:
        return sum(shares[one] for one in urls)

    total, high = _both(schedule, layers, campaign.shares, weight)
    at = layers.peak(total)
    visits = sum(
        anchored.stream.visits * weight(placed.shares) for placed in schedule.channels for anchored in placed.streams
    )
    return PageForecast(
        url=url,
        host=host_of(urls[0]),
        visits=visits,
        peak_per_s=float(total[at]),
        peak_p95_per_s=float(high[layers.peak(high)]),
        peak_at=moment_after(campaign.launch, float(layers.offsets_s[at])),
        curve=Curve(layers.offsets_s, total),
    )
