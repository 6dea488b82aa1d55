"""The checks of a load run: hand-built runs, visit by visit."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from launchguard import Finding, LoadRun, NotApplicable, Unknown, VisitResult
from launchguard.model.load_figures import RequestStats
from launchguard.model.load_plan import Phase
from launchguard.testing import PAGE_URL, a_campaign, a_load_run

Judge = Callable[..., list[Finding | Unknown | NotApplicable]]


def kinds(answers: list[Finding | Unknown | NotApplicable]) -> list[str]:
    return [type(answer).__name__ for answer in answers]


def stopped_at(run: LoadRun, second: float) -> LoadRun:
    """The same run, its sending ended after `second`."""
    unsent = run.intended_s >= second
    return replace(
        run,
        result=np.where(unsent, VisitResult.DROPPED, run.result).astype(np.uint8),
        sent_s=np.where(unsent, np.nan, run.sent_s),
        done_s=np.where(unsent, np.nan, run.done_s),
        stopped="half of the visits due in 5 s failed",
        ended_s=second,
    )


def on_the_way_up(run: LoadRun) -> LoadRun:
    """The same visits, all of them in a ramp that is not judged, and no visit after it."""
    ramp, hold = Phase("ramp", 0.0, 60.0, 0.0, 50.0), Phase("hold", 60.0, 120.0, 50.0, 50.0, judged=True)
    return replace(run, plan=replace(run.plan, phases=(ramp, hold)), stopped="it failed", ended_s=60.0)


def test_the_usual_run_passes_every_load_check(judged: Judge) -> None:
    assert judged("failures", a_load_run(), a_campaign()) == []
    assert judged("latency", a_load_run(), a_campaign()) == []
    assert judged("arrivals-started", a_load_run()) == []


@pytest.mark.parametrize("check_id", ["failures", "latency", "arrivals-started"])
def test_worthless_evidence_is_never_a_block(judged: Judge, check_id: str) -> None:
    campaign = () if check_id == "arrivals-started" else (a_campaign(),)
    dreadful = a_load_run(failed=1500, unanswered=1500, p95_ms=9000.0, invalid="the generator was too slow")
    (answer,) = judged(check_id, dreadful, *campaign)
    assert isinstance(answer, Unknown)
    assert "the generator was too slow" in answer.reason
    assert kinds(judged(check_id, a_load_run(planned=0), *campaign)) == ["Unknown"]
    assert kinds(judged(check_id, a_load_run(ok=0), *campaign)) == ["Unknown"]


@pytest.mark.parametrize(
    ("planned", "failed", "unanswered", "expected"),
    [
        (3000, 0, 0, []),
        (6000, 18, 0, []),  # 0.3 %
        (6000, 180, 0, ["Finding"]),  # 3 %
        (6000, 0, 180, ["Finding"]),
        (6000, 60, 0, ["Unknown"]),  # exactly on the limit
        (300, 0, 0, []),
        (298, 0, 0, ["Unknown"]),
        (48, 0, 9, ["Finding"]),
        (1, 1, 0, ["Finding"]),
        (50, 1, 0, ["Unknown"]),
    ],
)
def test_failures(judged: Judge, planned: int, failed: int, unanswered: int, expected: list[str]) -> None:
    run = a_load_run(planned=planned, failed=failed, unanswered=unanswered)
    assert kinds(judged("failures", run, a_campaign())) == expected


@pytest.mark.parametrize(
    ("failed", "unanswered", "message"),
    [
        (0, 9, "9 of 48 visitors never got an answer (18.8 %), the limit is 1 %"),
        (7, 0, "7 of 48 visitors failed (14.6 %), the limit is 1 %"),
        (7, 9, "7 of 48 visitors failed and 9 of 48 visitors never got an answer (33.3 %), the limit is 1 %"),
    ],
)
def test_failures_counts_in_visitors(judged: Judge, failed: int, unanswered: int, message: str) -> None:
    (finding,) = judged("failures", a_load_run(planned=48, failed=failed, unanswered=unanswered), a_campaign())
    assert isinstance(finding, Finding)
    assert finding.message == message
    assert finding.severity is None


def test_failures_shows_kinds_examples_and_pages(judged: Judge) -> None:
    examples = {"STATUS": "HTTP 503 from \x1b[2Jhost"}
    pages = ("https://shop.test/a?utm_source=x", "https://shop.test/b")
    run = a_load_run(planned=400, failed=40, unanswered=8, pages=pages, examples=examples)
    (finding,) = judged("failures", run, a_campaign())
    assert isinstance(finding, Finding)
    assert "status: 40, for example HTTP 503 from [2Jhost" in finding.evidence
    assert "unanswered: 8" in finding.evidence
    assert "https://shop.test/a: " in finding.evidence
    assert finding.fields["answered_per_s"] == pytest.approx(352 / 60)


def test_one_broken_page_among_many_is_found(judged: Judge) -> None:
    pages = tuple(f"https://shop.test/{i}" for i in range(250))
    run = a_load_run(planned=25_000, pages=pages)
    broken = replace(run, result=np.where(run.target == 7, VisitResult.STATUS, run.result).astype(np.uint8))
    (finding,) = judged("failures", broken, a_campaign())
    assert isinstance(finding, Finding)
    assert finding.subject == "https://shop.test/7"
    assert finding.message == "100 of 100 visitors failed (100 %), the limit is 1 %"


def test_too_small_a_sample_says_how_much_longer_to_hold(judged: Judge) -> None:
    (answer,) = judged("failures", a_load_run(planned=100, seconds=20.0), a_campaign())
    assert isinstance(answer, Unknown)
    assert answer.fix == "Hold the load for 1 min, `load: {hold: 60s}`."  # 299 clean visits show 1 %


def test_a_limit_of_nothing_allows_nothing(judged: Judge) -> None:
    strict = a_campaign(limits={"errors": "0%"})
    assert judged("failures", a_load_run(), strict) == []
    assert kinds(judged("failures", a_load_run(failed=1), strict)) == ["Finding"]


def test_a_run_that_was_stopped_for_certain_failure_still_blocks(judged: Judge) -> None:
    run = stopped_at(a_load_run(failed=1500), 10.0)
    (finding,) = judged("failures", run, a_campaign())
    assert isinstance(finding, Finding)
    assert finding.evidence.startswith("stopped: half of the visits due in 5 s failed")
    assert kinds(judged("arrivals-started", run)) == ["NotApplicable"]


def test_a_run_that_was_stopped_while_it_could_still_pass_is_unknown(judged: Judge) -> None:
    run = stopped_at(a_load_run(planned=100_000, failed=50_000), 1.0)  # 833 of at most 1000 allowed
    assert kinds(judged("failures", run, a_campaign())) == ["Unknown"]
    assert kinds(judged("failures", stopped_at(a_load_run(), 30.0), a_campaign())) == ["Unknown"]
    assert kinds(judged("latency", stopped_at(a_load_run(), 30.0), a_campaign())) == ["Unknown"]
    assert kinds(judged("failures", replace(a_load_run(), partial=True), a_campaign())) == ["Unknown"]


def test_a_site_that_fails_before_the_peak_blocks(judged: Judge) -> None:
    (finding,) = judged("failures", on_the_way_up(a_load_run(planned=60, failed=40)), a_campaign())
    assert isinstance(finding, Finding)
    assert finding.fields["failed"] == "40"
    assert kinds(judged("latency", on_the_way_up(a_load_run(planned=60, failed=40)), a_campaign())) == ["Unknown"]


def test_failures_that_are_not_judged_do_not_count(judged: Judge) -> None:
    run = a_load_run(planned=6000, failed=600, seconds=120.0)
    early = run.intended_s < 60.0
    calm = np.where(early, run.result, VisitResult.OK).astype(np.uint8)
    phases = (Phase("warm_up", 0.0, 60.0, 50.0, 50.0), Phase("hold", 60.0, 120.0, 50.0, 50.0, judged=True))
    run = replace(run, result=calm, plan=replace(run.plan, phases=phases))
    assert judged("failures", run, a_campaign()) == []


def test_being_turned_away_is_no_proof_against_the_site(judged: Judge) -> None:
    run = a_load_run(failed=900, kind=VisitResult.RATE_LIMITED)
    away = replace(run, status=np.where(run.result == VisitResult.RATE_LIMITED, 429, 200).astype(np.uint16))
    (answer,) = judged("failures", away, a_campaign())
    assert isinstance(answer, Unknown)
    assert "429" in answer.reason
    assert "Allow-list" in answer.fix
    shed = replace(run, status=np.where(run.result == VisitResult.RATE_LIMITED, 503, 200).astype(np.uint16))
    assert kinds(judged("failures", shed, a_campaign())) == ["Finding"]


def turned_away_in_turn(*, warm_up: VisitResult, hold: VisitResult) -> LoadRun:
    """60 s of warm-up and 60 s of hold at 50/s; every tenth visit of each gets its own failure, a 429 or a 503."""
    run = a_load_run(planned=6000, seconds=120.0)
    phases = (Phase("warm_up", 0.0, 60.0, 50.0, 50.0), Phase("hold", 60.0, 120.0, 50.0, 50.0, judged=True))
    kinds = np.where(run.intended_s < 60.0, warm_up, hold)
    result = np.where(np.arange(6000) % 10 == 0, kinds, run.result).astype(np.uint8)
    status = np.select([result == VisitResult.RATE_LIMITED, result == VisitResult.STATUS], [429, 503], 200)
    return replace(run, result=result, status=status.astype(np.uint16), plan=replace(run.plan, phases=phases))


def test_being_turned_away_before_the_peak_excuses_nothing_there(judged: Judge) -> None:
    run = turned_away_in_turn(warm_up=VisitResult.RATE_LIMITED, hold=VisitResult.STATUS)
    (finding,) = judged("failures", run, a_campaign())
    assert isinstance(finding, Finding)
    assert finding.message == "300 of 3,000 visitors failed (10 %), the limit is 1 %"


def test_failures_before_the_peak_do_not_make_a_rate_limit_there_real(judged: Judge) -> None:
    run = turned_away_in_turn(warm_up=VisitResult.STATUS, hold=VisitResult.RATE_LIMITED)
    (answer,) = judged("failures", run, a_campaign())
    assert isinstance(answer, Unknown)
    assert answer.reason.startswith("the site turned 300 visits away with 429")


def test_being_led_elsewhere_is_no_proof_against_the_site(judged: Judge) -> None:
    run = a_load_run(planned=1000, failed=21)
    bad = np.flatnonzero(run.result == VisitResult.STATUS)
    result = run.result.copy()
    result[bad[:10]] = VisitResult.UNAUTHORIZED
    (answer,) = judged("failures", replace(run, result=result), a_campaign())
    assert isinstance(answer, Unknown)
    assert "led 10 visits to an origin that may not get this load" in answer.reason
    assert kinds(judged("failures", run, a_campaign())) == ["Finding"]


@pytest.mark.parametrize(
    ("planned", "p95_ms", "unanswered", "expected"),
    [
        (3000, 200.0, 0, []),
        (3000, 750.0, 0, []),
        (3000, 800.0, 0, ["Unknown"]),
        (3000, 860.0, 0, ["Finding"]),
        (59, 200.0, 0, []),
        (58, 200.0, 0, ["Unknown"]),
        (3000, 200.0, 300, ["Finding"]),  # their age is above the limit
        (3000, 200.0, 30, []),
    ],
)
def test_latency(judged: Judge, planned: int, p95_ms: float, unanswered: int, expected: list[str]) -> None:
    run = a_load_run(planned=planned, p95_ms=p95_ms, unanswered=unanswered)
    assert kinds(judged("latency", run, a_campaign())) == expected


def test_latency_says_what_visitors_waited(judged: Judge) -> None:
    (finding,) = judged("latency", a_load_run(p95_ms=1500.0), a_campaign(limits={"p95": "1s"}))
    assert isinstance(finding, Finding)
    assert finding.message == "one visitor in twenty waited 1.5 s or longer (p95), the limit is 1 s"
    assert "p95 lies between" in finding.evidence


def test_latency_blocks_a_stopped_run_only_when_it_is_certain(judged: Judge) -> None:
    slow = a_load_run(p95_ms=8000.0)
    assert kinds(judged("latency", stopped_at(slow, 5.0), a_campaign())) == ["Finding"]
    assert kinds(judged("latency", stopped_at(slow, 1.0), a_campaign())) == ["Unknown"]


def test_visits_that_we_cut_off_count_only_when_they_were_late_already(judged: Judge) -> None:
    run = a_load_run(planned=300, unanswered=30)
    cut = np.where(run.result == VisitResult.UNANSWERED, VisitResult.CUT, run.result).astype(np.uint8)
    young = np.where(cut == VisitResult.CUT, run.sent_s + 0.1, run.done_s)
    assert judged("latency", replace(run, result=cut, done_s=young), a_campaign()) == []
    assert kinds(judged("latency", replace(run, result=cut), a_campaign())) == ["Finding"]
    # 270 concluded visits without a failure cannot show 1 %, and the 30 that were cut off add nothing.
    assert kinds(judged("failures", replace(run, result=cut), a_campaign())) == ["Unknown"]


def test_slowness_that_is_not_judged_does_not_count(judged: Judge) -> None:
    run = a_load_run(planned=6000, seconds=120.0)
    slow = np.where(run.intended_s < 60.0, run.intended_s + 5.0, run.done_s)
    phases = (Phase("warm_up", 0.0, 60.0, 50.0, 50.0), Phase("hold", 60.0, 120.0, 50.0, 50.0, judged=True))
    run = replace(run, done_s=slow)
    assert kinds(judged("latency", run, a_campaign())) == ["Finding"]
    assert judged("latency", replace(run, plan=replace(run.plan, phases=phases)), a_campaign()) == []


def test_the_last_moment_of_the_hold_is_not_the_hold_s(judged: Judge) -> None:
    run = a_load_run(planned=60, seconds=60.0)
    phases = (Phase("hold", 0.0, 59.0, 1.0, 1.0, judged=True), Phase("recovery", 59.0, 60.0, 1.0, 1.0))
    done = np.where(run.intended_s >= 59.0, run.intended_s + 5.0, run.intended_s + 0.1)
    run = replace(run, done_s=done, plan=replace(run.plan, phases=phases))
    assert judged("latency", run, a_campaign()) == []  # 59 fast visits show a p95; one slow one more would not


@pytest.mark.parametrize(("ok", "expected"), [(3000, []), (2970, []), (2969, ["Unknown"]), (1500, ["Unknown"])])
def test_arrivals_started(judged: Judge, ok: int, expected: list[str]) -> None:
    assert kinds(judged("arrivals-started", a_load_run(ok=ok))) == expected


@pytest.mark.parametrize(("failed", "expected"), [(None, []), (0, []), (2, []), (3, ["Finding"])])
def test_stays_up_blocks_only_a_page_that_never_came_back(
    judged: Judge, failed: int | None, expected: list[str]
) -> None:
    assert kinds(judged("stays-up", a_load_run(failed=5, after_failed=failed))) == expected


def test_stays_up_says_what_was_seen_and_needs_more_than_one_visit(judged: Judge) -> None:
    (finding,) = judged("stays-up", a_load_run(after_failed=3))
    assert isinstance(finding, Finding)
    assert "3 of 3 idle visits after it failed" in finding.message
    assert "answered 500" in finding.evidence
    once = a_load_run(after=(RequestStats(PAGE_URL, 1, 1, 900.0, "slow"),))
    assert judged("stays-up", once) == []
    assert kinds(judged("stays-up", stopped_at(a_load_run(after_failed=3), 30.0))) == ["NotApplicable"]


@pytest.mark.parametrize(("number", "expected"), [(0, []), (30, []), (31, ["Finding"])])
def test_different_answers_are_told_beyond_the_limit_of_errors(judged: Judge, number: int, expected: list[str]) -> None:
    unread = (RequestStats(PAGE_URL, number, number, 200.0, "has words of its own"),)
    for run in (a_load_run(different=number), a_load_run(unread=unread)):
        assert kinds(judged("different-answers", run, a_campaign())) == expected


def test_different_answers_say_what_was_different(judged: Judge) -> None:
    (finding,) = judged("different-answers", a_load_run(different=1500), a_campaign())
    assert isinstance(finding, Finding)
    assert finding.message == (
        "1500 of 3000 answers at the peak were another page than the first visitors got, such as one that has the "
        "title 'login'"
    )
    gone = a_load_run(different=1500, invalid="a load process was lost")
    assert kinds(judged("different-answers", gone, a_campaign())) == ["NotApplicable"]


def test_arrivals_are_counted_in_visits_because_a_rounded_share_would_contradict_itself(judged: Judge) -> None:
    (answer,) = judged("arrivals-started", a_load_run(planned=10_000, ok=9_899))
    assert isinstance(answer, Unknown)
    assert answer.reason == "9,899 of 10,000 planned visits were sent, and at least 9,900 are needed"
    assert "more free cores" in answer.fix
    (odd,) = judged("arrivals-started", a_load_run(planned=150, ok=148))
    assert isinstance(odd, Unknown)
    assert odd.reason == "148 of 150 planned visits were sent, and at least 149 are needed"
    assert judged("arrivals-started", a_load_run(planned=150, ok=149)) == []


@pytest.mark.parametrize(("check_id", "phase"), [("latency", "hold"), ("recovery", "recovery")])
@pytest.mark.parametrize(
    ("p95_ms", "waited"),
    [(12_400.0, "waited 12.4 s or longer (p95), the limit is 2 s"), (2004.0, "waited 2,004 ms or longer (p95), the")],
)
def test_a_wait_is_told_in_seconds_and_measured_in_ms(
    judged: Judge, check_id: str, phase: str, p95_ms: float, waited: str
) -> None:
    """So close above the limit that three digits would not tell them apart, it is told in ms."""
    run = a_load_run(planned=20_000, p95_ms=200.0, phase=phase)
    done = run.sent_s + np.where(np.arange(20_000) < 18_000, 0.2, p95_ms / 1000)
    run = replace(run, done_s=done)
    (finding,) = judged(check_id, run, a_campaign(limits={"p95": "2s"}))
    assert isinstance(finding, Finding)
    assert waited in finding.message
    assert (finding.measured, finding.expected) == (round(p95_ms), 2000)


def test_counts_of_visits_are_grouped(judged: Judge) -> None:
    (failed,) = judged("failures", a_load_run(planned=20_000, failed=2_000, unanswered=1_000), a_campaign())
    assert isinstance(failed, Finding)
    assert failed.message.startswith("2,000 of 20,000 visitors failed and 1,000 of 20,000 visitors never got an answer")
    assert failed.evidence.startswith("status: 2,000; unanswered: 1,000; ")
    assert failed.evidence.endswith(": 3,000 of 20,000")
    (close,) = judged("failures", a_load_run(planned=20_000, failed=200), a_campaign(limits={"errors": "1%"}))
    assert isinstance(close, Unknown)
    assert "200 of 20,000 visits failed" in close.reason
    (slow,) = judged("latency", a_load_run(planned=20_000, p95_ms=2000.0), a_campaign(limits={"p95": "2s"}))
    assert isinstance(slow, Unknown)
    assert "1,000 of 20,000 visits took longer than 2 s, and 5 % may" in slow.reason
