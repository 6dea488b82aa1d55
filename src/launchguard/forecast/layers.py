"""The rates of a campaign's channels on one grid, and their sums."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from launchguard.channels import channel as contract
from launchguard.channels.curves import day_factor
from launchguard.forecast.grid import AROUND_S, make_grid
from launchguard.forecast.schedule import CampaignSchedule, clock_changes_s, local_hour
from launchguard.model.campaign import Campaign

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

Weight = Callable[[Mapping[str, float]], float]
"""Turns the pages' shares of a channel (or of the baseline) into the part that is looked at (0-1)."""


@dataclass(frozen=True, eq=False)
class Layers:
    """Median rates (visits/s) on one grid: the baseline, and each channel in the schedule's order.

    A peak may only lie in the seconds from index `first` on; the grid begins earlier, so that growth can be told.
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


@dataclass(frozen=True, eq=False)
class LayerGroup:
    """Everything that goes to the same pages in the same shares: its sum, median and with all at their P95."""

    shares: Mapping[str, float]
    median: "Array"
    high: "Array"


def compute_layers(campaign: Campaign, schedule: CampaignSchedule) -> Layers:
    """The baseline and every channel on one grid."""
    import numpy as np

    offsets = make_grid(schedule.streams, schedule.first_s - AROUND_S, schedule.last_s, schedule.step_s)
    by_the_clock = offsets + clock_changes_s(campaign.launch, offsets)
    baseline = campaign.baseline * day_factor(by_the_clock, local_hour(campaign.launch))
    channels = []
    for placed in schedule.channels:
        rates = np.zeros(len(offsets))
        for anchored in placed.streams:
            stream_rates = anchored.rates(offsets)
            contract.check_rates(placed.channel, offsets, stream_rates, anchored.due(schedule.last_s))
            rates += stream_rates
        channels.append(rates)
    return Layers(offsets, int(np.searchsorted(offsets, schedule.first_s)), baseline, tuple(channels))


def group_layers(
    campaign: Campaign, schedule: CampaignSchedule, layers: Layers, *, leave_out: int | None = None
) -> list[LayerGroup]:
    """The baseline with the channels that go to all pages, and one group for each page that has channels of its own.

    `leave_out` is the index of a channel that is not counted.
    """
    import numpy as np

    groups = {"": LayerGroup(campaign.shares, layers.baseline.copy(), layers.baseline.copy())}
    for index, (placed, rates) in enumerate(zip(schedule.channels, layers.channels, strict=True)):
        if index == leave_out:
            continue
        empty = np.zeros(len(layers.offsets_s))
        group = groups.setdefault(placed.channel.page, LayerGroup(placed.shares, empty, empty.copy()))
        np.add(group.median, rates, out=group.median)
        np.add(group.high, rates * placed.channel.factor_p95, out=group.high)
    return list(groups.values())


def add_up(groups: list[LayerGroup], weight: Weight) -> tuple["Array", "Array"]:
    """What a part of the pages gets in sum: median, and with every channel at its 95 % quantile."""
    import numpy as np

    median, high = np.zeros_like(groups[0].median), np.zeros_like(groups[0].high)
    for group in groups:
        part = weight(group.shares)
        if part > 0:
            median += group.median * part
            high += group.high * part
    return median, high
