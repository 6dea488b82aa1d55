"""`judge_ratio` where one failure more turns it, and how often it is wrong: the false NO-GO is promised to be rare."""

import numpy as np
import pytest
from scipy import stats

from launchguard.numbers.special import bisect
from launchguard.numbers.statistics import (
    STRICTEST_LIMIT,
    judge_quantile,
    judge_ratio,
    more_visits_needed,
    required_sample,
)

CONFIDENCES = (0.9, 0.95, 0.99)


@pytest.mark.parametrize(
    ("n", "limit", "meets_until", "breaks_from"),
    [
        (100, 0.01, None, 4),  # no count of failures is few enough
        (299, 0.01, 0, 7),
        (300, 0.01, 0, 7),
        (472, 0.01, 0, 10),
        (473, 0.01, 1, 10),
        (600, 0.01, 1, 11),
        (1000, 0.01, 4, 16),
        (6000, 0.01, 47, 74),
        (60, 0.05, 0, 7),
        (300, 0.05, 8, 22),
        (3000, 0.001, 0, 7),
        (10, 0.5, 1, 9),
    ],
)
def test_the_borders_of_a_ratio(n: int, limit: float, meets_until: int | None, breaks_from: int) -> None:
    judged = [judge_ratio(failed, n, limit) for failed in range(n + 1)]
    assert judged.count("meets") == (0 if meets_until is None else meets_until + 1)
    assert judged.index("breaks") == breaks_from
    assert judged == sorted(judged, key=("meets", "open", "breaks").index)


@pytest.mark.parametrize("n", [40, 299, 600, 2000])
@pytest.mark.parametrize("limit", [0.005, 0.01, 0.05, 0.2])
@pytest.mark.parametrize("confidence", CONFIDENCES)
def test_the_borders_are_those_of_the_exact_binomial(n: int, limit: float, confidence: float) -> None:
    counts = np.arange(n + 1)
    few, many = stats.binom.cdf(counts, n, limit), stats.binom.sf(counts - 1, n, limit)
    expected = np.where(few <= 1 - confidence, "meets", np.where(many <= 1 - confidence, "breaks", "open"))
    judged = [judge_ratio(int(failed), n, limit, confidence=confidence) for failed in counts]
    assert judged == expected.tolist()


def rates(n: int, truth: float, limit: float) -> tuple[float, float]:
    """How often (0-1) 200,000 launches whose visits fail with probability `truth` are called "meets" and "breaks"."""
    failed = np.random.default_rng(20270301).binomial(n, truth, size=200_000)
    counts, times = np.unique(failed, return_counts=True)
    judged = np.array([judge_ratio(int(count), n, limit) for count in counts])
    return float(times[judged == "meets"].sum() / len(failed)), float(times[judged == "breaks"].sum() / len(failed))


@pytest.mark.parametrize(
    ("n", "limit", "false_break", "false_meet"),
    [(300, 0.01, 0.033, 0.049), (600, 0.01, 0.042, 0.017), (1000, 0.05, 0.038, 0.043), (59, 0.05, 0.030, 0.048)],
)
def test_a_site_that_lies_on_its_limit_is_rarely_called_either(
    n: int, limit: float, false_break: float, false_meet: float
) -> None:
    """At 300 visits and 1 %, one failure less would make 8.3 of 100 sound launches a NO-GO instead of 3.3."""
    meets, breaks = rates(n, limit, limit)
    assert breaks == pytest.approx(false_break, abs=0.003)
    assert meets == pytest.approx(false_meet, abs=0.003)
    assert max(meets, breaks) <= 0.051


def test_what_is_clearly_right_or_wrong_is_called_so() -> None:
    assert rates(3000, 0.002, 0.01)[0] > 0.999
    assert rates(3000, 0.03, 0.01)[1] > 0.999


def test_a_limit_of_nothing_or_of_everything() -> None:
    assert [judge_ratio(1, n, limit) for n, limit in ((5, 0.0), (5, -0.1), (10_000, 0.0))] == ["breaks"] * 3
    assert [judge_ratio(0, n, 0.0) for n in (298, 299)] == ["open", "meets"]
    assert judge_ratio(0, 299, 0.0, confidence=0.99) == "open"
    assert [judge_ratio(failed, 2, limit) for failed in (0, 1, 2) for limit in (1.0, 1.5)] == ["meets"] * 6
    assert judge_ratio(0, 0, 1.0) == "open"
    assert judge_ratio(2, 2, 0.999) == "open"


