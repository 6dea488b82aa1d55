"""When everything of a campaign happens, in seconds since its launch, and which page each channel leads to."""

import difflib
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from launchguard.channels.channel import checked_streams
from launchguard.errors import ManifestError
from launchguard.forecast.grid import AROUND_S, Anchored, fine_step_s
from launchguard.model.campaign import Campaign
from launchguard.model.channel import Channel, Firing
from launchguard.numbers.special import bisect

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

DAY_S = 86400.0
OPEN_END_S = 3 * 86400.0
"""A campaign without an end is forecast for three days after its last trigger."""


@dataclass(frozen=True)
class ChannelSchedule:
    """A channel with its trigger (seconds since the launch), its streams, and the share (0-1) of each page."""

    channel: Channel
    trigger_s: float
    streams: tuple[Anchored, ...]
    shares: dict[str, float]


@dataclass(frozen=True)
class CampaignSchedule:
    """All channels; the first trigger, the campaign's end, the last second and the finest step of the forecast."""

    channels: tuple[ChannelSchedule, ...]
    first_s: float
    ends_s: float
    last_s: float
    step_s: float

    @property
    def streams(self) -> list[Anchored]:
        """Every stream of every channel."""
        return [stream for channel in self.channels for stream in channel.streams]


def seconds_since(launch: datetime, moment: datetime) -> float:
    """Real seconds between two aware moments, across a change of the clocks too."""
    return (moment.astimezone(UTC) - launch.astimezone(UTC)).total_seconds()


def local_hour(moment: datetime) -> float:
    """The hour of the day (0-24) on the clocks of its own zone."""
    return moment.hour + moment.minute / 60 + moment.second / 3600


def clock_changes_s(launch: datetime, offsets_s: "Array") -> "Array":
    """How far (seconds) the clocks of the launch's zone were put forward between the launch and each offset (s)."""
    import numpy as np

    def ahead_s(offset_s: float) -> float:
        moment = (launch.astimezone(UTC) + timedelta(seconds=offset_s)).astimezone(launch.tzinfo)
        return ((moment.utcoffset() or timedelta()) - (launch.utcoffset() or timedelta())).total_seconds()

    changes = np.zeros(len(offsets_s))
    if not len(offsets_s):
        return changes
    days = np.arange(offsets_s[0], offsets_s[-1] + DAY_S, DAY_S).tolist()
    now = ahead_s(days[0])
    changes += now
    for begin, end in itertools.pairwise(days):
        then = ahead_s(end)
        if then != now:
            changes[offsets_s >= _change_at(ahead_s, begin, end)] = then
            now = then
    return changes


def _change_at(ahead_s: Callable[[float], float], begin: float, end: float) -> float:
    """The second at which the clocks begin to show what they show at the end."""
    then = ahead_s(end)
    return bisect(lambda offset: ahead_s(offset) == then, begin, end, tolerance=1.0)


def plan_schedule(campaign: Campaign) -> CampaignSchedule:
    """Place every channel in time. Raises ManifestError when a channel leads to a page that the campaign lacks."""
    if campaign.ends is None:
        triggers = [seconds_since(campaign.launch, campaign.fires_at(channel)) for channel in campaign.channels]
        ends_s = max([0.0, *triggers]) + OPEN_END_S
    else:
        ends_s = seconds_since(campaign.launch, campaign.ends)
    channels = tuple(place(campaign, channel, ends_s) for channel in campaign.channels)
    streams = [stream for channel in channels for stream in channel.streams]
    first_s = min([0.0, *(stream.starts_s for stream in streams)])
    last_s = max([ends_s, *(stream.starts_s + stream.window_s + AROUND_S for stream in streams)])
    step_s = fine_step_s(streams, len(campaign.channels) + len(campaign.pages))
    return CampaignSchedule(channels, first_s, ends_s, last_s, step_s)


def place(campaign: Campaign, channel: Channel, ends_s: float) -> ChannelSchedule:
    """Place one channel in time; the campaign ends `ends_s` seconds after its launch."""
    fires_at = campaign.fires_at(channel)
    trigger_s = seconds_since(campaign.launch, fires_at)
    hour = local_hour(fires_at.astimezone(campaign.launch.tzinfo))
    firing = Firing(until_end_s=ends_s - trigger_s, local_hour=hour)
    streams = tuple(Anchored(stream, trigger_s) for stream in checked_streams(channel, firing) if stream.visits > 0)
    return ChannelSchedule(channel, trigger_s, streams, _shares(campaign, channel))


def _shares(campaign: Campaign, channel: Channel) -> dict[str, float]:
    if not channel.page:
        return campaign.shares
    if channel.page not in campaign.shares:
        near = difflib.get_close_matches(channel.page, campaign.shares, n=1)
        right = f"did you mean {near[0]}?" if near else "name one of the campaign's pages"
        raise ManifestError([f"channel {channel.label}: page {channel.page} is none of the campaign's pages; {right}"])
    return {url: float(url == channel.page) for url in campaign.shares}
