"""Intervals of a quantile against the definition, rank by rank, and what is asked for at the edges."""

import numpy as np
import pytest
from scipy import special, stats

from launchguard.numbers.special import beta_i, binomial_cdf, gamma_p
from launchguard.numbers.statistics import (
    lognormal_factor,
    more_visits_needed,
    normal_quantile,
    quantile_interval,
    quantile_ranks,
    worst_second,
)


@pytest.mark.parametrize("n", [1, 2, 5, 20, 59, 73, 200])
@pytest.mark.parametrize("quantile", [0.05, 0.5, 0.9, 0.95])
@pytest.mark.parametrize("confidence", [0.8, 0.95])
def test_the_ranks_are_the_narrowest_that_hold(n: int, quantile: float, confidence: float) -> None:
    """The upper is the first rank that the quantile exceeds rarely enough, the lower the last below it."""
    tail = (1 - confidence) / 2
    below = stats.binom.cdf(np.arange(n + 1) - 1, n, quantile)  # P(fewer than `rank` values below the quantile)
    lower = max([rank for rank in range(1, n + 1) if below[rank] <= tail], default=0)
    upper = next((rank for rank in range(1, n + 1) if below[rank] >= 1 - tail), None)
    assert quantile_ranks(n, quantile, confidence=confidence) == (lower, upper)
    values = [float(10 * rank) for rank in range(1, n + 1)]
    found = quantile_interval(values, quantile, confidence=confidence)
    assert found.low == values[max(lower, 1) - 1]
    assert found.high == (None if upper is None else values[upper - 1])


def test_a_quantile_that_nothing_bounds_from_below_has_the_smallest_value_as_its_end() -> None:
    assert quantile_ranks(3, 0.05)[0] == 0
    assert quantile_interval([7.0, 8.0, 9.0], 0.05).low == 7.0


@pytest.mark.parametrize(("n", "upper"), [(71, None), (72, 72)])
def test_the_smallest_sample_that_bounds_a_p95(n: int, upper: int | None) -> None:
    assert quantile_ranks(n, 0.95)[1] == upper


@pytest.mark.parametrize(("failed", "n"), [(1, 1), (2, 2), (3, 3), (1, 2), (1, 3)])
def test_a_few_visits_with_failures_ask_for_as_many_as_their_ratio_needs(failed: int, n: int) -> None:
    more = more_visits_needed(failed, n, 0.7, confidence=0.99)
    assert more is not None
    assert 0 < more <= 99 * n


@pytest.mark.parametrize("x", [1.0, 10.0, 15.9, 16.0, 16.1, 40.0, 200.0])
def test_gamma_p_takes_whole_numbers_and_is_exact_where_its_two_ways_meet(x: float) -> None:
    for shape in (0.5, 15.0, 99.0):
        given = np.array([int(x), int(x) + 1])
        np.testing.assert_allclose(gamma_p(shape, given), special.gammainc(shape, given), rtol=1e-12, atol=1e-15)
    assert gamma_p(2.0, np.array([])).shape == (0,)
    assert gamma_p(2.0, np.array([-1.0, 0.0])).tolist() == [0.0, 0.0]


@pytest.mark.parametrize(("a", "b"), [(1.0, 1.0), (0.5, 0.5), (2.0, 3.0), (30.0, 2.0), (400.0, 5600.0)])
def test_beta_i_is_scipys_on_both_sides_of_where_it_turns(a: float, b: float) -> None:
    turn = (a + 1) / (a + b + 2)
    for x in (1e-9, 0.01, turn * 0.999, turn, min(turn * 1.001, 1.0), 0.5, 0.99, 1 - 1e-9):
        assert beta_i(a, b, x) == pytest.approx(float(special.betainc(a, b, x)), rel=1e-9, abs=1e-15)
    assert [beta_i(a, b, x) for x in (-1.0, 0.0, 1.0, 2.0)] == [0.0, 0.0, 1.0, 1.0]


def test_a_binomial_of_certain_visits() -> None:
    assert [binomial_cdf(k, 3, 0.0) for k in range(-1, 4)] == [0.0, 1.0, 1.0, 1.0, 1.0]
    assert [binomial_cdf(k, 3, 1.0) for k in range(-1, 4)] == [0.0, 0.0, 0.0, 0.0, 1.0]
    assert binomial_cdf(0, 1, 0.25) == pytest.approx(0.75)


@pytest.mark.parametrize("probability", [0.001, 0.5, 0.95, 0.999])
def test_normal_and_lognormal_quantiles_are_scipys(probability: float) -> None:
    assert normal_quantile(probability) == pytest.approx(float(stats.norm.ppf(probability)), abs=1e-9)
    expected = float(stats.lognorm.ppf(probability, 0.8))
    assert lognormal_factor(0.8, probability) == pytest.approx(expected, rel=1e-9)
    assert lognormal_factor(0.8) == pytest.approx(float(stats.lognorm.ppf(0.95, 0.8)), rel=1e-9)


@pytest.mark.parametrize("mean", [-1.0, 0.0])
def test_no_visits_have_no_worst_second(mean: float) -> None:
    assert worst_second(mean) == 0.0


@pytest.mark.parametrize("mean", [0.5, 1.0, 20.0, 1000.0])
@pytest.mark.parametrize("level", [0.9, 0.999])
def test_the_worst_second_of_single_requests_is_near_the_poisson_quantile(mean: float, level: float) -> None:
    found = worst_second(mean, level=level)
    assert found == pytest.approx(float(stats.poisson.ppf(level, mean)), abs=1.0)
    assert worst_second(mean, 0.3, level=level) == found  # a visit makes at least one request
