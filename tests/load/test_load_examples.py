"""The example of a distributed run works as it is written."""

import json
import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from launchguard.load.process import free_port
from launchguard.site import landing_site
from tests.busy import is_void

pytestmark = pytest.mark.load

SCRIPT = Path(__file__).parents[2] / "examples" / "distributed" / "run.sh"


def test_a_master_and_three_workers_on_one_machine(tmp_path: Path) -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PATH": path, "MASTER": f"127.0.0.1:{free_port()}"}
    report = tmp_path / "report.json"
    with landing_site() as site:
        command = ["bash", str(SCRIPT), site.url, "--seed", "7", "--output", f"json={report}"]
        done = subprocess.run(
            command, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=110, check=False
        )
        arrivals = site.arrivals("/flash")
    load = json.loads(report.read_text())["load"]
    assert load["generator"]["processes"] == 3
    assert load["planned"] == load["started"] == load["ok"]
    assert arrivals >= load["planned"]
    # On a machine that is busy with other work the generator is too weak, which is no verdict; anything else is one.
    assert done.returncode == 0 or (done.returncode == 3 and is_void(done.stdout)), done.stdout + done.stderr
    assert done.stderr.count("run ") >= 3
    left = [
        p
        for p in psutil.process_iter(["cmdline"])
        if environment["MASTER"].partition(":")[2] in (p.info["cmdline"] or [])
    ]
    assert not left
