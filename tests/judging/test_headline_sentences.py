"""The first line of a report, word by word: what decided, with the numbers that decided."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from launchguard.judging.headline import headline, name_of
from launchguard.model.capacity import Capacity
from launchguard.model.evidence import Evidence
from launchguard.model.load_plan import Phase, VisitResult
from launchguard.model.load_run import LoadRun
from launchguard.model.verdict import Decision, Finding, Outcome, Scope, Severity, Status
from launchguard.testing import a_campaign, a_clock, a_forecast, a_load_run, a_visit, some_visits

ONE, TWO, THREE = (f"https://shop.acme.test/{name}" for name in ("one", "two", "three"))
HOME = "https://shop.acme.test/"
PEAK_AT = datetime(2027, 3, 1, 9, 3, tzinfo=ZoneInfo("Europe/Madrid"))
FORECAST = replace(a_forecast(), peak_per_s=50.0, peak_p95_per_s=80.0, peak_at=PEAK_AT)
WHEN = "Monday 2027-03-01 09:03"


def evidence(*pages: str, **over: Any) -> Evidence:
    campaign = a_campaign(pages=[{"url": page} for page in pages or (ONE,)])
    return Evidence(**{"campaign": campaign, "clock": a_clock(), "forecast": FORECAST, **over})


def outcome(check: str, status: Status, *findings: Finding, severity: Severity = "block", **over: str) -> Outcome:
    return Outcome(check, status, severity, "web", "fine", findings=findings, **over)


def said(decision: Decision, outcomes: list[Outcome], seen: Evidence, scope: Scope = Scope.FULL) -> str:
    return headline(decision, scope, outcomes, seen)


FOUND = Finding("answered 404", severity="block")
BLOCK = outcome("http-status", Status.BLOCK, FOUND, page=ONE)


@pytest.mark.parametrize(
    ("decision", "scope", "name"),
    [
        (Decision.GO, Scope.FULL, "GO"),
        (Decision.NO_GO, Scope.FULL, "NO-GO"),
        (Decision.UNKNOWN, Scope.FULL, "UNKNOWN"),
        (Decision.GO, Scope.SMOKE, "GO (smoke only: load not measured)"),
        (Decision.NO_GO, Scope.LOAD, "NO-GO (load only: pages not checked)"),
        (Decision.UNKNOWN, Scope.PARTIAL, "UNKNOWN (some checks only)"),
        (Decision.DRAFT, Scope.FULL, "DRAFT"),
        (Decision.DRAFT, Scope.PARTIAL, "DRAFT"),
    ],
)
def test_a_decision_has_a_name_that_says_what_was_left_out(decision: Decision, scope: Scope, name: str) -> None:
    assert name_of(decision, scope) == name
    if decision is Decision.NO_GO:
        assert said(decision, [BLOCK], evidence(), scope) == f"{name}: /one answered 404"


@pytest.mark.parametrize(
    ("outcomes", "line"),
    [
        ([BLOCK], "/one answered 404"),
        ([BLOCK, BLOCK], "/one answered 404, and 1 more reason"),
        ([BLOCK, BLOCK, BLOCK], "/one answered 404, and 2 more reasons"),
        ([outcome("x", Status.WARN, Finding("odd")), BLOCK], "/one answered 404"),
        ([outcome("half-baked", Status.BLOCK, FOUND)], "answered 404"),
        ([outcome("x", Status.BLOCK, FOUND, page=HOME)], "shop.acme.test answered 404"),
        ([outcome("x", Status.BLOCK, FOUND, page="https://shop.acme.test")], "shop.acme.test answered 404"),
        # the finding that blocks is told, not one of its warnings; without one of its own severity, the first
        ([outcome("x", Status.BLOCK, Finding("odd", severity="warn"), FOUND)], "answered 404"),
        ([outcome("x", Status.BLOCK, Finding("one"), Finding("two"))], "one"),
        # evidence that is missing names no figures
        ([outcome("failures", Status.BLOCK, FOUND)], "answered 404"),
        ([outcome("headroom", Status.BLOCK, FOUND)], "answered 404"),
    ],
)
def test_a_no_go_says_what_blocks(outcomes: list[Outcome], line: str) -> None:
    assert said(Decision.NO_GO, outcomes, evidence()) == f"NO-GO: {line}"


@pytest.mark.parametrize(
    ("outcomes", "line"),
    [
        ([outcome("x", Status.UNKNOWN, reason="no answer", page=ONE)], "/one: no answer"),
        ([outcome("x", Status.UNKNOWN, reason="no load was sent")], "no load was sent"),
        (
            [
                outcome("x", Status.UNKNOWN, severity="warn", reason="odd"),
                outcome("y", Status.UNKNOWN, reason="first"),
                outcome("z", Status.UNKNOWN, reason="second"),
            ],
            "first",
        ),
        ([], "nothing was measured"),
        ([outcome("x", Status.SKIPPED, reason="fine")], "nothing was measured"),
    ],
)
def test_an_unknown_says_its_first_reason(outcomes: list[Outcome], line: str) -> None:
    assert said(Decision.UNKNOWN, outcomes, evidence()) == f"UNKNOWN: {line}"


SEEN = [outcome("reachable", Status.PASS), outcome("is-the-page", Status.PASS), outcome("http-status", Status.WARN)]
HELD = [outcome("failures", Status.PASS), outcome("latency", Status.PASS)]
VISITS = (some_visits(a_visit()),)


@pytest.mark.parametrize(
    ("pages", "line"),
    [
        ((ONE,), "/one looks right to a visitor"),
        ((HOME,), "shop.acme.test looks right to a visitor"),
        ((ONE, TWO), "/one and /two look right to a visitor"),
        ((ONE, TWO, THREE), "/one and /two and 1 more look right to a visitor"),
        ((ONE, TWO, THREE, HOME), "/one and /two and 2 more look right to a visitor"),
    ],
)
def test_a_go_names_its_pages(pages: tuple[str, ...], line: str) -> None:
    passed = [replace(one, status=Status.PASS) for one in SEEN]
    assert said(Decision.GO, passed, evidence(*pages, visits=VISITS)) == f"GO: {line}"


@pytest.mark.parametrize(("count", "told"), [(0, ""), (1, ", 1 warning"), (2, ", 2 warnings"), (3, ", 3 warnings")])
def test_a_go_counts_its_warnings(count: int, told: str) -> None:
    warnings = [outcome(f"w{n}", Status.WARN) for n in range(count)]
    line = said(Decision.GO, [outcome("x", Status.PASS), *warnings], evidence())
    assert line == f"GO: the plan has no known problem{told}"


@pytest.mark.parametrize(
    ("outcomes", "over", "line"),
    [
        ([outcome("x", Status.PASS)], {}, "the plan has no known problem"),
        (SEEN, {}, "the plan has no known problem, 1 warning"),
        ([outcome("x", Status.PASS)], {"visits": VISITS}, "nothing that was checked blocks"),
        (SEEN[:1], {"visits": VISITS}, "nothing that was checked blocks"),
        (SEEN, {"visits": VISITS}, "/one looks right to a visitor, 1 warning"),
        ([*SEEN, outcome("x", Status.SKIPPED)], {"visits": VISITS}, "/one looks right to a visitor, 1 warning"),
        # one page of several that was not judged does not look right
        (
            [*SEEN, outcome("reachable", Status.WAIVED)],
            {"visits": VISITS},
            "nothing that was checked blocks, 1 warning",
        ),
        (
            [*SEEN, outcome("http-status", Status.SKIPPED)],
            {"visits": VISITS},
            "nothing that was checked blocks, 1 warning",
        ),
        (HELD[:1], {"load": a_load_run()}, "nothing that was checked blocks"),
        (HELD, {"load": a_load_run()}, f"/one holds 50 visits/s, the peak forecast for {WHEN}"),
        (HELD, {"load": a_load_run(), "forecast": None}, "nothing that was checked blocks"),
        (
            HELD,
            {"load": a_load_run(planned=4800)},
            f"/one holds 80 visits/s, which one campaign in twenty exceeds; the median forecast is 50/s on {WHEN}",
        ),
        (
            HELD,
            {"load": a_load_run(), "capacity": Capacity(100.0, 90.0, 110.0, "errors", ())},
            f"/one holds 100 visits/s, 2 times the median forecast of 50/s on {WHEN}",
        ),
        (
            HELD,
            {"load": a_load_run(), "capacity": Capacity(100.0, 90.0, None, "", ())},
            f"/one holds at least 100 visits/s, 2 times the median forecast of 50/s on {WHEN}",
        ),
        (
            HELD,
            {"load": a_load_run(), "capacity": Capacity(None, None, None, "", (), reason="x")},
            f"/one holds 50 visits/s, the peak forecast for {WHEN}",
        ),
    ],
)
def test_a_go_says_no_more_than_was_shown(outcomes: list[Outcome], over: dict[str, Any], line: str) -> None:
    assert said(Decision.GO, outcomes, evidence(**over)) == f"GO: {line}"


SHORT = outcome("headroom", Status.BLOCK, FOUND)
FAILING, SLOW = outcome("failures", Status.BLOCK, FOUND), outcome("latency", Status.BLOCK, FOUND)


@pytest.mark.parametrize(
    ("capacity", "forecast", "outcomes", "line"),
    [
        (
            Capacity(60.0, 55.0, 65.0, "errors", ()),
            FORECAST,
            [SHORT],
            f"/one holds 60 visits/s; 50/s are forecast for {WHEN}, and one campaign in twenty exceeds 80/s",
        ),
        (
            Capacity(60.0, 55.0, 65.0, "errors", ()),
            replace(FORECAST, peak_p95_per_s=50.0),
            [SHORT],
            f"/one holds 60 visits/s; 50/s are forecast for {WHEN}",
        ),
        (
            Capacity(None, None, 20.0, "errors", ()),
            FORECAST,
            [SHORT],
            f"/one holds less than 20 visits/s; 50/s are forecast for {WHEN}, and one campaign in twenty exceeds 80/s",
        ),
        # what broke the load is the same reason, and anything else one more
        (
            Capacity(60.0, 55.0, 65.0, "errors", ()),
            replace(FORECAST, peak_p95_per_s=50.0),
            [SHORT, FAILING, SLOW, BLOCK],
            f"/one holds 60 visits/s; 50/s are forecast for {WHEN}, and 1 more reason",
        ),
        (
            Capacity(60.0, 55.0, 65.0, "errors", ()),
            FORECAST,
            [BLOCK],
            "/one answered 404",
        ),
    ],
)
def test_too_little_capacity_is_said_beside_the_forecast(
    capacity: Capacity, forecast: Any, outcomes: list[Outcome], line: str
) -> None:
    seen = evidence(capacity=capacity, load=a_load_run(), forecast=forecast)
    assert said(Decision.NO_GO, outcomes, seen) == f"NO-GO: {line}"


def two_pages(**over: Any) -> LoadRun:
    """3,000 visits of two pages in turn over 60 s, of which every second one of page two failed."""
    run = a_load_run(pages=(ONE, TWO))
    bad = (run.target == 1) & (np.arange(3000) // 2 % 2 == 0)
    result = np.where(bad, VisitResult.STATUS, VisitResult.OK).astype(np.uint8)
    return replace(run, result=result, **over)


@pytest.mark.parametrize(
    ("run", "outcomes", "line"),
    [
        (
            a_load_run(failed=600, pages=(ONE,)),
            [FAILING],
            f"at the peak of 50 visits/s on {WHEN}, /one answered 40/s and 600 of 3,000 visitors got no correct answer",
        ),
        (
            a_load_run(failed=30, pages=(ONE,)),
            [FAILING],
            f"at the peak of 50 visits/s on {WHEN}, 30 of 3,000 visitors of /one got no correct answer",
        ),
        (
            a_load_run(failed=600, pages=(ONE,)),
            [FAILING, SLOW, BLOCK],
            f"at the peak of 50 visits/s on {WHEN}, /one answered 40/s and 600 of 3,000 visitors got no correct answer,"
            " and 2 more reasons",
        ),
        (
            two_pages(),
            [FAILING],
            f"at the peak of 50 visits/s on {WHEN}, /two answered 12.5/s of the 25/s that were its share and 750 of "
            "1,500 visitors got no correct answer",
        ),
        (
            a_load_run(p95_ms=4000, pages=(ONE,)),
            [SLOW],
            f"at the peak of 50 visits/s on {WHEN}, one visitor in twenty waited 4 s or longer for /one",
        ),
        (
            a_load_run(planned=4800, p95_ms=4000, pages=(ONE,)),
            [SLOW],
            "at 80 visits/s, which one campaign in twenty exceeds, one visitor in twenty waited 4 s or longer for "
            f"/one; the median forecast is 50/s on {WHEN}",
        ),
        (
            a_load_run(planned=1800, p95_ms=4000, pages=(ONE,)),
            [SLOW],
            "at 30 visits/s, one visitor in twenty waited 4 s or longer for /one; "
            f"the median forecast is 50/s on {WHEN}",
        ),
    ],
)
def test_a_load_that_was_not_held_names_the_worst_page(run: LoadRun, outcomes: list[Outcome], line: str) -> None:
    assert said(Decision.NO_GO, outcomes, evidence(load=run)) == f"NO-GO: {line}"


def test_the_slowest_page_is_named_wherever_it_stands() -> None:
    run = a_load_run(pages=(ONE, TWO), p95_ms=100)
    for slow, name in ((0, "/one"), (1, "/two")):
        late = replace(run, done_s=np.where(run.target == slow, run.sent_s + 9.0, run.done_s))
        line = said(Decision.NO_GO, [SLOW], evidence(load=late))
        assert line.endswith(f"one visitor in twenty waited 9 s or longer for {name}")


def test_the_page_with_most_failures_is_named_wherever_it_stands() -> None:
    run = a_load_run(pages=(ONE, TWO))
    for broken, name in ((0, "/one"), (1, "/two")):
        result = np.where(run.target == broken, VisitResult.STATUS, VisitResult.OK).astype(np.uint8)
        line = said(Decision.NO_GO, [FAILING], evidence(load=replace(run, result=result)))
        assert f", {name} answered 0/s of the 25/s that were its share and 1,500 of 1,500 visitors got" in line


def test_a_run_stopped_on_its_way_to_the_peak_shows_what_there_was() -> None:
    """Nothing of the judged phase was sent, so that the whole run speaks; what the stop cut off is nobody's failure."""
    run = a_load_run(planned=3000, failed=300, pages=(ONE,))
    phases = (Phase("ramp", 0.0, 30.0, 0.0, 50.0), Phase("hold", 30.0, 60.0, 50.0, 50.0, judged=True))
    late = run.intended_s >= 20.0
    cut = (run.intended_s >= 19.0) & ~late
    result = np.where(late, VisitResult.DROPPED, np.where(cut, VisitResult.CUT, run.result)).astype(np.uint8)
    sent = np.where(late, np.nan, run.sent_s)
    stopped = replace(
        run,
        plan=replace(run.plan, phases=phases),
        result=result,
        sent_s=sent,
        done_s=sent + 0.1,
        ended_s=20.0,
        stopped="too many failed",
    )
    bad = int((result[~late & ~cut] != VisitResult.OK).sum())
    line = said(Decision.NO_GO, [FAILING], evidence(load=stopped))
    assert f" {bad} of 950 visitors got no correct answer" in line


