"""How long a run takes is said before it; it keeps to its budget; and one that is killed leaves what was known."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from launchguard.checking.files import load_checks
from launchguard.cli import main
from launchguard.errors import BudgetError
from launchguard.model.load_plan import Fleet
from launchguard.run import Request
from launchguard.run.budget import RunBudget
from launchguard.run.timing import around_load_s, sum_of_times, time_of
from launchguard.site import Behaviour, Site, landing_site
from launchguard.testing import a_campaign
from tests.busy import PATIENCE_S

MANIFEST = """
launchguard: 1
name: Spring sale
launch: 2099-03-02 09:00 Europe/Madrid
ends: 2099-03-04 23:59 Europe/Madrid
pages:
  - url: {url}
channels:
  - rate: 20/s
load: {{ramp: 500ms, warm_up: 500ms, hold: {hold}, drain: 2s, timeout: {timeout}}}
"""
PROBED = 3
CHECKS = load_checks()


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with landing_site(paths={"/good": Behaviour(), "/hangs": Behaviour(hang_ratio=1.0)}) as running:
        yield running


def write(folder: Path, url: str, name: str = "a.yml", *, hold: str = "7s", timeout: str = "4s") -> Path:
    path = folder / name
    path.write_text(MANIFEST.format(url=url, hold=hold, timeout=timeout), encoding="utf-8")
    return path


def run(*args: object) -> tuple[Result, Any]:
    result = CliRunner().invoke(main, ["run", *map(str, args), "--format", "json"])
    return result, json.loads(result.stdout)


def test_a_load_that_does_not_fit_is_not_sent(site: Site, tmp_path: Path) -> None:
    before = site.arrivals("/good")
    result, told = run(write(tmp_path, site.url + "/good"), "--budget", "20s")
    assert (result.exit_code, told["verdict"]) == (3, "unknown")
    assert "no load was sent: the load takes up to" in told["headline"]
    assert "of the budget of 20 s were left" in told["headline"]
    assert "note: 1 campaign: takes about 22 s, at most" in result.stderr
    assert "it ends within the budget of 20 s" in result.stderr
    assert site.arrivals("/good") - before == PROBED


def test_a_look_that_takes_too_long_is_ended_with_the_budget(site: Site, tmp_path: Path) -> None:
    """The page never answers, and each visit would wait a minute for it, twice."""
    first = write(tmp_path, site.url + "/hangs", timeout="1m")
    report = tmp_path / "report.json"
    result, told = run(first, write(tmp_path, site.url + "/good", "b.yml"), "--budget=1s", f"--output=json={report}")
    assert result.exit_code == told["exit_code"] == json.loads(report.read_text())["exit_code"] == 3
    (verdict,) = told["verdicts"]
    assert (verdict["verdict"], verdict["exit_code"], verdict["partial"]) == ("unknown", 3, True)
    assert "the budget of 1 s ended the run before it could conclude" in verdict["headline"]
    (row,) = told["not_judged"]
    assert (row["state"], row["exit_code"]) == ("not-reached", 3)
    assert row["why"] == "the budget of 1 s was used up before it"


def test_what_is_left_decides() -> None:
    now = [100.0]
    budget = RunBudget(60.0, clock=lambda: now[0])
    assert (budget.left_s, budget.why_not(60.0)) == (60.0, "")
    budget.afford(60.0)
    now[0] += 45.0
    assert budget.why_not(15.0) == ""
    assert budget.why_not(16.0) == "the load takes up to 16 s, and 15 s of the budget of 1 min were left"
    with pytest.raises(BudgetError, match="no load was sent") as refused:
        budget.afford(30.0)
    assert "at least 15 s more (`--budget`)" in refused.value.hint
    assert refused.value.exit_code == 3
    now[0] += 100.0
    assert budget.left_s == 0.0


def test_the_time_of_a_run_has_all_its_parts() -> None:
    campaign = a_campaign(load={"ramp": "10s", "warm_up": "5s", "hold": "1m", "drain": "10s", "timeout": "10s"})
    whole = time_of(campaign, CHECKS, Request(1, "r"))
    around_s = around_load_s(distributed=False)
    assert whole.about_s == 81.0
    assert whole.load_s == around_s + 85.0
    assert whole.repeat_s == whole.load_s + 540.0 + 60.0  # a hold of ten minutes at most, and a wait before it
    assert whole.at_most_s == whole.looks_s + whole.load_s + whole.repeat_s
    fleet = time_of(campaign, CHECKS, Request(1, "r", fleet=Fleet(2, "127.0.0.1", 0)))
    assert fleet.load_s > whole.load_s
    smoke = time_of(campaign, CHECKS, Request(1, "r", load=False))
    assert (smoke.load_s, smoke.repeat_s, smoke.looks_s) == (0.0, 0.0, whole.looks_s)
    loaded = time_of(campaign, CHECKS, Request(1, "r", smoke=False))
    assert (loaded.looks_s, loaded.load_s) == (0.0, whole.load_s)
    both = sum_of_times([whole, smoke, whole])
    assert both.load_s == 2 * whole.load_s + 60.0  # the pages recover between two loads
    search = time_of(
        campaign.model_copy(update={"load": campaign.load.model_copy(update={"find_capacity": True})}),
        CHECKS,
        Request(1, "r"),
    )
    assert (search.load_s, search.repeat_s) == (600.0 + around_s, 0.0)


@pytest.mark.load
def test_a_run_that_is_killed_leaves_what_was_known(site: Site, tmp_path: Path) -> None:
    """SIGKILL is heard by nobody: the files say before what they could not say after."""
    first, second = write(tmp_path, site.url + "/good", hold="2m"), write(tmp_path, site.url + "/hangs", "b.yml")
    outputs = [f"--output=json={tmp_path / 'r.json'}", f"--output=markdown={tmp_path / 'r.md'}"]
    command = [sys.executable, "-m", "launchguard", "run", str(first), str(second), "--load-only", *outputs]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline and "visits started" not in _text(tmp_path / "r.json"):
            time.sleep(0.05)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait(PATIENCE_S)
    told = json.loads(_text(tmp_path / "r.json"))
    assert (told["exit_code"], told["verdicts"]) == (130, [])
    assert [(row["manifest"], row["state"]) for row in told["not_judged"]] == [
        (str(first), "interrupted"),
        (str(second), "not-reached"),
    ]
    assert "it was killed, or is still under way; last seen sending the load, " in told["not_judged"][0]["why"]
    assert "it was killed, or is still under way" in _text(tmp_path / "r.md")


def test_the_files_of_an_earlier_run_are_replaced_before_anything_is_done(tmp_path: Path) -> None:
    """A verdict of yesterday must not be taken for that of a run that was killed at its beginning."""
    own = tmp_path / "checks"
    own.mkdir()
    (own / "peeks.py").write_text(
        "from pathlib import Path\n"
        "from launchguard import Campaign, Finding, check\n"
        '@check("peeks", severity="warn", owner="web")\n'
        "def peeks(campaign: Campaign):\n"
        '    """Sees what the report says while the run goes on.\n\n    Why: w.\n    Fix: f.\n    Source: s.\n    """\n'
        f"    yield Finding('{{measured}}', measured=Path({str(tmp_path / 'r.json')!r}).read_text())\n"
    )
    (tmp_path / "r.json").write_text('{"verdict": "go"}')
    manifest = write(tmp_path, "http://127.0.0.1:9/")
    result, told = run(manifest, "--checks", own, "--only=peeks", f"--output=json={tmp_path / 'r.json'}")
    assert result.exit_code == 0
    seen = json.loads(told["outcomes"][0]["findings"][0]["message"])
    assert (seen["exit_code"], seen["not_judged"][0]["state"]) == (130, "interrupted")
    assert json.loads(_text(tmp_path / "r.json"))["verdict"] == "go"


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""
