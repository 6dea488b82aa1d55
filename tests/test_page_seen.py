"""A page that nobody saw has an outcome of its own, and the verdict stays UNKNOWN whatever a manifest says."""

import json
from dataclasses import replace
from typing import Any, get_args

import pytest

from launchguard.checking.docs import readme, standing_as_mapping, standing_as_text
from launchguard.checking.files import built_in_checks, load_checks
from launchguard.checking.standing import ALL_STANDING, PAGE_SEEN
from launchguard.errors import CheckFileError
from launchguard.judging.headline import headline
from launchguard.judging.judge import decide, judge
from launchguard.model.campaign import Campaign
from launchguard.model.evidence import Evidence
from launchguard.model.result import RunResult
from launchguard.model.verdict import OF_THE_JUDGE, Decision, Finding, Outcome, Scope, Status, Verdict
from launchguard.model.visit import Visits
from launchguard.model.visit_error import DEFINITE, ErrorKind
from launchguard.report.formats import json as as_json
from launchguard.report.formats import junit, sarif
from launchguard.testing import PAGE_URL, a_campaign, a_clock, a_forecast, a_visit, an_error

CHECKS = built_in_checks()
WAIVER = {"check": "reachable", "reason": "x", "approved_by": "@lee", "expires": "2027-03-02"}
KINDS = get_args(ErrorKind)


def unseen(kind: Any, *pages: str) -> tuple[Visits, ...]:
    """Every variant of a visit failed, on each of the pages."""
    error = an_error(kind, "it is gone", url="https://user:pw@gone.acme.test/spring")
    variants = ("plain", "untagged", "click-id")
    return tuple(
        Visits(page, tuple((v, a_visit(page=page, url=page, variant=v, error=error)) for v in variants))
        for page in pages or (PAGE_URL,)
    )


def judged(kind: Any, *, skip: tuple[str, ...] = (), **over: Any) -> tuple[Decision, str, list[Outcome]]:
    campaign: Campaign = a_campaign(**over)
    evidence = Evidence(campaign=campaign, clock=a_clock(), forecast=a_forecast(campaign), visits=unseen(kind))
    outcomes = judge([c for c in CHECKS if c.group == "page" and c.id not in skip], evidence)
    decision = decide(outcomes)
    return decision, headline(decision, Scope.SMOKE, outcomes, evidence), outcomes


def told(outcomes: list[Outcome]) -> list[Outcome]:
    return [outcome for outcome in outcomes if outcome.check == "page-seen"]


