"""Whether a level holds, and how it broke: hand-built runs."""

from dataclasses import replace

import numpy as np
import pytest

from launchguard.load.brakes import RATE_LIMIT
from launchguard.load.capacity.level import MIN_HOLD_S, hold_s, judge_level, plan_level
from launchguard.load.schedule import make_schedule
from launchguard.model.load_plan import VisitResult
from launchguard.model.load_run import LoadRun
from launchguard.testing import a_load_run

PLAN = a_load_run().plan


def stopped_at(run: LoadRun, second: float) -> LoadRun:
    """The same run, its sending ended after `second`."""
    unsent = run.intended_s >= second
    return replace(
        run,
        result=np.where(unsent, VisitResult.DROPPED, run.result).astype(np.uint8),
        sent_s=np.where(unsent, np.nan, run.sent_s),
        done_s=np.where(unsent, np.nan, run.done_s),
        stopped="stopped",
        ended_s=second,
    )


@pytest.mark.parametrize(
    ("rate", "errors", "expected"),
    [(100, 0.01, MIN_HOLD_S), (5, 0.01, 61), (1, 0.01, 300), (1, 0.0, 60), (1, 0.5, 150), (10, 0.001, 301)],
)
def test_a_level_is_held_as_long_as_its_claim_needs(rate: float, errors: float, expected: float) -> None:
    assert hold_s(rate, replace(PLAN, limit_failure_ratio=errors)) == expected


def test_a_level_is_a_ramp_a_warm_up_and_a_hold() -> None:
    template = replace(PLAN, arrivals="poisson")
    plan = plan_level(template, 40, 30, seed=2**32 + 5)
    assert [(p.name, p.start_s, p.end_s, p.judged) for p in plan.phases] == [
        ("ramp", 0, 3, False),
        ("warm_up", 3, 5, False),
        ("hold", 5, 35, True),
    ]
    assert (plan.peak_per_s, plan.seed) == (40, 5)
    assert plan.schedule_sha256 == make_schedule(plan).sha256
    assert plan.schedule_sha256 != plan_level(template, 40, 30, seed=6).schedule_sha256


@pytest.mark.parametrize(
    ("run", "holds"),
    [
        (a_load_run(), True),
        (a_load_run(planned=58), None),  # 59 visits show a p95, 299 show 1 %
        (a_load_run(planned=298), None),
        (a_load_run(planned=299), True),
        (a_load_run(failed=180), False),
        (a_load_run(failed=30), None),  # exactly on the limit
        (a_load_run(unanswered=180), False),
        (a_load_run(p95_ms=700), True),
        (a_load_run(p95_ms=800), None),
        (a_load_run(p95_ms=900), False),
    ],
)
def test_holds_breaks_or_open(run: LoadRun, holds: bool | None) -> None:
    level = judge_level(run).level
    assert level.holds is holds
    assert (level.broke != "") is (holds is False)
    assert (level.reason != "") is (holds is None)


def test_less_than_98_percent_answered_breaks_whatever_the_limit_on_errors() -> None:
    run = a_load_run(failed=120)
    lenient = replace(run, plan=replace(run.plan, limit_failure_ratio=0.1))
    assert judge_level(lenient).level.holds is False
    assert judge_level(lenient).level.answered_ratio == pytest.approx(0.96)
    few = a_load_run(failed=30)
    assert judge_level(replace(few, plan=replace(few.plan, limit_failure_ratio=0.1))).level.holds is True


def test_one_broken_page_among_many_breaks_the_level() -> None:
    run = a_load_run(planned=25_000, pages=tuple(f"https://shop.test/{i}" for i in range(250)))
    broken = replace(run, result=np.where(run.target == 7, VisitResult.STATUS, run.result).astype(np.uint8))
    assert judge_level(run).level.holds is True
    assert judge_level(broken).level.holds is False


