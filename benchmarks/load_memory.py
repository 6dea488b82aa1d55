"""What one more visit costs in memory: a soak at 500 visits/s, everything that LaunchGuard started.

    python benchmarks/load_memory.py [seconds]    (600 by default; a shorter run shows the direction only)

A visit's row in the records is there from the start; what else grows is the slope of the memory in use over the visits
sent (least squares). Counted are the pages that belong to one process alone: the records are shared and counted by
themselves, and what other programs share of a library changes as they come and go.
Exits 1 when a visit costs more than 32 bytes.
"""

import sys
from array import array
from dataclasses import replace

import numpy as np
import psutil

from launchguard.authorize import Grant
from launchguard.load import run_load
from launchguard.load.recording import BYTES_PER_VISIT
from launchguard.model.events import LoadProgress
from launchguard.model.load_plan import LoadPlan, Phase, Target
from launchguard.site import landing_site

RATE = 500.0
WARM_UP_S = 10.0
MAX_BYTES = 32.0


def plan_of(url: str, seconds: float) -> LoadPlan:
    phase = Phase("hold", 0, seconds, RATE, RATE, judged=True)
    plan = LoadPlan("bench", 1, "poisson", (phase,), (Target(url, url, 1.0),), 3.0, 3.0, 800.0, 0.01)
    return replace(plan, returning_ratio=0.2)


def used_bytes() -> int:
    """The memory of this process and of the generator."""
    total = psutil.Process().memory_full_info().uss
    for process in psutil.Process().children(recursive=True):
        if "locustfile.py" in " ".join(process.cmdline()):
            total += process.memory_full_info().uss
    return int(total)


def main(seconds: float = 600.0) -> int:
    started, used = array("d"), array("d")  # lists of numbers would grow by as much as a visit does

    def look(progress: LoadProgress) -> None:
        if WARM_UP_S < progress.elapsed_s < seconds:
            started.append(progress.started)
            used.append(used_bytes())

    with landing_site() as site:
        plan = plan_of(site.url + "/", seconds)
        run = run_load(plan, [Grant(site.url, ("127.0.0.1",), None, "bench")], on_progress=look)
    growth = float(np.polyfit(started, used, 1)[0])
    each = BYTES_PER_VISIT + max(growth, 0.0)
    print(f"{run.stats().started:,} visits; {min(used) / 1e6:.1f} to {max(used) / 1e6:.1f} MB in use {run.invalid}")
    print(
        f"one more visit: {each:.1f} bytes (at most {MAX_BYTES:.0f}): {BYTES_PER_VISIT} its row, {growth:+.1f} all else"
    )
    return 1 if each > MAX_BYTES else 0


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 600.0))
