"""Figures of a run: exact, by phase and page, with every visit accounted for."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchguard.load.brakes import ELSEWHERE, RATE_LIMIT
from launchguard.load.lateness import is_late, lag_bound_ms, lag_p99_ms
from launchguard.load.quality import (
    ADD_CORES,
    NEARER_WORKERS,
    CpuMeter,
    Pulse,
    able_per_s,
    settle_results,
    what_mends,
    why_invalid,
)
from launchguard.model.load_figures import RequestStats
from launchguard.model.load_plan import LoadPlan, Phase, Target, VisitResult
from launchguard.model.load_run import Generator, LoadRun
from launchguard.model.load_stats import due_in, percentile, percentiles

R = VisitResult
PLAN = LoadPlan(
    run_id="r",
    seed=1,
    arrivals="uniform",
    phases=(Phase("ramp", 0, 2, 0, 10), Phase("warm_up", 2, 4, 10, 10), Phase("hold", 4, 10, 10, 10, judged=True)),
    targets=(Target("https://x.test/a", "https://x.test/a", 0.5), Target("https://x.test/b", "https://x.test/b", 0.5)),
    drain_s=5,
    visit_timeout_s=5,
    limit_p95_ms=800,
    limit_failure_ratio=0.01,
)


def run_of(visits: Sequence[tuple[Any, ...]], **over: Any) -> LoadRun:
    """A run from tuples: intended, latency (None: never sent), result, and optionally target and lag."""
    rows = [(*visit, 0, 0.0)[:5] if len(visit) == 3 else (*visit, 0.0)[:5] for visit in visits]
    intended = np.array([row[0] for row in rows], dtype=float)
    latency = np.array([np.nan if row[1] is None else row[1] for row in rows], dtype=float)
    sent = np.where(np.isnan(latency), np.nan, intended + np.array([row[4] for row in rows], dtype=float))
    fields: dict[str, Any] = {
        "plan": PLAN,
        "intended_s": intended,
        "sent_s": sent,
        "done_s": intended + latency,
        "target": np.array([row[3] for row in rows], dtype=np.uint16),
        "result": np.array([row[2] for row in rows], dtype=np.uint8),
        "status": np.zeros(len(rows), dtype=np.uint16),
        "generator": Generator(cpu_ratio=0.1, lag_p99_ms=0.5, processes=1),
    }
    return LoadRun(**fields | over)


def test_only_the_hold_is_judged() -> None:
    run = run_of([(0.5, 9.0, R.STATUS), (2.5, 9.0, R.STATUS), (4.0, 0.1, R.OK), (9.9, 0.3, R.OK)])
    judged = run.stats()
    assert (judged.planned, judged.ok, judged.failed) == (2, 2, 0)
    assert judged.latency_ms is not None and judged.latency_ms.max == pytest.approx(300)
    assert run.stats("warm_up").failed == 1
    assert run.stats(None).planned == 4
    assert judged.duration_s == 6
    assert judged.answered_per_s == pytest.approx(2 / 6)


TWICE = replace(PLAN, phases=(*PLAN.phases, Phase("recovery", 10, 14, 3, 3)))


@pytest.mark.parametrize("phase", [None, "judged", "ramp", "warm_up", "hold", "recovery"])
@pytest.mark.parametrize("at_s", [0.0, 2.0, 4.0, 9.999, 10.0, 13.0, 14.0])
def test_every_question_about_a_phase_has_the_same_borders(phase: str | None, at_s: float) -> None:
    """A phase owns its first moment and not its last; the schedule's very last moment belongs to the last phase."""
    owner = next((p.name for p in TWICE.phases if p.start_s <= at_s < p.end_s), "recovery")
    here = phase is None or phase == owner or (phase == "judged" and owner == "hold")
    run = run_of([(at_s, 2.0, R.STATUS)], plan=TWICE, status=np.array([429], dtype=np.uint16))
    asked = [
        run.stats(phase).planned,
        len(run.latencies_ms(phase)),
        run.slow(800, phase=phase),
        run.refused_with(429, phase),
        int(due_in(TWICE, run.intended_s, phase)[0]),
    ]
    assert asked == [int(here)] * len(asked)


