"""Joins a search: proposes a level, sends it, judges it, waits until the pages are idle again."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from launchguard.errors import LaunchGuardError
from launchguard.load.capacity.conclude import End, conclude_search
from launchguard.load.capacity.level import MIN_HOLD_S, JudgedLevel, hold_s, judge_level, plan_level
from launchguard.load.capacity.search import CapacityScope, Results, next_rate
from launchguard.load.idle import MAX_WAIT_S, Look, Normal, measure_normal, wait_until_normal
from launchguard.model.capacity import Capacity, Level
from launchguard.model.events import Event, StageStarted
from launchguard.model.load_plan import LoadPlan
from launchguard.model.load_run import LoadRun
from launchguard.words import count, number

START_S = 3.0
"""What a level takes besides its schedule: the generator starts, the last visits are answered."""


@dataclass(frozen=True)
class Budget:
    """What a search may cost: seconds, and visits sent."""

    seconds: float = 600.0
    visits: int = 500_000


@dataclass(frozen=True)
class SearchSurroundings:
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


class _EndedError(Exception):
    """Carries an End out of a search."""

    def __init__(self, reason: str, fix: str = "", *, void: bool = False) -> None:
        super().__init__(reason)
        self.end = End(reason, fix, void)


@dataclass
class _Search:
    """A search under way."""

    template: LoadPlan
    scope: CapacityScope
    budget: Budget
    around: SearchSurroundings
    min_hold_s: float
    began: float
    normal: Normal | None = None
    levels: list[Level] = field(default_factory=list)
    runs: list[LoadRun] = field(default_factory=list)
    visits: int = 0

    @property
    def results(self) -> Results:
        """By rate; what a repeated level showed last counts."""
        return {level.offered_per_s: level.holds for level in self.levels}

    def run(self) -> None:
        """Search to the end. Raises _EndedError when something ends it early."""
        normal = measure_normal(self.around.look)
        if isinstance(normal, Look):
            raise _EndedError(f"no load was sent: {normal.problem}", void=True)
        self.normal = normal
        while (rate := next_rate(self.scope, self.results)) is not None:
            judged = self.level(rate, hold_s(rate, self.template, self.min_hold_s))
            if judged.level.holds is None and judged.again_s is not None:
                judged = self.level(rate, judged.again_s)
            if judged.level.holds is None and self.runs[-1].invalid:
                raise _EndedError(
                    f"at {number(rate)} visits/s the load proved nothing: {judged.level.reason}", void=True
                )

    def level(self, rate_per_s: float, held_s: float) -> JudgedLevel:
        """Send one level when the pages are idle and the budget allows it."""
        plan = plan_level(self.template, rate_per_s, held_s, self.template.seed + len(self.levels))
        self.await_idle()
        self.afford(plan)
        self.around.emit(
            StageStarted(
                "capacity", f"level {len(self.levels) + 1}: {number(rate_per_s)} visits/s for {count(held_s)} s"
            )
        )
        self.visits += visits_of(plan)
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
            self.normal,
            around.look,
            clock=around.clock,
            sleep=around.sleep,
            max_wait_s=min(MAX_WAIT_S, max(left_s, 0.0)),
        )
        if not calm:
            rate = self.levels[-1].offered_per_s
            raise _EndedError(
                f"after {number(rate)} visits/s the pages did not get back to normal",
                "Look for what keeps working or stays broken on the site after such a load, then search again.",
            )

    def afford(self, plan: LoadPlan) -> None:
        """Refuse a level that does not fit into what is left of the budget."""
        spent_s = self.around.clock() - self.began
        needed_s = plan.duration_s + START_S
        sent, visits = self.visits, visits_of(plan)
        if spent_s + needed_s > self.budget.seconds:
            raise _EndedError(
                f"the budget of {count(self.budget.seconds)} s ended: the next level, {number(plan.peak_per_s)} "
                "visits/s, "
                f"takes {count(needed_s)} s, and {count(max(self.budget.seconds - spent_s, 0))} s were left",
                f"Give the search {count(needed_s - (self.budget.seconds - spent_s))} s more.",
            )
        if sent + visits > self.budget.visits:
            raise _EndedError(
                f"the budget of {count(self.budget.visits)} visits ended: the next level, "
                f"{number(plan.peak_per_s)} visits/s, "
                f"takes {count(visits)}, and {count(max(self.budget.visits - sent, 0))} were left",
                f"Allow {count(sent + visits)} visits or more.",
            )


def visits_of(plan: LoadPlan) -> int:
    """How many visits a plan sends."""
    return round(sum(phase.expected_visits for phase in plan.phases))


def find_capacity(
    template: LoadPlan,
    scope: CapacityScope,
    around: SearchSurroundings,
    *,
    budget: Budget | None = None,
    min_hold_s: float = MIN_HOLD_S,
) -> Found:
    """Search the highest rate (visits/s) at which the pages meet the template's limits.

    The template gives pages, limits and seed; its phases are replaced. Whatever ends the search, the levels so far are
    kept: an interrupt makes the capacity partial, a generator that was not good enough leaves no rate at all.
    """
    search = _Search(template, scope, budget or Budget(), around, min_hold_s, around.clock())
    end: End | None = None
    interrupted = False
    try:
        search.run()
    except _EndedError as ended:
        end = ended.end
    except KeyboardInterrupt:
        end, interrupted = End("the search was interrupted"), True
    except LaunchGuardError as error:
        if error.exit_code == LaunchGuardError.exit_code:
            raise
        end = End(error.message, error.hint, void=True)
    return Found(conclude_search(scope, tuple(search.levels), end, partial=interrupted), tuple(search.runs))
