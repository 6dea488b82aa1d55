"""Special functions against scipy, and verdicts that do not turn on one visit."""

import random
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from launchguard.numbers.special import beta_i, binomial_cdf, gamma_p
from launchguard.numbers.statistics import (
    judge_quantile,
    judge_ratio,
    lognormal_factor,
    more_visits_needed,
    quantile_interval,
    quantile_ranks,
    required_sample,
    visits_to_decide,
    worst_second,
)


@pytest.mark.parametrize("shape", [0.3, 1.0, 2.0, 2.86, 10.0, 80.0])
def test_gamma_p_is_scipys(shape: float) -> None:
    x = np.concatenate([[0.0], np.geomspace(1e-6, 500, 400), [shape + 1]])
    np.testing.assert_allclose(gamma_p(shape, x), special.gammainc(shape, x), rtol=1e-11, atol=1e-14)


@given(st.floats(0.5, 5000), st.floats(0.5, 5000), st.floats(0, 1))
def test_beta_i_is_scipys(a: float, b: float, x: float) -> None:
    assert beta_i(a, b, x) == pytest.approx(float(special.betainc(a, b, x)), rel=1e-8, abs=1e-12)


@pytest.mark.parametrize(("k", "n", "p"), [(-1, 5, 0.5), (0, 5, 0.1), (5, 5, 0.3), (40, 6000, 0.01), (3, 299, 0.01)])
def test_binomial_cdf_is_scipys(k: int, n: int, p: float) -> None:
    assert binomial_cdf(k, n, p) == pytest.approx(float(stats.binom.cdf(k, n, p)), rel=1e-9)


@given(st.integers(1, 2000), st.integers(0, 2000), st.floats(0.001, 0.999))
def test_one_failure_more_never_leads_from_met_to_broken(n: int, failed: int, limit: float) -> None:
    failed = min(failed, n - 1)
    order = ["meets", "open", "breaks"]
    before, after = (order.index(judge_ratio(count, n, limit)) for count in (failed, failed + 1))
    assert before <= after <= before + 1


def test_a_ratio_needs_counts() -> None:
    with pytest.raises(ValueError, match="7 of 5"):
        judge_ratio(7, 5, 0.01)


@pytest.mark.parametrize(
    ("failed", "n", "limit", "judgement"),
    [
        (0, 3822, 0.01, "meets"),
        (1, 3822, 0.01, "meets"),  # one failure does not turn it
        (18, 6000, 0.01, "meets"),  # 0.3 %
        (180, 6000, 0.01, "breaks"),  # 3 %
        (60, 6000, 0.01, "open"),  # exactly the limit
        (0, 100, 0.01, "open"),  # too few to say
        (0, 298, 0.01, "open"),
        (0, 299, 0.01, "meets"),
        (0, 0, 0.01, "open"),
        (0, 298, 0.0, "open"),
        (0, 299, 0.0, "meets"),
        (1, 10_000, 0.0, "breaks"),
        (10, 10, 1.0, "meets"),
        (12, 60, 0.01, "breaks"),  # 1 in 5, after a second
    ],
)
def test_judge_ratio(failed: int, n: int, limit: float, judgement: str) -> None:
    assert judge_ratio(failed, n, limit) == judgement


@given(st.integers(1, 3000), st.floats(0.001, 0.2))
def test_one_more_failure_never_turns_a_pass_into_a_block(n: int, limit: float) -> None:
    judgements = [judge_ratio(failed, n, limit) for failed in range(min(n, 40) + 1)]
    assert ("meets", "breaks") not in set(pairwise(judgements))
    order = {"meets": 0, "open": 1, "breaks": 2}
    assert judgements == sorted(judgements, key=order.__getitem__)


def test_a_percentile_is_judged_by_its_slow_visits() -> None:
    assert judge_quantile(0, 58, 0.95) == "open"
    assert judge_quantile(0, 59, 0.95) == "meets"
    assert judge_quantile(30, 300, 0.95) == "breaks"


@pytest.mark.parametrize(
    ("limit", "sizes"),
    [
        (0.05, [59, 93, 124, 208, 336, 577]),
        (0.01, [299, 473, 628, 1049, 1693, 2902]),
        (0.001, [2995, 4742, 6294, 10511, 16959, 29058]),
    ],
)
def test_required_samples(limit: float, sizes: list[int]) -> None:
    assert [required_sample(limit, failed=slow) for slow in (0, 1, 2, 5, 10, 20)] == sizes
    with pytest.raises(ValueError, match="needs no sample"):
        required_sample(0.0)


def test_how_many_visits_more() -> None:
    assert more_visits_needed(0, 100, 0.01) == 199
    assert more_visits_needed(0, 299, 0.01) == 0
    more = more_visits_needed(4, 600, 0.01)
    assert more is not None
    assert judge_ratio(round(4 * (600 + more) / 600), 600 + more, 0.01) == "meets"
    assert more_visits_needed(60, 6000, 0.01) is None
    assert more_visits_needed(0, 0, 0.05) == 59


@pytest.mark.parametrize(
    ("ratio", "limit", "visits"),
    [(0.04, 0.05, 3786), (0.045, 0.05, 15_745), (0.06, 0.05, 4463), (0.0, 0.01, 299), (0.0, 0.05, 59), (0.0, 0.0, 299)],
)
def test_so_many_visits_decide_nine_times_in_ten(ratio: float, limit: float, visits: int) -> None:
    assert visits_to_decide(ratio, limit) == visits
    drawn = np.random.default_rng(7).binomial(visits, ratio, 2000)
    wanted = "breaks" if ratio > limit else "meets"
    decided = [judge_ratio(int(failed), visits, limit) == wanted for failed in drawn]
    assert 0.88 <= np.mean(decided) <= (0.93 if ratio else 1.0)


@pytest.mark.parametrize("limit", [0.05, 0.01])
def test_no_sample_decides_what_lies_on_its_limit(limit: float) -> None:
    assert visits_to_decide(limit, limit) is None


@pytest.mark.parametrize(
    ("n", "quantile", "ranks"),
    [
        (1000, 0.95, (936, 964)),
        (1000, 0.99, (983, 997)),
        (10_000, 0.99, (9880, 9920)),
        (59, 0.95, (52, None)),
    ],
)
def test_ranks_of_a_quantile(n: int, quantile: float, ranks: tuple[int, int | None]) -> None:
    low, high = quantile_ranks(n, quantile)
    assert high == ranks[1]
    assert low == ranks[0]
    if high is not None:
        assert stats.binom.cdf(high - 1, n, quantile) - stats.binom.cdf(low - 1, n, quantile) >= 0.95


def test_quantile_interval_holds_the_truth_as_often_as_it_says() -> None:
    source = random.Random(20270301)
    inside = 0
    for _ in range(400):
        interval = quantile_interval(sorted(source.random() for _ in range(200)), 0.9)
        assert interval.high is not None
        inside += interval.low <= 0.9 <= interval.high
    assert inside / 400 >= 0.93
    assert quantile_interval([1.0, 2.0], 0.95).high is None


def test_lognormal_factors() -> None:
    assert [round(lognormal_factor(sigma), 2) for sigma in (0.0, 0.3, 0.5, 0.8)] == [1.0, 1.64, 2.28, 3.73]


def test_worst_second() -> None:
    assert worst_second(283.9, 4) == pytest.approx(436.6, rel=1e-3)
    assert worst_second(283.9) == pytest.approx(337, rel=5e-3)
    assert worst_second(50, 4) == pytest.approx(122.7, rel=1e-3)
    assert worst_second(0) == 0
