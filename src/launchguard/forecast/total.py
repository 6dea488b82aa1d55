"""Forecasts a campaign: the sum of its channels' curves and the baseline, for every page and host."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from launchguard.forecast.layers import LayerGroup, Layers, add_up, compute_layers, group_layers
from launchguard.forecast.notes import all_assumptions, all_notes, full_words
from launchguard.forecast.ranges import at_lower_ends, range_assumptions
from launchguard.forecast.schedule import CampaignSchedule, ChannelSchedule, plan_schedule
from launchguard.model.campaign import Campaign
from launchguard.model.forecast import ChannelForecast, Forecast, PageForecast, RateCurve, moment_after
from launchguard.web.hosts import host_and_port

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

GROWTH_S = 300.0


def forecast_campaign(campaign: Campaign) -> Forecast:
    """Forecast the arrivals of a campaign; the same campaign always gives the same forecast.

    A channel without a reach counts nothing and is named in `unknown_reach`. A channel before the launch or after the
    end counts in full and is named in `notes`; a steady one (search, rate) stops at the end. A window of 0 s is one
    second, the finest step. Of a range the upper end counts, and what the lower ends make is told as an assumption.
    Raises ManifestError when a channel leads to a page that the campaign lacks.
    """
    schedule = plan_schedule(campaign)
    layers = compute_layers(campaign, schedule)
    groups = group_layers(campaign, schedule, layers)
    total, high = add_up(groups, lambda _: 1.0)
    index = layers.peak(total)
    peak = float(total[index])
    shares, lower = campaign.shares, at_lower_ends(campaign)
    ranges = range_assumptions(campaign, forecast_campaign(lower).peak_per_s) if lower else ()
    hosts: dict[str, list[str]] = {}
    for url in shares:
        hosts.setdefault(host_and_port(url), []).append(url)
    return Forecast(
        launch=campaign.launch,
        visits=sum(anchored.stream.visits for anchored in schedule.streams),
        peak_per_s=peak,
        peak_p95_per_s=float(high[layers.peak(high)]),
        peak_at=moment_after(campaign.launch, float(layers.offsets_s[index])),
        baseline_per_s=campaign.baseline,
        growth_5_min=_growth(layers, total, index),
        curve=RateCurve(layers.offsets_s, total),
        channels=tuple(
            _channel(campaign, placed, layers, rates, index, peak)
            for placed, rates in zip(schedule.channels, layers.channels, strict=True)
        ),
        pages=tuple(_part(campaign, schedule, layers, groups, url, [url]) for url in shares),
        hosts=tuple(_part(campaign, schedule, layers, groups, "", urls) for urls in hosts.values()),
        assumptions=(*ranges, *all_assumptions(campaign)),
        baseline_at_peak_per_s=float(layers.baseline[index]),
        notes=tuple(all_notes(campaign, schedule)),
    )


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
        words=full_words(campaign, placed, layers.offsets_s, rates),
        curve=RateCurve(layers.offsets_s, rates),
        reach_known=not channel.reach_unknown,
    )


def _part(
    campaign: Campaign, schedule: CampaignSchedule, layers: Layers, groups: list[LayerGroup], url: str, urls: list[str]
) -> PageForecast:
    """The forecast of one page, or with `url` "" of all pages of one host."""

    def weight(shares: Mapping[str, float]) -> float:
        return sum(shares[one] for one in urls)

    total, high = add_up(groups, weight)
    at = layers.peak(total)
    visits = sum(
        anchored.stream.visits * weight(placed.shares) for placed in schedule.channels for anchored in placed.streams
    )
    return PageForecast(
        url=url,
        host=host_and_port(urls[0]),
        visits=visits,
        peak_per_s=float(total[at]),
        peak_p95_per_s=float(high[layers.peak(high)]),
        peak_at=moment_after(campaign.launch, float(layers.offsets_s[at])),
        curve=RateCurve(layers.offsets_s, total),
    )
