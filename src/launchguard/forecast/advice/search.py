"""Searches the smallest change of one channel that brings what is needed below a limit, on the real sum."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from launchguard.forecast.grid import AROUND_S, ascending
from launchguard.forecast.layers import Layers, Weight, add_up, group_layers
from launchguard.forecast.schedule import CampaignSchedule, ChannelSchedule, place
from launchguard.model.campaign import Campaign
from launchguard.model.channel import Channel
from launchguard.model.units import Trigger
from launchguard.numbers.special import bisect

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

MAX_WINDOW_S = 86400.0
MAX_SHIFT_S = 6 * 3600
SHIFT_STEP_S = 30
REFINE_BELOW_S = 600
_STEPS = ((5.0, 0.05), (50.0, 0.1), (900.0, 1.0), (3600.0, 10.0))
"""Up to which window (seconds) it is rounded to which step; a minute beyond."""
TAIL_S = 6 * 3600


@dataclass(frozen=True)
class PeakGoal:
    """What has to hold: the median peak times `headroom`, and the P95 peak times `p95`, within `allowed_per_s`."""

    allowed_per_s: float
    headroom: float = 1.0
    p95: float = 0.0

    def needed(self, median_per_s: float, p95_per_s: float) -> float:
        """The rate (visits/s) that the site has to hold."""
        return max(self.headroom * median_per_s, self.p95 * p95_per_s)


@dataclass(frozen=True, eq=False)
class Rest:
    """One channel of a campaign apart from all the others: their sums (median and P95) on the campaign's grid."""

    campaign: Campaign
    ends_s: float
    placed: ChannelSchedule
    offsets_s: "Array"
    median: "Array"
    high: "Array"
    part: float
    goal: PeakGoal

    @property
    def alone(self) -> float:
        """What is needed without the channel: no change of it can do better."""
        return self.goal.needed(float(self.median.max()), float(self.high.max()))

    @property
    def left_s(self) -> float:
        """Seconds from the channel's trigger to the campaign's end; infinite without one."""
        return math.inf if self.campaign.ends is None else self.ends_s - self.placed.trigger_s

    def needed_with(self, *channels: Channel) -> float:
        """What is needed with these channels in place of the present one."""
        import numpy as np

        placed = [place(self.campaign, channel, self.ends_s) for channel in channels]
        streams = [anchored for one in placed for anchored in one.streams]
        corners = [corner for anchored in streams for corner in anchored.corners_s()]
        edges = {edge for one in streams for edge in (one.starts_s, one.starts_s + one.window_s)}
        around = [np.arange(edge - AROUND_S / 4, edge + AROUND_S / 4) for edge in edges]
        points = ascending([self.offsets_s, corners, *around])
        median = np.interp(points, self.offsets_s, self.median)
        high = np.interp(points, self.offsets_s, self.high)
        for one in placed:
            for anchored in one.streams:
                rates = anchored.rates(points) * self.part
                median += rates
                high += rates * one.channel.factor_p95
        return self.goal.needed(float(median.max()), float(high.max()))

    def holds(self, *channels: Channel) -> bool:
        """Whether the changed channels meet the goal."""
        return self.needed_with(*channels) <= self.goal.allowed_per_s


def without(
    campaign: Campaign, schedule: CampaignSchedule, layers: Layers, weight: Weight, index: int, goal: PeakGoal
) -> Rest:
    """Take one channel out of the sum."""
    placed = schedule.channels[index]
    median, high = add_up(group_layers(campaign, schedule, layers, leave_out=index), weight)
    return Rest(
        campaign=campaign,
        ends_s=schedule.ends_s,
        placed=placed,
        offsets_s=layers.offsets_s[layers.first :],
        median=median[layers.first :],
        high=high[layers.first :],
        part=weight(placed.shares),
        goal=goal,
    )


def minimum_window_s(rest: Rest) -> float | None:
    """The shortest send window (seconds) above the present one that meets the goal; None when none does.

    Up to a day, and not behind the campaign's end.

    The inverse of r(W) = (N F(W) + scanners) / W on the real sum, by doubling and bisecting; rounded up to what
    a person would enter, by at most 2 %.
    """
    channel = rest.placed.channel
    present = float(getattr(channel, "send_over", 0.0))
    if "send_over" not in type(channel).model_fields or rest.alone > rest.goal.allowed_per_s:
        return None

    def holds(window_s: float) -> bool:
        return rest.holds(channel.model_copy(update={"send_over": window_s}))

    longest = min(MAX_WINDOW_S, rest.left_s)
    bad, good = present, min(max(present, 1.0) * 2, longest)
    while good <= present or not holds(good):
        if good >= longest:
            return None
        bad, good = good, min(good * 2, longest)
    return rounded_up(bisect(holds, bad, good, tolerance=good / 2000))


def rounded_up(seconds: float) -> float:
    """A window as a person would enter it, at most 2 % longer."""
    step = next((step for below, step in _STEPS if seconds < below), 60.0)
    return round(math.ceil(round(seconds / step, 6)) * step, 2)


def smallest_shift_s(rest: Rest, *, later: bool, slack: float = 0.0) -> float | None:
    """The smallest shift (seconds, negative for earlier) of the channel that meets the goal; None within six hours.

    A channel that starts at or after the launch is not moved before it, and none behind the campaign's end. Searched
    on a 30-s grid, and refined to the second below ten minutes. `slack` is the part (ratio) by which the peak has to
    stay below the limit, for one that lies between the seconds of this search.
    """
    import numpy as np

    placed, goal = rest.placed, rest.goal
    starts = [anchored.starts_s for anchored in placed.streams]
    if not starts or rest.alone > goal.allowed_per_s:
        return None
    begin = min(starts)
    kernel_at = begin + np.arange(1.0, TAIL_S + 1)
    kernel = np.zeros(TAIL_S)
    for anchored in placed.streams:
        kernel += anchored.rates(kernel_at) * rest.part
    factor = placed.channel.factor_p95
    uniform = begin - MAX_SHIFT_S + np.arange(1, 2 * MAX_SHIFT_S + TAIL_S + 1)
    median = np.interp(uniform, rest.offsets_s, rest.median)
    high = np.interp(uniform, rest.offsets_s, rest.high)

    def holds(shift: int) -> bool:
        here = slice(MAX_SHIFT_S + shift, MAX_SHIFT_S + shift + TAIL_S)
        peaks = float((median[here] + kernel).max()), float((high[here] + kernel * factor).max())
        return goal.needed(*peaks) <= goal.allowed_per_s * (1 - slack)

    sign = 1 if later else -1
    limit = _furthest_s(rest, later=later)
    on_grid = next((size for size in range(SHIFT_STEP_S, limit + 1, SHIFT_STEP_S) if holds(sign * size)), None)
    if on_grid is None or on_grid >= REFINE_BELOW_S:
        return None if on_grid is None else float(sign * on_grid)
    finer = range(on_grid - SHIFT_STEP_S + 1, on_grid + 1)
    return float(sign * next(size for size in finer if holds(sign * size)))


def _furthest_s(rest: Rest, *, later: bool) -> int:
    """How far (seconds) the channel may be moved."""
    trigger_s = rest.placed.trigger_s
    if not later:
        return MAX_SHIFT_S if trigger_s < 0 else min(MAX_SHIFT_S, int(trigger_s))
    return max(0, int(min(MAX_SHIFT_S, rest.left_s)))


def shifted(placed: ChannelSchedule, shift_s: float) -> Channel:
    """The channel with its trigger moved."""
    return placed.channel.model_copy(update={"at": Trigger(offset_s=placed.trigger_s + shift_s)})