@pytest.mark.parametrize(
    ("run", "rate_told"),
    [
        (a_load_run(planned=100, seconds=2.0, failed=50), True),
        (a_load_run(planned=99, seconds=1.98, failed=50), False),  # a rate over less than two seconds is chance
        (a_load_run(failed=60), False),  # 98 % answered is keeping up
        (a_load_run(failed=61), True),
    ],
)
def test_a_rate_is_named_where_it_fell_behind_for_long_enough(run: LoadRun, rate_told: bool) -> None:
    line = said(Decision.NO_GO, [FAILING], evidence(load=run))
    assert ("/spring answered " in line) == rate_told
    assert ("visitors of /spring got" in line) != rate_told


@pytest.mark.parametrize(("planned", "at_the_peak"), [(12_000, True), (12_060, True), (12_120, False), (11_880, False)])
def test_a_rate_within_half_a_percent_of_the_peak_is_the_peak(planned: int, at_the_peak: bool) -> None:
    forecast = replace(FORECAST, peak_per_s=200.0, peak_p95_per_s=400.0)
    line = said(Decision.NO_GO, [SLOW], evidence(load=a_load_run(planned=planned, p95_ms=4000), forecast=forecast))
    assert line.startswith("NO-GO: at the peak of ") == at_the_peak
    assert ("the median forecast is 200/s" in line) != at_the_peak


