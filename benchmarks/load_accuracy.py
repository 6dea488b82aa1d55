"""Is the load sent on time, all of it, and is what is reported true? `python -m benchmarks load_accuracy`.

Four measurements of whole runs against a target that counts for itself: lateness at 1,000 visits/s in one process; a
stall of 2 s at 100/s; 250/s asked of a target that serves 200/s; half of what it serves. What is true follows from the
schedule and from how the target serves. And without sending anything, how the arrivals of 60 s are scattered.
"""

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from launchguard.authorize import Grant
from launchguard.load import run_load
from launchguard.load.schedule import make_schedule
from launchguard.model.load import LoadPlan, LoadRun, Phase, Target
from launchguard.model.load_stats import percentile
from launchguard.site import landing_site

LATENESS_RATE = 1000.0
GOAL_LATENESS_MS = 0.5
LOW, HIGH = 0.97, 1.05
SERVICE_MS = 5.0
CAPACITY_PER_S = 200.0
SLOT_MS = 50.0


@dataclass(frozen=True)
class Scenario:
    """A rate (visits/s) for so many seconds against a target that behaves so."""

    name: str
    rate_per_s: float
    seconds: float
    target: dict[str, Any]


SCENARIOS = (
    Scenario("a stall of 2 s", 100, 20, {"latency_ms": SERVICE_MS, "freeze_at_s": 8.0, "freeze_s": 2.0}),
    Scenario("250/s asked of 200/s", 250, 20, {"capacity_per_s": CAPACITY_PER_S, "latency_ms": SLOT_MS}),
    Scenario("half load", 100, 20, {"capacity_per_s": CAPACITY_PER_S, "latency_ms": SLOT_MS}),
)


def send(url: str, rate_per_s: float, seconds: float) -> LoadRun:
    """Hold a rate of evenly spaced visits; no limit stops it."""
    phases = (Phase("hold", 0, seconds, rate_per_s, rate_per_s, judged=True),)
    plan = LoadPlan(
        "bench", 1, "uniform", phases, (Target(url, url, 1.0),), 15.0, 30.0, 60_000.0, 1.0, 1.0, processes=1
    )
    return run_load(plan, [Grant(url.removesuffix("/"), ("127.0.0.1",), None, "bench")])


def truth_ms(scenario: Scenario, intended_s: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
    """What each visit has to wait, from the moment it is due, when nothing but the target takes time."""
    target = scenario.target
    free_s, took = 0.0, []
    first = float(intended_s[0])
    for due in intended_s.tolist():
        answer = due
        if target.get("capacity_per_s"):
            free_s = max(due, free_s) + 1 / target["capacity_per_s"]
            answer = free_s
        answer += target["latency_ms"] / 1000
        frozen = first + target.get("freeze_at_s", 0.0)
        if target.get("freeze_s") and frozen <= answer < frozen + target["freeze_s"]:
            answer = frozen + target["freeze_s"]
        took.append((answer - due) * 1000)
    return np.sort(np.array(took))


def lateness() -> Iterator[tuple[str, bool]]:
    """How late visits are sent at a high rate."""
    with landing_site() as site:
        run = send(site.url + "/", LATENESS_RATE, 10)
        arrived = site.arrivals("/")
    lag_ms = np.sort((run.sent_s - run.intended_s) * 1000)
    p50, p99 = percentile(lag_ms, 0.5), percentile(lag_ms, 0.99)
    stats = run.stats()
    yield (
        f"lateness at {LATENESS_RATE:g}/s: p50 {p50:.2f} ms, p99 {p99:.2f} ms, max {lag_ms[-1]:.1f} ms, "
        f"the goal is {GOAL_LATENESS_MS} ms at p99",
        p99 <= GOAL_LATENESS_MS,
    )
    yield f"started {stats.started:,} of {stats.planned:,}, the target counted {arrived:,}", stats.dropped == 0


def reported(scenario: Scenario) -> Iterator[tuple[str, bool]]:
    """What a run reports, over what is true."""
    with landing_site(**scenario.target) as site:
        run = send(site.url + "/", scenario.rate_per_s, scenario.seconds)
    stats = run.stats()
    yield f"{scenario.name}: started {stats.started:,} of {stats.planned:,}", stats.started == stats.planned
    true = truth_ms(scenario, run.intended_s)
    assert stats.latency_ms is not None
    for name, share, found in (("p95", 0.95, stats.latency_ms.p95), ("p99", 0.99, stats.latency_ms.p99)):
        expected = percentile(true, share)
        yield (
            f"{scenario.name}: {name} {found:,.0f} ms, in truth {expected:,.0f} ms: {found / expected:.3f}",
            LOW <= found / expected <= HIGH,
        )


def scatter() -> Iterator[tuple[str, bool]]:
    """The index of dispersion of the schedule's arrivals: 1 for Poisson."""
    phases = (Phase("hold", 0, 60, 1000, 1000, judged=True),)
    indexes = []
    for seed in range(5):
        plan = LoadPlan("bench", seed, "poisson", phases, (Target("u", "u", 1.0),), 0.0, 1.0, 1.0, 1.0)
        counts = np.bincount((make_schedule(plan).intended_s / 0.01).astype(int), minlength=6000)
        indexes.append(float(counts.var() / counts.mean()))
    yield (
        f"index of dispersion over 10 ms of 60 s: {min(indexes):.3f} to {max(indexes):.3f}, the goal is 0.9 to 1.1",
        min(indexes) >= 0.9 and max(indexes) <= 1.1,
    )


def main() -> int:
    print(f"{os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f}")
    missed = 0
    for measured in (scatter(), lateness(), *(reported(scenario) for scenario in SCENARIOS)):
        for line, met in measured:
            print(f"{line}: {'met' if met else 'MISSED'}", flush=True)
            missed += not met
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
