"""Joins a search: proposes a level, sends it, judges it, waits until the pages are idle again."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from launchguard.capacity.idle import Look, Normal, measure_normal, wait_until_normal
from launchguard.capacity.level import MIN_HOLD_S, Judged, hold_s, judge_level, plan_level
from launchguard.capacity.search import Results, Scope, next_rate
from launchguard.errors import LaunchGuardError
from launchguard.load.schedule import expected_visits
from launchguard.model.capacity import Capacity, Level
from launchguard.model.events import Event, StageStarted
from launchguard.model.load import LoadPlan, LoadRun

START_S = 3.0
"""What a level takes besides its schedule: the generator starts, the last visits are answered."""


@dataclass(frozen=True)
class Budget:
    """What a search may cost: seconds, and visits sent."""

    seconds: float = 600.0
    visits: int = 500_000


@dataclass(frozen=True)
class Surroundings:
    """The parts of a search that reach the outside world.

    `send` runs one level and may raise LaunchGuardError when it must not or cannot; `look` visits every page once.
    """

    send: Callable[[LoadPlan], LoadRun]
    look: Callable[[], Look]
    emit: Callable[[Event], object] = lambda _: None
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], object] = time.sleep


@dataclass(frozen=True)
class Found:
    """What a search found: the capacity, and the run of every level, in the order of sending."""

    capacity: Capacity
    runs: tuple[LoadRun, ...] = ()

    def run_at(self, peak_per_s: float) -> LoadRun | None:
        """The last run at the peak (visits/s), or at the level nearest above it; the highest where none is above."""
        above = [run for run in self.runs if run.plan.peak_per_s >= peak_per_s * (1 - 1e-9)]
        if above:
            return min(reversed(above), key=lambda run: run.plan.peak_per_s)
        return max(reversed(self.runs), key=lambda run: run.plan.peak_per_s, default=None)


@dataclass(frozen=True)
class _End(Exception):  # noqa: N818 - it ends a search, and is no error
    """Why a search ends before its interval is narrow, and what would help."""

    reason: str
    fix: str = ""
    void: bool = False


@dataclass
class _Search:
    """A search under way."""

    template: LoadPlan
    scope: Scope
    budget: Budget
    around: Surroundings
    min_hold_s: float
    began: float
    normal: Normal | None = None
    levels: list[Level] = field(default_factory=list)
    runs: list[LoadRun] = field(default_factory=list)

    @property
    def results(self) -> Results:
        """By rate; what a repeated level showed last counts."""
        return {level.offered_per_s: level.holds for level in self.levels}

    def run(self) -> None:
        """Search to the end. Raises _End when something ends it early."""
        normal = measure_normal(self.around.look)
        if isinstance(normal, Look):
            raise _End(f"no load was sent: {normal.problem}", void=True)
        self.normal = normal
        while (rate := next_rate(self.scope, self.results)) is not None:
            judged = self.level(rate, hold_s(rate, self.template, self.min_hold_s))
            if judged.level.holds is None and judged.again_s is not None:
                judged = self.level(rate, judged.again_s)
            if judged.level.holds is None and self.runs[-1].invalid:
                raise _End(f"at {rate:.3g} visits/s the load proved nothing: {judged.level.reason}", void=True)

    def level(self, rate_per_s: float, held_s: float) -> Judged:
        """Send one level when the pages are idle and the budget allows it."""
        plan = plan_level(self.template, rate_per_s, held_s, self.template.seed + len(self.levels))
        self.await_idle()
        self.afford(plan)
        self.around.emit(
            StageStarted("capacity", f"level {len(self.levels) + 1}: {rate_per_s:.3g} visits/s for {held_s:.0f} s")
        )
        run = self.around.send(plan)
        judged = judge_level(run)
        self.levels.append(judged.level)
        self.runs.append(run)
        if run.partial:
            raise KeyboardInterrupt
        return judged

    def await_idle(self) -> None:
        """After a level, wait for the pages; the time comes out of the budget."""
        assert self.normal is not None
        if not self.levels:
            return
        left_s = self.budget.seconds - (self.around.clock() - self.began)
        around = self.around
        calm = wait_until_normal(
            self.normal, around.look, clock=around.clock, sleep=around.sleep, max_wait_s=min(60.0, max(left_s, 0.0))
        )
        if not calm:
            rate = self.levels[-1].offered_per_s
            raise _End(
                f"after {rate:.3g} visits/s the pages did not get back to normal",
                "Look for what keeps working or stays broken on the site after such a load, then search again.",
            )

    def afford(self, plan: LoadPlan) -> None:
        """Refuse a level that does not fit into what is left of the budget."""
        spent_s = self.around.clock() - self.began
        needed_s = plan.duration_s + START_S
        visits = sum(round(expected_visits(phase)) for phase in plan.phases)
        sent = sum(len(run.intended_s) for run in self.runs)
        if spent_s + needed_s > self.budget.seconds:
            raise _End(
                f"the budget of {self.budget.seconds:.0f} s ended: the next level, {plan.peak_per_s:.3g} visits/s, "
                f"takes {needed_s:.0f} s, and {max(self.budget.seconds - spent_s, 0):.0f} s were left",
                f"Give the search {needed_s - (self.budget.seconds - spent_s):.0f} s more.",
            )
        if sent + visits > self.budget.visits:
            raise _End(
                f"the budget of {self.budget.visits:,} visits ended: the next level, {plan.peak_per_s:.3g} visits/s, "
                f"takes {visits:,}, and {max(self.budget.visits - sent, 0):,} were left",
                f"Allow {sent + visits:,} visits or more.",
            )


def find_capacity(
    template: LoadPlan,
    scope: Scope,
    around: Surroundings,
    *,
    budget: Budget | None = None,
    min_hold_s: float = MIN_HOLD_S,
) -> Found:
    """Search the highest rate (visits/s) at which the pages meet the template's limits.

    The template gives pages, limits and seed; its phases are replaced. Whatever ends the search, the levels so far are
    kept: an interrupt makes the capacity partial, a generator that was not good enough leaves no rate at all.
    """
    search = _Search(template, scope, budget or Budget(), around, min_hold_s, around.clock())
    end: _End | None = None
    interrupted = False
    try:
        search.run()
    except _End as early:
        end = early
    except KeyboardInterrupt:
        end, interrupted = _End("the search was interrupted"), True
    except LaunchGuardError as error:
        if error.exit_code == LaunchGuardError.exit_code:
            raise
        end = _End(error.message, error.hint, void=True)
    return Found(conclude(tuple(search.levels), end, partial=interrupted), tuple(search.runs))


def conclude(levels: tuple[Level, ...], end: _End | None, *, partial: bool) -> Capacity:
    """The capacity that these levels show."""
    results = {level.offered_per_s: level.holds for level in levels}
    broke = min((rate for rate, holds in results.items() if holds is False), default=None)
    unproven = min((rate for rate, holds in results.items() if not holds), default=None)
    held = max((rate for rate, holds in results.items() if holds and (unproven is None or rate < unproven)), default=None)
    words = next((level.broke for level in levels if level.offered_per_s == broke), "")
    capacity = Capacity(held, held, broke, words, levels, partial=partial)
    if end is not None:
        capacity = replace(capacity, reason=end.reason, fix=end.fix)
    elif unproven is not None and (broke is None or unproven < broke):
        capacity = replace(capacity, reason=f"{unproven:.3g} visits/s were too close to call")
    elif held is None and broke is not None:
        capacity = replace(capacity, reason=f"no level held, down to {broke:.3g} visits/s")
    return replace(capacity, rate_per_s=None) if end is not None and end.void else capacity
