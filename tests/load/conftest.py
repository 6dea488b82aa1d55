"""Short load runs against the embedded site."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from launchguard.authorize import Grant, origin_of
from launchguard.load import run_load
from launchguard.model.load_plan import LoadPlan, Phase, Target
from launchguard.model.load_run import LoadRun

BASE = LoadPlan(
    run_id="test-run",
    seed=1,
    arrivals="poisson",
    phases=(),
    targets=(),
    drain_s=5.0,
    visit_timeout_s=5.0,
    limit_p95_ms=20_000.0,
    limit_failure_ratio=0.01,
)
"""Nothing in it is so near that a machine that stalls for a second would reach it: visits may be sent up to a hundredth
of the limit on p95 late, and wait as long as it. A test that is about a limit or a deadline sets its own.
"""


@pytest.fixture
def a_plan() -> Callable[..., LoadPlan]:
    """A plan for pages, at one rate, in phases that are given as seconds: ramp, warm_up, hold."""

    def make(
        *urls: str, rate: float = 50.0, ramp: float = 0.0, warm_up: float = 0.0, hold: float = 2.0, **over: Any
    ) -> LoadPlan:
        phases, start = [], 0.0
        for name, length, first in (("ramp", ramp, 0.0), ("warm_up", warm_up, rate), ("hold", hold, rate)):
            if length:
                phases.append(Phase(name, start, start + length, first, rate, judged=name == "hold"))
                start += length
        contains = over.pop("contains", ("Spring sale",))
        targets = tuple(Target(url, url, 1 / len(urls), contains) for url in urls)
        return replace(BASE, phases=tuple(phases), targets=targets, **over)

    return make


@pytest.fixture
def send() -> Callable[..., LoadRun]:
    """Run a plan, every origin of it (and `also`) granted at 127.0.0.1."""

    def run(plan: LoadPlan, *, also: Sequence[str] = (), **options: Any) -> LoadRun:
        origins = {origin_of(url) for url in (*(target.url for target in plan.targets), *also)}
        grants = [Grant(origin, ("127.0.0.1",), None, "test") for origin in origins]
        made = run_load(plan, grants, **options)
        for stats in (made.stats(None), made.stats()):
            assert stats.planned == stats.started + stats.dropped
            assert stats.started == stats.ok + stats.failed + stats.unanswered
        started = ~np.isnan(made.sent_s)
        assert np.all(made.intended_s[started] <= made.sent_s[started])
        assert np.all(made.sent_s[started] <= made.done_s[started])
        return made

    return run
