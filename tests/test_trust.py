"""What once made a verdict say more than was known. Each case was a GO, or a sentence, that nothing stood behind."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from launchguard.checking.files import load_checks
from launchguard.judging.headline import headline
from launchguard.judging.judge import decide, judge
from launchguard.model.evidence import Evidence
from launchguard.model.load_plan import VisitResult
from launchguard.model.load_run import LoadRun
from launchguard.model.verdict import Decision, Outcome, Scope, Status
from launchguard.model.visit import Visits
from launchguard.model.visit_error import VisitError
from launchguard.testing import a_campaign, a_clock, a_forecast, a_load_run, a_visit

CHECKS = load_checks()
ONE, TWO = "https://shop.acme.test/spring", "https://shop.acme.test/stores"


def judged(only: str = "", **over: Any) -> tuple[Decision, str, list[Outcome]]:
    given: dict[str, Any] = {"campaign": a_campaign(), "clock": a_clock(), "forecast": a_forecast(), "load_asked": True}
    evidence = Evidence(**{**given, **over})
    wanted = [check for check in CHECKS if not only or check.group == only]
    outcomes = judge(wanted, evidence)
    decision = decide(outcomes)
    return decision, headline(decision, Scope.FULL, outcomes, evidence), outcomes


def seen(*pages: str, **over: Any) -> tuple[Visits, ...]:
    visit = a_visit(**over)
    variants = ("plain", "untagged", "click-id")
    return tuple(Visits(p, tuple((v, replace(visit, page=p, url=p, variant=v)) for v in variants)) for p in pages)


def two_pages(**over: Any) -> Any:
    pages = [{"url": ONE, "contains": ["Spring sale"], "share": "98%"}, {"url": TWO, "share": "2%"}]
    return a_campaign(pages=pages, **over)


def lopsided(second: Callable[[LoadRun], LoadRun]) -> LoadRun:
    """A run of two pages, the second of which got every fiftieth visit."""
    run = a_load_run(planned=3000, pages=(ONE, TWO))
    target = np.where(np.arange(3000) % 50 == 0, 1, 0).astype(np.uint16)
    return second(replace(run, target=target))


@pytest.mark.parametrize("load", [{"load_problem": "nobody authorized it"}, {"load": None}])
def test_no_severity_in_the_manifest_makes_missing_load_harmless(load: dict[str, Any]) -> None:
    quiet = {name: {"severity": "warn"} for name in ("arrivals-started", "failures", "latency")}
    decision, _, _ = judged(campaign=a_campaign(checks=quiet), visits=seen(a_campaign().pages[0].url), **load)
    assert decision is Decision.UNKNOWN


def test_a_run_that_proves_nothing_is_unknown_whatever_the_manifest_says() -> None:
    run = replace(a_load_run(), invalid="the site turned visits away")
    campaign = a_campaign(checks={"arrivals-started": {"severity": "warn"}})
    decision, line, _ = judged("load", campaign=campaign, load=run, load_problem=run.invalid)
    assert decision is Decision.UNKNOWN
    assert "holds" not in line


def test_a_check_that_leaves_the_program_is_an_unknown_outcome() -> None:
    def leave(*_: Any, **__: Any) -> Any:
        raise SystemExit(0)

    leaving = [replace(c, function=leave) for c in CHECKS if c.id == "viewport"]
    campaign = a_campaign()
    (outcome,) = judge(leaving, Evidence(campaign=campaign, clock=a_clock(), visits=seen(campaign.pages[0].url)))
    assert (outcome.status, "SystemExit" in outcome.reason) == (Status.UNKNOWN, True)


def test_a_page_that_no_visit_reached_is_unknown() -> None:
    run = lopsided(lambda r: replace(r, target=np.zeros(3000, dtype=np.uint16)))
    decision, line, _ = judged("load", campaign=two_pages(), load=run)
    assert decision is Decision.UNKNOWN
    assert TWO in line


def test_a_slow_page_does_not_hide_behind_a_busy_one() -> None:
    def slow(run: LoadRun) -> LoadRun:
        return replace(run, done_s=np.where(run.target == 1, run.sent_s + 9.0, run.done_s))

    decision, line, outcomes = judged("load", campaign=two_pages(), load=lopsided(slow))
    assert decision is Decision.NO_GO
    (latency,) = [o for o in outcomes if o.check == "latency"]
    assert [f.measured for f in latency.findings] == [9000]
    assert "one visitor in twenty waited 9 s or longer for /stores" in line


@pytest.mark.parametrize("waiver", [False, True])
def test_a_page_that_nobody_saw_is_never_go(waiver: bool) -> None:
    error = VisitError("refused", "connection refused", ONE)
    accepted = {"check": "reachable", "reason": "x", "approved_by": "@lee", "expires": "2027-03-02"}
    campaign = a_campaign(
        pages=[{"url": ONE}], waivers=[accepted] if waiver else [], checks={"reachable": {"severity": "warn"}}
    )
    visits = tuple(
        Visits(of.page, tuple((v, replace(visit, error=error, hops=())) for v, visit in of.by_variant))
        for of in seen(ONE)
    )
    decision, line, _ = judged("page", campaign=campaign, visits=visits)
    assert decision is Decision.UNKNOWN
    assert "could not be seen" in line


def test_a_page_that_was_not_judged_does_not_look_right() -> None:
    campaign = a_campaign()
    visits = seen(campaign.pages[0].url)
    evidence = Evidence(campaign=campaign, clock=a_clock(), visits=visits)
    outcomes = judge([c for c in CHECKS if c.id in ("viewport", "launch-time")], evidence)
    assert headline(Decision.GO, Scope.PARTIAL, outcomes, evidence).endswith("nothing that was checked blocks")


def test_the_load_holds_only_where_it_was_judged() -> None:
    evidence = Evidence(
        campaign=a_campaign(), clock=a_clock(), forecast=a_forecast(), load=a_load_run(), load_asked=True
    )
    outcomes = judge([c for c in CHECKS if c.id == "arrivals-started"], evidence)
    assert "holds" not in headline(decide(outcomes), Scope.PARTIAL, outcomes, evidence)


def test_the_first_line_of_failures_counts_visitors() -> None:
    _, line, _ = judged("load", load=a_load_run(planned=1000, failed=80, unanswered=20))
    assert "/spring answered 15/s and 100 of 1,000 visitors got no correct answer" in line


def test_the_first_line_leaves_out_what_a_stop_cut_off() -> None:
    run = a_load_run(planned=1000, failed=400, unanswered=100)
    cut = np.where(run.result == VisitResult.UNANSWERED, VisitResult.CUT, run.result).astype(np.uint8)
    _, line, _ = judged("load", load=replace(run, result=cut, stopped="half of them failed", ended_s=60.0))
    assert "400 of 900 visitors got no correct answer" in line


def test_a_run_stopped_after_a_moment_names_no_rate_above_the_peak() -> None:
    run = a_load_run(planned=3000)
    begun = run.intended_s < 1.5
    result = np.where(
        begun, np.where(np.arange(3000) % 2 == 0, VisitResult.STATUS, VisitResult.OK), VisitResult.DROPPED
    )
    sent = np.where(begun, run.sent_s, np.nan)
    stopped = replace(
        run, result=result.astype(np.uint8), sent_s=sent, done_s=sent + 0.1, ended_s=1.5, stopped="half of them failed"
    )
    decision, line, _ = judged("load", load=stopped)
    assert decision is Decision.NO_GO
    assert "38 of 75 visitors of /spring got no correct answer" in line
    assert "answered" not in line