def test_latencies_are_those_of_what_was_sent_and_not_cut_off() -> None:
    kinds = [(R.OK, 0.3), (R.STATUS, 0.1), (R.UNANSWERED, 5.0), (R.CUT, 0.7), (R.CUT, 0.9), (R.DROPPED, None)]
    run = run_of([(5.0, latency, kind, i % 2) for i, (kind, latency) in enumerate(kinds)])
    assert run.latencies_ms().tolist() == pytest.approx([100, 300, 5000])
    # What was cut off at 0.9 s took longer than 0.8 s, whenever its answer would have come; 0.7 s say nothing.
    assert run.latencies_ms(limit_ms=800).tolist() == pytest.approx([100, 300, 900, 5000])
    assert (run.slow(800), run.slow(800, "https://x.test/a"), run.slow(800, "https://x.test/b")) == (2, 2, 0)
    assert run.latencies_ms(page="https://x.test/b").tolist() == pytest.approx([100])
    run.done_s[2] = np.nan  # never heard of again: as old as its deadline
    assert run.slow(4999.0) == 1


def test_the_throughput_counts_answers_when_they_come() -> None:
    late = run_of([(3.0, 2.0, R.OK, 0), (5.0, 0.1, R.OK, 1), (9.0, 1.0, R.OK, 0), (6.0, 0.1, R.STATUS, 0)])
    assert late.throughput_per_s() == pytest.approx(2 / 6)  # due in the warm-up, answered in the hold; not at its end
    assert late.throughput_per_s("https://x.test/b") == pytest.approx(1 / 6)
    assert replace(late, ended_s=5.05).throughput_per_s() == pytest.approx(1 / 1.05)
    assert replace(late, ended_s=4.0).throughput_per_s() == 0.0


def test_a_status_counts_where_it_was_no_correct_answer() -> None:
    run = run_of([(5, 0.1, R.RATE_LIMITED, 0), (6, 0.1, R.OK, 1), (7, 0.1, R.STATUS, 1)])
    run = replace(run, status=np.array([429, 429, 503], dtype=np.uint16))
    assert (run.refused_with(429), run.refused_with(503), run.refused_with(429, page="https://x.test/b")) == (1, 1, 0)


def test_pages_are_apart() -> None:
    run = run_of([(5, 0.1, R.OK, 0), (6, 0.2, R.OK, 1), (7, 0.2, R.CONTENT, 1)])
    assert (run.stats(page="https://x.test/a").ok, run.stats(page="https://x.test/a").failed) == (1, 0)
    assert (run.stats(page="https://x.test/b").ok, run.stats(page="https://x.test/b").failed) == (1, 1)
    assert run.stats(page="https://x.test/nowhere").planned == 0


def test_latency_runs_from_the_intended_start_and_service_time_from_the_sending() -> None:
    stats = run_of([(5, 1.0, R.OK, 0, 0.25)]).stats()
    assert stats.latency_ms is not None and stats.service_ms is not None
    assert stats.latency_ms.p50 == pytest.approx(1000)
    assert stats.service_ms.p50 == pytest.approx(750)


def test_unanswered_visits_enter_with_their_age_and_cut_ones_are_no_failures() -> None:
    run = run_of([(5, 0.1, R.OK), (5, 4.9, R.UNANSWERED), (6, 0.2, R.CUT), (7, None, R.DROPPED)], ended_s=6.5)
    stats = run.stats()
    assert (stats.started, stats.dropped, stats.unanswered, stats.cut, stats.bad) == (3, 1, 2, 1, 1)
    assert stats.failure_ratio == pytest.approx(1 / 2)
    assert stats.latency_ms is not None and stats.latency_ms.max == pytest.approx(4900)
    assert stats.failures_by_kind == {"unanswered": 1}
    assert stats.duration_s == 2.5
    assert stats.offered_per_s == pytest.approx(3 / 2.5)


