"""A waiver that waives nothing is told, and how what is missing is said."""

from typing import Any

import pytest

from launchguard.checking.standing import UNUSED_WAIVER
from launchguard.judging.judge import judge
from launchguard.model.evidence import Evidence
from launchguard.model.verdict import Finding, Outcome, Status
from launchguard.testing import PAGE_URL, a_campaign, a_clock, a_load_run, a_visit, some_visits
from tests.test_judge import a_check

OTHER = "https://shop.test/stores"


def judged(*checks: Any, **over: Any) -> list[Outcome]:
    keys = {name: over.pop(name) for name in ("checks", "waivers", "pages") if name in over}
    visits = (some_visits(a_visit()),)
    return judge(checks, Evidence(**{"campaign": a_campaign(**keys), "clock": a_clock(), "visits": visits, **over}))


@pytest.mark.parametrize(
    ("page", "message"),
    [
        ("", "the waiver of the-check waives nothing"),
        (OTHER, f"the waiver of the-check on {OTHER} waives nothing"),
    ],
)
def test_an_unused_waiver_is_a_warning_of_its_own(page: str, message: str) -> None:
    waiver = {"check": "the-check", "reason": "known", "approved_by": "@lee", "expires": "2027-03-02", "page": page}
    _, told = judged(a_check(), waivers=[waiver], pages=[{"url": PAGE_URL}, {"url": OTHER}])
    finding = Finding(
        message.replace("the-check", "{measured}").replace(OTHER, "{expected}"),
        measured="the-check",
        expected=page,
        subject="the-check",
        severity="warn",
    )
    assert finding.message == message
    assert told == UNUSED_WAIVER.outcome(Status.WARN, page=page, reason="unused", findings=(finding,))
    assert (told.check, told.severity, told.owner, told.title) == (
        "waiver",
        "warn",
        "marketing",
        "Every waiver is still needed",
    )


def test_a_waiver_of_a_check_that_did_not_run_is_not_called_unused() -> None:
    waiver = {"check": "another", "reason": "known", "approved_by": "@lee", "expires": "2027-03-02"}
    assert [o.check for o in judged(a_check(), waivers=[waiver])] == ["the-check"]


def test_a_waived_finding_says_by_whom_and_until_when() -> None:
    waiver = {"check": "the-check", "reason": "known", "approved_by": "@lee", "expires": "2027-03-02"}
    (outcome,) = judged(a_check(Finding("wrong")), waivers=[waiver])
    assert (outcome.status, outcome.reason) == (Status.WAIVED, "known (approved by @lee, until 2027-03-02)")


@pytest.mark.parametrize(
    ("over", "status", "severity", "reason"),
    [
        ({}, Status.SKIPPED, "warn", "load was not measured in this run"),
        ({"load_asked": True}, Status.UNKNOWN, "block", "no load was sent"),
        ({"load_asked": True, "load_problem": "no host"}, Status.UNKNOWN, "block", "no host"),
        ({"load_asked": True, "load": a_load_run(), "load_problem": "stalled"}, Status.UNKNOWN, "block", "stalled"),
        ({"load_asked": True, "load": a_load_run()}, Status.PASS, "warn", ""),
    ],
)
def test_missing_load_says_why(over: dict[str, Any], status: Status, severity: str, reason: str) -> None:
    from launchguard.model.load_run import LoadRun

    checks = a_check(kind=LoadRun), a_check(kind=LoadRun)
    first, second = judged(*checks, checks={"the-check": {"severity": "warn"}}, **over)
    assert (first.status, first.severity, first.reason) == (status, severity, reason)
    assert second.severity == "warn"
    assert second.reason == ("there is no load run to judge" if status is Status.UNKNOWN else reason)
