"""From a manifest to a verdict, with tools that answer what each case needs."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from launchguard.checking.check import Check
from launchguard.checking.files import load_checks
from launchguard.errors import AuthorizationError, LaunchGuardError, LoadEngineError
from launchguard.manifest import Manifest, Question
from launchguard.model.campaign import Campaign
from launchguard.model.clock import Clock
from launchguard.model.events import Event, Noticed, StageStarted
from launchguard.model.verdict import Decision, Scope, Status, Verdict
from launchguard.model.visit import Visits
from launchguard.run import LoadAnswer, Request, Tools, check_plan, refuse_unknown_ids, run_campaign
from launchguard.testing import PAGE_HTML, PAGE_URL, a_campaign, a_load_run, a_visit, an_error

NOW = datetime(2027, 2, 1, 12, tzinfo=UTC)
CHECKS = load_checks()


def a_manifest(*questions: Question, **over: Any) -> Manifest:
    return Manifest(
        campaign=a_campaign(**over), path="campaigns/x.yml", sha256="ab" * 32, lines={}, questions=questions
    )


def tools(*, visit: Any = None, load: Any = None) -> Tools:
    """Tools that see every page as `visit` and answer a request for load with `load`; an exception is raised."""

    def look(campaign: Any, variants: Any, request: Any) -> tuple[Visits, ...]:
        if isinstance(visit, BaseException):
            raise visit
        seen = visit or a_visit()
        return tuple(
            Visits(
                page.url, tuple((v, replace(seen, page=page.url, url=page.url, variant=v)) for v in sorted(variants))
            )
            for page in campaign.pages
        )

    def send(*_: Any) -> LoadAnswer:
        if isinstance(load, BaseException):
            raise load
        return load if isinstance(load, LoadAnswer) else LoadAnswer(load or a_load_run())

    return Tools(look=look, send=send)


def run(manifest: Manifest, *, request: Request | None = None, now: datetime = NOW, **over: Any) -> Any:
    events: list[Event] = []
    asked = request or Request(seed=1, run_id="r")
    verdict = run_campaign(manifest, CHECKS, asked, clock=Clock(now), tools=tools(**over), emit=events.append)
    return verdict, events


def verdict_of(*args: Any, **over: Any) -> Verdict:
    verdict, _ = run(*args, **over)
    assert verdict is not None
    return verdict  # type: ignore[no-any-return]


def test_a_campaign_that_holds_is_go() -> None:
    verdict = verdict_of(a_manifest())
    assert (verdict.decision, verdict.exit_code, verdict.scope) == (Decision.GO, 0, Scope.FULL)
    assert verdict.headline.startswith("GO: ")
    assert {o.check for o in verdict.outcomes} == {c.id for c in CHECKS}


@pytest.mark.parametrize(
    ("request_", "scope", "says"),
    [
        (Request(seed=1, run_id="r", load=False), Scope.SMOKE, "GO (smoke only: load not measured)"),
        (Request(seed=1, run_id="r", smoke=False), Scope.LOAD, "GO (load only: pages not checked)"),
        (Request(seed=1, run_id="r", only=frozenset({"http-status"})), Scope.PARTIAL, "GO (some checks only)"),
        (Request(seed=1, run_id="r", skip=frozenset({"viewport"})), Scope.PARTIAL, "GO (some checks only)"),
    ],
)
def test_partial_runs_say_so(request_: Request, scope: Scope, says: str) -> None:
    verdict = verdict_of(a_manifest(), request=request_)
    assert verdict.scope is scope
    assert verdict.headline.startswith(says)


def test_only_the_evidence_that_is_needed_is_collected() -> None:
    smoke = Request(seed=1, run_id="r", only=frozenset({"http-status"}))
    verdict = verdict_of(a_manifest(), request=smoke, load=AssertionError("load was sent"))
    assert [o.check for o in verdict.outcomes] == ["http-status"]
    load = Request(seed=1, run_id="r", only=frozenset({"latency"}))
    verdict = verdict_of(a_manifest(), request=load, visit=AssertionError("pages were visited"))
    assert [o.check for o in verdict.outcomes] == ["latency"]


@pytest.mark.parametrize(
    ("load", "decision", "says"),
    [
        (AuthorizationError("nobody authorized it", hint="two lines"), Decision.UNKNOWN, "nobody authorized it"),
        (LoadEngineError("no result file"), Decision.UNKNOWN, "no result file"),
        (LoadAnswer(None, "not authorized", "two lines"), Decision.UNKNOWN, "not authorized"),
        (replace(a_load_run(), invalid="the generator was saturated"), Decision.UNKNOWN, "saturated"),
    ],
)
def test_load_that_proves_nothing_is_unknown(load: Any, decision: Decision, says: str) -> None:
    verdict = verdict_of(a_manifest(), load=load)
    assert (verdict.decision, verdict.exit_code) == (decision, 3)
    assert says in verdict.headline
    assert verdict.with_status(Status.BLOCK) == []


@pytest.mark.parametrize(
    ("body", "sought"),
    [
        (PAGE_HTML, ("Spring sale", "Thursday")),
        ("<h1>Thursday</h1><div id=root></div><script src=/a.js></script>", ("Thursday",)),
        ("<h1>Winter</h1>", ("Spring sale", "Thursday")),
    ],
)
def test_load_is_not_asked_for_what_only_scripts_show(body: str, sought: tuple[str, ...]) -> None:
    texts = ["Spring sale", "Thursday"]
    manifest = a_manifest(pages=[{"url": PAGE_URL, "contains": texts}], checks={"is-the-page": {"scripted": True}})
    asked: list[Campaign] = []

    def send(campaign: Campaign, *_: Any) -> LoadAnswer:
        asked.append(campaign)
        return LoadAnswer(a_load_run())

    made = replace(tools(visit=a_visit(body=body)), send=send)
    run_campaign(manifest, CHECKS, Request(seed=1, run_id="r"), clock=Clock(NOW), tools=made, emit=lambda _: None)
    assert [campaign.pages[0].contains for campaign in asked] == [sought]


def fixes(verdict: Verdict) -> str:
    """What the report says should be done about what is unknown."""
    return " ".join(o.fix for o in verdict.with_status(Status.UNKNOWN))


def test_an_interrupted_load_and_a_name_that_does_not_exist_ask_for_no_faster_machine() -> None:
    interrupted = verdict_of(a_manifest(), load=KeyboardInterrupt())
    assert "let it finish" in fixes(interrupted)
    cut = replace(a_load_run(ok=900), partial=True, ended_s=20.0)
    assert "let it finish" in fixes(verdict_of(a_manifest(), load=cut))
    gone = verdict_of(a_manifest(), visit=a_visit(error=an_error("dns-nxdomain", "shop.test does not exist")))
    closed = verdict_of(a_manifest(), visit=a_visit(status=404))
    refused = verdict_of(a_manifest(), load=AuthorizationError("nobody authorized it"))
    for verdict in (interrupted, gone, closed, refused):
        assert fixes(verdict)
        assert "cores" not in fixes(verdict) and "machine" not in fixes(verdict)


def test_a_run_that_proves_nothing_says_what_mends_it() -> None:
    lost = replace(a_load_run(), invalid="a load process was lost", fix="Look at its memory.")
    assert fixes(verdict_of(a_manifest(), load=lost)) == "Look at its memory."


def test_an_invalid_run_never_blocks_however_bad_its_numbers_are() -> None:
    bad = replace(a_load_run(planned=1000, ok=500, failed=500), invalid="a worker was lost")
    assert verdict_of(a_manifest(), load=bad).decision is Decision.UNKNOWN
    assert verdict_of(a_manifest(), load=replace(bad, invalid="")).decision is Decision.NO_GO


def test_a_configuration_error_is_not_a_verdict() -> None:
    with pytest.raises(LaunchGuardError, match="the variable is not set"):
        run(a_manifest(), visit=LaunchGuardError("the variable is not set"))


def test_no_forecast_no_load() -> None:
    verdict = verdict_of(a_manifest(channels=(), baseline="0/s"), load=AssertionError("load was sent"))
    assert verdict.decision in (Decision.UNKNOWN, Decision.NO_GO)
    assert any("no visits are forecast" in o.reason for o in verdict.outcomes)


def test_no_load_on_a_page_that_gives_an_idle_visitor_nothing() -> None:
    verdict = verdict_of(a_manifest(), visit=a_visit(status=503), load=AssertionError("load was sent"))
    assert verdict.decision is Decision.NO_GO
    assert verdict.load is None
    assert "503" in verdict.headline


@pytest.mark.parametrize("where", ["visit", "load"])
def test_an_interrupt_is_a_partial_verdict(where: str) -> None:
    verdict = verdict_of(a_manifest(), **{where: KeyboardInterrupt()})
    assert (verdict.decision, verdict.exit_code, verdict.partial) == (Decision.UNKNOWN, 130, True)
    assert "interrupted" in verdict.headline


def test_a_run_cut_short_keeps_its_load_and_never_is_go() -> None:
    verdict = verdict_of(a_manifest(), load=replace(a_load_run(), partial=True))
    assert (verdict.decision, verdict.exit_code) == (Decision.UNKNOWN, 130)
    assert verdict.load is not None


def days(count: float) -> str:
    return f"{NOW + timedelta(days=count):%Y-%m-%d %H:%M} UTC"


def test_a_draft_gets_questions_and_is_never_go() -> None:
    asked = Question(text="How many mails?", key="channels", why="it sets the peak", weight=1)
    draft = a_manifest(asked, status="draft", launch=days(10), ends=days(12))
    verdict = verdict_of(draft, visit=AssertionError("a draft was visited"))
    assert (verdict.decision, verdict.exit_code, verdict.questions) == (
        Decision.DRAFT,
        0,
        ("How many mails? (channels): it sets the peak",),
    )
    assert verdict.headline == "DRAFT: Spring sale is a draft; 1 question is open"


def test_a_draft_within_three_days_of_its_launch_is_judged() -> None:
    draft = a_manifest(status="draft", launch=days(2.9), ends=days(12))
    assert verdict_of(draft).decision is Decision.GO


def test_an_ended_campaign_is_skipped_with_a_line() -> None:
    verdict, events = run(a_manifest(launch=days(-5), ends=days(-1)))
    assert verdict is None
    assert [e.text for e in events if isinstance(e, Noticed)] == [
        "Spring sale: skipped, it ended on 2027-01-31 12:00 UTC"
    ]


def test_a_running_campaign_is_judged() -> None:
    assert verdict_of(a_manifest(launch=days(-1), ends=days(3))).decision in (Decision.GO, Decision.NO_GO)


def test_the_stages_are_told_in_order() -> None:
    _, events = run(a_manifest())
    assert [e.stage for e in events if isinstance(e, StageStarted)][:2] == ["forecast", "probe"]


def test_the_plan_alone_needs_no_tools() -> None:
    verdict = check_plan(a_manifest(), CHECKS, Request(seed=1, run_id="r", smoke=False, load=False), clock=Clock(NOW))
    assert verdict is not None
    assert verdict.scope is Scope.PARTIAL
    assert verdict.decision is Decision.GO
    assert {o.check for o in verdict.outcomes} == {c.id for c in CHECKS if c.group == "plan"}


def crashing() -> Iterator[Check]:
    def boom(*_: Any, **__: Any) -> Any:
        raise RuntimeError("boom")

    yield from (replace(c, function=boom) if c.id == "viewport" else c for c in CHECKS)


def test_a_check_that_crashes_is_an_outcome() -> None:
    request = Request(seed=1, run_id="r")
    verdict = run_campaign(
        a_manifest(), list(crashing()), request, clock=Clock(NOW), tools=tools(), emit=lambda event: None
    )
    assert verdict is not None
    (outcome,) = [o for o in verdict.outcomes if o.check == "viewport"]
    assert (outcome.status, "boom" in outcome.reason) == (Status.UNKNOWN, True)


def test_an_unknown_id_is_refused_with_a_suggestion() -> None:
    with pytest.raises(LaunchGuardError, match="no check http-statu") as caught:
        refuse_unknown_ids(Request(seed=1, run_id="r", only=frozenset({"http-statu"})), CHECKS)
    assert "http-status" in caught.value.hint
