"""A plan is bounded before it is drawn, and what was drawn is looked at again: whatever a master says about it."""

import json
import math
import resource
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from launchguard.authorize import Grant
from launchguard.cli import main
from launchguard.errors import AuthorizationError, LoadEngineError, PlanError
from launchguard.load.drawn import check_drawn, most_within
from launchguard.load.schedule import LoadSchedule, make_schedule
from launchguard.load.workers.policy import WorkerPolicy
from launchguard.load.workers.serving import checked_brief, prepare
from launchguard.model.load_plan import LONGEST_S, LinkShare, LoadPlan, Phase, Target

URL = "http://127.0.0.1:9/"
CAPPED = Grant("http://127.0.0.1:9", ("127.0.0.1",), 30.0, "its own configuration")


@pytest.mark.parametrize(
    "phase",
    [
        (0.0, 0.0, 1.0, 1.0),
        (9.0, 3.0, 1.0, 1.0),
        (-1.0, 3.0, 1.0, 1.0),
        (0.0, math.inf, 1.0, 1.0),
        (0.0, math.nan, 1.0, 1.0),
        (math.nan, 1.0, 1.0, 1.0),
        (0.0, LONGEST_S + 1, 1.0, 1.0),
        (0.0, 1.0, -1.0, 1.0),
        (0.0, 1.0, 1.0, math.nan),
        (0.0, 1.0, math.inf, 1.0),
        (0.0, 1.0, 1.0, 1e300),
    ],
)
def test_no_phase_without_a_length_an_end_or_a_rate(phase: tuple[float, float, float, float]) -> None:
    with pytest.raises(PlanError):
        Phase("hold", *phase)


@pytest.mark.parametrize(
    "over",
    [
        {"phases": (Phase("a", 0, 2, 1, 1), Phase("b", 1, 3, 1, 1))},
        {"phases": (Phase("a", 2, 3, 1, 1), Phase("b", 0, 1, 1, 1))},
        {"phases": (Phase("a", 0, 1, 1, 1),) * 400},
        {"phases": (Phase("a", 0, 21_600, 9e5, 9e5),)},
        {"drain_s": math.inf},
        {"drain_s": -1.0},
        {"visit_timeout_s": math.nan},
        {"visit_timeout_s": 0.0},
        {"limit_p95_ms": math.inf},
        {"limit_failure_ratio": 1.5},
        {"returning_ratio": -0.1},
        {"seed": -1},
        {"seed": 1 << 64},
        {"targets": (Target(URL, URL, 0.0),)},
    ],
)
def test_no_plan_that_is_none(a_plan: Callable[..., LoadPlan], over: dict[str, Any]) -> None:
    with pytest.raises(PlanError):
        replace(a_plan(URL), **over)


@pytest.mark.parametrize(
    ("url", "share", "links"),
    [
        ("ftp://a.test/", 1.0, ()),
        ("http://[::1/", 1.0, ()),
        ("https://user@a.test/", 1.0, ()),
        (URL, math.nan, ()),
        (URL, 2.0, ()),
        (URL, 1.0, (LinkShare(math.inf, "gclid"),)),
    ],
)
def test_no_page_that_cannot_be_asked_for(url: str, share: float, links: Any) -> None:
    with pytest.raises(PlanError):
        Target(URL, url, share, links=links)


MANIFEST = """
launchguard: 1
name: Spring sale
launch: 2099-03-02 09:00 Europe/Madrid
ends: 2099-03-04 23:59 Europe/Madrid
pages: [{url: "http://127.0.0.1:9/"}]
channels: [rate: {rate: 900000/s}]
load: {hold: 6h}
"""


@pytest.mark.parametrize("command", [["run", "--load-only"], ["run", "--dry-run"]])
def test_a_load_beyond_all_bounds_is_a_sentence(tmp_path: Path, command: list[str]) -> None:
    """It would be 145 GiB if it were drawn."""
    path = tmp_path / "campaign.yml"
    path.write_text(MANIFEST, encoding="utf-8")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    ended = CliRunner().invoke(main, [*command, str(path)])
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 500_000  # kB
    assert ended.exit_code == 3
    words = " ".join(ended.output.split())
    assert "and one run sends at most 20,000,000" in words and "Shorten load.hold" in words


