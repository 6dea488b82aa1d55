"""Visits per CPU second of the generator, beside stock Locust's on the same page: `python -m benchmarks load_speed`.

The generator is pinned to one core and the target, nginx with a page of 30 KB, to another; five rounds in which both
go one after the other, ratios per round. Both have 64 visitors in one process that visit as fast as they can, and
Locust's statistics count the visits of both; LaunchGuard's are those of its engine, their content judged. Start-up is
in neither. Over TLS stock Locust has 8 visitors: the start of 64 alone takes seconds.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks._nginx import Target, thirty_kilobytes

ROUNDS = 5
SECONDS = 5
LOCUSTFILE = Path(__file__).with_name("_stock_locust.py")


@dataclass(frozen=True)
class Contest:
    """One way to visit: ours, stock Locust's, and how many times as many visits ours has to make."""

    name: str
    returning: bool
    stock: str
    goal: float
    tls: bool = False
    users: int = 64


CONTESTS = (
    Contest("kept connections", True, "keep", 2.0),
    Contest("a new connection per visit", False, "fresh", 1.8),
    Contest("a new TLS connection per visit", False, "alone", 15.0, tls=True, users=8),
)
LEAST_TLS_PER_S = 300.0


def ours(contest: Contest, origin: str, folder: Path) -> float:
    """Visits per CPU second of the engine's visitors."""
    asked = {"origin": origin, "ca_file": str(folder / "ca.pem"), "returning": contest.returning, "seconds": SECONDS}
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks._own_visits"],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
    )
    seen = json.loads(done.stdout)
    assert not seen["failures"], (seen, done.stderr)
    return float(seen["visits"] / seen["cpu_s"])


def stock(contest: Contest, origin: str, folder: Path) -> float:
    """Visits per CPU second of Locust's process, from when its users are there."""
    figures = folder / "figures.json"
    environ = {name: value for name, value in os.environ.items() if not name.startswith("LOCUST_")}
    command = [sys.executable, "-P", "-m", "locust", "-f", str(LOCUSTFILE), "--headless", "--only-summary"]
    command += [
        "--users",
        str(contest.users),
        "--spawn-rate",
        str(contest.users),
        "--run-time",
        f"{SECONDS + 2}s",
        "--host",
        origin,
    ]
    subprocess.run(
        command,
        env=environ | {"HOME": str(folder), "PAGE": "/", "VISITORS": contest.stock, "FIGURES": str(figures)},
        cwd=folder,
        capture_output=True,
        check=True,
    )
    seen = json.loads(figures.read_text(encoding="utf-8"))
    assert not seen["failures"], seen
    return float(seen["visits"] / seen["cpu_s"])


def compare(contest: Contest, served: Target, folder: Path, rounds: int) -> bool:
    """Run the rounds of one contest, print both sides, and say whether the goal is met."""
    origin = served.tls if contest.tls else served.plain
    pairs = []
    for number in range(rounds):
        pairs.append((ours(contest, origin, folder), stock(contest, origin, folder)))
        mine, theirs = pairs[-1]
        print(f"  {contest.name}, round {number + 1}: {mine:,.0f} to {theirs:,.0f} ({mine / theirs:.2f}x)", flush=True)
    mine, theirs = (statistics.median(values) for values in zip(*pairs, strict=True))
    ratios = sorted(a / b for a, b in pairs)
    ratio = statistics.median(ratios)
    met = ratio >= contest.goal and (not contest.tls or mine >= LEAST_TLS_PER_S)
    print(
        f"{contest.name}: {mine:,.0f} visits per CPU second, stock Locust {theirs:,.0f}; {ratio:.2f}x "
        f"[{ratios[0]:.2f}-{ratios[-1]:.2f}], the goal is {contest.goal:g}x"
        + (f" and {LEAST_TLS_PER_S:g}/s" if contest.tls else "")
        + f": {'met' if met else 'MISSED'}"
    )
    return met


def main(rounds: int = ROUNDS) -> int:
    cores = sorted(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with thirty_kilobytes(folder, cores[0]) as served:
            print(f"target: {served.name} on core {cores[0]}, generator on core {cores[-1]}")
            os.sched_setaffinity(0, {cores[-1]})
            try:
                met = [compare(contest, served, folder, rounds) for contest in CONTESTS]
            finally:
                os.sched_setaffinity(0, cores)
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS))