def test_a_run_that_was_stopped_answered_so_much_until_then() -> None:
    """Half of the minute was sent, and one page of two failed every other time."""
    run = two_pages(stopped="half of them failed", ended_s=30.0)
    late = run.intended_s >= 30.0
    sent = np.where(late, np.nan, run.sent_s)
    result = np.where(late, VisitResult.DROPPED, run.result).astype(np.uint8)
    stopped = replace(run, result=result, sent_s=sent, done_s=sent + 0.001)
    line = said(Decision.NO_GO, [FAILING], evidence(load=stopped))
    assert ", /two answered 12.5/s of the " in line
    assert "375 of 750 visitors got no correct answer" in line


def test_a_page_that_got_no_visit_is_not_the_slowest() -> None:
    run = a_load_run(pages=(ONE, TWO), p95_ms=0.5)
    for silent, name in ((0, "/two"), (1, "/one")):
        result = np.where(run.target == silent, VisitResult.DROPPED, run.result).astype(np.uint8)
        sent = np.where(run.target == silent, np.nan, run.sent_s)
        quiet = replace(run, result=result, sent_s=sent, done_s=sent + 0.0005)
        line = said(Decision.NO_GO, [SLOW], evidence(load=replace(quiet, plan=replace(run.plan, limit_p95_ms=0.1))))
        assert f"{name} " in f"{line} "