def test_a_visit_without_an_end_is_as_old_as_its_deadline() -> None:
    run = run_of([(5, 0.1, R.OK), (6, 0.1, R.UNANSWERED)])
    run.done_s[1] = np.nan
    stats = run.stats()
    assert stats.latency_ms is not None and stats.latency_ms.max == pytest.approx(5000)


def test_nothing_sent_has_no_figures() -> None:
    stats = run_of([(5, None, R.DROPPED)]).stats()
    assert stats.latency_ms is None and stats.failure_ratio is None
    assert stats.planned == stats.dropped == 1


def test_failures_are_counted_by_kind_most_frequent_first() -> None:
    kinds = [R.RATE_LIMITED, R.TLS, R.TLS, R.UNANSWERED, R.OK]
    stats = run_of([(5 + i / 10, 0.1, kind) for i, kind in enumerate(kinds)]).stats()
    assert next(iter(stats.failures_by_kind.items())) == ("tls", 2)
    assert stats.failures_by_kind == {"tls": 2, "rate-limited": 1, "unanswered": 1}


@given(
    st.lists(st.tuples(st.floats(0, 10), st.floats(0, 20), st.sampled_from(list(R)), st.integers(0, 1)), max_size=50)
)
def test_every_visit_is_accounted_for(visits: list[tuple[float, float, VisitResult, int]]) -> None:
    rows = [(at, None if kind is R.DROPPED else latency, kind, target) for at, latency, kind, target in sorted(visits)]
    run = run_of(rows)
    parts = [run.stats(None), run.stats(), *(run.stats(None, page=target.page) for target in PLAN.targets)]
    for stats in parts:
        assert stats.planned == stats.started + stats.dropped
        assert stats.started == stats.ok + stats.failed + stats.unanswered
        assert stats.bad == sum(stats.failures_by_kind.values())
    assert sum(run.stats(phase.name).planned for phase in PLAN.phases) == run.stats(None).planned == len(rows)
    seconds = run.per_second()
    assert seconds.planned.sum() == len(rows)
    assert seconds.started.sum() == run.stats(None).started
    assert len(seconds.p95_ms) == 10


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=300), st.sampled_from([0.5, 0.95, 0.99]))
def test_percentiles_are_nearest_rank(values: list[float], share: float) -> None:
    ascending = np.sort(np.array(values))
    found = percentile(ascending, share)
    assert np.count_nonzero(ascending <= found) >= share * len(values) - 1e-9
    assert np.count_nonzero(ascending < found) < share * len(values) + 1e-9


def test_1049_ms_are_not_rounded_under_a_limit_of_1000() -> None:
    found = percentiles(np.full(400, 1049.0))
    assert found is not None and found.p95 == 1049.0


def test_seconds_show_when_it_went_wrong() -> None:
    run = run_of([(4.2, 0.1, R.OK), (5.1, 0.9, R.OK), (5.9, 0.2, R.RESET), (6.0, None, R.DROPPED)])
    seconds = run.per_second()
    assert seconds.planned.tolist() == [0, 0, 0, 0, 1, 2, 1, 0, 0, 0]
    assert seconds.answered.tolist() == [0, 0, 0, 0, 1, 1, 0, 0, 0, 0]
    assert seconds.bad[5] == 1
    assert seconds.p95_ms[5] == pytest.approx(900)
    assert np.isnan(seconds.p95_ms[6])


