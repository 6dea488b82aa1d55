"""One level of a search: what is sent, and whether what came back holds."""

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import numpy as np

from launchguard.load.brakes import INCONCLUSIVE, allowed_failures, allowed_slow, failures
from launchguard.load.phases import SLOW
from launchguard.load.schedule import make_schedule
from launchguard.model.capacity import Level
from launchguard.model.load_figures import LoadStats
from launchguard.model.load_plan import LoadPlan, Phase, VisitResult
from launchguard.model.load_run import LoadRun
from launchguard.model.load_stats import selection
from launchguard.numbers.statistics import judge_ratio, more_visits_needed, required_sample
from launchguard.words import count

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

RAMP_S = 3.0
WARM_UP_S = 2.0
MIN_HOLD_S = 30.0
"""Requests that meet one stall are correlated: a level is held this long whatever the count says."""
MAX_STRETCH = 4.0
"""A level that is too close to call is held again, at most this many times longer."""
MIN_ANSWERED = 0.98
REFUSED = frozenset({VisitResult.CONNECT, VisitResult.RESET})


@dataclass(frozen=True)
class JudgedLevel:
    """A level, and how long (s) to hold it again for a verdict; None where repeating it would not help."""

    level: Level
    again_s: float | None = None


def hold_s(rate_per_s: float, plan: LoadPlan, min_s: float = MIN_HOLD_S) -> float:
    """How long a level has to be held so that clean visits show both limits."""
    limits = (min(plan.limit_failure_ratio, 1 - MIN_ANSWERED), SLOW)
    sample = max(required_sample(limit) for limit in limits if limit > 0)
    return max(min_s, math.ceil(sample / rate_per_s + 1))


def plan_level(template: LoadPlan, rate_per_s: float, held_s: float, seed: int) -> LoadPlan:
    """The template's visits at one steady rate: a short ramp, a warm-up, and the hold that is judged."""
    ramp = Phase("ramp", 0.0, RAMP_S, 0.0, rate_per_s)
    warm = Phase("warm_up", RAMP_S, RAMP_S + WARM_UP_S, rate_per_s, rate_per_s)
    hold = Phase("hold", warm.end_s, warm.end_s + held_s, rate_per_s, rate_per_s, judged=True)
    plan = replace(template, phases=(ramp, warm, hold), notes=(), seed=seed % 2**32)
    return replace(plan, schedule_sha256=make_schedule(plan).sha256)


def judge_level(run: LoadRun) -> JudgedLevel:
    """Say whether a level holds: failures, answers and p95 within the limits, beyond chance (one-sided, 95 %).

    A run that was stopped because a limit could no longer be met breaks, whatever the rest would have brought; one that
    was stopped for less, as a few failures in a row are at a low rate, is too close to call. What an invalid or
    interrupted run shows is nothing.
    """
    stats = run.stats()
    level = Level(
        offered_per_s=run.plan.peak_per_s,
        duration_s=stats.duration_s,
        # What was stopped early is measured by the visits that were sent and could be answered by then.
        answered_ratio=stats.ok / max(stats.planned if run.ended_s is None else stats.ended, 1),
        failure_ratio=stats.failure_ratio or 0.0,
        p95_ms=stats.latency_ms.p95 if stats.latency_ms else None,
        holds=None,
    )
    held = max(p.end_s - p.start_s for p in run.plan.phases if p.judged)
    if run.partial:
        return JudgedLevel(replace(level, reason="it was interrupted"))
    if run.invalid:
        hopeless = any(words in run.invalid for words in INCONCLUSIVE.values())
        return JudgedLevel(replace(level, reason=run.invalid), again_s=None if hopeless else held)
    if run.stopped and not _broke_for_certain(run, stats):
        return JudgedLevel(replace(level, reason=run.stopped), again_s=held)
    if run.stopped:
        return JudgedLevel(replace(level, holds=False, broke=how_it_broke(run)))
    return _judge_whole(run, stats, level, held)


