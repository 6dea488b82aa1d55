"""What the judge hands to a check, and what it says where it could not ask."""

from typing import Any

import pytest

from launchguard.judging.judge import conclude_answers, judge
from launchguard.model.campaign import Page
from launchguard.model.capacity import NOT_SEARCHED, Capacity
from launchguard.model.clock import Clock
from launchguard.model.evidence import Evidence
from launchguard.model.forecast import Forecast
from launchguard.model.verdict import Answer, Finding, NotApplicable, Outcome, Severity, Status, Unknown
from launchguard.model.visit import Visit, Visits
from launchguard.testing import PAGE_URL, a_campaign, a_clock, a_forecast, a_visit, an_error, some_visits
from tests.test_judge import a_check

OTHER = "https://shop.test/stores"
WARNED = {"the-check": {"severity": "warn"}}


def evidence(**over: Any) -> Evidence:
    campaign = over.pop("campaign", a_campaign(checks=WARNED, pages=[{"url": PAGE_URL}, {"url": OTHER}]))
    visits = (some_visits(a_visit()), some_visits(a_visit(page=OTHER, url=OTHER)))
    given = {"campaign": campaign, "clock": a_clock(), "visits": visits, "forecast": a_forecast()}
    return Evidence(**given | over)


@pytest.mark.parametrize("kind", [Page, Visit, Visits, Clock, Forecast, Capacity])
def test_a_check_gets_the_evidence_that_it_names(kind: type) -> None:
    """One that names pages gets each of them, and says it in its outcome."""
    seen: list[Any] = []

    def function(*given: Any) -> list[Answer]:
        seen.extend(given)
        return []

    told = judge([a_check(kind=kind, function=function)], evidence())
    pages = [PAGE_URL, OTHER] if kind in (Page, Visit, Visits) else [""]
    assert [(o.page, o.status) for o in told] == [(page, Status.PASS) for page in pages]
    expected = {
        Page: [p.url for p in evidence().campaign.pages],
        Visit: pages,
        Visits: pages,
        Clock: [a_clock()],
        Capacity: [NOT_SEARCHED],
    }
    key = {Page: "url", Visit: "page", Visits: "page"}.get(kind)
    if kind is not Forecast:
        assert [getattr(one, key) if key else one for one in seen] == expected[kind]


def test_a_check_of_a_visit_and_its_page_gets_those_of_one_another() -> None:
    seen: list[tuple[Page, Visit, Visits]] = []

    def function(page: Page, visit: Visit, visits: Visits) -> list[Answer]:
        seen.append((page, visit, visits))
        return []

    judge([a_check(function=function, evidence=("Page", "Visit", "Visits"))], evidence())
    assert [(page.url, visit.page, visits.page) for page, visit, visits in seen] == [
        (PAGE_URL, PAGE_URL, PAGE_URL),
        (OTHER, OTHER, OTHER),
    ]


@pytest.mark.parametrize(
    ("kind", "over", "reason"),
    [
        (Visit, {"visits": None}, "the pages were not visited in this run"),
        (Visits, {"visits": None}, "the pages were not visited in this run"),
        (Forecast, {"forecast": None}, "there is no Forecast in this run"),
        (
            Visit,
            {"visits": (some_visits(a_visit(error=an_error("refused", "refused it"))),)},
            "the page could not be seen: refused it",
        ),
    ],
)
def test_what_could_not_be_asked_is_skipped_with_its_reason(kind: type, over: dict[str, Any], reason: str) -> None:
    skipped = [o for o in judge([a_check(kind=kind)], evidence(**over)) if o.check == "the-check"]
    assert [(o.status, o.severity, o.reason, o.owner) for o in skipped] == [(Status.SKIPPED, "warn", reason, "web")]
    assert (skipped[0].title, skipped[0].why, skipped[0].fix) == ("All is well.", "it matters.", "mend it.")


def test_everything_that_is_missing_is_named() -> None:
    check = a_check(kind=Forecast, evidence=("Forecast", "BrowserVisit"))
    (told,) = judge([check], evidence(forecast=None))
    assert told.reason == "there is no Forecast, BrowserVisit in this run"


def test_a_check_of_variants_is_skipped_by_those_that_it_needs_only() -> None:
    visits = (some_visits(a_visit(), a_visit(variant="untagged", error=an_error("reset", "it broke"))),)
    told = {
        variants: judge([a_check(visits=variants)], evidence(visits=visits))[0]
        for variants in (("plain",), ("plain", "untagged"), ("click-id",))
    }
    assert [o.status for o in told.values()] == [Status.PASS, Status.SKIPPED, Status.PASS]
    assert told["plain", "untagged"].reason == "the page could not be seen: it broke"


@pytest.mark.parametrize(
    ("thing", "says"),
    [("text", "it yielded str; a check yields Finding, Unknown or NotApplicable"), (None, "it yielded NoneType; a ")],
)
def test_what_is_no_answer_is_named(thing: Any, says: str) -> None:
    (told, _) = judge([a_check(thing)], evidence())
    assert told.reason.startswith(f"the check itself failed: TypeError: {says}")


@pytest.mark.parametrize(
    ("answer", "fix"), [(Unknown("no data"), "mend it."), (Unknown("no data", fix="run again."), "run again.")]
)
def test_an_unknown_brings_its_own_fix_or_has_the_checks(answer: Unknown, fix: str) -> None:
    told = judge([a_check(answer)], evidence())
    assert [(o.status, o.reason, o.fix) for o in told] == [(Status.UNKNOWN, "no data", fix)] * 2


@pytest.mark.parametrize("own", ["info", "warn", "block", None])
@pytest.mark.parametrize("severity", ["info", "warn", "block"])
@pytest.mark.parametrize("capped", [False, True])
def test_a_findings_severity_is_its_own_unless_the_manifest_caps_it(own: Any, severity: Severity, capped: bool) -> None:
    order = ("info", "warn", "block")
    told: Outcome = conclude_answers(a_check(), severity, [Finding("x", severity=own)], capped=capped)
    expected = own or severity
    if capped:
        expected = min(expected, severity, key=order.index)
    assert told.findings[0].severity == expected
    assert told.status is {"info": Status.PASS, "warn": Status.WARN, "block": Status.BLOCK}[expected]
    assert told.severity == severity


def test_a_finding_keeps_its_severity_where_nobody_says_otherwise() -> None:
    told = conclude_answers(a_check(), "warn", [Finding("x", severity="block")])
    assert told.status is Status.BLOCK


def test_the_manifest_sets_options() -> None:
    seen: list[dict[str, Any]] = []

    def function(_: Any, **options: Any) -> list[Answer]:
        seen.append(options)
        return []

    judge([a_check(kind=Clock, function=function)], evidence(campaign=a_campaign(checks={"the-check": {"limit": 5}})))
    judge([a_check(kind=Clock, function=function)], evidence(campaign=a_campaign(checks=WARNED)))
    judge([a_check(kind=Clock, function=function)], evidence(campaign=a_campaign()))
    assert seen == [{"limit": 5}, {}, {}]


def test_a_question_that_does_not_arise_is_skipped_with_its_reason() -> None:
    told = conclude_answers(a_check(), "block", [NotApplicable("there is no form")])
    assert (told.status, told.reason) == (Status.SKIPPED, "there is no form")