@pytest.mark.parametrize(("failed", "n"), [(-1, 5), (6, 5), (1, -1)])
def test_what_is_no_ratio_is_refused(failed: int, n: int) -> None:
    with pytest.raises(ValueError, match=f"^{failed} of {n} is no ratio$"):
        judge_ratio(failed, n, 0.01)


@pytest.mark.parametrize("confidence", CONFIDENCES)
@pytest.mark.parametrize(("slow", "n", "quantile"), [(0, 58, 0.95), (2, 130, 0.95), (7, 60, 0.95), (0, 459, 0.99)])
def test_a_percentile_is_the_ratio_of_the_slower_ones(slow: int, n: int, quantile: float, confidence: float) -> None:
    judged = judge_quantile(slow, n, quantile, confidence=confidence)
    assert judged == judge_ratio(slow, n, 1 - quantile, confidence=confidence)
    few = stats.binom.cdf(slow, n, 1 - quantile) <= 1 - confidence
    assert (judged == "meets") == bool(few)


@pytest.mark.parametrize("limit", [0.3, 0.05, 0.01])
@pytest.mark.parametrize("failed", [0, 1, 7])
@pytest.mark.parametrize("confidence", CONFIDENCES)
def test_a_required_sample_is_the_smallest(limit: float, failed: int, confidence: float) -> None:
    n = required_sample(limit, failed=failed, confidence=confidence)
    assert judge_ratio(failed, n, limit, confidence=confidence) == "meets"
    assert n == failed or judge_ratio(failed, n - 1, limit, confidence=confidence) != "meets"


@pytest.mark.parametrize("limit", [0.0, 1.0, -1.0, 2.0])
def test_some_limits_need_no_sample(limit: float) -> None:
    with pytest.raises(ValueError, match=f"^a limit of {limit} needs no sample$"):
        required_sample(limit)


@pytest.mark.parametrize(
    ("failed", "n", "limit", "confidence", "more"),
    [
        (0, 0, 0.01, 0.95, 299),
        (0, 298, 0.01, 0.95, 1),
        (0, 100, 0.01, 0.99, 359),
        (0, 100, 0.0, 0.95, 199),
        (0, 299, 0.0, 0.95, 0),
        (0, 0, 0.0, 0.95, required_sample(STRICTEST_LIMIT)),
        (7, 300, 0.01, 0.95, 0),
        (1, 1, 0.0, 0.95, 0),
        (7, 300, 0.01, 0.99, 151),
        (1, 1, 0.7, 0.99, 12),
        (60, 6000, 0.01, 0.95, None),
    ],
)
def test_how_many_visits_more_decide(failed: int, n: int, limit: float, confidence: float, more: int | None) -> None:
    assert more_visits_needed(failed, n, limit, confidence=confidence) == more


@pytest.mark.parametrize(("failed", "n", "limit"), [(4, 600, 0.01), (1, 200, 0.01), (13, 900, 0.01), (3, 40, 0.05)])
@pytest.mark.parametrize("confidence", CONFIDENCES)
def test_so_many_more_are_enough_and_hardly_too_many(failed: int, n: int, limit: float, confidence: float) -> None:
    more = more_visits_needed(failed, n, limit, confidence=confidence)
    assert more is not None

    def judged(total: int) -> str:
        return judge_ratio(round(failed * total / n), total, limit, confidence=confidence)

    if more == 0:
        assert judged(n) != "open"
    else:
        assert {judged(n + more + extra) for extra in range(2)} != {"open"}
        assert judged(n + more // 2) == "open" or more < n // 2


def test_a_border_is_found_within_its_tolerance_from_both_sides() -> None:
    for tolerance in (1e-3, 1e-9):
        found = bisect(lambda x: x >= 2.5, 0.0, 10.0, tolerance=tolerance)
        assert 2.5 <= found <= 2.5 + tolerance
        found = bisect(lambda x: x <= 2.5, 10.0, 0.0, tolerance=tolerance)
        assert 2.5 - tolerance <= found <= 2.5
    tried: list[float] = []

    def holds(x: float) -> bool:
        tried.append(x)
        return True

    assert bisect(holds, 0.0, 1.0, tolerance=0.6) == 0.5
    assert tried == [0.5]
    assert bisect(lambda _: True, 0.0, 1.0, tolerance=1.0) == 1.0


def test_a_tolerance_that_no_number_reaches_still_ends() -> None:
    assert bisect(lambda x: x >= 1 / 3, 0.0, 1.0, tolerance=0.0) == pytest.approx(1 / 3, abs=1e-15)