@pytest.mark.parametrize(
    ("answers", "cut_at_s", "result"),
    [
        # A fast page that answered others for 2 s while this one waited: it was forgotten.
        ([(0.0, 0.05), (2.0, 0.05)], 0.0, R.UNANSWERED),
        # Younger than the limit: nobody knows.
        ([(0.0, 0.05), (2.0, 0.05)], 1.4, R.CUT),
        # An overloaded page that answered after 1.5 s might have answered this one next.
        ([(0.0, 1.5), (0.6, 1.4)], 0.0, R.CUT),
        # A page that stood still since 0.1 s and answered nobody since might have answered this one as well.
        ([(0.0, 0.05), (0.05, 0.05)], 0.09, R.CUT),
        # Nobody was answered at all.
        ([], 0.0, R.CUT),
    ],
)
def test_a_cut_visit_is_unanswered_when_others_were_answered_meanwhile(
    answers: list[tuple[float, float]], cut_at_s: float, result: VisitResult
) -> None:
    stopped_s = 2.1
    due = np.array([*(at for at, _ in answers), cut_at_s])
    done = np.array([*(at + latency for at, latency in answers), stopped_s])
    before = np.array([R.OK] * len(answers) + [R.CUT], np.uint8)
    assert settle_results(before, due, done, 800).tolist() == [*[R.OK] * len(answers), result]


STEADY = [(4 + i * 0.01, 0.1, R.OK) for i in range(300)]


@pytest.mark.parametrize(
    ("run", "words"),
    [
        (run_of(STEADY), ""),
        (run_of([]), "no visit was sent"),
        (run_of(STEADY[:290] + [(9.0 + i / 100, None, R.DROPPED) for i in range(10)]), "only 290 of 300"),
        (run_of(STEADY[:297] + [(9.0 + i / 100, None, R.DROPPED) for i in range(3)]), ""),
        (run_of(STEADY[:150] + [(9.0, None, R.DROPPED)] * 150, ended_s=5.5), ""),
        (run_of([(at, latency, kind, 0, 0.02) for at, latency, kind in STEADY]), "ms late"),
        (run_of([(3.0, 0.1, R.OK, 0, 0.02)] * 50 + [(*visit, 0) for visit in STEADY]), ""),
        (run_of(STEADY, generator=Generator(0.97, 0.5, 1)), "97 % of its core"),
        (run_of(STEADY, generator=Generator(0.48, 0.5, 1, cores=1.5)), ""),
        (run_of(STEADY, generator=Generator(0.48, 0.5, 1, cores=0.5)), "96 % of the 0.5 cores that each process"),
        (run_of(STEADY, generator=Generator(0.72, 0.5, 2, cores=1.5)), "96 % of the 0.75 cores"),
        (run_of([*STEADY[:290], *[(9, 0.1, R.RATE_LIMITED)] * 10]), "limits the rate of this source"),
        (run_of([*STEADY[:290], *[(9, 0.1, R.RATE_LIMITED)] * 5, *[(9, 0.1, R.STATUS)] * 5]), ""),
        (run_of([*STEADY[:297], *[(9, 0.1, R.RATE_LIMITED)] * 3]), ""),
        (run_of([*[(3, 0.1, R.RATE_LIMITED)] * 90, *STEADY]), ""),  # before the hold
        (run_of([(5, None, R.DROPPED)], examples={"dropped": "Too many open files"}), "no visit was sent"),
        (
            run_of([*STEADY, *[(9, None, R.DROPPED)] * 10], examples={"dropped": "Too many open files"}),
            "(Too many open files); raise this machine's limit",
        ),
    ],
)
def test_a_bad_generator_makes_a_run_invalid(run: LoadRun, words: str) -> None:
    if run.generator.lag_p99_ms == 0.5:
        run = run_with_lag(run)
    reason = why_invalid(run)
    assert words in reason
    assert bool(reason) is bool(words)


@pytest.mark.parametrize(
    ("reason", "fix"),
    [
        (f"the load generator used 97% of its core; {ADD_CORES}", f"U{ADD_CORES[1:]}, then repeat the run."),
        (f"clocks were apart; {NEARER_WORKERS}, on machines that do not pause", f"U{NEARER_WORKERS[1:]}, on machines"),
        (f"stopped after 2.0 s: {RATE_LIMIT}", "Allow-list this source, then repeat the run."),
        (f"stopped after 2.0 s: {ELSEWHERE}: http://a leads to http://b; c", "Name the final URL in the manifest"),
        ("no visit was sent", "Repeat the run."),
    ],
)
def test_the_fix_is_that_of_the_reason(reason: str, fix: str) -> None:
    assert what_mends(reason).startswith(fix)


