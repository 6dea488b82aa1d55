"""The rank test and the median line against scipy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from launchguard.numbers.trend import median_line, memory_of, rank_trend

values_in_order = st.lists(st.integers(0, 12).map(float), min_size=3, max_size=60)


@given(values_in_order)
def test_rank_trend_is_kendalls_test_against_the_place(values: list[float]) -> None:
    if len(set(values)) == 1:
        assert rank_trend(values) == 1.0
        return
    theirs = stats.kendalltau(range(len(values)), values, method="asymptotic")
    assert abs(rank_trend(values)) == pytest.approx(theirs.pvalue, rel=1e-9)
    if theirs.statistic < -1e-12:
        assert rank_trend(values) < 0
    elif theirs.statistic > 1e-12:
        assert rank_trend(values) > 0


@given(st.lists(st.floats(-1000, 1000), min_size=2, max_size=40))
def test_median_line_is_theil_and_sens(values: list[float]) -> None:
    places = [3.0 + 0.5 * index for index in range(len(values))]
    theirs = stats.theilslopes(values, places)
    slope, at_zero = median_line(places, values)
    assert slope == pytest.approx(theirs.slope, rel=1e-9, abs=1e-9)
    assert at_zero == pytest.approx(theirs.intercept, rel=1e-9, abs=1e-6)


def test_too_few_values_say_nothing() -> None:
    assert rank_trend([]) == rank_trend([1.0]) == rank_trend([1.0, 2.0]) == 1.0


def test_chance_is_met_as_often_as_the_test_says() -> None:
    rng = np.random.default_rng(7)
    found = sum(0 < rank_trend(rng.lognormal(0, 1, 21).tolist()) < 0.01 for _ in range(4000))
    assert found <= 4000 * 0.01


def test_memory_is_none_in_independent_values_and_much_in_a_random_walk() -> None:
    rng = np.random.default_rng(7)
    alone = [memory_of(rng.normal(size=30).tolist()) for _ in range(200)]
    assert np.mean(alone) < 0.15
    walks = [memory_of(rng.normal(size=30).cumsum().tolist()) for _ in range(200)]
    assert np.mean(walks) > 0.5
    assert memory_of([1.0] * 21) <= 0.95


def test_a_random_walk_is_no_trend_once_its_memory_is_known() -> None:
    rng = np.random.default_rng(7)
    walks = [rng.normal(size=21).cumsum().tolist() for _ in range(400)]
    plain = sum(abs(rank_trend(walk)) < 0.01 for walk in walks)
    known = sum(abs(rank_trend(walk, memory_of(walk))) < 0.01 for walk in walks)
    assert known * 2 < plain
