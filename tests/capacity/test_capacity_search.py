"""Which rates a search tries, against sites whose capacity is known."""

import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchguard.load.capacity.search import NARROW, CapacityScope, bracket, next_rate
from launchguard.run.planning import scope_of
from launchguard.testing import a_campaign, a_forecast

Answer = Callable[[float], bool | None]


def search(scope: CapacityScope, holds: Answer, most: int = 60) -> list[tuple[float, bool | None]]:
    """Every rate that is tried, in order; a search that does not end fails."""
    tried: dict[float, bool | None] = {}
    while (rate := next_rate(scope, tried)) is not None:
        assert rate not in tried
        tried[rate] = holds(rate)
        assert len(tried) < most
    return list(tried.items())


def site(capacity: float) -> Answer:
    return lambda rate: rate <= capacity


@pytest.mark.parametrize(
    ("scope", "capacity", "rates"),
    [
        # Everything holds: from the first to the largest, and no further.
        (CapacityScope(25, 50), 1000, [25, 50]),
        (CapacityScope(25, 55), 1000, [25, 55]),  # 50 would be nearly as much
        (CapacityScope(25, 110), 1000, [25, 50, 110]),
        (CapacityScope(25, 25), 1000, [25]),
        # Doubling, then bisecting.
        (CapacityScope(10, math.inf), 21, [10, 20, 40, 28.3, 23.8, 21.8]),
        # Down first.
        (CapacityScope(80, 160), 21, [80, 40, 20, 28.3, 23.8, 21.8]),
        (CapacityScope(64, 128), 0, [64, 32, 16, 8, 4, 2, 1]),
        # A figure that a decision hangs on is tried itself: here what is needed, then what is wished.
        (CapacityScope(25, 50, (33.25, 50)), 40, [25, 50, 33.25, 40.8, 36.8, 38.7]),
        (CapacityScope(25, 50, (33.25, 50)), 30, [25, 50, 33.25, 28.8, 30.9]),
        (CapacityScope(90, 180, (120, 180)), 100, [90, 180, 120, 104, 96.7]),
    ],
)
def test_the_rates_that_are_tried(scope: CapacityScope, capacity: float, rates: list[float]) -> None:
    assert [rate for rate, _ in search(scope, site(capacity))] == rates


def test_a_level_that_is_too_close_to_call_is_an_upper_end() -> None:
    tried = search(CapacityScope(25, 50), lambda rate: None if rate == 50 else True)
    assert dict(tried)[50] is None
    assert bracket(dict(tried))[1] == 50
    assert max(rate for rate, holds in tried if holds) >= 50 / NARROW


def test_a_site_that_contradicts_itself_ends_too() -> None:
    tried = dict(search(CapacityScope(10, math.inf), lambda rate: (rate * 7) % 3 > 1, most=200))
    low, high = bracket(tried)
    assert high is not None
    assert low is None or low < high


rates = st.floats(0.5, 5000)


@given(first=rates, more=st.floats(1, 50), capacity=st.floats(0, 1e5), figures=st.lists(rates, max_size=3))
def test_never_beyond_the_largest_and_around_the_truth(
    first: float, more: float, capacity: float, figures: list[float]
) -> None:
    scope = CapacityScope(first, first * more, tuple(figure for figure in figures if figure <= first * more))
    tried = search(scope, site(capacity))
    assert all(scope.smallest_per_s * 0.99 <= rate <= scope.largest_per_s for rate, _ in tried)
    low, high = bracket(dict(tried))
    assert low is None or low <= capacity
    assert high is None or high > capacity
    if high is None:
        assert low == scope.largest_per_s
    elif low is not None:
        assert high / low <= NARROW * 1.01
        assert not any(low * (1 + 1e-9) < figure < high * (1 - 1e-9) for figure in scope.figures)


@given(cap=rates, capacity=rates, peak=rates)
def test_never_beyond_the_cap(cap: float, capacity: float, peak: float) -> None:
    scope = CapacityScope(peak, 2 * peak, (1.33 * peak, 2 * peak)).capped(cap)
    assert all(rate <= cap for rate, _ in search(scope, site(capacity)))
    assert scope.cut is (cap < 2 * peak)


def test_the_gate_asks_for_what_it_decides_on() -> None:
    campaign = a_campaign(channels=[{"kind": "rate", "rate": "40/s"}])
    scope = scope_of(campaign, a_forecast(campaign))
    assert (scope.first_per_s, scope.largest_per_s) == (40, 80)
    assert scope.figures == pytest.approx((53.2, 80))
    uncertain = a_campaign(channels=[{"kind": "email", "recipients": 5_000_000, "uncertainty": 0.5}])
    forecast = a_forecast(uncertain)
    wide = scope_of(uncertain, forecast)
    assert wide.largest_per_s == forecast.peak_p95_per_s > 2 * forecast.peak_per_s
    assert scope_of(uncertain, forecast, to_failure=True).largest_per_s == math.inf


def test_a_small_peak_is_searched_at_its_largest_figure() -> None:
    campaign = a_campaign(channels=[{"kind": "rate", "rate": "2/s"}])
    scope = scope_of(campaign, a_forecast(campaign))
    assert [rate for rate, _ in search(scope, site(100))] == [4]


@pytest.mark.parametrize("limits", [{"headroom": "0"}, {"headroom": "0.5"}, {"headroom": "1000"}])
def test_a_gate_that_is_switched_off_or_far_away_still_has_a_search(limits: dict[str, str]) -> None:
    off = {"headroom": {"warn_below": 0.0, "block_below_p95": 0.0}}
    campaign = a_campaign(limits=limits, checks=off)
    scope = scope_of(campaign, a_forecast(campaign))
    tried = [rate for rate, _ in search(scope, site(1e9))]
    assert tried
    assert min(tried) > 0
    assert max(tried) == pytest.approx(scope.largest_per_s)
