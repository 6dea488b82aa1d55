"""Answer times that climb: told when they would pass the limit while the peak lasts, and by chance never."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from launchguard import Finding, LoadRun, NotApplicable, Unknown, VisitResult
from launchguard.model.load_plan import Phase
from launchguard.testing import a_campaign, a_forecast, a_load_run

Judge = Callable[..., list[Finding | Unknown | NotApplicable]]
Times = Callable[[np.ndarray, np.random.Generator], np.ndarray]

STEADY_PEAK = a_campaign(channels=[{"kind": "rate", "rate": "50/s"}])


def a_run(times_s: Times, *, seconds: float = 60.0, rate: float = 50.0, seed: int = 1, **over: Any) -> LoadRun:
    """A hold with Poisson arrivals whose answer times (s) are a function of when they are due."""
    rng = np.random.default_rng(seed)
    intended = np.sort(rng.uniform(0, seconds, int(seconds * rate)))
    run = a_load_run(planned=len(intended), seconds=seconds)
    return replace(run, intended_s=intended, sent_s=intended, done_s=intended + times_s(intended, rng), **over)


def noisy(level_s: Times | float, spread: float = 0.5) -> Times:
    """Lognormal times around a level."""
    return lambda due, rng: (level_s(due, rng) if callable(level_s) else level_s) * rng.lognormal(0, spread, len(due))


def pauses(due: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Every four seconds nothing is answered for 1.2 s."""
    return 0.01 * rng.lognormal(0, 0.5, len(due)) + np.maximum(0.0, 1.2 - due % 4.0)


def bimodal(due: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One visit in twenty-five takes 2.5 s."""
    return np.where(rng.random(len(due)) < 0.04, 2.5, 0.01)


def one_queue(due: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One worker, busy four fifths of the time: times that hang together without climbing."""
    service, free, times = rng.exponential(0.8 / 50, len(due)), 0.0, np.empty(len(due))
    for index, moment in enumerate(due):
        free = max(free, moment) + service[index]
        times[index] = free - moment
    return times


def test_a_leak_is_told_with_when_it_passes_the_limit(judged: Judge) -> None:
    run = a_run(lambda due, _: 0.1 + 0.4 * due / 60)
    (finding,) = judged("climbing", run, STEADY_PEAK, a_forecast(STEADY_PEAK))
    assert isinstance(finding, Finding)
    assert finding.message == (
        "answer times climb through the whole hold: from 0.17 s to 0.44 s in 1 min; at this pace they pass the limit "
        "of 0.8 s after 1 min 44 s, and the peak lasts 3 d 14 h"
    )


@pytest.mark.parametrize("times", [noisy(0.05), noisy(0.5, 0.1), pauses, bimodal, one_queue])
@pytest.mark.parametrize("seconds", [8.0, 60.0])
def test_what_does_not_climb_is_never_told(judged: Judge, times: Times, seconds: float) -> None:
    told = [
        judged("climbing", a_run(times, seconds=seconds, seed=seed), STEADY_PEAK, a_forecast(STEADY_PEAK))
        for seed in range(100)
    ]
    assert sum(map(bool, told)) <= 1


@pytest.mark.parametrize("seed", range(20))
def test_a_leak_is_seen_through_noise(judged: Judge, seed: int) -> None:
    leak = noisy(lambda due, _: 0.05 + 0.3 * due / 60, 0.3)
    assert len(judged("climbing", a_run(leak, seed=seed), STEADY_PEAK, a_forecast(STEADY_PEAK))) == 1


def test_a_small_rise_is_not_told(judged: Judge) -> None:
    small = a_run(lambda due, _: 0.1 + 0.2 * due / 60)  # 0.13 s between the thirds; a fifth of the limit is 0.16 s
    assert judged("climbing", small, STEADY_PEAK, a_forecast(STEADY_PEAK)) == []
    assert len(judged("climbing", small, STEADY_PEAK, a_forecast(STEADY_PEAK), min_rise=0.1)) == 1


def test_a_peak_that_is_over_before_the_limit_is_passed_is_not_told(judged: Judge) -> None:
    short = a_campaign(channels=[{"kind": "tv", "responders": 3000, "spot": "30s"}])
    forecast = a_forecast(short)
    slow = a_run(lambda due, _: 0.1 + 0.3 * due / 60)  # passes the limit after 140 s
    assert forecast.lasts_s(0.9) < 140
    assert judged("climbing", slow, short, forecast) == []
    assert len(judged("climbing", slow, STEADY_PEAK, a_forecast(STEADY_PEAK))) == 1


def test_the_limit_has_to_be_passed_within_an_hour(judged: Judge) -> None:
    """A hold of ten minutes that needs two hours at its pace."""
    patient = a_campaign(channels=[{"kind": "rate", "rate": "50/s"}], limits={"p95": "2s"})
    run = a_run(lambda due, _: 0.01 + 0.5 * due / 1500, seconds=1500.0, rate=2.0)
    assert judged("climbing", run, patient, a_forecast(patient), min_rise=0.1) == []
    assert len(judged("climbing", run, STEADY_PEAK, a_forecast(STEADY_PEAK), min_rise=0.1)) == 1


@pytest.mark.parametrize(
    "over",
    [
        {"stopped": "half of the visits due in 5 s failed"},
        {"partial": True},
        {"invalid": "visits were sent late"},
    ],
)
def test_a_hold_that_did_not_last_tells_nothing(judged: Judge, over: dict[str, Any]) -> None:
    run = a_run(lambda due, _: 0.1 + 0.4 * due / 60, **over)
    (answer,) = judged("climbing", run, STEADY_PEAK, a_forecast(STEADY_PEAK))
    assert isinstance(answer, NotApplicable)


def test_a_rate_that_changes_and_a_handful_of_visits_tell_nothing(judged: Judge) -> None:
    run = a_run(lambda due, _: 0.1 + 0.4 * due / 60)
    rising = (Phase("hold", 0.0, 30.0, 20.0, 50.0, judged=True), Phase("hold", 30.0, 60.0, 50.0, 50.0, judged=True))
    changing = replace(run, plan=replace(run.plan, phases=rising))
    few = a_run(lambda due, _: 0.1 + 0.4 * due / 60, rate=1.0)
    for part, words in ((changing, "the rate changes"), (few, "too few visits")):
        (answer,) = judged("climbing", part, STEADY_PEAK, a_forecast(STEADY_PEAK))
        assert isinstance(answer, NotApplicable)
        assert words in answer.reason


def test_visits_that_were_given_up_count_with_their_age(judged: Judge) -> None:
    run = a_run(lambda due, _: 0.1 + 0.4 * due / 60)
    result = run.result.copy()
    result[::50] = VisitResult.UNANSWERED
    assert len(judged("climbing", replace(run, result=result), STEADY_PEAK, a_forecast(STEADY_PEAK))) == 1
