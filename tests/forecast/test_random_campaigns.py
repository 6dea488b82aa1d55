"""What holds for every campaign: no peak is missed, and each suggested change is enough and no more than needed."""

import re
from typing import Any

import numpy as np
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from launchguard.channels.curves import day_factor
from launchguard.forecast import advise, forecast_campaign
from launchguard.forecast.schedule import local_hour, plan_schedule
from launchguard.forecast.what_if import apply_what_if
from launchguard.model.campaign import Campaign
from launchguard.model.units import parse_duration
from launchguard.testing import a_campaign

KINDS: tuple[tuple[str, str], ...] = (
    ("email", "recipients"),
    ("push", "devices"),
    ("sms", "recipients"),
    ("tv", "responders"),
    ("qr", "scans"),
    ("social", "visits"),
    ("flash", "waiters"),
)
MOVED = re.compile(r"(send_over|at): ([^}]*)\}")


@st.composite
def channels(draw: st.DrawFn) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for number in range(draw(st.integers(1, 3))):
        kind, reach = draw(st.sampled_from(KINDS))
        channel: dict[str, Any] = {"kind": kind, "name": f"{kind}-{number}", "at": f"+{draw(st.integers(0, 5400))}s"}
        channel[reach] = draw(st.integers(1_000, 2_000_000 if reach in ("recipients", "devices") else 5_000))
        if reach in ("recipients", "devices"):
            channel["send_over"] = f"{draw(st.integers(0, 3600))}s"
        found.append(channel)
    return found


@settings(max_examples=15, deadline=None)
@given(channels(), st.integers(0, 20))
def test_no_peak_lies_between_the_points_of_the_grid(given_channels: list[dict[str, Any]], baseline: int) -> None:
    campaign = a_campaign(channels=given_channels, baseline=f"{baseline}/s", ends="2027-03-01 18:00 Europe/Madrid")
    forecast, schedule = forecast_campaign(campaign), plan_schedule(campaign)
    every_second = np.arange(schedule.first_s, schedule.ends_s)
    median = baseline * day_factor(every_second, local_hour(campaign.launch))
    high = median.copy()
    for placed in schedule.channels:
        rates = sum(anchored.rates(every_second) for anchored in placed.streams)
        median += rates
        high += rates * placed.channel.factor_p95
    assert forecast.peak_per_s >= median.max() * (1 - 1e-4)
    assert forecast.peak_p95_per_s >= high.max() * (1 - 1e-4)
    assert forecast.peak_per_s <= sum(one.peak_per_s for one in forecast.channels) + 1.6 * baseline + 1e-9


def needed(campaign: Campaign, headroom: float, p95: float) -> float:
    forecast = forecast_campaign(campaign)
    return max(headroom * forecast.peak_per_s, p95 * forecast.peak_p95_per_s)


def changed(campaign: Campaign, name: str, key: str, value: float, part: float) -> Campaign:
    """The campaign with `part` of a change made: of the window's length, or of the distance moved."""
    (channel,) = [one for one in campaign.channels if one.name == name]
    if key == "send_over":
        return apply_what_if(campaign, [f"{name}.send_over={value * part:.6f}s"])
    begin = channel.at.offset_s or 0.0
    return apply_what_if(campaign, [f"{name}.at=+{begin + (value - begin) * part:.6f}s"])


TV_AND_PUSH = [
    {"kind": "tv", "name": "tv", "responders": 3000},
    {"kind": "push", "name": "push", "devices": 900_000, "platform": "ios"},
]
TWO_MAILS = [
    {"kind": "email", "name": name, "recipients": 500_000, "at": at, "send_over": "5m"}
    for name, at in (("a", "+0s"), ("b", "+3h"))
]


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(channels(), st.floats(0.1, 0.99), st.sampled_from([(1.0, 0.0), (1.33, 1.0), (2.0, 1.0), (1.0, 1.5)]))
@example(TV_AND_PUSH, 0.7, (1.0, 0.0))
@example(TV_AND_PUSH, 0.7, (1.33, 1.0))
@example(TWO_MAILS, 0.5, (1.33, 1.0))
@example([{"kind": "email", "name": "a", "recipients": 100_000, "send_over": "0s"}], 0.6, (1.0, 0.0))
def test_every_change_meets_the_limit_and_a_smaller_one_does_not(
    given_channels: list[dict[str, Any]], part: float, goal: tuple[float, float]
) -> None:
    campaign = a_campaign(channels=given_channels)
    allowed = part * needed(campaign, *goal)
    advice = advise(campaign, forecast_campaign(campaign), allowed, headroom=goal[0], p95=goal[1])
    assert advice[-1].change.startswith("capacity: ")
    assert float(advice[-1].change.split()[1].rstrip("/s").replace(",", "")) >= needed(campaign, *goal) * (1 - 1e-6)
    for one in advice:
        made = [(key, parse_duration(value.lstrip("+"))) for key, value in MOVED.findall(one.change)]
        names = one.channel.split(", ")
        whole = smaller = campaign
        for name, (key, value) in zip(names, made, strict=False):
            whole, smaller = changed(whole, name, key, value, 1.0), changed(smaller, name, key, value, 0.95)
        if made:
            assert needed(whole, *goal) <= allowed * (1 + 1e-9)
            assert needed(smaller, *goal) > allowed or _below_the_finest_step(campaign, names[0], made[0])


def _below_the_finest_step(campaign: Campaign, name: str, made: tuple[str, float]) -> bool:
    """A window below a second is a second, and a spot moves by whole seconds."""
    (channel,) = [one for one in campaign.channels if one.name == name]
    key, value = made
    return value * 0.95 <= 1 if key == "send_over" else abs(value - (channel.at.offset_s or 0.0)) < 20
