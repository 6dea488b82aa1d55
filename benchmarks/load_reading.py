"""What reading an answer costs the generator: CPU per visit, `python -m benchmarks load_reading`.

A page of 200 KB that differs for every visit and has the wanted words as entities has to take so little that one core
carries 100 visits/s within the 70 % of it that a plan gets. With LAUNCHGUARD_BENCH_AGAINST=PATH, another checkout that
is set up (`make test` or `scripts/setup.sh`), the page of 30 KB is visited by both engines in turn, five rounds.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import certifi

from benchmarks._nginx import thirty_kilobytes

ROUNDS = 5
SECONDS = 5
PER_S = 100
OF_A_CORE = 0.7
AGAINST = "LAUNCHGUARD_BENCH_AGAINST"
WORDS = "50 \N{EURO SIGN}"


def cpu_s_per_visit(
    origin: str, *, contains: str = "Spring sale", returning: bool = True, checkout: Path | None = None
) -> float:
    """CPU seconds of one visit by the engine of a checkout, of this one where none is named."""
    asked = {
        "origin": origin,
        "ca_file": certifi.where(),
        "returning": returning,
        "seconds": SECONDS,
        "contains": contains,
    }
    python = str(checkout / ".venv" / "bin" / "python") if checkout else sys.executable
    done = subprocess.run(
        [python, "-m", "benchmarks._own_visits"],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
        cwd=checkout,
    )
    seen = json.loads(done.stdout)
    assert seen["visits"] and not seen["failures"], (seen, done.stderr)
    return float(seen["cpu_s"] / seen["visits"])


@contextmanager
def unlike_pages(core: int) -> Iterator[str]:
    """The origin of a page that is another one for every visit."""
    server = subprocess.Popen(
        [sys.executable, "-m", "benchmarks._unlike_pages"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    os.sched_setaffinity(server.pid, {core})
    assert server.stdin is not None and server.stdout is not None
    try:
        yield f"http://127.0.0.1:{int(server.stdout.readline())}"
    finally:
        server.stdin.close()
        server.wait()


def read_unlike_pages(core: int, rounds: int) -> bool:
    """Print what a page that differs for everybody takes, and say whether it is little enough."""
    with unlike_pages(core) as origin:
        each = [cpu_s_per_visit(origin, contains=WORDS, returning=False) for _ in range(rounds)]
    middle, most = statistics.median(each), OF_A_CORE / PER_S
    print(
        f"a page of 200 KB that differs for every visit: {middle * 1000:.2f} ms of CPU per visit "
        f"[{min(each) * 1000:.2f}-{max(each) * 1000:.2f}], so a core carries {OF_A_CORE / middle:,.0f}/s; the goal is "
        f"{PER_S}/s: {'met' if middle <= most else 'MISSED'}"
    )
    return middle <= most


def read_beside(other: Path, core: int, rounds: int) -> bool:
    """Print both engines on the page of 30 KB, and say whether this one is as fast."""
    met = []
    with tempfile.TemporaryDirectory() as name, thirty_kilobytes(Path(name), core) as served:
        for words, returning in (("kept connections", True), ("a new connection per visit", False)):
            pairs = [
                (
                    cpu_s_per_visit(served.plain, returning=returning),
                    cpu_s_per_visit(served.plain, returning=returning, checkout=other),
                )
                for _ in range(rounds)
            ]
            ratios = sorted(theirs / mine for mine, theirs in pairs)
            mine, theirs = (statistics.median(values) * 1000 for values in zip(*pairs, strict=True))
            ratio = statistics.median(ratios)
            met.append(ratio >= 1.0)
            print(
                f"30 KB, {words}: {mine:.3f} ms of CPU per visit, {other.name} {theirs:.3f} ms; {ratio:.2f}x "
                f"[{ratios[0]:.2f}-{ratios[-1]:.2f}], the goal is 1x: {'met' if met[-1] else 'MISSED'}",
                flush=True,
            )
    return all(met)


def main(rounds: int = ROUNDS) -> int:
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[-1]})
    try:
        met = read_unlike_pages(cores[0], rounds)
        if other := os.environ.get(AGAINST):
            met &= read_beside(Path(other).resolve(), cores[0], rounds)
    finally:
        os.sched_setaffinity(0, cores)
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
