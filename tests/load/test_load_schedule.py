"""The schedule: counts, shapes, shares, and that it depends on the plan alone."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from launchguard.load.schedule import largest_remainder, make_schedule, moments
from launchguard.model.load_plan import Arrivals, LoadPlan, Phase, Target


def plan_of(
    *phases: Phase,
    seed: int = 1,
    arrivals: Arrivals = "poisson",
    shares: Sequence[float] = (1.0,),
    returning: float = 0.0,
    phones: float = 0.0,
) -> LoadPlan:
    return LoadPlan(
        run_id="r",
        seed=seed,
        arrivals=arrivals,
        phases=phases,
        targets=tuple(Target(f"https://x.test/{i}", f"https://x.test/{i}", share) for i, share in enumerate(shares)),
        drain_s=1,
        visit_timeout_s=1,
        limit_p95_ms=1,
        limit_failure_ratio=0,
        returning_ratio=returning,
        phones_ratio=phones,
    )


RATES = st.floats(0, 200)
PHASES = st.lists(st.tuples(st.floats(0.1, 20), RATES, RATES), min_size=1, max_size=4)


def phases_of(parts: list[tuple[float, float, float]]) -> list[Phase]:
    phases, start = [], 0.0
    for length, first, last in parts:
        phases.append(Phase("p", start, start + length, first, last))
        start += length
    return phases


@given(parts=PHASES, arrivals=st.sampled_from(["poisson", "uniform"]), seed=st.integers(0, 2**32))
def test_any_plan_gets_its_integral_in_order_and_in_its_phases(
    parts: list[tuple[float, float, float]], arrivals: Arrivals, seed: int
) -> None:
    phases = phases_of(parts)
    schedule = make_schedule(plan_of(*phases, arrivals=arrivals, seed=seed))
    total = 0.0
    for phase in phases:
        total += phase.expected_visits
        due = np.count_nonzero(schedule.intended_s <= phase.end_s + 1e-9)
        assert abs(due - total) <= 0.5 + 1e-6
    assert np.all(np.diff(schedule.intended_s) >= -1e-9)
    assert len(schedule.target) == len(schedule.returning) == len(schedule)
    assert not np.any(np.isnan(schedule.intended_s))


@pytest.mark.parametrize("arrivals", ["poisson", "uniform"])
def test_the_hold_has_exactly_its_rate(arrivals: Arrivals) -> None:
    ramp, hold = Phase("ramp", 0, 10, 0, 50), Phase("hold", 10, 70, 50, 50, judged=True)
    schedule = make_schedule(plan_of(ramp, hold, arrivals=arrivals))
    in_hold = schedule.intended_s >= 10
    assert np.count_nonzero(~in_hold) == 250
    assert np.count_nonzero(in_hold) == 3000


def test_uniform_visits_are_evenly_spaced() -> None:
    schedule = make_schedule(plan_of(Phase("hold", 0, 4, 25, 25), arrivals="uniform"))
    assert np.allclose(np.diff(schedule.intended_s), 0.04)


def test_a_ramp_follows_its_line() -> None:
    phase = Phase("ramp", 5, 15, 10, 30)
    found = moments(phase, np.array([0.0, 75.0, 200.0]))  # 10 x 5 + 2 x 25 / 2 = 75 after 5 s
    assert found == pytest.approx([5, 10, 15])


def test_poisson_visits_are_as_scattered_as_poisson_says() -> None:
    schedule = make_schedule(plan_of(Phase("hold", 0, 60, 1000, 1000), seed=7))
    counts = np.bincount((schedule.intended_s / 0.01).astype(int), minlength=6000)
    assert counts.var() / counts.mean() == pytest.approx(1.0, abs=0.1)
    gaps = np.diff(schedule.intended_s)
    assert scipy_stats.kstest(gaps, "expon", args=(0, 1 / 1000)).pvalue > 0.01


def test_the_same_seed_gives_the_same_schedule_and_another_does_not() -> None:
    phase = Phase("hold", 0, 10, 20, 20)
    first, same, other = (make_schedule(plan_of(phase, seed=seed, shares=(0.5, 0.5))) for seed in (3, 3, 4))
    assert first.sha256 == same.sha256 != other.sha256
    assert len(first.sha256) == 64


@given(
    count=st.integers(0, 10_000),
    shares=st.lists(st.floats(0, 1), min_size=1, max_size=8).filter(lambda s: sum(s) > 0.01),
)
def test_shares_are_met_within_one_visit(count: int, shares: list[float]) -> None:
    parts = largest_remainder(count, shares)
    assert sum(parts) == count
    for part, share in zip(parts, shares, strict=True):
        assert abs(part - count * share / sum(shares)) <= 1 + 1e-6


def test_pages_and_returning_visitors_have_their_exact_share() -> None:
    schedule = make_schedule(plan_of(Phase("hold", 0, 10, 100, 100), shares=(0.7, 0.2, 0.1), returning=0.25))
    assert np.bincount(schedule.target).tolist() == [700, 200, 100]
    assert int(schedule.returning.sum()) == 250
    # Mixed, not one page after the other.
    assert set(schedule.target[:100].tolist()) == {0, 1, 2}


def test_phones_have_their_exact_share_and_change_nothing_else() -> None:
    first, then = Phase("hold", 0, 10, 100, 100), Phase("hold", 10, 20, 100, 100)
    none, some, again, others = (
        make_schedule(plan_of(first, then, shares=(0.6, 0.4), returning=0.5, phones=phones, seed=seed))
        for phones, seed in ((0.0, 1), (0.64, 1), (0.64, 1), (0.64, 2))
    )
    assert (int(none.phone.sum()), int(some.phone.sum())) == (0, 1280)
    assert some.sha256 == again.sha256 != none.sha256
    for column in ("intended_s", "target", "returning"):
        assert np.array_equal(getattr(none, column), getattr(some, column))
    assert not np.array_equal(some.phone, others.phone)
    with_phone = some.phone == 1
    assert set(some.target[with_phone].tolist()) == set(some.returning[with_phone].tolist()) == {0, 1}
