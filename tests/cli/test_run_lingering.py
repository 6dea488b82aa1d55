"""Visitors hold their connections as browsers do: a server that waits on each of them has no one left for the next."""

import json
from pathlib import Path
from typing import Any, Literal

import pytest
from click.testing import CliRunner

from launchguard.cli import main
from tests.apache import apache
from tests.busy import repeated

MANIFEST = """
launchguard: 1
name: Spring sale
launch: 2099-03-02 09:00 Europe/Madrid
ends: 2099-03-04 23:59 Europe/Madrid
baseline: 1/s
pages:
  - url: {site}/spring.html?utm_source=app&utm_medium=push&utm_campaign=spring
    contains: ["Spring sale"]
channels:
  - push: {{name: app, devices: 120_000, platform: ios, click_id: none}}
limits: {{p95: 1s, errors: 5%}}
load: {{ramp: 500ms, warm_up: 500ms, hold: 8s, drain: 4s, timeout: 4s{linger}}}
"""


@pytest.mark.load
@pytest.mark.parametrize(
    ("mpm", "keep_alive", "linger", "verdict"),
    [
        ("prefork", True, "", "no-go"),
        ("prefork", True, ", linger: 0s", "go"),
        ("prefork", False, "", "go"),
        ("event", True, "", "go"),
    ],
)
def test_a_server_that_waits_on_held_connections(
    mpm: Literal["prefork", "event"], keep_alive: bool, linger: str, verdict: str, tmp_path: Path
) -> None:
    path = tmp_path / "spring.yml"

    def judged() -> Any:
        with apache(mpm, keep_alive=keep_alive) as site:
            path.write_text(MANIFEST.format(site=site, linger=linger), encoding="utf-8")
            command = ["run", str(path), "--seed", "1", "--format", "json"]
            return json.loads(CliRunner().invoke(main, command).stdout)

    said = repeated(judged, json.dumps)
    assert said["verdict"] == verdict
    connections = said["load"]["connections"]
    assert (connections["refused_from_s"] is not None) is (verdict == "no-go")
    assert connections["wanted"] == connections["held"]
    assert (connections["held"] > 0) is (keep_alive and not linger)
