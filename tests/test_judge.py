"""The verdict contract: what a set of checks and evidence becomes."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from launchguard.checking.check import Check, check
from launchguard.judging.judge import decide, judge
from launchguard.model.campaign import Campaign
from launchguard.model.clock import Clock
from launchguard.model.evidence import Evidence
from launchguard.model.load_run import LoadRun
from launchguard.model.verdict import (
    Answer,
    Decision,
    Finding,
    NotApplicable,
    Outcome,
    Status,
    Unknown,
    worst_exit_code,
)
from launchguard.model.visit import Hop, Visit, Visits
from launchguard.model.visit_error import VisitError

NOW = datetime(2027, 2, 1, 12, tzinfo=UTC)
PAGE = "https://shop.example.com/spring"


def a_campaign(**over: Any) -> Campaign:
    keys: dict[str, Any] = {"name": "Spring", "launch": "2027-03-01 09:00 Europe/Madrid", "pages": [{"url": PAGE}]}
    return Campaign(**{**keys, **over})


def evidence(**over: Any) -> Evidence:
    visit = over.pop("visit", Visit(page=PAGE, url=PAGE, hops=(Hop(PAGE, 200),)))
    visits = (Visits(PAGE, (("plain", visit),)),)
    return Evidence(**{"campaign": a_campaign(), "clock": Clock(NOW), "visits": visits, **over})


def a_check(*answers: Answer | Exception, severity: Any = "block", kind: type = Visit, **over: Any) -> Check:
    def question(thing: Any) -> Iterator[Answer]:
        """All is well.

        Why: it matters.
        Fix: mend it.
        Source: this test.
        """
        for answer in answers:
            if isinstance(answer, Exception):
                raise answer
            yield answer

    question.__annotations__["thing"] = kind
    made = check("the-check", severity=severity, owner="web", judges_errors=over.pop("judges_errors", False))(question)
    return replace(made, **over)


BLOCK, WARN = Finding("wrong: {measured}", measured=1), Finding("odd", severity="warn")


@pytest.mark.parametrize(
    ("answers", "severity", "status", "decision"),
    [
        ([], "block", Status.PASS, Decision.GO),
        ([BLOCK], "block", Status.BLOCK, Decision.NO_GO),
        ([BLOCK], "warn", Status.WARN, Decision.GO),
        ([WARN], "block", Status.WARN, Decision.GO),
        ([BLOCK], "info", Status.PASS, Decision.GO),
        ([WARN, BLOCK], "block", Status.BLOCK, Decision.NO_GO),
        ([Unknown("no answer")], "block", Status.UNKNOWN, Decision.UNKNOWN),
        ([Unknown("no answer")], "warn", Status.UNKNOWN, Decision.GO),
        ([Unknown("no answer"), BLOCK], "block", Status.BLOCK, Decision.NO_GO),
        ([Unknown("no answer"), WARN], "block", Status.UNKNOWN, Decision.UNKNOWN),
        ([NotApplicable("no form")], "block", Status.SKIPPED, Decision.UNKNOWN),
        ([NotApplicable("no form"), BLOCK], "block", Status.BLOCK, Decision.NO_GO),
        ([ValueError("boom")], "block", Status.UNKNOWN, Decision.UNKNOWN),
        ([BLOCK, ValueError("boom")], "block", Status.UNKNOWN, Decision.UNKNOWN),
        (["text"], "block", Status.UNKNOWN, Decision.UNKNOWN),
        ([Finding("{nothing}")], "block", Status.UNKNOWN, Decision.UNKNOWN),
    ],
)
def test_what_a_check_answers_becomes_one_outcome(
    answers: list[Any], severity: str, status: Status, decision: Decision
) -> None:
    (outcome,) = judge([a_check(*answers, severity=severity)], evidence())
    assert outcome.status is status
    assert decide([outcome]) is decision


def test_a_check_that_raises_is_named_with_its_error() -> None:
    (outcome,) = judge([a_check(ValueError("boom"))], evidence())
    assert outcome.check == "the-check"
    assert "ValueError: boom" in outcome.reason


def test_nothing_judged_is_unknown_never_go() -> None:
    assert decide([]) is Decision.UNKNOWN
    skipped = Outcome("x", Status.SKIPPED, "block", "web", "fine")
    assert decide([skipped]) is Decision.UNKNOWN


def test_a_block_outweighs_an_unknown_of_another_check() -> None:
    unknown = Outcome("a", Status.UNKNOWN, "block", "web", "fine")
    block = Outcome("b", Status.BLOCK, "block", "web", "fine")
    assert decide([unknown, block]) is Decision.NO_GO


def test_the_manifest_sets_a_severity_that_no_finding_exceeds() -> None:
    loud = Finding("wrong", severity="block")
    campaign = a_campaign(checks={"the-check": {"severity": "warn"}})
    (outcome,) = judge([a_check(loud)], evidence(campaign=campaign))
    assert outcome.status is Status.WARN
    assert outcome.severity == "warn"


def test_a_page_that_was_not_seen_is_skipped_by_checks_that_do_not_judge_errors() -> None:
    error = VisitError("refused", "connection refused", PAGE)
    seen = evidence(visit=Visit(page=PAGE, url=PAGE, error=error))
    blind, reachable = a_check(BLOCK), a_check(BLOCK, judges_errors=True)
    assert [o.status for o in judge([blind, reachable], seen)] == [Status.SKIPPED, Status.BLOCK]
    assert "connection refused" in judge([blind], seen)[0].reason


def test_missing_load_is_unknown_once_and_skipped_where_it_was_not_asked_for() -> None:
    checks = [a_check(kind=LoadRun, id="first"), a_check(kind=LoadRun, id="second")]
    asked = judge(checks, evidence(load_asked=True, load_problem="not authorized", load_fix="two lines"))
    assert [(o.status, o.reason) for o in asked] == [
        (Status.UNKNOWN, "not authorized"),
        (Status.SKIPPED, "there is no load run to judge"),
    ]
    assert asked[0].fix == "two lines"
    assert decide(asked) is Decision.UNKNOWN
    assert {o.status for o in judge(checks, evidence())} == {Status.SKIPPED}


def waiver(**over: Any) -> dict[str, Any]:
    return {"check": "the-check", "reason": "known", "approved_by": "@lee", "expires": "2027-02-20", **over}


@pytest.mark.parametrize(
    ("waivers", "answer", "statuses"),
    [
        ([waiver()], BLOCK, [Status.WAIVED]),
        ([waiver(page=PAGE)], BLOCK, [Status.WAIVED]),
        ([waiver(page=PAGE + "/other")], BLOCK, [Status.BLOCK, Status.WARN]),
        ([waiver(expires="2027-01-31")], BLOCK, [Status.BLOCK]),
        ([waiver(expires="2027-02-01")], BLOCK, [Status.WAIVED]),
        ([waiver()], Unknown("no data"), [Status.UNKNOWN, Status.WARN]),
        ([waiver()], NotApplicable("fine"), [Status.SKIPPED, Status.WARN]),
    ],
)
def test_waivers(waivers: list[dict[str, Any]], answer: Answer, statuses: list[Status]) -> None:
    campaign = a_campaign(waivers=waivers, pages=[{"url": PAGE}, {"url": PAGE + "/other"}])
    outcomes = judge([a_check(answer)], evidence(campaign=campaign))
    assert [o.status for o in outcomes] == statuses


def test_a_waiver_that_ended_is_named() -> None:
    outcomes = judge([a_check(BLOCK)], evidence(campaign=a_campaign(waivers=[waiver(expires="2027-01-31")])))
    assert outcomes[0].reason == "its waiver ended on 2027-01-31"


def test_every_page_gets_its_own_outcome() -> None:
    other = PAGE + "/two"
    campaign = a_campaign(pages=[{"url": PAGE}, {"url": other}])
    visits = tuple(Visits(url, (("plain", Visit(page=url, url=url, hops=(Hop(url, 200),))),)) for url in (PAGE, other))
    outcomes = judge([a_check(BLOCK)], evidence(campaign=campaign, visits=visits))
    assert [o.page for o in outcomes] == [PAGE, other]
    prints = {o.findings[0].fingerprint(o.check, o.page) for o in outcomes}
    assert len(prints) == 2


def test_a_fingerprint_ignores_what_was_measured() -> None:
    slow, slower = (Finding("took {measured} ms", measured=ms, reason="slow", subject="p95") for ms in (900, 1100))
    assert slow.fingerprint("latency", PAGE) == slower.fingerprint("latency", PAGE)
    assert slow.fingerprint("latency", PAGE) != slow.fingerprint("latency", PAGE + "?b")


@pytest.mark.parametrize(
    ("codes", "worst"), [([], 0), ([0, 0], 0), ([0, 3], 3), ([3, 1], 1), ([1, 2, 3], 2), ([2, 130, 0], 130)]
)
def test_several_manifests_end_with_the_worst_code(codes: list[int], worst: int) -> None:
    assert worst_exit_code(codes) == worst


def test_the_clock_decides_whether_a_waiver_holds() -> None:
    later = evidence(campaign=a_campaign(waivers=[waiver()]), clock=Clock(NOW + timedelta(days=60)))
    assert judge([a_check(BLOCK)], later)[0].status is Status.BLOCK
