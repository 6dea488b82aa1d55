"""The change that unblocks: the smallest of each kind, verified by forecasting the changed campaign."""

import math
from collections.abc import Iterator

from launchguard.forecast.advice.case import Case
from launchguard.forecast.advice.search import PeakGoal, Rest, minimum_window_s, shifted, smallest_shift_s, without
from launchguard.forecast.advice.sending import tool_units
from launchguard.forecast.advice.site_changes import cache, capacity, lighter_page
from launchguard.forecast.advice.together import slower_together
from launchguard.forecast.arithmetic import SiteFigures
from launchguard.forecast.layers import add_up, compute_layers, group_layers
from launchguard.forecast.schedule import plan_schedule
from launchguard.model.campaign import Campaign
from launchguard.model.capacity import Advice
from launchguard.model.channel import Channel
from launchguard.model.forecast import Forecast
from launchguard.model.units import Trigger, format_duration
from launchguard.words import count, duration, per_second

RELEVANT_SHARE = 0.05
"""Channels below this share (0-1) of the peak are not worth changing."""
KEPT = 0.999
"""A channel that is moved still has to bring this part of its visits."""
BETWEEN = 0.001
"""How much higher (ratio) a peak may be that lies between the count seconds of a shift's search."""
PILOT = 0.05
STAGE_S = 1800.0
MAX_STAGES = 24


def advise(
    campaign: Campaign,
    forecast: Forecast,
    allowed_per_s: float,
    *,
    headroom: float = 1.0,
    p95: float = 0.0,
    host: str = "",
    site: SiteFigures | None = None,
) -> tuple[Advice, ...]:
    """Name the smallest change of each kind after which the site holds, the cheapest first; () when it holds already.

    `allowed_per_s` is what the site holds (visits/s); the median peak times `headroom`, and the P95 peak times `p95`,
    have to stay within it. `host` (one of the forecast's) looks at that host alone. Each change of a channel was
    forecast again with the count campaign. The last entry is always the capacity that the plan as it stands would need.
    """
    case = Case(campaign, forecast, PeakGoal(allowed_per_s, headroom, p95), host)
    if case.needed(forecast) <= allowed_per_s:
        return ()
    relevant = list(_relevant(case))
    found = [_window(case, index, rest) for index, rest in relevant]
    found += [_shift(case, index, rest, later=later) for later in (True, False) for index, rest in relevant]
    found += [_stages(case, index, rest) for index, rest in relevant]
    if not any(found):
        found.append(slower_together(case))
    found += [lighter_page(case, site or SiteFigures()), cache(case), capacity(case)]
    return tuple(advice for advice in found if advice is not None)


def _relevant(case: Case) -> Iterator[tuple[int, Rest]]:
    """The channels that make the second in which most is needed, the largest first, each with the sum of the others."""
    schedule = plan_schedule(case.campaign)
    layers = compute_layers(case.campaign, schedule)
    median, high = add_up(group_layers(case.campaign, schedule, layers), case.weight)
    at = layers.peak(case.goal.headroom * median)
    of_p95 = case.goal.p95 * high[layers.peak(high)] > case.goal.headroom * median[at]
    at = layers.peak(high) if of_p95 else at
    total = float((high if of_p95 else median)[at])
    parts = []
    for index, (placed, rates) in enumerate(zip(schedule.channels, layers.channels, strict=True)):
        factor = placed.channel.factor_p95 if of_p95 else 1.0
        parts.append((float(rates[at]) * factor * case.weight(placed.shares) / total, -index))
    for part, negative in sorted(parts, reverse=True):
        if part >= RELEVANT_SHARE:
            yield -negative, without(case.campaign, schedule, layers, case.weight, -negative, case.goal)


