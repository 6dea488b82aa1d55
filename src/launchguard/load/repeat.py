"""What is sent once more: a hold that was too close to call, longer, and a run that a stall of this machine spoilt.

It is a run of its own, not the first one continued: a sample that is looked at twice and grown until it pleases says
less than its size. It decides, or leaves it unknown.
"""

import math
from dataclasses import replace

from launchguard.load.phases import MAX_HOLD_S, MAX_STRETCH, SLOW
from launchguard.load.quality import was_disturbed
from launchguard.model.load_plan import LoadPlan
from launchguard.model.load_run import LoadRun
from launchguard.numbers.statistics import judge_ratio, visits_to_decide
from launchguard.words import exact

REPEATED = "was repeated once"


def once_more(plan: LoadPlan, run: LoadRun) -> LoadPlan | None:
    """What to send after a plan's first run, with a note that says why; None where that run is all there is to know."""
    if was_disturbed(run):
        note = f"the first run proved nothing, because {run.invalid.rpartition(';')[0]}: it {REPEATED}"
        return replace(plan, notes=(*plan.notes, note))
    hold_s = hold_s_to_decide(run)
    return None if hold_s is None else with_hold(plan, math.ceil(hold_s))


def hold_s_to_decide(run: LoadRun) -> float | None:
    """How long (s) a hold would have to last to decide what this run left open; None where none would, or need be."""
    holds = [phase for phase in run.plan.phases if phase.judged]
    if run.invalid or run.stopped or run.partial or len(holds) != 1:
        return None
    (hold,) = holds
    started, length_s = run.stats().started, hold.end_s - hold.start_s
    pages = [_counts(run, target.page) for target in run.plan.targets]
    total = _counts(run, None)
    # What is broken already is a NO-GO, and no second run may talk it away.
    broken = any(judge_ratio(*count) == "breaks" for counts in (total, *pages) for count in counts)
    left_open = [count for count in total if judge_ratio(*count) == "open"]
    if broken or not left_open or not started:
        return None
    longest_s = min(max(MAX_HOLD_S, length_s), MAX_STRETCH * length_s)
    wanted = [visits_for(*count, most=int(started * longest_s / length_s)) for count in left_open]
    return None if None in wanted else length_s * max(visits for visits in wanted if visits) / started


def visits_for(bad: int, seen: int, limit: float, *, most: int) -> int | None:
    """How many visits (at most `most`) a run of its own takes to decide what `bad` of `seen` left open; None: no use.

    It is sized for the share that was seen. Where that is too many, the longest run is still worth its time if a share
    that may well be the true one, a standard error further from the limit, would be decided by it.
    """
    share = bad / seen
    needed = visits_to_decide(share, limit)
    if needed is not None and needed <= most:
        return needed
    error = math.sqrt(share * (1 - share) / seen)
    plausible = visits_to_decide(max(0.0, share - error) if share <= limit else min(1.0, share + error), limit)
    return most if plausible is not None and plausible <= most else None


def _counts(run: LoadRun, page: str | None) -> tuple[tuple[int, int, float], tuple[int, int, float]]:
    """Failed and slow visits of the hold, on one page or on all: how many of how many, and the share that may be."""
    stats = run.stats(page=page)
    slow = run.slow(run.plan.limit_p95_ms, page)
    return (stats.bad, stats.started, run.plan.limit_failure_ratio), (slow, stats.started, SLOW)


def with_hold(plan: LoadPlan, hold_s: float) -> LoadPlan:
    """The plan with its one hold lasting this long; what comes after it comes later, and a note says so."""
    (hold,) = [phase for phase in plan.phases if phase.judged]
    more_s = hold_s - (hold.end_s - hold.start_s)
    phases = tuple(
        replace(p, end_s=p.end_s + more_s)
        if p.judged
        else replace(p, start_s=p.start_s + more_s, end_s=p.end_s + more_s)
        if p.start_s >= hold.end_s
        else p
        for p in plan.phases
    )
    note = f"the first hold, of {exact(hold_s - more_s)} s, was too close to call: it {REPEATED} with {exact(hold_s)} s"
    return replace(plan, phases=phases, notes=(*plan.notes, note))