LOOSENED: dict[str, dict[str, Any]] = {
    "warn": {"checks": {"reachable": {"severity": "warn"}, "tls-valid": {"severity": "warn"}}},
    "info": {"checks": {"reachable": {"severity": "info"}, "tls-valid": {"severity": "info"}}},
    "waived": {"waivers": [WAIVER, {**WAIVER, "check": "tls-valid"}]},
    "skipped": {"skip": ("reachable", "tls-valid")},
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("loosened", LOOSENED.values(), ids=LOOSENED)
def test_nothing_that_a_manifest_says_makes_an_unseen_page_go(kind: str, loosened: dict[str, Any]) -> None:
    decision, line, outcomes = judged(kind, **loosened)
    assert decision is Decision.UNKNOWN
    if loosened is LOOSENED["waived"] and kind not in DEFINITE:
        assert told(outcomes) == []  # an unknown cannot be waived, so that `reachable` tells it itself
        return
    (outcome,) = told(outcomes)
    assert outcomes[0] is outcome
    assert (outcome.status, outcome.severity, outcome.owner) == (Status.UNKNOWN, "block", "web")
    assert outcome.page == PAGE_URL
    assert outcome.reason == "the page could not be seen: it is gone"
    assert line.endswith("/spring: the page could not be seen: it is gone")


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_that_a_check_tells_is_told_once(kind: str) -> None:
    decision, _, outcomes = judged(kind)
    assert decision is (Decision.NO_GO if kind in DEFINITE else Decision.UNKNOWN)
    assert told(outcomes) == []
    stopping = [o.check for o in outcomes if o.status in (Status.BLOCK, Status.UNKNOWN)]
    assert stopping == ["tls-valid" if kind == "tls" else "reachable"]


@pytest.mark.parametrize(
    ("kind", "fix"),
    [
        ("dns-nxdomain", "Create the DNS record of gone.acme.test"),
        ("dns-failure", "name servers of gone.acme.test"),
        ("refused", "Start the server behind gone.acme.test"),
        ("tls", "a certificate that browsers accept"),
        ("connect-timeout", "a firewall may drop"),
        ("silent", "accepts a connection and then stays silent"),
        ("proxy", "Look at the proxy"),
    ],
)
def test_its_fix_fits_the_error(kind: str, fix: str) -> None:
    (outcome,) = told(judged(kind, skip=("reachable", "tls-valid"))[2])
    assert fix in outcome.fix
    assert "compress" not in outcome.fix + outcome.why + outcome.title


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_error_has_a_fix_of_one_sentence_that_names_the_host_and_no_secret(kind: Any) -> None:
    fix = an_error(kind, url="https://user:pw@gone.acme.test:8443/spring").fix
    assert fix[0].isupper()
    assert fix.endswith(".")
    assert "pw@" not in fix
    assert "gone.acme.test:8443" in fix or kind == "redirect-refused"
    assert len({an_error(other).fix for other in KINDS}) == len(KINDS)


def test_only_the_pages_that_were_not_seen_are_told() -> None:
    other = "https://shop.acme.test/stores"
    campaign = a_campaign(pages=[{"url": PAGE_URL}, {"url": other}], checks=LOOSENED["warn"]["checks"])
    (gone,) = unseen("refused", other)
    fine = Visits(PAGE_URL, tuple((v, replace(a_visit(), variant=v)) for v in ("plain", "untagged", "click-id")))
    for visits, expected in (((fine, gone), [other]), ((fine,), []), (unseen("refused", PAGE_URL, other), None)):
        outcomes = judge(CHECKS, Evidence(campaign=campaign, clock=a_clock(), visits=visits))
        assert [o.page for o in told(outcomes)] == (expected if expected is not None else [PAGE_URL, other])


def test_another_block_on_the_page_does_not_hide_it() -> None:
    """Only a check that looks at errors can have told that the page was not seen."""
    of_pages = [
        replace(check, severity="block", evidence=("Page",), function=lambda _: [Finding("wrong")])
        for check in CHECKS
        if check.id == "half-baked"
    ]
    outcomes = judge(of_pages, Evidence(campaign=a_campaign(), clock=a_clock(), visits=unseen("refused")))
    assert [(o.check, o.page, o.status) for o in outcomes] == [
        ("page-seen", PAGE_URL, Status.UNKNOWN),
        ("half-baked", PAGE_URL, Status.BLOCK),
    ]


def verdict(outcomes: list[Outcome]) -> Verdict:
    return Verdict(
        decision=Decision.UNKNOWN,
        exit_code=3,
        scope=Scope.SMOKE,
        headline="UNKNOWN",
        campaign=a_campaign(),
        outcomes=tuple(outcomes),
        run_id="r",
        created_at=a_clock().now,
        seed=7,
        manifest="spring.yml",
    )


def test_the_reports_for_machines_hold_it() -> None:
    unused = {"waivers": [{**WAIVER, "check": "viewport"}], "checks": LOOSENED["warn"]["checks"]}
    one = verdict(judged("refused", **unused)[2])
    found = json.loads(as_json.render(RunResult((one,))))["outcomes"]
    assert [o["check"] for o in found if o["check"] in OF_THE_JUDGE] == ["page-seen", "waiver"]
    (finding,) = next(o["findings"] for o in found if o["check"] == "waiver")
    assert finding["rerun"] == "launchguard run spring.yml --seed 7"
    (run,) = json.loads(sarif.render(RunResult((one,))))["runs"]
    (result,) = [r for r in run["results"] if r["ruleId"] == "page-seen"]
    assert (result["level"], run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"]) == ("error", "page-seen")
    assert f'<testcase name="page-seen {PAGE_URL.replace("&", "&amp;")}"' in junit.render(RunResult((one,)))
    assert '<error message="the page could not be seen: it is gone" type="unknown">' in junit.render(RunResult((one,)))


def test_what_the_judge_says_is_documented_beside_the_checks() -> None:
    assert {one.id for one in ALL_STANDING} == OF_THE_JUDGE
    for one in ALL_STANDING:
        text, section = standing_as_text(one), readme(CHECKS)
        for part in (one.id, one.title, one.why, one.owner):
            assert part in text
            assert part in section
        assert "no manifest sets it" in text
        assert standing_as_mapping(one)["options"] == []
    assert PAGE_SEEN.id not in {check.id for check in CHECKS}


@pytest.mark.parametrize("id", sorted(OF_THE_JUDGE))
def test_no_check_may_take_the_name(id: str, tmp_path: Any) -> None:
    text = (
        "from launchguard import Visit, check\n\n"
        f'@check("{id}", severity="info", owner="web")\n'
        "def own(visit: Visit) -> None:\n"
        '    """It passes.\n\n    Why: w.\n    Fix: f.\n    Source: s.\n    """\n'
    )
    (tmp_path / "own.py").write_text(text)
    with pytest.raises(CheckFileError, match=f"own.py:1: the id {id} is already taken by the judge itself"):
        load_checks([tmp_path])
