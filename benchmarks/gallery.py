"""What LaunchGuard and stock Locust say about the same servers: `python -m benchmarks.gallery [FILE]`.

Runs both, one after the other, against every server of the liar's gallery, and writes the table to
examples/gallery.md. Exits 1 when a verdict of LaunchGuard is not the right one.
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

from launchguard import __version__
from tests.gallery.cases import CASES, DURATION_S, RATE, Case, manifest_of, serving

LOCUSTFILE = Path(__file__).with_name("_stock_locust.py")
TARGET = Path(__file__).parents[1] / "examples" / "gallery.md"
WORDS = {"go": "GO", "no-go": "NO-GO", "unknown": "UNKNOWN"}


@dataclass(frozen=True)
class Row:
    """One server's answers: LaunchGuard's verdict and its reason; Locust's exit code and figures."""

    case: Case
    verdict: str
    reason: str
    locust_exit: int
    locust_says: str


def launchguard_says(manifest: Path, environ: dict[str, str]) -> tuple[str, str]:
    """The verdict of `launchguard run --load-only`, and the first reason for it."""
    command = [sys.executable, "-m", "launchguard", "run", str(manifest), "--load-only", "--seed", "7"]
    done = subprocess.run(
        [*command, "--format", "json", "--quiet"], env=environ, capture_output=True, text=True, check=False
    )
    verdict = json.loads(done.stdout)
    decisive = {"no-go": "block", "unknown": "unknown"}.get(verdict["verdict"], "")
    for outcome in verdict["outcomes"]:
        if outcome["status"] == decisive:
            found = [finding["message"] for finding in outcome["findings"]]
            kinds = ", ".join(verdict["load"]["failures_by_kind"]) if outcome["check"] == "failures" else ""
            reason = (found or [outcome["reason"]])[0] + (f" ({kinds})" if kinds and found else "")
            return verdict["verdict"], reason
    p95 = verdict["load"]["latency_ms"]["p95"]
    return verdict["verdict"], f"all visits of the hold answered, p95 {p95:.0f} ms"


def locust_says(url: str, environ: dict[str, str]) -> tuple[int, str]:
    """The exit code of a headless Locust at the same rate for the same time, and what it counted."""
    parts = urlsplit(url)
    with tempfile.TemporaryDirectory() as home:
        command = [sys.executable, "-P", "-m", "locust", "-f", str(LOCUSTFILE), "--headless", "--json"]
        command += ["--users", str(RATE), "--spawn-rate", str(RATE), "--run-time", f"{DURATION_S:.0f}s"]
        done = subprocess.run(
            [*command, "--host", f"{parts.scheme}://{parts.netloc}"],
            env=environ | {"HOME": home, "PAGE": parts.path, "VISITORS": "paced"},
            cwd=home,
            capture_output=True,
            text=True,
            check=False,
        )
    entries = json.loads(done.stdout[done.stdout.index("[") :]) if "[" in done.stdout else []
    if not entries:
        return done.returncode, "no request counted"
    (entry,) = entries
    counts = {float(time): count for time, count in entry["response_times"].items()}
    requests, failures = entry["num_requests"], entry["num_failures"]
    return done.returncode, f"{failures} of {requests} failed, p95 {_p95(counts):.0f} ms"


def _p95(counts: dict[float, int]) -> float:
    """The 95th percentile of Locust's rounded response times."""
    left = sum(counts.values()) * 0.95
    for time in sorted(counts):
        left -= counts[time]
        if left <= 0:
            return time
    return 0.0


def exhibit(case: Case) -> Row:
    """Run both against one server each, started afresh."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("LOCUST_", "LAUNCHGUARD_"))}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if case.certificate:
            environ["SSL_CERT_FILE"] = str(folder / "ca.pem")
        with serving(case, folder) as url:
            manifest = folder / "campaign.yml"
            manifest.write_text(manifest_of(case, url), encoding="utf-8")
            verdict, reason = launchguard_says(manifest, environ)
        with serving(case, folder) as url:
            code, says = locust_says(url, environ)
    return Row(case, verdict, reason, code, says)


def document(rows: list[Row], when: datetime) -> str:
    """The page, as Markdown."""
    passed = [row for row in rows if row.case.verdict != "go" and row.locust_exit == 0]
    failed = [row for row in rows if row.case.verdict == "go" and row.locust_exit != 0]
    lines = [
        "# The liar's gallery",
        "",
        "Servers that make a load test say the wrong thing. Each was asked for the same page at the same rate by both: "
        f"{RATE} visits/s for {DURATION_S:g} s.",
        "",
        "- **LaunchGuard**: `launchguard run --load-only`, limits p95 2 s and 1 % failures, the page has to contain "
        '"Spring sale".',
        "- **Stock Locust**: headless, a `FastHttpUser` with `constant_throughput(1)` and one user for each visit per "
        "second; its defaults otherwise, so it knows no limit and looks for no text.",
        "",
        "Exit codes: LaunchGuard 0 GO, 1 NO-GO, 3 UNKNOWN; Locust 0 passed, 1 failed. A pipeline stops at all but 0.",
        "",
        "| The server | Right | LaunchGuard | because | Locust | it counted |",
        "| --- | --- | --- | --- | --- | --- |",
        *(_line(row) for row in rows),
        "",
        f"Of {len(rows)} servers Locust let {len(passed)} pass that should stop a launch"
        + (f", and stopped {len(failed)} that should not." if failed else ".")
        + f" LaunchGuard was right about {sum(row.verdict == row.case.verdict for row in rows)}.",
        "",
        f"Measured on {when:%Y-%m-%d %H:%M} UTC by `python -m benchmarks.gallery`, which wrote this page: "
        f"LaunchGuard {__version__}, Locust {version('locust')}, Python {platform.python_version()}, "
        f"{os.cpu_count()} cores, all on loopback.",
    ]
    return "\n".join(lines) + "\n"


def _line(row: Row) -> str:
    verdict = WORDS[row.verdict] if row.verdict == row.case.verdict else f"**{WORDS[row.verdict]}**"
    expected_exit = "0" if row.case.verdict == "go" else "not 0"
    locust = str(row.locust_exit) if (row.locust_exit == 0) == (expected_exit == "0") else f"**{row.locust_exit}**"
    cells = (row.case.does, WORDS[row.case.verdict], verdict, row.reason, f"exit {locust}", row.locust_says)
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def main(target: Path = TARGET) -> int:
    rows = []
    for case in CASES:
        rows.append(exhibit(case))
        print(
            f"{case.id}: {rows[-1].verdict}, {rows[-1].reason}; locust exit {rows[-1].locust_exit}, "
            f"{rows[-1].locust_says}",
            flush=True,
        )
    target.write_text(document(rows, datetime.now(UTC)), encoding="utf-8")
    return int(any(row.verdict != row.case.verdict for row in rows))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET))
