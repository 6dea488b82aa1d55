"""The shapes of a load: what is planned for each, what is judged, and what the report says phase by phase."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from launchguard.load import make_plan
from launchguard.load.phases import sample_needed
from launchguard.load.schedule import make_schedule
from launchguard.model.load_plan import LoadPlan, Phase, VisitResult
from launchguard.model.load_run import LoadRun
from launchguard.site import landing_site
from launchguard.testing import a_campaign, a_forecast, a_load_run

STEADY = [{"kind": "rate", "rate": "40/s"}]


def plan_of(peak_per_s: float = 40.0, **load: Any) -> LoadPlan:
    given = {"ramp": "6s", "warm_up": "2s", "hold": "30s", "drain": "3s"} | load
    campaign = a_campaign(channels=STEADY, load=given)
    return make_plan(campaign, a_forecast(campaign), seed=7, run_id="r1", peak_per_s=peak_per_s)


def told(plan: LoadPlan) -> list[tuple[str, float, float, float, float]]:
    return [(p.name, p.start_s, p.end_s, p.rate_from_per_s, p.rate_to_per_s) for p in plan.phases]


@pytest.mark.parametrize(
    ("load", "phases"),
    [
        pytest.param(
            {}, [("ramp", 0, 6, 0, 40), ("warm_up", 6, 8, 40, 40), ("hold", 8, 38, 40, 40)], id="hold is the default"
        ),
        pytest.param(
            {"shape": "spike"},
            [("ramp", 0, 6, 0, 4), ("warm_up", 6, 8, 4, 4), ("hold", 8, 38, 40, 40)],
            id="a spike jumps from a tenth",
        ),
        pytest.param(
            {"shape": "step"},
            [
                ("step 25%", 0, 2, 10, 10),
                ("step 50%", 2, 4, 20, 20),
                ("step 75%", 4, 6, 30, 30),
                ("warm_up", 6, 8, 40, 40),
                ("hold", 8, 38, 40, 40),
            ],
            id="steps climb in quarters",
        ),
        pytest.param(
            {"shape": "soak"},
            [("ramp", 0, 6, 0, 40), ("warm_up", 6, 8, 40, 40), ("hold", 8, 308, 40, 40)],
            id="a soak holds ten times as long",
        ),
        pytest.param(
            {"recovery": "20s"},
            [("ramp", 0, 6, 0, 40), ("warm_up", 6, 8, 40, 40), ("hold", 8, 38, 40, 40), ("recovery", 38, 58, 10, 10)],
            id="a recovery follows at a quarter",
        ),
    ],
)
def test_a_shape_has_its_phases(load: dict[str, Any], phases: list[tuple[str, float, float, float, float]]) -> None:
    plan = plan_of(**load)
    assert told(plan) == phases
    assert [p.name for p in plan.phases if p.judged] == ["hold"]
    assert plan.notes == ()


def test_the_forecast_s_own_rates_are_sent_around_its_peak() -> None:
    campaign = a_campaign(load={"shape": "forecast", "hold": "10m", "ramp": "6s", "warm_up": "2s"})
    forecast = a_forecast(campaign)
    plan = make_plan(campaign, forecast, seed=7, run_id="r", peak_per_s=2 * forecast.peak_per_s)
    hold = [phase for phase in plan.phases if phase.judged]
    assert {phase.name for phase in hold} == {"hold"}
    assert hold[-1].end_s - hold[0].start_s == pytest.approx(600)
    assert plan.peak_per_s == pytest.approx(2 * forecast.peak_per_s)
    middle = (hold[0].start_s + hold[-1].end_s) / 2
    peak_at = forecast.peak_at.timestamp() - forecast.launch.timestamp()
    for phase in hold:
        rate = np.interp(peak_at + phase.start_s - middle, forecast.curve.offsets_s, forecast.curve.rates_per_s)
        assert phase.rate_from_per_s == pytest.approx(2 * rate)
    assert plan.phases[0].rate_to_per_s == hold[0].rate_from_per_s < plan.peak_per_s
    sent = make_schedule(plan).intended_s
    planned = sum(phase.expected_visits for phase in hold)
    assert np.count_nonzero(sent >= hold[0].start_s) == pytest.approx(planned, abs=1)


@pytest.mark.parametrize("shape", ["hold", "forecast", "spike", "step"])
def test_a_hold_too_short_for_a_conclusion_is_lengthened(shape: str) -> None:
    plan = plan_of(peak_per_s=40, hold="3s", shape=shape)
    held = [phase for phase in plan.phases if phase.judged]
    assert sum(phase.expected_visits for phase in held) >= sample_needed(0.01) == 299
    # A forecast that begins at its peak has nobody in the first half of its slice.
    assert held[-1].end_s - held[0].start_s <= (16 if shape == "forecast" else 8)
    assert "instead of 3 s: it needs 299 visits for a conclusion" in plan.notes[0]


@pytest.mark.parametrize(
    ("peak_per_s", "hold", "held_s"),
    [
        pytest.param(0.5, "10s", 100, id="ten times at most"),
        pytest.param(0.4, "200s", 600, id="ten minutes at most"),
        pytest.param(0.1, "20m", 1200, id="never shortened"),
    ],
)
def test_a_page_that_few_visit_is_not_loaded_for_ever(peak_per_s: float, hold: str, held_s: float) -> None:
    plan = plan_of(peak_per_s=peak_per_s, hold=hold)
    assert plan.phases[-1].end_s - plan.phases[-1].start_s == held_s
    assert [note.endswith("which is still too few") for note in plan.notes] == ([True] if held_s != 1200 else [])


@pytest.mark.parametrize(("limit", "visits"), [(0.0, 299), (0.01, 299), (0.001, 2995), (0.5, 59), (1.0, 59)])
def test_the_sample_is_that_of_the_stricter_limit(limit: float, visits: int) -> None:
    assert sample_needed(limit) == visits


def test_every_phase_has_a_verdict_of_its_own() -> None:
    # Failures in the ramp, a good hold, and one visit in ten slow in the recovery.
    run = a_load_run(planned=1000, seconds=100)
    phases = (
        Phase("ramp", 0, 20, 10, 10),
        Phase("hold", 20, 60, 10, 10, judged=True),
        Phase("hold", 60, 80, 10, 10, judged=True),
        Phase("recovery", 80, 200, 10, 10),
    )
    result = run.result.copy()
    result[150:200] = VisitResult.STATUS
    done = run.done_s.copy()
    done[900:920] += 2
    run = replace(run, plan=replace(run.plan, phases=phases), result=result, done_s=done)
    told = [(p.name, p.start_s, p.end_s, p.judged, p.stats.planned, p.meets) for p in run.per_phase()]
    assert told == [
        ("ramp", 0, 20, False, 200, False),
        ("hold", 20, 80, True, 600, True),
        ("recovery", 80, 200, False, 200, False),
    ]
    assert run.stats().failed == 0


@pytest.mark.load
def test_a_page_that_breaks_after_the_peak_is_seen_there_only(
    a_plan: Callable[..., LoadPlan], send: Callable[..., LoadRun]
) -> None:
    with landing_site(fail_ratio=0.4, from_s=2.5) as site:  # a second after the hold: none of its visits is so late
        plan = a_plan(site.url + "/", rate=40, hold=1.5)
        plan = replace(plan, phases=(*plan.phases, Phase("recovery", 1.5, 4, 20, 20)))
        run = send(plan)
    hold, recovery = run.per_phase()
    assert (hold.name, hold.meets) == ("hold", True)
    assert (recovery.name, recovery.meets) == ("recovery", False)
    assert run.stopped == ""