@pytest.mark.parametrize(
    ("run", "says"),
    [
        (a_load_run(p95_ms=2000), "latency broke first: p95 was 2,000 ms, the limit is 800 ms"),
        (a_load_run(failed=300), "errors came first: 300 of 3,000 visits failed (status)"),
        (a_load_run(failed=300, kind=VisitResult.CONNECT), "connections were refused first: 300 of 3,000"),
        (a_load_run(failed=300, kind=VisitResult.RESET), "connections were refused first: 300 of 3,000"),
        (a_load_run(unanswered=1500), "latency broke first"),  # they are late long before they are given up
        (a_load_run(failed=300, examples={"status": "/spring answered 503"}), "visits failed (/spring answered 503)"),
    ],
)
def test_how_it_broke(run: LoadRun, says: str) -> None:
    assert says in judge_level(run).level.broke


def test_what_broke_first_counts() -> None:
    run = a_load_run(planned=6000, seconds=60, p95_ms=2000)
    late_errors = np.where(run.intended_s > 50, VisitResult.STATUS, run.result).astype(np.uint8)
    early_errors = np.where(run.intended_s < 1, VisitResult.STATUS, run.result).astype(np.uint8)
    quick = np.where(run.intended_s < 30, run.sent_s + 0.1, run.done_s)
    assert judge_level(replace(run, result=late_errors)).level.broke.startswith("latency broke first")
    assert judge_level(replace(run, result=early_errors, done_s=quick)).level.broke.startswith("errors came first")


def test_a_level_that_was_stopped_breaks() -> None:
    level = judge_level(stopped_at(a_load_run(p95_ms=8000), 5)).level
    assert (level.holds, level.duration_s, level.answered_ratio) == (False, 5, 1.0)
    assert level.broke.startswith("latency broke first")


@pytest.mark.parametrize(("failed", "holds"), [(3, None), (4, False)])
def test_a_level_that_was_stopped_within_its_limits_is_sent_again(failed: int, holds: bool | None) -> None:
    """At 1.2/s three failures in a row are an outage to the brakes, and of 300 visits they are what 1 % allows."""
    run = a_load_run(planned=300, seconds=250)
    result = run.result.copy()
    result[20 : 20 + failed] = VisitResult.STATUS
    judged = judge_level(stopped_at(replace(run, result=result), 21))
    assert (judged.level.holds, judged.again_s) == (holds, None if holds is False else 250)


def test_a_level_whose_ramp_failed_breaks() -> None:
    run = a_load_run(planned=300, seconds=250)
    failed = replace(run, result=np.full(300, VisitResult.STATUS, np.uint8))
    assert judge_level(stopped_at(failed, 2)).level.holds is False


def test_worthless_evidence_is_no_verdict() -> None:
    dreadful = a_load_run(failed=1500, p95_ms=9000, invalid="the generator was too slow")
    judged = judge_level(dreadful)
    assert (judged.level.holds, judged.level.reason, judged.again_s) == (None, "the generator was too slow", 60)
    assert judge_level(replace(dreadful, invalid=RATE_LIMIT)).again_s is None
    assert judge_level(replace(a_load_run(), partial=True)).level.holds is None


def test_too_close_to_call_asks_for_a_longer_hold() -> None:
    judged = judge_level(a_load_run(planned=1000, failed=6, seconds=30))
    assert judged.level.reason == "too close to call"
    assert judged.again_s is not None
    assert 30 < judged.again_s <= 120
    assert judge_level(a_load_run(failed=30)).again_s is None  # no hold would decide it


@pytest.mark.parametrize(
    ("trouble", "says"), [("slow", "latency broke first: p95 was 3,000 ms"), ("failing", "errors came first: 3")]
)
def test_a_page_that_few_visitors_see_breaks_a_level_and_is_named(trouble: str, says: str) -> None:
    run = a_load_run(planned=3000, pages=("https://shop.test/a", "https://shop.test/few"))
    few = np.arange(len(run.target)) % 100 == 0
    if trouble == "slow":
        changed = replace(run, done_s=np.where(few, run.intended_s + 3.0, run.done_s))
    else:
        changed = replace(run, result=np.where(few, VisitResult.STATUS, run.result).astype(np.uint8))
    level = judge_level(replace(changed, target=few.astype(np.uint16))).level
    assert level.holds is False
    assert says in level.broke
    assert level.broke.endswith("on /few")
