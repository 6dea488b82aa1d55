"""When a change is named, and from which figure: what the pages held, what they answered, or that a search is next."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from launchguard.forecast import advise
from launchguard.judging.advice import advise_on
from launchguard.model.capacity import Advice, Capacity
from launchguard.model.evidence import Evidence
from launchguard.model.load_plan import Phase, VisitResult
from launchguard.model.load_run import LoadRun
from launchguard.model.verdict import Outcome, Status
from launchguard.testing import a_campaign, a_clock, a_forecast, a_load_run

PUSH = [{"kind": "push", "devices": 20_000_000, "send_over": "1m"}]
CAMPAIGN = a_campaign(channels=PUSH)
FORECAST = a_forecast(CAMPAIGN)
PEAK = FORECAST.peak_per_s


def outcome(check: str, status: Status = Status.BLOCK) -> Outcome:
    return Outcome(check, status, "block", "web", "fine")


def found(*outcomes: Outcome, **over: Any) -> tuple[Advice, ...]:
    seen = Evidence(**{"campaign": CAMPAIGN, "clock": a_clock(), "forecast": FORECAST, **over})
    return advise_on(outcomes, seen)


def a_capacity(rate: float | None, low: float | None, high: float | None) -> Capacity:
    return Capacity(rate, low, high, "errors", (), reason="" if rate else "no level held")


def overloaded(seconds: float = 60.0) -> LoadRun:
    """Offered 100/s for so long, and answered correctly every other time."""
    return a_load_run(planned=int(100 * seconds), failed=int(50 * seconds), seconds=seconds, p95_ms=1)


@pytest.mark.parametrize("check", ["failures", "latency", "headroom"])
@pytest.mark.parametrize("status", list(Status))
def test_only_load_that_blocks_or_warns_is_advised_on(check: str, status: Status) -> None:
    named = found(outcome(check, status), capacity=a_capacity(20.0, 20.0, 25.0))
    assert bool(named) == (status in (Status.BLOCK, Status.WARN))


def test_nothing_is_advised_without_load_or_forecast() -> None:
    assert found(outcome("reachable"), capacity=a_capacity(20.0, 20.0, 25.0)) == ()
    assert found(outcome("failures")) == ()
    assert found(outcome("failures"), load=overloaded(), forecast=None) == ()
    assert found(outcome("headroom"), capacity=a_capacity(20.0, 20.0, 25.0), forecast=None) == ()
    assert found(outcome("failures"), load=overloaded()) != ()


@pytest.mark.parametrize("warned", [False, True])
@pytest.mark.parametrize(
    ("options", "limit"), [({}, 1.33), ({"warn_below": 3.0}, 1.33), ({"block_below_p95": 1.2}, 2.5), ({}, 2.5)]
)
def test_after_a_search_the_headroom_is_what_the_check_asks(
    options: dict[str, float], limit: float, warned: bool
) -> None:
    campaign = a_campaign(channels=PUSH, checks={"headroom": options}, limits={"headroom": limit})
    named = found(
        outcome("headroom", Status.WARN if warned else Status.BLOCK),
        campaign=campaign,
        capacity=a_capacity(PEAK * 1.1, PEAK, PEAK * 1.2),
    )
    asked = max(limit, options.get("warn_below", 2.0)) if warned else limit
    expected = advise(campaign, FORECAST, PEAK, headroom=asked, p95=options.get("block_below_p95", 1.0))
    assert named == expected
    assert named


@pytest.mark.parametrize("warned", [False, True])
def test_one_block_is_enough_to_ask_for_the_lower_bound(warned: bool) -> None:
    outcomes = [outcome("latency", Status.WARN), outcome("headroom", Status.WARN if warned else Status.BLOCK)]
    named = found(*outcomes, capacity=a_capacity(PEAK, PEAK * 0.9, PEAK * 1.2))
    asked = 2.0 if warned else CAMPAIGN.limits.headroom
    assert named == advise(CAMPAIGN, FORECAST, PEAK * 0.9, headroom=asked, p95=1.0)


@pytest.mark.parametrize(
    ("capacity", "load", "held"),
    [
        (a_capacity(20.0, 15.0, 25.0), None, 15.0),
        (a_capacity(20.0, 15.0, 25.0), overloaded(), 15.0),
        (a_capacity(None, None, 25.0), None, 0.0),  # nothing is known to have held
        (a_capacity(None, None, 25.0), overloaded(), 25.0),  # less than what broke
        (a_capacity(None, None, 75.0), overloaded(), 50.0),  # what was answered
        (a_capacity(None, None, None), overloaded(), 50.0),
    ],
)
def test_what_the_pages_held_is_the_figure(capacity: Capacity, load: LoadRun | None, held: float) -> None:
    named = found(outcome("headroom"), capacity=capacity, load=load)
    assert named == advise(CAMPAIGN, FORECAST, held, headroom=CAMPAIGN.limits.headroom, p95=1.0)


def ramped(*, early_bad: int = 0) -> LoadRun:
    """A ramp of 20 s to 100/s and 40 s there, where half of the visits fail; `early_bad` of the first 250 fail, too."""
    intended = np.concatenate([np.sqrt(np.arange(1000) * 0.4), 20 + np.arange(4000) / 100.0])
    result = np.full(5000, VisitResult.OK, dtype=np.uint8)
    result[1000::2] = VisitResult.STATUS
    result[:early_bad] = VisitResult.STATUS
    run = a_load_run(planned=5000, p95_ms=1)
    phases = (Phase("ramp", 0.0, 20.0, 0.0, 100.0), Phase("hold", 20.0, 60.0, 100.0, 100.0, judged=True))
    return replace(
        run,
        plan=replace(run.plan, phases=phases),
        intended_s=intended,
        sent_s=intended,
        done_s=intended + 0.001,
        result=result,
    )


def test_without_a_search_what_was_answered_counts() -> None:
    assert found(outcome("failures"), load=ramped()) == advise(CAMPAIGN, FORECAST, 50.0, headroom=1.0, p95=1.0)


def a_search(why: str) -> tuple[Advice, ...]:
    text = f"Search the capacity: {why}; a search shows what the pages hold, and names the change for it."
    return (Advice("", "load: {find_capacity: yes}", text, PEAK),)


def test_pages_that_fail_at_a_low_rate_already_are_not_advised_to_send_slower() -> None:
    """The first half of the ramp is the low rate: 250 visits, of which 10 are more than chance, and 3 are not."""
    why = "10 of the first 250 visits failed at a low rate already, so a lower peak alone does not help"
    assert found(outcome("failures"), load=ramped(early_bad=10)) == a_search(why)
    assert found(outcome("failures"), load=ramped(early_bad=3)) != a_search(why)
    # what was never sent, and what the stop cut off, is nobody's failure
    run = ramped(early_bad=10)
    for kind in (VisitResult.DROPPED, VisitResult.CUT):
        result = np.where(np.arange(5000) < 10, kind, run.result).astype(np.uint8)
        assert "low rate" not in found(outcome("failures"), load=replace(run, result=result))[0].text


@pytest.mark.parametrize(("bad", "kept_up"), [(120, True), (121, False)])
def test_pages_that_keep_up_have_another_problem_than_the_rate(bad: int, kept_up: bool) -> None:
    """From 98 % of what is offered on they keep up: 5,880 of 6,000 visits."""
    run = a_load_run(planned=6000, failed=bad, p95_ms=1)
    named = found(outcome("latency"), load=run)
    assert (named == a_search("the pages kept up with 98 visits/s and still missed a limit")) == kept_up


def test_a_run_that_was_stopped_counts_until_then() -> None:
    run = replace(ramped(), ended_s=40.0)
    late = run.intended_s >= 40.0
    stopped = replace(run, result=np.where(late, VisitResult.DROPPED, run.result).astype(np.uint8))
    assert found(outcome("failures"), load=stopped) == advise(CAMPAIGN, FORECAST, 50.0, headroom=1.0, p95=1.0)


@pytest.mark.parametrize(
    ("early_bad", "cut", "known"),
    [
        (0, 0, ""),
        (3, 0, ", and 3 of the 765 visits until then failed"),
        (3, 100, ", and 3 of the 665 visits until then failed"),
    ],
)
def test_a_run_that_never_reached_its_peak_kept_up_with_nothing(early_bad: int, cut: int, known: str) -> None:
    """It ended after 17.5 s of a ramp of 20 s: 765 visits were sent, and none at the rate that was to be tested."""
    run = replace(ramped(early_bad=early_bad), ended_s=17.5, stopped="too slow")
    place = np.arange(5000)
    result = np.select([place >= 765, place >= 765 - cut], [VisitResult.DROPPED, VisitResult.CUT], run.result)
    ended = replace(run, result=result.astype(np.uint8), sent_s=np.where(place >= 765, np.nan, run.sent_s))
    assert found(outcome("latency"), load=ended) == a_search("the run ended before its peak" + known)


def test_counts_from_a_thousand_on_are_grouped() -> None:
    """A hold of 100/s for a minute, all of it at a low rate because a slow ramp to 200/s follows."""
    run = a_load_run(planned=6000, failed=3000, p95_ms=1)
    phases = (Phase("hold", 0.0, 60.0, 100.0, 100.0, judged=True), Phase("ramp", 60.0, 120.0, 100.0, 200.0))
    slow = replace(run, plan=replace(run.plan, phases=phases))
    assert found(outcome("failures"), load=slow)[0].text.startswith(
        "Search the capacity: 3,000 of the first 6,000 visits failed at a low rate already"
    )


def test_pages_that_hold_what_is_needed_are_to_be_mended() -> None:
    """The capacity is enough for the plan, and something still missed its limit."""
    (named,) = found(outcome("latency"), capacity=a_capacity(PEAK * 100, PEAK * 100, None))
    assert (named.channel, named.change, named.peak_after_per_s) == ("", "", PEAK)
    assert named.text.startswith("Mend what missed its limit, and run again: the pages hold ")
    assert named.text.endswith(" visits/s, which is enough for this plan, so sending slower does not help.")


def test_a_small_campaign_whose_load_was_answered_is_to_be_searched() -> None:
    """Less was answered than offered, and still more than is forecast: the rate is not what is known to be wrong."""
    small = a_campaign(channels=[{"kind": "push", "devices": 1_000, "send_over": "1h"}])
    forecast = a_forecast(small)
    (named,) = found(outcome("failures"), campaign=small, forecast=forecast, load=ramped())
    assert (named.change, named.peak_after_per_s) == ("load: {find_capacity: yes}", forecast.peak_per_s)
    assert "50 visits/s were answered, as many as are forecast" in named.text
    assert named.channel == ""


def test_without_a_ramp_no_rate_was_low() -> None:
    run = overloaded()
    result = np.where(np.arange(6000) < 100, VisitResult.STATUS, run.result).astype(np.uint8)
    assert "low rate" not in found(outcome("failures"), load=replace(run, result=result))[0].text


def test_a_run_without_a_judged_phase_answered_nothing_that_counts() -> None:
    run = overloaded()
    phases = tuple(replace(phase, judged=False) for phase in run.plan.phases)
    unjudged = replace(run, plan=replace(run.plan, phases=phases))
    named = found(outcome("headroom"), load=unjudged, capacity=a_capacity(None, None, None))
    assert named == advise(CAMPAIGN, FORECAST, 0.0, headroom=CAMPAIGN.limits.headroom, p95=1.0)
