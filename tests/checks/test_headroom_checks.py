"""The gate on capacity: hand-built capacities beside a forecast of 40/s with a P95 of 60/s."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from launchguard import Capacity, Finding, NotApplicable, Unknown
from launchguard.model.capacity import NOT_SEARCHED, Level
from launchguard.testing import a_campaign, a_forecast

Judge = Callable[..., list[Finding | Unknown | NotApplicable]]
CAMPAIGN = a_campaign()
FORECAST = replace(a_forecast(), peak_per_s=40.0, peak_p95_per_s=60.0)


def capacity(rate: float | None, high: float | None = None, **over: Any) -> Capacity:
    """A search that found `rate`, and that `high` broke."""
    level = Level(rate or 1.0, 30.0, 1.0, 0.0, 100.0, holds=True)
    given: dict[str, Any] = {"broke": "p95 rose" if high else "", "levels": (level,)} | over
    return Capacity(rate, rate, high, **given)


def told(answers: list[Finding | Unknown | NotApplicable]) -> list[str]:
    """block, warn or the answer's type."""
    return [a.severity or "block" if isinstance(a, Finding) else type(a).__name__ for a in answers]


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (capacity(80.0, 88.0), []),
        (capacity(80.0), []),
        (capacity(79.0, 87.0), ["warn"]),
        (capacity(60.0, 66.0), ["warn"]),
        (capacity(60.0), ["warn"]),
        (capacity(59.0, 60.0), ["block"]),
        (capacity(59.0, 64.0), ["block"]),  # concluded: the figure counts
        (capacity(None, 10.0, reason="no level held, down to 10 visits/s"), ["block"]),
        # Not concluded: only what broke at or below the need blocks.
        (capacity(59.0, 64.0, reason="the budget ended"), ["Unknown"]),
        (capacity(50.0, 60.0, reason="the budget ended"), ["block"]),
        (capacity(50.0, reason="no more than 50 visits/s may be sent"), ["Unknown"]),
        (capacity(50.0), ["Unknown"]),
        (capacity(None, reason="the generator was saturated"), ["Unknown"]),
        (replace(capacity(None, reason="the generator was saturated"), low_per_s=1000.0), ["Unknown"]),
        (NOT_SEARCHED, ["NotApplicable"]),
    ],
)
def test_the_gate(judged: Judge, found: Capacity, expected: list[str]) -> None:
    assert told(judged("headroom", found, FORECAST, CAMPAIGN)) == expected


def test_the_median_counts_where_nothing_is_uncertain(judged: Judge) -> None:
    sure = replace(FORECAST, peak_p95_per_s=40.0)
    assert told(judged("headroom", capacity(53.0, 58.0), sure, CAMPAIGN)) == ["block"]
    assert told(judged("headroom", capacity(53.2, 58.0), sure, CAMPAIGN)) == ["warn"]
    lenient = a_campaign(limits={"headroom": 1.1})
    assert told(judged("headroom", capacity(44.0, 48.0), sure, lenient)) == ["warn"]


def test_its_options(judged: Judge) -> None:
    assert told(judged("headroom", capacity(75.0, 80.0), FORECAST, CAMPAIGN, warn_below=1.5)) == []
    assert told(judged("headroom", capacity(75.0, 80.0), FORECAST, CAMPAIGN, block_below_p95=1.5)) == ["block"]


def test_what_it_says(judged: Judge) -> None:
    (finding,) = judged("headroom", capacity(50.0, 55.0), FORECAST, CAMPAIGN)
    assert isinstance(finding, Finding)
    assert finding.message == "the pages hold 50 visits/s, 1.25 times the median peak of 40/s; 60/s are needed"
    assert "55/s broke: p95 rose" in finding.evidence
    (finding,) = judged("headroom", capacity(None, 10.0, reason="no level held"), FORECAST, CAMPAIGN)
    assert isinstance(finding, Finding)
    assert finding.message == "the pages hold less than 10 visits/s; the median peak is 40/s; 60/s are needed"
    (finding,) = judged("headroom", capacity(70.0, 75.0), FORECAST, CAMPAIGN)
    assert isinstance(finding, Finding)
    assert finding.message.endswith("; 80/s would be comfortable")
    (unknown,) = judged("headroom", capacity(50.0, reason="the budget ended", fix="Give it more."), FORECAST, CAMPAIGN)
    assert isinstance(unknown, Unknown)
    assert "50 visits/s are shown to hold, and 60 are needed: the budget ended" in unknown.reason
    assert unknown.fix == "Give it more."
