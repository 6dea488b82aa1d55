"""Whether a page came back after the peak."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from launchguard import Finding, LoadRun, NotApplicable, Unknown, VisitResult
from launchguard.model.load_plan import Phase
from launchguard.testing import a_campaign, a_load_run


def a_run(*, bad: int = 0, slow: int = 0, seen: int = 200, **over: Any) -> LoadRun:
    """10/s: a hold of 80 s that went well, and a recovery in which the first visits failed or were slow."""
    run = a_load_run(planned=800 + seen, seconds=80 + seen / 10)
    phases = (Phase("hold", 0, 80, 10, 10, judged=True), Phase("recovery", 80, 80 + seen / 10, 10, 10))
    result, done = run.result.copy(), run.done_s.copy()
    result[800 : 800 + bad] = VisitResult.STATUS
    done[800 : 800 + slow] = run.intended_s[800 : 800 + slow] + 5
    return replace(run, plan=replace(run.plan, phases=phases), result=result, done_s=done, **over)


Judge = Callable[..., list[Finding | Unknown | NotApplicable]]


def test_a_page_that_comes_back_passes(judged: Judge) -> None:
    assert judged("recovery", a_run(), a_campaign()) == []
    assert judged("recovery", a_run(bad=1), a_campaign()) == []


@pytest.mark.parametrize(
    ("given", "reason", "message"),
    [
        ({"bad": 40}, "failures", "after the peak 20 % of the visits still failed, the limit is 1 %"),
        ({"slow": 40}, "p95", "after the peak one visitor in twenty still waited 5 s or longer (p95), the limit is "),
    ],
)
def test_a_page_that_stays_down_blocks(judged: Judge, given: dict[str, int], reason: str, message: str) -> None:
    (finding,) = judged("recovery", a_run(**given), a_campaign())
    assert isinstance(finding, Finding)
    assert finding.reason == reason
    assert finding.message.startswith(message)


def test_what_was_cut_off_when_it_was_late_already_is_slow(judged: Judge) -> None:
    run = a_run(slow=40)
    cut = run.result.copy()
    cut[800:840] = VisitResult.CUT
    (finding,) = judged("recovery", replace(run, result=cut), a_campaign())
    assert isinstance(finding, Finding)
    assert finding.reason == "p95"
    young = replace(run, result=cut, done_s=run.intended_s + 0.1)
    assert judged("recovery", young, a_campaign()) == []


def test_what_may_be_chance_is_unknown(judged: Judge) -> None:
    (answer,) = judged("recovery", a_run(bad=2, seen=100), a_campaign())
    assert isinstance(answer, Unknown)
    assert "2 of 100 failed" in answer.reason


def test_without_a_recovery_there_is_nothing_to_judge(judged: Judge) -> None:
    (answer,) = judged("recovery", a_load_run(), a_campaign())
    assert isinstance(answer, NotApplicable)
    stopped = a_run(stopped="stopped after 9 s: it broke", ended_s=9.0)
    result = np.where(stopped.intended_s > 9, VisitResult.DROPPED, stopped.result).astype(np.uint8)
    (answer,) = judged("recovery", replace(stopped, result=result), a_campaign())
    assert isinstance(answer, NotApplicable)
    assert "it broke" in answer.reason


def test_a_worthless_run_proves_no_recovery(judged: Judge) -> None:
    (answer,) = judged("recovery", a_run(bad=90, invalid="a load process was lost"), a_campaign())
    assert isinstance(answer, Unknown)
