"""Is the load sent on time, all of it, and is what is reported true? `python -m benchmarks load_accuracy`.

Whole runs, the generator on one core and the target on another. Lateness at 1,000 visits/s in one process against
nginx, beside that of a bare process that does nothing but sleep until the same moments: no program is more exact than
its machine. Then three scenarios against the embedded site, which stamps each answer with the clock of the same
machine: a stall of 2 s at 100/s, 250/s asked of a target that serves 200/s, and half of what it serves. A visit's true
latency is the moment of its answer less the moment that it was due. And without sending anything, how the arrivals of
60 s are scattered.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from benchmarks._nginx import thirty_kilobytes
from launchguard.authorize import Grant
from launchguard.load import run_load
from launchguard.load.schedule import make_schedule
from launchguard.model.load_plan import LoadPlan, Phase, Target
from launchguard.model.load_run import LoadRun
from launchguard.model.load_stats import percentile
from launchguard.site import landing_site

GENERATOR_CORE, TARGET_CORE = 0, 1
ROUNDS = 3
LATENESS_RATE = 1000.0
LATENESS_S = 10.0
GOAL_LATENESS_MS = 0.5
LOW, HIGH = 0.97, 1.05
SERVICE_MS = 5.0
CAPACITY_PER_S = 200.0
SLOT_MS = 50.0
WORDS = {True: "met", False: "MISSED", None: "NOT SHOWN on this machine"}


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


def pinned(core: int) -> None:
    """Keep this process, and those that it starts from now on, on one core where there are two."""
    if (os.cpu_count() or 1) > max(GENERATOR_CORE, TARGET_CORE):
        os.sched_setaffinity(0, {core})


def floor_ms() -> float:
    """How late (p99) a process wakes up here that only sleeps until the next of as many moments."""
    code = (
        "import time, sys; rate, seconds = map(float, sys.argv[1:]); start = time.monotonic() + 0.1; late = []\n"
        "for i in range(int(rate * seconds)):\n"
        "    due = start + i / rate\n"
        "    time.sleep(max(0.0, due - time.monotonic()))\n"
        "    late.append(time.monotonic() - due)\n"
        "print(sorted(late)[-len(late) // 100] * 1000)"
    )
    command = [sys.executable, "-c", code, str(LATENESS_RATE), str(LATENESS_S)]
    return float(subprocess.run(command, capture_output=True, check=True, text=True).stdout)


def lateness() -> Iterator[tuple[str, bool | None]]:
    """How late visits are sent at a high rate, and what this machine makes of a process that only sleeps."""
    ours, bare = [], []
    with TemporaryDirectory() as folder, thirty_kilobytes(Path(folder), core=TARGET_CORE) as target:
        pinned(GENERATOR_CORE)
        for _ in range(ROUNDS):
            bare.append(floor_ms())
            run = send(f"{target.plain}/", LATENESS_RATE, LATENESS_S)
            lag_ms = np.sort((run.sent_s - run.intended_s) * 1000)
            ours.append((percentile(lag_ms, 0.5), percentile(lag_ms, 0.99)))
            stats = run.stats()
            yield f"started {stats.started:,} of {stats.planned:,} at {LATENESS_RATE:g}/s", stats.dropped == 0
    p50, p99 = (median(column) for column in zip(*ours, strict=True))
    floor = median(bare)
    # Where even a bare process misses the goal, the machine cannot show it.
    met = True if p99 <= GOAL_LATENESS_MS else None if floor > GOAL_LATENESS_MS else False
    yield (
        f"lateness at {LATENESS_RATE:g}/s against {target.name}, median of {ROUNDS}: p50 {p50:.2f} ms, "
        f"p99 {p99:.2f} ms, the goal is {GOAL_LATENESS_MS} ms; a process that only sleeps: p99 {floor:.2f} ms",
        met,
    )


def truth_ms(run: LoadRun, counted: dict[str, Any]) -> "np.ndarray[Any, Any]":
    """What each visit had to wait from when it was due until the target answered it; the target serves in turn."""
    arrived, answered = np.array(counted["stamps"]), np.array(counted["answered"])
    # The run's start on the target's clock: no visit arrives before it was sent, and the fastest arrives at once.
    start = float(np.min(arrived - run.sent_s))
    return np.sort((answered - start - run.intended_s) * 1000)


def reported(scenario: Scenario) -> Iterator[tuple[str, bool | None]]:
    """What a run reports, over what is true."""
    pinned(TARGET_CORE)
    with landing_site(**scenario.target) as site:
        pinned(GENERATOR_CORE)
        run = send(site.url + "/", scenario.rate_per_s, scenario.seconds)
        true = truth_ms(run, site.counts()["/"])
    stats = run.stats()
    yield f"{scenario.name}: started {stats.started:,} of {stats.planned:,}", stats.started == stats.planned
    assert stats.latency_ms is not None
    for name, share, found in (("p95", 0.95, stats.latency_ms.p95), ("p99", 0.99, stats.latency_ms.p99)):
        expected = percentile(true, share)
        yield (
            f"{scenario.name}: {name} {found:,.1f} ms, in truth {expected:,.1f} ms: {found / expected:.3f}",
            LOW <= found / expected <= HIGH,
        )


def scatter() -> Iterator[tuple[str, bool | None]]:
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
            print(f"{line}: {WORDS[met]}", flush=True)
            missed += met is False
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