def _broke_for_certain(run: LoadRun, stats: LoadStats) -> bool:
    """Whether a level that was stopped failed on its way to the hold, or broke a limit over all planned visits."""
    may_fail = allowed_failures(stats.planned, min(run.plan.limit_failure_ratio, 1 - MIN_ANSWERED))
    return not stats.ok or stats.bad > may_fail or run.slow(run.plan.limit_p95_ms) > allowed_slow(stats.planned)


def _judge_whole(run: LoadRun, stats: LoadStats, level: Level, held: float) -> JudgedLevel:
    """A level that ran its course."""
    may_fail = min(run.plan.limit_failure_ratio, 1 - MIN_ANSWERED)
    counts = [(stats.bad, stats.started, may_fail), (run.slow(run.plan.limit_p95_ms), stats.started, SLOW)]
    judgements = [judge_ratio(*each) for each in counts]
    if "breaks" in judgements:
        return JudgedLevel(replace(level, holds=False, broke=how_it_broke(run)))
    # A page that few visitors see hides in the total, and is slow or broken for every one of them.
    page = next((target.page for target in run.plan.targets if _page_breaks(run, target.page, may_fail)), None)
    if page is not None:
        return JudgedLevel(
            replace(level, holds=False, broke=f"{how_it_broke(run, page)}, on {urlsplit(page).path or page}")
        )
    if judgements == ["meets", "meets"]:
        return JudgedLevel(replace(level, holds=True))
    more = [more_visits_needed(*each) for each in counts]
    close = replace(level, reason="too close to call")
    if None in more:
        return JudgedLevel(close)
    wanted = held * (1 + max(m for m in more if m is not None) / max(stats.started, 1))
    return JudgedLevel(close, again_s=wanted if wanted <= MAX_STRETCH * held else None)


def _page_breaks(run: LoadRun, page: str, may_fail: float) -> bool:
    stats = run.stats(page=page)
    counts = (stats.bad, stats.started, may_fail), (run.slow(run.plan.limit_p95_ms, page), stats.started, SLOW)
    return any(judge_ratio(*each) == "breaks" for each in counts)


def how_it_broke(run: LoadRun, page: str | None = None) -> str:
    """What broke first (on one page, or on all), as a clause: latency, errors, or refused connections.

    A limit is broken at the moment of the visit with which it could no longer be met, among the visits of the hold, or
    of the whole level when it did not get that far.
    """
    part = selection(run, "judged", page)
    if not np.any(part & ~np.isnan(run.sent_s)):
        part = np.ones_like(part)
    planned = int(np.count_nonzero(part))
    limit_ms = run.plan.limit_p95_ms
    late = part & (run.result != VisitResult.DROPPED) & ((run.done_s - run.intended_s) * 1000 > limit_ms)
    wrong = part & failures(run.result)
    slow_at = _nth(run.intended_s[late] + limit_ms / 1000, allowed_slow(planned))
    may_fail = min(run.plan.limit_failure_ratio, 1 - MIN_ANSWERED)
    failed_at = _nth(run.done_s[wrong], allowed_failures(planned, may_fail))
    if failed_at <= slow_at and np.any(wrong):
        return _errors(run, wrong, part)
    stats = run.stats(page=page)
    p95 = f"p95 was {count(stats.latency_ms.p95)} ms" if stats.latency_ms else "visits took longer"
    return f"latency broke first: {p95}, the limit is {count(limit_ms)} ms"


def _nth(moments_s: "Floats", allowed: int) -> float:
    """When the first event beyond the allowed ones happened; infinity when it did not."""
    return float(np.sort(moments_s)[allowed]) if len(moments_s) > allowed else math.inf


def _errors(run: LoadRun, wrong: "NDArray[np.bool_]", part: "NDArray[np.bool_]") -> str:
    sent = int(np.count_nonzero(part & ~np.isnan(run.sent_s)))
    kinds, times = np.unique(run.result[wrong], return_counts=True)
    kind = VisitResult(int(kinds[np.argmax(times)]))
    failed = int(np.count_nonzero(wrong))
    refused = int(times[np.isin(kinds, list(REFUSED))].sum())
    first = "connections were refused first" if 2 * refused >= failed else "errors came first"
    example = run.examples.get(kind.word, kind.word)
    return f"{first}: {count(failed)} of {count(sent)} visits failed ({example})"
