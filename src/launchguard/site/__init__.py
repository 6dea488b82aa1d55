"""An embedded landing-page site with known weaknesses: for the demo, for tests and for benchmarks.

It runs as a process of its own, so that it never shares an interpreter with what measures it:

    with landing_site(capacity_per_s=60) as site:
        ...  # site.url, site.counts()
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

STOP_TIMEOUT_S = 5.0


@dataclass(frozen=True)
class Behaviour:
    """How the site answers a path. Ratios (0-1) are met exactly and evenly: 0.2 is every fifth visit.

    `capacity_per_s` serves one visit at a time from one queue that never rejects, paced by deadlines (0: no limit).
    `hang_ratio` never answers, `reset_ratio` closes without an answer, `drip` sends a byte a second. `from_s` and
    `until_s` (seconds since the first visit, 0: no end) bound the latency and the failures; `freeze_at_s` stops
    every answer once for `freeze_s` seconds. `body` replaces the page, which is of this `content_type`; `redirect_to`
    answers 302. `close` ends the connection after an answer and says so; `close_silently` does not say so.
    """

    capacity_per_s: float = 0.0
    latency_ms: float = 0.0
    status: int = 200
    fail_ratio: float = 0.0
    fail_status: int = 503
    retry_after: str = ""
    hang_ratio: float = 0.0
    reset_ratio: float = 0.0
    from_s: float = 0.0
    until_s: float = 0.0
    freeze_at_s: float = 0.0
    freeze_s: float = 0.0
    drip: bool = False
    body: str = ""
    content_type: str = "text/html; charset=utf-8"
    redirect_to: str = ""
    set_cookie: str = ""
    close: bool = False
    close_silently: bool = False


class Site:
    """A running site: its origin, and what it counted itself."""

    def __init__(self, url: str, process: "subprocess.Popen[str]") -> None:
        self.url = url
        self.process = process

    def counts(self) -> dict[str, Any]:
        """What arrived, by path: arrivals, connections, statuses, headers of the last visit, arrival times.

        Times are seconds of this machine's monotonic clock: `stamps` when a visit's last header byte was read,
        `answered` when its answer was written.
        """
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("counts\n")
        self.process.stdin.flush()
        counted: dict[str, Any] = json.loads(self.process.stdout.readline())
        return counted

    def arrivals(self, path: str = "/") -> int:
        """How many visits this path got."""
        return int(self.counts().get(path, {}).get("arrivals", 0))


@contextmanager
def landing_site(
    *,
    paths: Mapping[str, Behaviour] | None = None,
    port: int = 0,
    cert_file: Path | None = None,
    key_file: Path | None = None,
    **behaviour: Any,
) -> Iterator[Site]:
    """Run a site on loopback; it ends with the block, or with this process.

    `behaviour` (the fields of Behaviour) is for every path that `paths` does not name. With a certificate it
    speaks TLS and its URL names localhost. Raises RuntimeError when it does not start.
    """
    arguments = ["--port", str(port), "--piped", "--default", json.dumps(asdict(Behaviour(**behaviour)))]
    for path, special in (paths or {}).items():
        arguments += ["--path", f"{path}={json.dumps(asdict(special))}"]
    if cert_file is not None:
        arguments += ["--cert-file", str(cert_file), "--key-file", str(key_file or cert_file)]
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "launchguard.site", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        answer = process.stdout.readline().strip()
        if not answer:
            raise RuntimeError("the embedded site did not start")
        yield Site(answer, process)
    finally:
        process.stdin.close()
        try:
            process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()
