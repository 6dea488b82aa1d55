"""When to stop sending before the schedule is over.

A stop for a broken limit is a certainty: more than the allowed share of *all* planned visits is bad already, whatever
the rest would bring, and so many among the visits sent so far are beyond chance, so that the judge will say the same. A
visit is slow the moment its age passes the limit, finished or not; it has failed when its failure is recorded. What a
stall of this machine added to an age does not count: such a run is void at its end, and no verdict before it.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from launchguard.load.lateness import lag_bound_ms, own_delay_s
from launchguard.load.phases import SLOW
from launchguard.model.load_plan import LoadPlan, VisitResult
from launchguard.model.load_stats import due_in, went_wrong
from launchguard.numbers.statistics import judge_ratio
from launchguard.words import count, percent, tenths

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Mask = NDArray[np.bool_]

BIN_S = 0.5
OUTAGE_S = 2.0
HALF_S = 5.0
STOP_CONFIDENCE = 0.99
"""Stricter than the judge's own: he looks once, and the brakes look ten times a second."""
MIN_VISITS = 5
RATE_LIMIT = "the site limits the rate of this source (429); allow-list this source and repeat"
ELSEWHERE = "the page redirects to an origin that may not get this load, so it was not tested"
INCONCLUSIVE = {VisitResult.RATE_LIMITED: RATE_LIMIT, VisitResult.UNAUTHORIZED: ELSEWHERE}
"""Answers that say nothing about how real visitors fare, and why."""


@dataclass(frozen=True)
class Stop:
    """Why the sending ends, as a sentence; `inconclusive` where nothing can be concluded from what was seen."""

    reason: str
    inconclusive: bool = False


@dataclass(frozen=True, eq=False)
class Watched:
    """A run as far as it got: one element per planned visit, times in seconds since the start, NaN: not yet."""

    intended_s: "Floats"
    sent_s: "Floats"
    done_s: "Floats"
    result: "NDArray[np.uint8]"


def allowed_slow(visits: int) -> int:
    """How many of so many visits may pass the limit while their nearest-rank p95 still meets it."""
    return visits - -(-visits * 95 // 100)


def allowed_failures(visits: int, ratio: float) -> int:
    """How many of so many visits may fail while their ratio still meets the limit."""
    return int(visits * ratio + 1e-9)


class Brakes:
    """Looks at a run in progress; made once per run, asked some ten times a second."""

    def __init__(self, plan: LoadPlan, intended_s: "Floats") -> None:
        self.plan = plan
        inside = np.flatnonzero(due_in(plan, intended_s))
        self.judged = slice(int(inside[0]), int(inside[-1]) + 1) if len(inside) else slice(0, 0)
        self.visits = len(inside)

    def look(self, run: Watched, now_s: float) -> Stop | None:
        """A reason to stop at this moment of the run, or None."""
        return self._turned_away(run, now_s) or self._limits(run, now_s) or self._outage(run, now_s)

    def _limits(self, run: Watched, now_s: float) -> Stop | None:
        """A limit that is broken whatever the rest of the run would bring."""
        part, plan = self.judged, self.plan
        sent = ~np.isnan(run.sent_s[part])
        started = int(np.count_nonzero(sent))
        failed = int(np.count_nonzero(failures(run.result[part])))
        may_fail = allowed_failures(self.visits, plan.limit_failure_ratio)
        if failed > may_fail and _beyond_chance(failed, started, plan.limit_failure_ratio):
            return Stop(
                f"stopped after {tenths(now_s)} s: {count(failed)} of {count(self.visits)} planned visits had failed, "
                f"more than the {count(may_fail)} that the limit of {percent(plan.limit_failure_ratio)} allows"
            )
        slow = int(np.count_nonzero(sent & self._slow(run, now_s)))
        may_be_slow = allowed_slow(self.visits)
        if slow > may_be_slow and _beyond_chance(slow, started, SLOW):
            return Stop(
                f"stopped after {tenths(now_s)} s: {count(slow)} of {count(self.visits)} planned visits took "
                "longer than "
                f"{count(plan.limit_p95_ms)} ms, more than the {count(may_be_slow)} (5 %) that the limit allows"
            )
        return None

    def _slow(self, run: Watched, now_s: float) -> "Mask":
        """The judged visits that took longer than the limit, whatever this machine's own lateness explains of it."""
        intended, sent, done = run.intended_s[self.judged], run.sent_s[self.judged], run.done_s[self.judged]
        until = np.maximum(np.where(np.isnan(done), now_s, done), intended)
        own = own_delay_s(intended, sent, until, lag_bound_ms(self.plan.limit_p95_ms))
        return (until - intended - own) * 1000 > self.plan.limit_p95_ms

    def _turned_away(self, run: Watched, now_s: float) -> Stop | None:
        """The site asks this source for less, or leads it elsewhere: too often to conclude anything."""
        part = run.result[self.judged]
        failed = int(np.count_nonzero(failures(part)))
        may_fail = allowed_failures(self.visits, self.plan.limit_failure_ratio)
        for kind, reason in INCONCLUSIVE.items():
            often = failed <= may_fail < int(np.count_nonzero(part == kind))
            if not often:
                due, hits = self._windows(run, now_s, run.result == kind, HALF_S)
                often = bool(np.any((due >= MIN_VISITS) & (hits * 2 >= due)))
            if often:
                return Stop(f"stopped after {tenths(now_s)} s: {reason}", inconclusive=True)
        return None

    def _outage(self, run: Watched, now_s: float) -> Stop | None:
        """In any phase: every visit due in 2 s failed, or at least half of those due in 5 s."""
        failed = failures(run.result)
        for length_s, share, words in ((OUTAGE_S, 1.0, "all"), (HALF_S, 0.5, "at least half")):
            due, bad = self._windows(run, now_s, failed, length_s)
            hit = np.flatnonzero((due >= MIN_VISITS) & (bad >= due * share))
            if len(hit):
                return Stop(
                    f"stopped after {tenths(now_s)} s: {count(bad[hit[0]])} of the {count(due[hit[0]])} visits due in "
                    f"{count(length_s)} s had failed ({words})"
                )
        return None

    def _windows(
        self, run: Watched, now_s: float, hit: "Mask", length_s: float
    ) -> tuple["NDArray[np.int64]", "NDArray[np.int64]"]:
        """Visits due, and those that were hit, in every window of this length that is over and may still change."""
        first = max(0, int((now_s - self.plan.visit_timeout_s) / BIN_S) - int(length_s / BIN_S) - 1)
        bins = int(now_s / BIN_S) - first
        width = int(length_s / BIN_S)
        if bins < width:
            nothing = np.zeros(0, np.int64)
            return nothing, nothing
        low, high = np.searchsorted(run.intended_s, (first * BIN_S, (first + bins) * BIN_S))
        at = (run.intended_s[low:high] / BIN_S).astype(np.int64) - first
        sent = ~np.isnan(run.sent_s[low:high])
        window = np.ones(width, np.int64)
        due = np.bincount(at[sent], minlength=bins)[:bins]
        hits = np.bincount(at[sent & hit[low:high]], minlength=bins)[:bins]
        return np.convolve(due, window, "valid"), np.convolve(hits, window, "valid")


def _beyond_chance(bad: int, started: int, limit: float) -> bool:
    return judge_ratio(bad, started, limit, confidence=STOP_CONFIDENCE) == "breaks"


def failures(result: "NDArray[np.uint8]") -> "Mask":
    """Failed or never answered; what is INCONCLUSIVE is neither."""
    return went_wrong(result) & ~np.isin(result, list(INCONCLUSIVE))