def test_the_ramp_is_not_the_peak() -> None:
    """On the way up all failed, and at the peak one in ten: the line tells the peak."""
    run = a_load_run(planned=3000, pages=(ONE,))
    phases = (Phase("ramp", 0.0, 30.0, 0.0, 50.0), Phase("hold", 30.0, 60.0, 50.0, 50.0, judged=True))
    bad = (run.intended_s < 30.0) | (np.arange(3000) % 10 == 0)
    result = np.where(bad, VisitResult.STATUS, VisitResult.OK).astype(np.uint8)
    line = said(
        Decision.NO_GO, [FAILING], evidence(load=replace(run, plan=replace(run.plan, phases=phases), result=result))
    )
    assert line.endswith("/one answered 45/s and 150 of 1,500 visitors got no correct answer")


@pytest.mark.parametrize(
    ("limit", "failed", "line"),
    [
        (
            "50%",
            1200,
            "at 50 visits/s /spring failed 40 % of the visits, which `errors: 50%` allows (the default is 1%)",
        ),
        ("2%", 45, "at 50 visits/s /spring failed 1.5 % of the visits, which `errors: 2%` allows (the default is 1%)"),
        ("1%", 31, "at 50 visits/s /spring failed 1.03 % of the visits, which may be chance under `errors: 1%`"),
        ("50%", 30, f"/spring holds 50 visits/s, the peak forecast for {WHEN}"),
    ],
)
def test_nobody_calls_it_holding_where_more_failed_than_by_default_may(limit: str, failed: int, line: str) -> None:
    campaign = a_campaign(limits={"errors": limit})
    run = a_load_run(planned=3000, failed=failed)
    found = Capacity(100.0, 90.0, 110.0, "latency", ()) if failed > 30 else None
    assert said(Decision.GO, HELD, evidence(campaign=campaign, load=run, capacity=found)) == f"GO: {line}"


def test_one_page_that_its_own_limit_excuses_is_named() -> None:
    """1.6 % of all is one page of two that fails every thirtieth time: neither holds."""
    run = a_load_run(planned=3000, pages=(ONE, TWO))
    bad = (run.target == 1) & (np.arange(3000) % 60 == 1)
    run = replace(run, result=np.where(bad, VisitResult.STATUS, VisitResult.OK).astype(np.uint8))
    campaign = a_campaign(pages=[{"url": ONE}, {"url": TWO}], limits={"errors": "10%"})
    assert "failed 3.33 % of the visits, which `errors: 10%` allows" in said(
        Decision.GO, HELD, evidence(campaign=campaign, load=run)
    )
