"""Does the same site get the same answer every time? Repeats short runs and counts.

    python -m benchmarks.load_repeats [repeats]

Three sites, one after the other, under a 1 % limit on failures and 800 ms on p95: a fast page at 50 visits/s, a page
that fails 0.3 % at 100/s (both hold), and one that fails 3 % (it does not, and that has to be told within 10 s). Exits
1 when an answer differs. A busy machine makes answers "unknown", which the last line counts apart from wrong ones.
"""

import sys
from typing import Any

from launchguard.authorize import Grant
from launchguard.load import run_load
from launchguard.model.load_plan import LoadPlan, Phase, Target
from launchguard.model.load_run import LoadRun
from launchguard.site import landing_site

MAX_S = 10.0

CASES: list[tuple[str, float, dict[str, Any], str]] = [
    ("fast page, 50/s", 50, {}, "holds"),
    ("0.3 % failures, 100/s", 100, {"fail_ratio": 0.003}, "holds"),
    ("3 % failures, 100/s", 100, {"fail_ratio": 0.03}, "breaks"),
]


def plan_of(url: str, rate: float, seed: int) -> LoadPlan:
    phases = (Phase("ramp", 0, 1, 0, rate), Phase("warm_up", 1, 2, rate, rate), Phase("hold", 2, 12, rate, rate, True))
    target = Target(url, url, 1.0, ("Spring sale",))
    return LoadPlan("bench", seed, "poisson", phases, (target,), 3.0, 3.0, 800.0, 0.01)


def answer_of(run: LoadRun) -> str:
    """What the limits say, without the judge."""
    stats = run.stats()
    if run.invalid or stats.latency_ms is None or stats.failure_ratio is None:
        return "unknown"
    holds = not run.stopped and stats.failure_ratio <= 0.01 and stats.latency_ms.p95 <= 800
    return "holds" if holds else "breaks"


def main(repeats: int = 20) -> int:
    wrong = unknown = 0
    for name, rate, behaviour, expected in CASES:
        answers, lags, ends = [], [], []
        for seed in range(repeats):
            with landing_site(**behaviour) as site:
                run = run_load(plan_of(site.url + "/", rate, seed), [Grant(site.url, ("127.0.0.1",), None, "bench")])
            answers.append(answer_of(run))
            lags.append(run.generator.lag_p99_ms or 0.0)
            ends.append(run.plan.duration_s if run.ended_s is None else run.ended_s)
            if answers[-1] != expected:
                print(f"  seed {seed}: {answers[-1]}: {run.invalid or run.stopped} {run.stats()}")
        right = answers.count(expected)
        late = expected == "breaks" and max(ends) > MAX_S
        unknown += answers.count("unknown")
        wrong += repeats - right - answers.count("unknown") + late
        print(
            f"{name}: {right} of {repeats} {expected}; the sending ended after {min(ends):.1f} to {max(ends):.1f} s; "
            f"worst lag p99 {max(lags):.2f} ms",
            flush=True,
        )
    print(f"wrong: {wrong}, unknown: {unknown}")
    return 1 if wrong or unknown else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:2])))
