"""A send window in the units of the tools that send: per minute, per hour, percent per hour."""

import math
from dataclasses import replace

from launchguard.channels.channel import checked_streams
from launchguard.forecast.grid import Anchored, ascending
from launchguard.model.channel import Channel, Firing
from launchguard.words import count, duration, per_second

PERCENT_STEPS = (10, 11, 13, 14, 17, 20, 25, 33, 50)
"""Percent of the list per hour that throttles offer (Klaviyo's `throttle_percentage`)."""
BATCH_S = 240.0
"""How long a tool takes for the batch of one hour; assumed."""


def tool_units(channel: Channel, window_s: float) -> str:
    """How to enter this window: "17,857 a minute, 1,071,428 an hour, or 50 % an hour ..."; "" without a reach."""
    if not channel.reach or window_s <= 0:
        return ""
    paces = ((60, "a minute"), (3600, "an hour"), (86400, "a day"))
    told = [(math.floor(channel.reach / window_s * seconds), unit) for seconds, unit in paces]
    text = ", ".join([f"{count(pace)} {unit}" for pace, unit in told if pace][:2])
    percent = percent_per_hour(window_s)
    if percent is None:
        return text
    smooth = smooth_peak_per_s(channel, 100 / percent * 3600)
    batched = batched_peak_per_s(channel, percent)
    return (
        f"{text}, or {percent} % an hour ({duration(100 / percent * 3600)}); a tool that sends each hour's part at "
        f"once peaks at {per_second(batched)} instead of {per_second(smooth)}"
    )


def percent_per_hour(window_s: float) -> int | None:
    """The fastest step that is at least as slow as the window; None when no step is slow enough."""
    slow_enough = [step for step in PERCENT_STEPS if 100 / step * 3600 >= window_s]
    return max(slow_enough, default=None)


def smooth_peak_per_s(channel: Channel, window_s: float) -> float:
    """The channel's own peak when it is sent evenly over the window."""
    return _peak_per_s(channel, [0.0], 1.0, window_s)


def batched_peak_per_s(channel: Channel, percent: int) -> float:
    """The channel's own peak when each hour's part goes out within four minutes."""
    starts = [3600.0 * hour for hour in range(math.ceil(100 / percent))]
    return _peak_per_s(channel, starts, percent / 100, BATCH_S)


def _peak_per_s(channel: Channel, starts_s: list[float], part: float, window_s: float) -> float:
    import numpy as np

    streams = [
        Anchored(replace(stream, visits=stream.visits * part, window_s=window_s), start)
        for start in starts_s
        for stream in checked_streams(channel, Firing(until_end_s=0.0, local_hour=0.0))
    ]
    fine = [np.arange(start, start + 2 * BATCH_S) for start in starts_s]
    points = ascending([*fine, [start + window_s for start in starts_s]])
    return float(sum(anchored.rates(points) for anchored in streams).max())  # type: ignore[union-attr]
