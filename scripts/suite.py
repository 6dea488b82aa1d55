"""Run both halves of the suite, whatever the first one says; one summary, one exit code.

    python scripts/suite.py [OPTION OF PYTEST...]

The fast half needs the processor; the half that sends load must find it idle, so that no visit is sent late. A half
that ran no test is a failure: pytest ends with 5 then.
"""

import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from pathlib import Path

HALVES = {"fast": ("-n", "2", "-m", "not load"), "load": ("-n", "3", "-m", "load")}
INTERRUPTED = 2
"""What pytest ends with after Ctrl-C."""
NO_TEST = 5


def main(options: list[str]) -> int:
    """Run them with more options for both; 0 only if both ran tests and all passed. Ctrl-C in the first ends both."""
    signal.signal(signal.SIGINT, lambda *_: None)  # pytest gets Ctrl-C as well, and has to end what it started
    told, codes = [], []
    with tempfile.TemporaryDirectory() as folder:
        for name, arguments in HALVES.items():
            report, start = Path(folder, f"{name}.xml"), time.monotonic()
            command = [
                sys.executable,
                "-m",
                "pytest",
                "--dist",
                "worksteal",
                *arguments,
                f"--junitxml={report}",
                *options,
            ]
            codes.append(subprocess.run(command, check=False).returncode)
            told.append(f"{name}: {outcome(report, codes[-1])} in {time.monotonic() - start:.0f} s")
            if codes[-1] == INTERRUPTED:
                break
    print("\n" + "; ".join(told), flush=True)
    return next((code for code in codes if code), 0)


def outcome(report: Path, code: int) -> str:
    """A half's counts in words, from its report; what pytest ended with where there is none."""
    if code == NO_TEST:
        return "NO TEST RAN"
    if not report.exists():
        return f"pytest ended with {code}"
    (suite,) = ET.parse(report).getroot().iter("testsuite")  # noqa: S314 - pytest has just written it
    counts = {key: int(suite.get(key, "0")) for key in ("tests", "failures", "errors", "skipped")}
    failed = counts["failures"] + counts["errors"]
    words = [f"{failed:,} failed"] if failed else []
    words.append(f"{counts['tests'] - failed - counts['skipped']:,} passed")
    words += [f"{counts['skipped']:,} skipped"] if counts["skipped"] else []
    return ", ".join(words) + (f", pytest ended with {code}" if code and not failed else "")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
