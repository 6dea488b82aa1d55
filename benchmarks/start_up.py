"""What the command line costs before it does anything, beside the bare interpreter and beside click alone.

Goal: `launchguard --help` at most 1.5 times `python -c "import click"`.
"""

import statistics
import subprocess
import sys
import time
from pathlib import Path

ROUNDS = 15
LAUNCHGUARD = str(Path(sys.executable).with_name("launchguard"))
COMMANDS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "python -c 'import click'": [sys.executable, "-c", "import click"],
    "launchguard --help": [LAUNCHGUARD, "--help"],
    "launchguard check --help": [LAUNCHGUARD, "check", "--help"],
    "locust --version": [sys.executable, "-m", "locust", "--version"],
}


def seconds(command: list[str]) -> float:
    """Wall time of one whole process."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    """Run the commands in turn, so that drift of the machine meets all alike, and print medians and ratios."""
    for command in COMMANDS.values():
        seconds(command)
    rounds = [{name: seconds(command) for name, command in COMMANDS.items()} for _ in range(ROUNDS)]
    print(f"{'command':28} {'median ms':>9}  ratio to import click, median (min-max) of {ROUNDS} rounds")
    for name in COMMANDS:
        ratios = [r[name] / r["python -c 'import click'"] for r in rounds]
        middle = statistics.median(r[name] for r in rounds) * 1000
        print(f"{name:28} {middle:9.0f}  {statistics.median(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f})")


if __name__ == "__main__":
    main()
