"""A whole search against a site that is a function, with a clock that only the search moves."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchguard.errors import AuthorizationError, LaunchGuardError, LoadEngineError
from launchguard.load.capacity import Budget, CapacityScope, Found, SearchSurroundings, find_capacity
from launchguard.load.capacity.find import visits_of
from launchguard.load.capacity.search import NARROW
from launchguard.load.idle import Look, look_of
from launchguard.model.events import Event, StageStarted
from launchguard.model.load_plan import LoadPlan
from launchguard.model.load_run import LoadRun
from launchguard.testing import a_load_run, a_visit, an_error

TEMPLATE = a_load_run().plan


def a_run(plan: LoadPlan, *, p95_ms: float, **over: Any) -> LoadRun:
    """What a level brought: its hold with these latencies."""
    held = plan.phases[-1].end_s - plan.phases[-1].start_s
    run = a_load_run(planned=round(held * plan.peak_per_s), seconds=held, p95_ms=p95_ms, **over)
    shifted = {key: getattr(run, key) + plan.phases[-1].start_s for key in ("intended_s", "sent_s", "done_s")}
    return replace(run, plan=plan, **shifted)


@dataclass
class Fake:
    """A site that serves `capacity` visits/s in time, and `recovers_s` after the last level is idle again."""

    capacity: float
    recovers_s: float = 0.0
    p95_at: Callable[[float], float] | None = None
    invalid_above: float = float("inf")
    invalid_times: int = 10**9
    now: float = 0.0
    busy_until: float = 0.0
    plans: list[LoadPlan] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    def send(self, plan: LoadPlan) -> LoadRun:
        assert self.now >= self.busy_until, "a level was sent before the pages were idle"
        self.plans.append(plan)
        self.now += plan.duration_s
        self.busy_until = self.now + self.recovers_s
        rate = plan.peak_per_s
        p95_ms = self.p95_at(rate) if self.p95_at else 200.0 if rate <= self.capacity else 3000.0
        if rate > self.invalid_above and self.invalid_times > 0:
            self.invalid_times -= 1
            return a_run(plan, p95_ms=p95_ms, invalid="the generator used 99 % of its core; use a machine with more")
        return a_run(plan, p95_ms=p95_ms)

    def look(self) -> Look:
        self.now += 0.01
        return Look(5.0 if self.now >= self.busy_until else 4000.0)

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def search(self, scope: CapacityScope, **options: Any) -> Found:
        around = SearchSurroundings(self.send, self.look, self.events.append, lambda: self.now, self.sleep)
        return find_capacity(TEMPLATE, scope, around, **options)


def test_a_search_finds_the_capacity() -> None:
    fake = Fake(21.0)
    found = fake.search(CapacityScope(10, 1000))
    capacity = found.capacity
    assert (capacity.rate_per_s, capacity.low_per_s, capacity.high_per_s) == (20, 20, 21.8)
    assert capacity.broke == "latency broke first: p95 was 3,003 ms, the limit is 800 ms"
    assert (capacity.reason, capacity.partial) == ("", False)
    assert [level.offered_per_s for level in capacity.levels] == [10, 20, 40, 28.3, 23.8, 21.8]
    assert [level.holds for level in capacity.levels] == [True, True, False, False, False, False]
    assert len(found.runs) == len(capacity.levels)
    assert len({plan.seed for plan in fake.plans}) == len(fake.plans)
    stages = [event.detail for event in fake.events if isinstance(event, StageStarted)]
    assert stages[0] == "level 1: 10 visits/s for 31 s"


def test_nothing_breaks_up_to_the_largest_figure() -> None:
    capacity = Fake(1000).search(CapacityScope(25, 50)).capacity
    assert (capacity.rate_per_s, capacity.high_per_s, capacity.reason) == (50, None, "")


def test_a_cap_ends_the_search_and_says_so() -> None:
    fake = Fake(1000)
    capacity = fake.search(CapacityScope(25, 50, (50,)).capped(40)).capacity
    assert (capacity.rate_per_s, capacity.high_per_s) == (40, None)
    assert capacity.reason == "no more than 40 visits/s may be sent"
    assert "max_rate" in capacity.fix
    assert max(plan.peak_per_s for plan in fake.plans) == 40


def test_a_site_that_holds_nothing() -> None:
    capacity = Fake(0).search(CapacityScope(64, 128), budget=Budget(1e9)).capacity
    assert (capacity.rate_per_s, capacity.low_per_s, capacity.high_per_s) == (None, None, 1)
    assert capacity.reason == "no level held, down to 1 visits/s"


def test_a_saturated_generator_gives_no_figure() -> None:
    fake = Fake(1000, invalid_above=60)
    capacity = fake.search(CapacityScope(25, 1e6)).capacity
    assert (capacity.rate_per_s, capacity.low_per_s) == (None, 50)
    assert "at 100 visits/s the load proved nothing: the generator used 99 %" in capacity.reason
    assert [plan.peak_per_s for plan in fake.plans] == [25, 50, 100, 100]  # once more: it may have been chance


def test_a_generator_that_had_one_bad_moment_is_forgiven() -> None:
    found = Fake(60, invalid_above=40, invalid_times=1).search(CapacityScope(25, 50))
    assert found.capacity.rate_per_s == 50
    assert [level.holds for level in found.capacity.levels] == [True, None, True]
    assert found.run_at(50) is found.runs[2]


def test_too_close_to_call_is_held_longer_once_and_then_said() -> None:
    close = Fake(0, p95_at=lambda rate: 200 if rate < 50 else 794 if rate == 50 else 3000)
    capacity = close.search(CapacityScope(25, 100, (50,))).capacity
    assert [plan.phases[-1].end_s - 5 for plan in close.plans if plan.peak_per_s == 50] == [
        30,
        pytest.approx(70, abs=40),
    ]
    assert (capacity.rate_per_s, capacity.reason) == (50, "")
    on_the_limit = Fake(0, p95_at=lambda rate: 200 if rate < 50 else 800 if rate == 50 else 3000)
    capacity = on_the_limit.search(CapacityScope(25, 100, (50,))).capacity
    assert capacity.reason == "50 visits/s were too close to call"
    assert (capacity.low_per_s, capacity.high_per_s) == (45.9, None)


def test_between_levels_the_pages_become_idle_first() -> None:
    fake = Fake(21, recovers_s=20.0)
    assert fake.search(CapacityScope(10, 1000)).capacity.rate_per_s == 20  # `send` asserts the waiting


def test_pages_that_do_not_recover_end_the_search() -> None:
    capacity = Fake(21, recovers_s=100.0).search(CapacityScope(10, 1000)).capacity
    assert (capacity.rate_per_s, capacity.high_per_s) == (10, None)
    assert capacity.reason == "after 10 visits/s the pages did not get back to normal"


def test_no_load_on_pages_that_give_an_idle_visitor_nothing() -> None:
    fake = Fake(100)
    problem = look_of([a_visit(), a_visit(status=503)])
    around = SearchSurroundings(fake.send, lambda: problem)
    found = find_capacity(TEMPLATE, CapacityScope(10, 20), around)
    assert found.runs == ()
    assert found.capacity.rate_per_s is None
    assert "it answers 503" in found.capacity.reason
    assert found.run_at(10) is None
    assert "refused" in look_of([a_visit(error=an_error("refused", "connection refused"))]).problem


@pytest.mark.parametrize(
    ("budget", "levels", "reason"),
    [
        (Budget(seconds=30), 0, "the budget of 30 s ended"),
        (Budget(seconds=90), 2, "the budget of 90 s ended"),
        (Budget(visits=500), 1, "the budget of 500 visits ended"),
    ],
)
def test_a_budget_that_ends_keeps_what_is_known(budget: Budget, levels: int, reason: str) -> None:
    capacity = Fake(1000).search(CapacityScope(10, 1000), budget=budget).capacity
    assert len(capacity.levels) == levels
    assert capacity.reason.startswith(reason)
    assert capacity.fix
    assert capacity.rate_per_s == (10 * 2 ** (levels - 1) if levels else None)


@given(
    seconds=st.floats(0, 2000), visits=st.integers(1, 100_000), capacity=st.floats(1, 500), recovers_s=st.floats(0, 20)
)
def test_a_search_ends_within_its_budget_and_brackets_the_truth(
    seconds: float, visits: int, capacity: float, recovers_s: float
) -> None:
    fake = Fake(capacity, recovers_s=recovers_s)
    found = fake.search(CapacityScope(30, 300), budget=Budget(seconds, visits)).capacity
    assert fake.now <= seconds + 1
    assert sum(visits_of(plan) for plan in fake.plans) <= visits
    assert found.low_per_s is None or found.low_per_s <= capacity
    assert found.high_per_s is None or found.high_per_s > capacity
    if not found.reason and found.high_per_s is not None and found.low_per_s is not None:
        assert found.high_per_s / found.low_per_s <= NARROW * 1.01


def test_an_interrupt_keeps_the_levels_so_far() -> None:
    fake = Fake(1000)

    def send(plan: LoadPlan) -> LoadRun:
        run = fake.send(plan)
        return replace(run, partial=True) if len(fake.plans) == 2 else run

    around = SearchSurroundings(send, fake.look, clock=lambda: fake.now, sleep=fake.sleep)
    capacity = find_capacity(TEMPLATE, CapacityScope(10, 1000), around).capacity
    assert (capacity.partial, capacity.rate_per_s, len(capacity.levels)) == (True, 10, 2)
    assert capacity.reason == "the search was interrupted"


@pytest.mark.parametrize(
    "error", [LoadEngineError("it did not start"), AuthorizationError("not any more", hint="wait")]
)
def test_load_that_cannot_be_sent_gives_no_figure(error: LaunchGuardError) -> None:
    fake = Fake(1000)

    def send(plan: LoadPlan) -> LoadRun:
        if fake.plans:
            raise error
        return fake.send(plan)

    around = SearchSurroundings(send, fake.look, clock=lambda: fake.now, sleep=fake.sleep)
    capacity = find_capacity(TEMPLATE, CapacityScope(10, 1000), around).capacity
    assert (capacity.rate_per_s, capacity.low_per_s, capacity.reason) == (None, 10, error.message)
    assert capacity.fix == error.hint


def test_the_run_at_the_peak_is_the_level_at_it_or_nearest_above() -> None:
    found = Fake(30).search(CapacityScope(25, 50, (33.25, 50)))
    assert [run.plan.peak_per_s for run in found.runs] == [25, 50, 33.25, 28.8, 30.9]
    for peak, rate in ((25, 25), (26, 28.8), (10, 25), (40, 50), (60, 50)):
        run = found.run_at(peak)
        assert run is not None
        assert run.plan.peak_per_s == rate
