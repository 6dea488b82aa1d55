"""What a forecast says beside its numbers: the arithmetic in words, the assumptions, and what a reader should know."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from launchguard.forecast.grid import FINE_S
from launchguard.forecast.schedule import OPEN_END_S, CampaignSchedule, ChannelSchedule
from launchguard.model.campaign import Campaign
from launchguard.model.forecast import Assumption, moment_after
from launchguard.words import count, duration, per_second

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


def full_words(campaign: Campaign, placed: ChannelSchedule, offsets_s: "Array", rates_per_s: "Array") -> str:
    """A channel's arithmetic: "500,000 mails x 2 % = 10,000 visits; ...: 2.2/s at 09:10; mail scanners add 4.2/s"."""
    others: dict[str, Array] = {}
    for anchored in placed.streams:
        label = anchored.stream.label
        if label:
            others[label] = others.get(label, 0.0) + anchored.rates(offsets_s)
    visits = sum(anchored.stream.visits for anchored in placed.streams if not anchored.stream.label)
    unknown = placed.channel.reach_unknown
    text = placed.channel.words() or ("its reach is unknown" if unknown else f"{count(visits)} visits")
    people = rates_per_s - sum(others.values())
    if any(not anchored.stream.label for anchored in placed.streams):
        index = int((people >= people.max() * (1 - 1e-9)).argmax())  # the first of a plateau, whatever the rounding
        at = moment_after(campaign.launch, float(offsets_s[index]))
        text += f": {per_second(float(people[index]))} at {at:%H:%M}"
    return text + "".join(f"; {label} add {per_second(float(rates.max()))}" for label, rates in others.items())


def all_assumptions(campaign: Campaign) -> Iterator[Assumption]:
    """Every number that nobody gave: the campaign's, then each channel's."""
    if campaign.ends is None:
        yield Assumption("the campaign's end", f"{duration(OPEN_END_S)} after its last trigger", "assumed", "ends: ...")
    if campaign.baseline > 0:
        yield Assumption(
            "the baseline over the day",
            "0.4 to 1.6 x the given rate, highest at 20:00",
            "peak to mean of a global site, robustperception.io; the hour is assumed",
            "give the traffic as a channel of its own: curve: {file: ...}",
        )
    for channel in campaign.channels:
        yield from channel.assumptions()
    if sum(channel.spread > 0 for channel in campaign.channels) > 1:
        yield Assumption(
            "how the channels vary", "all rise together", "assumed; it is the careful case", "uncertainty: 0"
        )


def all_notes(campaign: Campaign, schedule: CampaignSchedule) -> Iterator[str]:
    """Sentences on channels that count nothing or fire outside the campaign, and on a curve that is not fine enough."""
    if schedule.step_s > FINE_S:
        step = duration(schedule.step_s)
        yield f"So many channels are computed in steps of {step}: the peak may lie higher; split the campaign."
    for placed in schedule.channels:
        label = placed.channel.label
        if placed.channel.reach_unknown:
            yield f"{label}: nobody said how many it reaches, so it is in no figure."
        elif not placed.streams:
            yield f"{label}: it brings no visits."
        if placed.trigger_s < 0:
            yield f"{label}: it starts {duration(-placed.trigger_s)} before the launch."
        if campaign.ends is not None and placed.trigger_s >= schedule.ends_s:
            yield f"{label}: it starts {duration(placed.trigger_s - schedule.ends_s)} after the campaign's end."
