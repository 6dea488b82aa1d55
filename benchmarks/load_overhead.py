"""What a run takes beyond its schedule, and how long after the earliest moment a certain failure is known.

    python benchmarks/load_overhead.py [rounds]

A passing run may cost 1.5 s beyond its schedule, its drain and a self-calibration of at most 2 s. A certain failure
is reported within 1.1 times the earliest moment at which it was certain, or within a second of it.
"""

import statistics
import subprocess
import sys
import time
from typing import Any

import numpy as np

from launchguard.authorize import Grant
from launchguard.load import run_load
from launchguard.load.brakes import allowed_failures, allowed_slow, failures
from launchguard.load.calibration.calibrate import needed_processes
from launchguard.model.load_plan import LoadPlan, Phase, Target
from launchguard.model.load_run import LoadRun
from launchguard.model.load_stats import selection
from launchguard.site import landing_site

MAX_OVERHEAD_S = 1.5
MAX_CALIBRATION_S = 2.0
FAILURES: list[tuple[str, float, dict[str, Any]]] = [
    ("3 % failures at 100/s", 100, {"fail_ratio": 0.03}),
    ("80/s asked of a page that serves 40/s", 80, {"capacity_per_s": 40.0}),
]


def plan_of(url: str, rate: float, hold: float, processes: int = 1) -> LoadPlan:
    phases = (Phase("warm_up", 0, 1, rate, rate), Phase("hold", 1, 1 + hold, rate, rate, judged=True))
    target = Target(url, url, 1.0, ("Spring sale",))
    return LoadPlan("bench", 1, "poisson", phases, (target,), 5.0, 5.0, 800.0, 0.01, processes=processes)


def timed(rate: float, hold: float, processes: int = 1, **behaviour: Any) -> tuple[LoadRun, float]:
    with landing_site(**behaviour) as site:
        plan = plan_of(site.url + "/", rate, hold, processes)
        began = time.monotonic()
        run = run_load(plan, [Grant(site.url, ("127.0.0.1",), None, "bench")])
        return run, time.monotonic() - began


def beyond_s(run: LoadRun, wall_s: float) -> float:
    """What a run took beyond its schedule and the answers that it waited for."""
    return wall_s - max(run.plan.duration_s, float(np.nanmax(run.done_s)))


def certain_s(run: LoadRun) -> float:
    """The earliest moment (s since the start) at which a limit was broken for certain."""
    judged = selection(run)
    intended, done, result = run.intended_s[judged], run.done_s[judged], run.result[judged]
    failed = np.sort(done[failures(result)])
    limit_s = run.plan.limit_p95_ms / 1000
    slow = np.sort(intended[done - intended > limit_s] + limit_s)
    moments = [
        times[allowed]
        for times, allowed in (
            (failed, allowed_failures(len(intended), run.plan.limit_failure_ratio)),
            (slow, allowed_slow(len(intended))),
        )
        if len(times) > allowed
    ]
    return float(min(moments))


def locust_starts_s() -> float:
    """What Locust takes to start by itself, for comparison: a busy machine makes all of these longer."""
    began = time.monotonic()
    subprocess.run([sys.executable, "-P", "-m", "locust", "--version"], check=True, capture_output=True)
    return time.monotonic() - began


def main(rounds: int = 5) -> int:
    wrong = 0
    print(f"locust --version: {statistics.median(locust_starts_s() for _ in range(rounds)):.2f} s")
    for processes in (1, 2):
        costs = [beyond_s(*timed(50, 4, processes)) for _ in range(rounds)]
        wrong += statistics.median(costs) > MAX_OVERHEAD_S
        print(f"passing run, {processes} process(es): {statistics.median(costs):.2f} s beyond its schedule, {costs}")
    for tls in ("http", "https"):
        began = time.monotonic()
        needed = needed_processes(plan_of(f"{tls}://127.0.0.1:1/", 400, 4))
        took = time.monotonic() - began
        wrong += took > MAX_CALIBRATION_S
        print(f"self-calibration, {tls}: {took:.2f} s; 400 visits/s need {needed} process(es) here")
    for name, rate, behaviour in FAILURES:
        ratios = []
        for _ in range(rounds):
            run, _ = timed(rate, 30, **behaviour)
            known, earliest = run.ended_s or np.inf, certain_s(run)
            ratios.append(known / earliest)
            wrong += known > earliest * 1.1 and known > earliest + 1
        print(f"{name}: known after {statistics.median(ratios):.3f} times the earliest moment, {ratios}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5))