def _window(case: Case, index: int, rest: Rest) -> Advice | None:
    window = minimum_window_s(rest)
    if window is None:
        return None
    channel = rest.placed.channel
    after = case.verified(case.replaced(index, channel.model_copy(update={"send_over": window})))
    if after is None:
        return None
    units = tool_units(channel, window)
    return Advice(
        channel=channel.label,
        change=f"{channel.kind}: {{send_over: {format_duration(window)}}}",
        text=f"Send {channel.label} over {duration(window)} instead of {duration(getattr(channel, 'send_over', 0.0))}"
        + (f" ({units})" if units else "")
        + _falls(case, after),
        peak_after_per_s=case.peaks(after)[0],
    )


def _shift(case: Case, index: int, rest: Rest, *, later: bool) -> Advice | None:
    found = _verified_shift(case, index, rest, later=later)
    if found is None:
        return None
    shift, changed, after = found
    moment = case.forecast.at(rest.placed.trigger_s + shift)
    offset = rest.placed.trigger_s + shift
    sign = "-" if offset < 0 else "+"
    return Advice(
        channel=changed.label,
        change=f"{changed.kind}: {{at: {sign}{format_duration(abs(offset))}}}",
        text=f"Move {changed.label} to {moment:%H:%M:%S}, {duration(abs(shift))} {'later' if later else 'earlier'}"
        + _falls(case, after),
        peak_after_per_s=case.peaks(after)[0],
    )


def _verified_shift(case: Case, index: int, rest: Rest, *, later: bool) -> tuple[float, Channel, Forecast] | None:
    """The smallest shift (seconds), the moved channel and what is forecast with it."""
    for slack in (0.0, BETWEEN):
        shift = smallest_shift_s(rest, later=later, slack=slack)
        if shift is None:
            return None
        changed = shifted(rest.placed, shift)
        after = case.verified(case.replaced(index, changed))
        # What runs until the end brings less when it begins later: that is no shift.
        if after is not None and after.channels[index].visits >= KEPT * case.forecast.channels[index].visits:
            return shift, changed, after
    return None


def _stages(case: Case, index: int, rest: Rest) -> Advice | None:
    """5 % first, the others in as few equal parts as hold, half an hour apart."""
    channel, allowed = rest.placed.channel, case.goal.allowed_per_s
    if (
        not channel.reach_key
        or not channel.reach
        or "send_over" not in type(channel).model_fields
        or rest.alone > allowed
    ):
        return None
    most = int(min(MAX_STAGES, rest.left_s / STAGE_S))
    stages = next((n for n in range(1, most + 1) if rest.holds(*_batches(rest, n))), None)
    after = None if stages is None else case.verified(case.replaced(index, *_batches(rest, stages)))
    if stages is None or after is None:
        return None
    first, each = (count(math.ceil(channel.reach * part)) for part in (PILOT, (1 - PILOT) / stages))
    return Advice(
        channel=channel.label,
        change=f"{channel.kind}: {stages + 1} channels, {duration(STAGE_S)} apart",
        text=f"Send {channel.label} in stages: {first} first (5 %, which also shows whether the forecast is right), "
        f"then {stages} x {each}, {duration(STAGE_S)} apart" + _falls(case, after),
        peak_after_per_s=case.peaks(after)[0],
    )


def _batches(rest: Rest, stages: int) -> list[Channel]:
    """The channel split into a first 5 % and so many equal stages."""
    channel = rest.placed.channel
    parts = [PILOT, *([(1 - PILOT) / stages] * stages)]
    return [
        channel.model_copy(
            update={
                "name": f"{channel.label} {number + 1}",
                channel.reach_key: math.ceil((channel.reach or 0.0) * part),
                "at": Trigger(offset_s=rest.placed.trigger_s + number * STAGE_S),
            }
        )
        for number, part in enumerate(parts)
    ]


def _falls(case: Case, after: Forecast) -> str:
    before = case.peaks(case.forecast)[0]
    return f": the peak falls from {per_second(before)} to {per_second(case.peaks(after)[0])}."
