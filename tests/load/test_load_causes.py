"""Real servers that fail for reasons of their own: the run says which is likely, and advises no other rate."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from launchguard.cli import main
from tests.busy import repeated
from tests.load.raw_site import Asked, raw_site, whole

MANIFEST = """
launchguard: 1
name: Spring
launch: 2099-03-02 09:00 Europe/Madrid
ends: 2099-03-04 23:59 Europe/Madrid
pages: [{{url: "{url}/"}}]
channels: [{{rate: {{rate: 60/s, uncertainty: 0}}}}]
limits: {{p95: 5s}}
load: {{ramp: 1s, warm_up: 1s, hold: 4s, drain: 1s, timeout: 5s, phones: 0%}}
"""
PAGE = b"<!doctype html><html><title>Spring sale</title><h1>Spring sale</h1></html>"
ERROR = whole(b"<title>Backend fetch failed</title>", "Retry-After: 5", "Via: 1.1 varnish", status="503 No")


def at_most(per_s: float) -> Callable[[], bool]:
    """Lets so many through in a second, and as many at once after a pause."""
    left, last = per_s, time.monotonic()

    def passes() -> bool:
        nonlocal left, last
        now = time.monotonic()
        left, last = min(per_s, left + (now - last) * per_s), now
        left -= (through := left >= 1)
        return through

    return passes


def until(seconds: float) -> Callable[[], bool]:
    """Lets everybody through for so long, and nobody afterwards."""
    first: list[float] = []

    def passes() -> bool:
        first.append(time.monotonic())
        return time.monotonic() - first[0] < seconds

    return passes


@pytest.mark.load
@pytest.mark.parametrize(
    ("passing", "likely", "fix"),
    [
        (lambda: at_most(20), "a limit per address may do this", "allow-list the machine that sends the load"),
        (lambda: until(2.5), "on every visit failed, hardly any before: an outage", "the rate is not why"),
    ],
    ids=["a limit", "an outage"],
)
def test_a_server_fails_for_a_reason(
    passing: Callable[[], Callable[[], bool]], likely: str, fix: str, tmp_path: Path
) -> None:
    def judged() -> Any:
        passes = passing()

        async def answer(_: Asked) -> bytes:
            return whole(PAGE) if passes() else ERROR

        with raw_site(answer) as site:
            (tmp_path / "sale.yml").write_text(MANIFEST.format(url=site.url), encoding="utf-8")
            command = ["run", str(tmp_path / "sale.yml"), "--load-only", "--seed", "1", "--format", "json"]
            return json.loads(CliRunner().invoke(main, command).stdout)

    verdict = repeated(judged, json.dumps)
    assert verdict["verdict"] == "no-go"
    (finding,) = next(o for o in verdict["outcomes"] if o["check"] == "failures")["findings"]
    assert likely in finding["evidence"]
    assert '"backend fetch failed"; via: 1.1 varnish' in finding["evidence"]
    assert fix in finding["fix"]
    (advice,) = verdict["advice"]
    assert fix in advice["text"]
