"""What one more visit costs in memory: a soak at 500 visits/s against a short run, everything that LaunchGuard started.

    python benchmarks/load_memory.py [seconds]    (600 by default; at least 60 for a figure that means something)

Counted is the proportional set size, so that the records, which all processes map, are counted once. Exits 1 when a
visit costs more than 32 bytes.
"""

import sys
import threading
from dataclasses import replace

import psutil

from launchguard.authorize import Grant
from launchguard.load import run_load
from launchguard.model.load import LoadPlan, Phase, Target
from launchguard.site import landing_site

RATE = 500.0
SHORT_S = 15.0
MAX_BYTES = 32.0
EVERY_S = 0.25


def plan_of(url: str, seconds: float) -> LoadPlan:
    phase = Phase("hold", 0, seconds, RATE, RATE, judged=True)
    plan = LoadPlan("bench", 1, "poisson", (phase,), (Target(url, url, 1.0),), 3.0, 3.0, 800.0, 0.01)
    return replace(plan, returning_ratio=0.2)


def used_bytes() -> int:
    """The memory of this process and of the generator."""
    total = 0
    for process in (psutil.Process(), *psutil.Process().children(recursive=True)):
        try:
            if process == psutil.Process() or "locustfile.py" in " ".join(process.cmdline()):
                total += process.memory_full_info().pss
        except psutil.Error:
            continue
    return total


def peak_bytes(seconds: float) -> int:
    """The most memory that a run of so many seconds takes at any moment."""
    over, peaks = threading.Event(), [0]

    def watch() -> None:
        while not over.wait(EVERY_S):
            peaks.append(used_bytes())

    with landing_site() as site:
        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            run = run_load(plan_of(site.url + "/", seconds), [Grant(site.url, ("127.0.0.1",), None, "bench")])
        finally:
            over.set()
            watcher.join()
    stats = run.stats()
    print(f"{seconds:5.0f} s: {stats.planned:,} visits, {stats.started:,} started, at most {max(peaks) / 1e6:.1f} MB")
    return max(peaks)


def main(seconds: float = 600.0) -> int:
    peak_bytes(SHORT_S)  # whatever is only loaded once
    short, soak = peak_bytes(SHORT_S), peak_bytes(seconds)
    each = (soak - short) / (RATE * (seconds - SHORT_S))
    print(f"one more visit: {each:.1f} bytes (at most {MAX_BYTES:.0f})")
    return 1 if each > MAX_BYTES else 0


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 600.0))