def test_how_late_they_were_is_told_of_the_visits_that_count() -> None:
    in_time = [(1 + i * 0.001, 0.1, R.OK) for i in range(1000)]
    late = [(*visit, 0, 0.02) for visit in STEADY[:4]]
    run = run_with_lag(run_of([*in_time, *late, *STEADY[4:]]))
    assert run.generator.lag_p99_ms == pytest.approx(0, abs=0.01)  # of all: 4 of 1,300
    assert "up to 20.0 ms late (p99; at most 8 ms)" in why_invalid(run)


def run_with_lag(run: LoadRun) -> LoadRun:
    lag = lag_p99_ms(run.intended_s, run.sent_s)
    return replace(run, generator=replace(run.generator, lag_p99_ms=lag))


LOGO = RequestStats("/logo.png", 20, 0, 5.0)


@pytest.mark.parametrize(
    ("given", "generator", "ended_s", "able"),
    [
        ({}, Generator(0.5, 0.5, 1, visits_per_s=2900.0), None, 2900),  # measured before the run
        ({}, Generator(0.5, 0.5, 1, visits_per_s=2900.0), 4.0, 2900),
        ({}, Generator(0.35, 0.5, 2), None, 10),  # 5/s of each process took 35 % of a core
        ({"assets": (LOGO,)}, Generator(0.35, 0.5, 1, visits_per_s=2900.0), None, 20),
        ({"journey": "walk.py"}, Generator(0.35, 0.5, 1, visits_per_s=2900.0), None, 20),
        ({"journey": "walk.py"}, Generator(0.35, 0.5, 1), 4.0, None),  # it may not have come to its peak
        ({"journey": "walk.py"}, Generator(0.05, 0.5, 1), None, None),  # most of that is not for visits
        ({}, Generator(), None, None),
    ],
)
def test_what_a_process_can_send_is_told_where_something_says_so(
    given: dict[str, Any], generator: Generator, ended_s: float | None, able: float | None
) -> None:
    assets, plan = given.get("assets", ()), replace(PLAN, journey=given.get("journey", ""))
    run = run_of(STEADY, generator=generator, plan=plan, ended_s=ended_s, assets=assets)
    assert able_per_s(run) == (able and pytest.approx(able))


def test_one_hiccup_is_no_late_generator() -> None:
    intended = np.arange(90.0)
    sent = intended.copy()
    sent[3] += 0.02
    assert not is_late(intended, sent)
    sent[4] += 0.02
    assert is_late(intended, sent)
    assert not is_late(intended, sent, bound_ms=30)


@pytest.mark.parametrize(("limit_p95_ms", "bound_ms"), [(100, 5), (500, 5), (800, 8), (3000, 30)])
def test_how_late_is_too_late_follows_the_limit(limit_p95_ms: float, bound_ms: float) -> None:
    assert lag_bound_ms(limit_p95_ms) == bound_ms


def metered(pulses: list[Pulse]) -> float | None:
    meter = CpuMeter()
    for pulse in pulses:
        meter.look(pulse)
    return meter.ratio


def test_cpu_is_that_of_the_busiest_process_in_its_busiest_two_seconds() -> None:
    pulses = [Pulse((i / 10, i / 10), (i * 0.01, i * 0.02)) for i in range(50)]
    assert metered(pulses) == pytest.approx(0.2)
    burst = [Pulse((5 + i / 10,) * 2, (0.5 + i * 0.1, 1.0)) for i in range(25)]
    assert metered(pulses + burst) == pytest.approx(1.0, abs=0.06)
    calm = [Pulse((7.5 + i / 10,) * 2, (3.0 + i * 0.01, 1.1 + i * 0.01)) for i in range(50)]
    assert metered(pulses + burst + calm) == pytest.approx(1.0, abs=0.06)
    assert metered(pulses[:1]) is None
    assert metered(pulses[:11]) == pytest.approx(0.2)