def a_brief(plan: LoadPlan, **over: Any) -> str:
    return json.dumps({"plan": asdict(plan) | over})


def test_a_master_gets_no_more_through_phases_that_overlap(a_plan: Callable[..., LoadPlan], tmp_path: Path) -> None:
    """Each of 400 is below the worker's cap, and all are due in the same second."""
    plan = a_plan(URL, rate=30, hold=1, arrivals="uniform", processes=1)
    (phase,) = asdict(plan)["phases"]
    text = a_brief(plan, phases=[phase] * 400)
    with pytest.raises(LoadEngineError, match="makes no sense"):
        prepare(tmp_path, text, 0, WorkerPolicy(lambda _: [CAPPED]))


def drawn(*due: "np.ndarray[Any, Any]") -> LoadSchedule:
    moments = np.sort(np.concatenate(due))
    none = np.zeros(len(moments), np.uint8)
    return LoadSchedule(moments, np.zeros(len(moments), np.uint16), none, none)


def test_what_was_drawn_counts_and_not_what_the_plan_says(a_plan: Callable[..., LoadPlan]) -> None:
    plan = a_plan(URL, rate=30, hold=100)
    for seed in range(20):
        check_drawn(plan, make_schedule(replace(plan, seed=seed)), [CAPPED])
    second = np.linspace(40.0, 40.99, 300)
    with pytest.raises(AuthorizationError, match=r"brings 300 visits to http://127\.0\.0\.1:9 within 1 s"):
        check_drawn(plan, drawn(second), [CAPPED])
    check_drawn(plan, drawn(second), [replace(CAPPED, max_rate_per_s=300.0)])
    steady = np.arange(0, 100, 1 / 39)  # a third more is chance for a second, and none for a minute
    with pytest.raises(AuthorizationError, match=r"visits to http://127\.0\.0\.1:9 within 60 s"):
        check_drawn(plan, drawn(steady), [CAPPED])
    for moments in (np.array([-0.5, 1.0]), np.array([1.0, 100.5])):
        with pytest.raises(AuthorizationError, match="does not keep to the times"):
            check_drawn(plan, drawn(moments), [CAPPED])


def test_visits_of_other_pages_count_where_redirects_may_lead(a_plan: Callable[..., LoadPlan]) -> None:
    plan = a_plan(URL, "http://127.0.0.2:9/", rate=100, hold=10)
    schedule = make_schedule(plan)
    ours, landing = replace(CAPPED, max_rate_per_s=50.0), Grant("http://127.0.0.3:9", (), 30.0, "t", by_redirect=True)
    check_drawn(plan, schedule, [replace(ours, closed="which may receive 50/s")])
    with pytest.raises(AuthorizationError, match=r"to http://127\.0\.0\.1:9 within"):
        check_drawn(plan, schedule, [ours])
    with pytest.raises(AuthorizationError, match=r"to http://127\.0\.0\.3:9 within"):
        check_drawn(plan, schedule, [landing])
    check_drawn(plan, schedule, [replace(landing, closed="which may receive 30/s")])


def test_the_most_visits_of_any_second() -> None:
    assert most_within(np.array([]), 1.0) == 0
    assert most_within(np.array([0.0, 0.9, 1.0, 1.8, 5.0]), 1.0) == 3


def test_a_worker_fetches_no_assets_unasked(a_plan: Callable[..., LoadPlan]) -> None:
    brief = checked_brief(a_brief(a_plan(URL, processes=1, assets=True)), 0)
    with pytest.raises(LoadEngineError, match="100 requests more") as caught:
        WorkerPolicy(lambda _: []).own(brief)
    assert caught.value.hint == "Start the worker with --assets"
    assert WorkerPolicy(lambda _: [], assets=True).own(brief).assets
