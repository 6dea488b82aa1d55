"""The table of evidence: what follows from a row, for a check that asks for it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from launchguard.checking.check import Check, check
from launchguard.checking.evidence import KINDS, EvidenceKind
from launchguard.checking.files import built_in_checks, group_of
from launchguard.judging.judge import judge
from launchguard.manifest import Manifest
from launchguard.model.campaign import Campaign, Page
from launchguard.model.capacity import Capacity
from launchguard.model.clock import Clock
from launchguard.model.evidence import Evidence
from launchguard.model.forecast import Forecast
from launchguard.model.load_run import LoadRun
from launchguard.model.verdict import Finding, Status
from launchguard.model.visit import BrowserVisit, DomainVisit, Visit, Visits
from launchguard.run import LoadAnswer, Request, Tools, makers, needs_load, run_campaign
from launchguard.testing import a_campaign, a_clock, a_load_run, a_visit

NOW = datetime(2027, 2, 22, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Weather:
    """A kind of evidence that LaunchGuard does not have."""

    place: str
    rain_mm: float


@dataclass(frozen=True, eq=False)
class EvidenceOfSkies(Evidence):
    """What a run collected, with the field of the new kind."""

    skies: tuple[Weather, ...] | None = None


def sky_over(evidence: Evidence, page: Page | None) -> Weather | None:
    skies = evidence.skies if isinstance(evidence, EvidenceOfSkies) else None
    return next((sky for sky in skies or () if page is not None and sky.place == page.url), None)


def look_up(evidence: Evidence, wanted: Sequence[Check], request: Request, tools: Tools, emit: Any) -> EvidenceOfSkies:
    """The new kind's maker."""
    needed = any("domains" in check.makers for check in wanted)
    skies = tuple(Weather(page.url, 12.5) for page in evidence.campaign.pages) if needed else None
    return EvidenceOfSkies(**vars(evidence), skies=skies)


@pytest.fixture
def dry(monkeypatch: pytest.MonkeyPatch) -> Check:
    """A check of the new kind, which has its row."""
    monkeypatch.setitem(KINDS, "Weather", EvidenceKind("Weather", "domains", "domain", sky_over, per_page=True))

    @check("dry", severity="block", owner="web")
    def dry(weather: Weather, page: Page, *, most_mm: float = 5.0) -> list[Finding]:
        """It does not rain on the launch.

        Why: nobody stands in the rain.
        Fix: move the launch.
        Source: this test.
        """
        wet = weather.rain_mm > most_mm
        return [Finding("{measured} mm over {page}", measured=weather.rain_mm, fields={"page": page.url})] * wet

    return dry


def test_a_row_is_all_that_the_judge_needs(dry: Check) -> None:
    campaign = a_campaign(pages=[{"url": "https://shop.test/a"}, {"url": "https://shop.test/b"}])
    skies = (Weather("https://shop.test/a", 9.0),)
    outcomes = judge([dry], EvidenceOfSkies(campaign, a_clock(), skies=skies))
    assert [(o.page, o.status) for o in outcomes] == [
        ("https://shop.test/a", Status.BLOCK),
        ("https://shop.test/b", Status.SKIPPED),
    ]
    assert outcomes[0].findings[0].message == "9.0 mm over https://shop.test/a"
    assert outcomes[1].reason == "there is no Weather in this run"
    assert group_of(dry) == "domain"
    lenient = campaign.model_copy(update={"checks": {"dry": {"most_mm": 10.0}}})
    assert judge([dry], EvidenceOfSkies(lenient, a_clock(), skies=skies))[0].status is Status.PASS


@pytest.mark.parametrize(("smoke", "load"), [(True, True), (True, False), (False, True)])
def test_a_row_and_its_maker_are_all_that_a_run_needs(
    dry: Check, monkeypatch: pytest.MonkeyPatch, smoke: bool, load: bool
) -> None:
    monkeypatch.setattr(makers, "MAKERS", (look_up, *makers.MAKERS))
    tools = Tools(look=lambda *_: pytest.fail("no check of pages"), send=lambda *_: pytest.fail("no check of load"))
    manifest = Manifest(campaign=a_campaign(), path="x.yml", sha256="ab" * 32, lines={}, questions=())
    request = Request(seed=1, run_id="r", smoke=smoke, load=load)
    verdict = run_campaign(manifest, [dry], request, clock=Clock(NOW), tools=tools, emit=lambda _: None)
    assert verdict is not None
    assert [(o.check, o.status) for o in verdict.outcomes] == [("dry", Status.BLOCK)] * smoke


def asking_for(*kinds: type) -> Check:
    def question(campaign: Campaign) -> None:
        """All is well.

        Why: it matters.
        Fix: mend it.
        Source: this test.
        """

    made = check("the-check", severity="block", owner="web")(question)
    return replace(made, evidence=tuple(kind.__name__ for kind in kinds))


@pytest.mark.parametrize(
    ("kinds", "group", "pages", "load", "per_page"),
    [
        ((Campaign, Forecast, Clock), "plan", False, False, False),
        ((Campaign, Page), "plan", False, False, True),
        ((Campaign, Visit), "page", True, False, True),
        ((Visits,), "page", True, False, True),
        ((DomainVisit,), "domain", False, False, False),
        ((BrowserVisit, Campaign), "browser", False, False, False),
        ((LoadRun, Campaign), "load", False, True, False),
        ((Capacity, Campaign), "load", False, True, False),
    ],
)
def test_what_a_check_needs_follows_from_its_evidence(
    kinds: tuple[type, ...], group: str, pages: bool, load: bool, per_page: bool
) -> None:
    made = asking_for(*kinds)
    assert (group_of(made), made.needs_pages, made.needs_load, made.per_page) == (group, pages, load, per_page)
    assert Request(seed=1, run_id="r", load=False).wants(made) is not load
    assert Request(seed=1, run_id="r", smoke=False).wants(made) is (load or made.makers <= {"plan"})


def test_a_search_is_needed_where_the_campaign_asks_for_one() -> None:
    plain, searching = a_campaign(), a_campaign(load={"find_capacity": "yes"})
    asked = [(needs_load(c, [asking_for(k)])) for c in (plain, searching) for k in (LoadRun, Capacity, Visit)]
    assert asked == [True, False, False, True, True, False]


def test_what_nobody_makes_yet_is_skipped_and_said() -> None:
    for kind in (DomainVisit, BrowserVisit):
        (outcome,) = judge([asking_for(kind)], Evidence(campaign=a_campaign(), clock=a_clock()))
        assert (outcome.status, outcome.reason) == (Status.SKIPPED, f"there is no {kind.__name__} in this run")


def test_every_built_in_check_lies_in_the_group_of_its_evidence() -> None:
    assert {c.id: c.group for c in built_in_checks()} == {c.id: group_of(c) for c in built_in_checks()}


def test_every_kind_is_found_in_the_evidence_that_holds_it() -> None:
    campaign, run = a_campaign(), a_load_run()
    page, visit = campaign.pages[0], a_visit()
    visits = Visits(page.url, (("plain", visit),))
    whole = Evidence(campaign=campaign, clock=a_clock(), visits=(visits,), load=run)
    found = {name: kind.find(whole, page) for name, kind in KINDS.items() if kind.find(whole, page) is not None}
    assert {name: type(value).__name__ for name, value in found.items()} == {name: name for name in found}
    assert {"Campaign", "Page", "Visit", "Visits", "LoadRun", "Capacity", "Clock"} <= set(found)
    assert LoadAnswer(run).run is found["LoadRun"]
