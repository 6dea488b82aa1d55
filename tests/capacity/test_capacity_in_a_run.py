"""What a search does to a verdict: the gate, the headline, the advice; and what is said without one."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from launchguard.checking.files import load_checks
from launchguard.forecast import forecast_campaign
from launchguard.forecast.what_if import apply_what_if
from launchguard.manifest import Manifest
from launchguard.model.capacity import Capacity, Level
from launchguard.model.clock import Clock
from launchguard.model.load_plan import Phase, VisitResult
from launchguard.model.load_run import LoadRun
from launchguard.model.verdict import Decision, Status, Verdict
from launchguard.run import LoadAnswer, Request, Tools, run_campaign
from launchguard.testing import a_campaign, a_load_run, a_visit, some_visits

NOW = datetime(2027, 2, 1, 12, tzinfo=UTC)
CHECKS = load_checks()
PUSH = {"kind": "push", "devices": 2_000_000, "platform": "ios", "open_rate": "3%", "send_over": "5m"}


def verdict_of(answer: LoadAnswer, request: Request | None = None, **over: Any) -> Verdict:
    """A campaign whose load brings `answer`; its P50 is 78/s and its P95 178/s."""
    campaign = a_campaign(**({"channels": [PUSH], "load": {"find_capacity": "yes"}} | over))
    manifest = Manifest(campaign=campaign, path="x.yml", sha256="ab" * 32, lines={}, questions=())
    tools = Tools(
        look=lambda seen, variants, _: (some_visits(*(replace(a_visit(), variant=v) for v in sorted(variants))),),
        send=lambda *_: answer,
    )
    asked = request or Request(seed=1, run_id="r")
    verdict = run_campaign(manifest, CHECKS, asked, clock=Clock(NOW), tools=tools, emit=lambda _: None)
    assert verdict is not None
    return verdict


def found(rate: float | None, high: float | None = None, **over: Any) -> Capacity:
    level = Level(rate or 1.0, 30.0, 1.0, 0.0, 100.0, holds=True)
    return Capacity(rate, rate, high, "p95 rose over 800 ms" if high else "", (level,), **over)


def at(rate_per_s: float, **over: Any) -> LoadRun:
    """A good run at a rate."""
    return a_load_run(planned=round(60 * rate_per_s), **over)


def test_room_enough_is_go() -> None:
    verdict = verdict_of(LoadAnswer(at(78), capacity=found(200.0)))
    assert verdict.decision is Decision.GO
    assert verdict.headline == (
        "GO: /spring holds at least 200 visits/s, 2.56 times the median forecast of 78.1/s on Monday 2027-03-01 09:05"
    )
    assert verdict.capacity is not None
    assert verdict.advice == ()


def test_too_little_is_no_go_with_the_change_that_unblocks() -> None:
    verdict = verdict_of(LoadAnswer(at(78), capacity=found(100.0, 108.0)))
    assert verdict.decision is Decision.NO_GO
    assert verdict.headline == (
        "NO-GO: /spring holds 100 visits/s; 78.1/s are forecast for Monday 2027-03-01 09:05, and one campaign in "
        "twenty exceeds 178/s"
    )
    window = next(advice for advice in verdict.advice if "send_over" in advice.change)
    changed = apply_what_if(verdict.campaign, [f"push.send_over={window.change.split('send_over: ')[1].rstrip('}')}"])
    assert forecast_campaign(changed).needed_per_s(1.33) <= 100
    assert verdict.advice[-1].change.startswith("capacity: ")


def test_tight_is_a_warning_with_advice_towards_comfort() -> None:
    verdict = verdict_of(LoadAnswer(at(78), capacity=found(110.0, 118.0)), channels=[PUSH | {"uncertainty": 0}])
    assert verdict.decision is Decision.GO
    assert [o.check for o in verdict.with_status(Status.WARN)] == ["headroom"]
    assert min(advice.peak_after_per_s for advice in verdict.advice) <= 55


def test_a_search_that_concludes_nothing_is_unknown() -> None:
    unknown = found(None, reason="at 100 visits/s the load proved nothing: the generator was saturated")
    verdict = verdict_of(LoadAnswer(at(78), capacity=unknown))
    assert (verdict.decision, verdict.exit_code) == (Decision.UNKNOWN, 3)
    assert "the generator was saturated" in verdict.headline
    assert verdict.advice == ()


def test_a_search_that_never_began_is_unknown() -> None:
    refused = LoadAnswer(None, "the budget ended", "Give it more.", found(None, reason="the budget ended"))
    verdict = verdict_of(refused)
    assert verdict.exit_code == 3
    assert "the budget ended" in verdict.headline


def test_an_interrupted_search_is_partial() -> None:
    verdict = verdict_of(LoadAnswer(at(78), capacity=found(50.0, partial=True, reason="the search was interrupted")))
    assert (verdict.decision, verdict.exit_code, verdict.partial) == (Decision.UNKNOWN, 130, True)
    assert verdict.capacity is not None


def test_headroom_alone_needs_a_search() -> None:
    only = Request(seed=1, run_id="r", only=frozenset({"headroom"}))
    answer = LoadAnswer(at(78), capacity=found(200.0))
    assert verdict_of(answer, only).capacity is not None
    without = verdict_of(answer, only, load={})
    assert without.load is None
    assert [o.status for o in without.outcomes] == [Status.SKIPPED]


def test_without_a_search_the_headroom_is_unknown_and_the_p95_peak_is_the_evidence() -> None:
    verdict = verdict_of(LoadAnswer(at(178)), load={})
    assert verdict.headline == (
        "GO: /spring holds 178 visits/s, which one campaign in twenty exceeds; the median forecast is 78.1/s on "
        "Monday 2027-03-01 09:05"
    )
    (headroom,) = [o for o in verdict.outcomes if o.check == "headroom"]
    assert (headroom.status, "headroom is unknown" in headroom.reason) == (Status.SKIPPED, True)


def overloaded(rate: float, answered: float) -> LoadRun:
    """A queue that answers so many per second in order, and whose visitors give up after ten seconds."""
    run = at(rate)
    done = np.maximum((np.arange(len(run.intended_s)) + 1) / answered, run.intended_s)
    late = done - run.intended_s > 10
    result = np.where(late, VisitResult.UNANSWERED, VisitResult.OK).astype(np.uint8)
    return replace(run, done_s=np.where(late, run.intended_s + 10, done), result=result)


def test_a_block_without_a_search_names_the_change_for_what_was_answered() -> None:
    run = overloaded(178, 120)
    assert run.throughput_per_s() < 121
    verdict = verdict_of(LoadAnswer(run), load={})
    assert verdict.headline.startswith("NO-GO: at 178 visits/s, which one campaign in twenty exceeds, /spring answered")
    assert verdict.headline.endswith("; the median forecast is 78.1/s on Monday 2027-03-01 09:05, and 1 more reason")
    assert any("send_over" in advice.change for advice in verdict.advice)


def test_a_limit_missed_although_all_was_answered_asks_for_a_search() -> None:
    verdict = verdict_of(LoadAnswer(at(178, p95_ms=1500)), load={})
    assert [o.check for o in verdict.with_status(Status.BLOCK)] == ["latency"]
    assert [advice.change for advice in verdict.advice] == ["load: {find_capacity: yes}"]


def test_a_page_that_fails_at_any_rate_is_not_told_to_send_slower() -> None:
    run = at(178)
    hangs = np.where(np.arange(len(run.result)) % 5 == 0, VisitResult.UNANSWERED, VisitResult.OK).astype(np.uint8)
    phases = (Phase("ramp", 0, 20, 0, 178), Phase("hold", 20, 60, 178, 178, judged=True))
    verdict = verdict_of(LoadAnswer(replace(run, result=hangs, plan=replace(run.plan, phases=phases))), load={})
    assert verdict.decision is Decision.NO_GO
    assert [advice.change for advice in verdict.advice] == ["load: {find_capacity: yes}"]
    assert "failed at a low rate already" in verdict.advice[0].text


@pytest.mark.parametrize("page", [None, "https://shop.test/b"])
def test_the_throughput_of_a_stopped_run_counts_what_came_back(page: str | None) -> None:
    run = a_load_run(planned=600, seconds=60, pages=("https://shop.test/a", "https://shop.test/b"))
    stopped = replace(run, ended_s=30.0, stopped="stopped")
    assert stopped.throughput_per_s(page) == pytest.approx(10 if page is None else 5, rel=0.05)


def test_the_gate_as_the_manifest_sets_it_decides_what_is_advised() -> None:
    strict = {"headroom": {"block_below_p95": 1.5}}
    verdict = verdict_of(LoadAnswer(at(78), capacity=found(200.0, 210.0)), checks=strict)
    assert verdict.decision is Decision.NO_GO
    for advice in verdict.advice:
        if "send_over" in advice.change:
            window = advice.change.split("send_over: ")[1].rstrip("}")
            changed = forecast_campaign(apply_what_if(verdict.campaign, [f"push.send_over={window}"]))
            assert 190 < 1.5 * changed.peak_p95_per_s <= 200
    assert verdict.advice[-1].change.startswith("capacity: 267/s")


def test_a_limit_missed_within_the_capacity_asks_for_no_slower_sending() -> None:
    verdict = verdict_of(LoadAnswer(at(78, p95_ms=1500), capacity=found(200.0)))
    assert [o.check for o in verdict.with_status(Status.BLOCK)] == ["latency"]
    (advice,) = verdict.advice
    assert "the pages hold 200 visits/s, which is enough for this plan" in advice.text
    assert advice.change == ""


def test_a_limit_missed_below_the_forecast_always_has_an_advice() -> None:
    verdict = verdict_of(LoadAnswer(overloaded(300, 250)), load={})
    assert verdict.decision is Decision.NO_GO
    assert [advice.change for advice in verdict.advice] == ["load: {find_capacity: yes}"]
    assert "visits/s were answered, as many as are forecast" in verdict.advice[0].text
