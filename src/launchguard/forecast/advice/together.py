"""Several channels changed at once, for a campaign that no change of a single one brings below its limit."""

from launchguard.forecast.advice.case import Case
from launchguard.forecast.advice.search import MAX_WINDOW_S, rounded_up
from launchguard.model.campaign import Campaign
from launchguard.model.capacity import Advice
from launchguard.model.channel import Channel
from launchguard.model.units import format_duration
from launchguard.numbers.special import bisect
from launchguard.words import duration, per_second

MAX_CHANNELS = 20
"""Each try forecasts the count campaign again, and nobody reads a longer list."""


def slower_together(case: Case) -> Advice | None:
    """Every sending over one window, the shortest (within a day and the campaign) that meets the goal."""
    present = {
        index: float(getattr(channel, "send_over", 0.0))
        for index, channel in enumerate(case.campaign.channels)
        if case.forecast.channels[index].visits > 0 and "send_over" in type(channel).model_fields
    }
    if not 2 <= len(present) <= MAX_CHANNELS:
        return None
    longest = min([MAX_WINDOW_S, *(case.left_s(case.campaign.channels[index]) for index in present)])

    def spread(least_s: float) -> Campaign:
        changed: dict[int, Channel] = {
            index: case.campaign.channels[index].model_copy(update={"send_over": least_s})
            for index, window_s in present.items()
            if window_s < least_s
        }
        channels = tuple(changed.get(index, channel) for index, channel in enumerate(case.campaign.channels))
        return case.campaign.model_copy(update={"channels": channels})

    def holds(least_s: float) -> bool:
        return case.verified(spread(least_s)) is not None

    if longest <= 0 or not holds(longest):
        return None
    least_s = rounded_up(bisect(holds, 0.0, longest, tolerance=0.1))
    after = case.verified(spread(least_s))
    if after is None:
        return None
    slower = [case.campaign.channels[index] for index, window_s in present.items() if window_s < least_s]
    before, now = case.peaks(case.forecast)[0], case.peaks(after)[0]
    each = " each" if len(slower) > 1 else ""
    return Advice(
        channel=", ".join(channel.label for channel in slower),
        change="; ".join(f"{channel.kind}: {{send_over: {format_duration(least_s)}}}" for channel in slower),
        text=f"Send {_listed(slower)} over {duration(least_s)}{each}: the peak falls from {per_second(before)} to "
        f"{per_second(now)}.",
        peak_after_per_s=now,
    )


def _listed(channels: list[Channel]) -> str:
    """Their names: "teaser, push and sms"."""
    names = [channel.label for channel in channels]
    return ", ".join(names[:-1]) + " and " + names[-1] if len(names) > 1 else names[0]
