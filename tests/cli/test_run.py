"""`launchguard run` against real servers: what a user sees, and how it ends."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from click.testing import CliRunner, Result

from launchguard.cli import main
from launchguard.site import Behaviour, Site, landing_site
from tests.busy import PATIENCE_S, repeated

MANIFEST = """
launchguard: 1
name: Spring sale
launch: 2099-03-02 09:00 Europe/Madrid
ends: 2099-03-04 23:59 Europe/Madrid
pages:
  - url: {url}
    contains: ["Spring sale"]
channels:
  - rate: {rate}/s
limits: {{p95: {p95}}}
load: {{ramp: 500ms, warm_up: 500ms, hold: {hold}s, drain: 2s, timeout: {timeout}}}
"""


PROBED = 3
"""Visits of the probe to a page: plain, and with click ids."""


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """One site for all: /good, /hangs, /wrong."""
    paths = {"/good": Behaviour(), "/hangs": Behaviour(hang_ratio=0.2), "/wrong": Behaviour(body="<h1>Autumn</h1>")}
    with landing_site(paths=paths) as running:
        yield running


def write(folder: Path, url: str, *, name: str = "spring.yml", extra: str = "", **over: Any) -> Path:
    """A manifest; its limit on p95, and with it how late visits may be sent, is no matter to most tests."""
    path = folder / name
    given = {"rate": 50, "hold": 7, "p95": "20s", "timeout": "20s"} | over
    path.write_text(MANIFEST.format(url=url, **given) + extra, encoding="utf-8")
    return path


def run(*args: object, env: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(main, ["run", *(str(arg) for arg in args)], env=env, auto_envvar_prefix="LAUNCHGUARD")


def document(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.load
def test_a_page_that_holds(site: Site, tmp_path: Path) -> None:
    report, manifest = tmp_path / "verdict.json", write(tmp_path, site.url + "/good")

    def judged() -> tuple[Result, int]:
        before = site.arrivals("/good")
        result = run(manifest, "--seed", 7, "--output", f"json={report}")
        return result, site.arrivals("/good") - before

    result, arrivals = repeated(judged, lambda made: made[0].output)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("GO: /good holds 50 visits/s, the peak forecast for ")
    verdict = document(report)
    assert (verdict["verdict"], verdict["exit_code"], verdict["scope"], verdict["seed"]) == ("go", 0, "full", 7)
    load = verdict["load"]
    assert load["planned"] == load["started"] == load["ok"] == 388
    assert arrivals == 388 + PROBED
    assert "hold: started" in result.stderr
    assert "hold: started" not in result.stdout


@pytest.mark.load
def test_a_page_that_never_answers_one_visitor_in_five(site: Site, tmp_path: Path) -> None:
    manifest = write(tmp_path, site.url + "/hangs", hold=4, timeout="1500ms", p95="1500ms")
    result = repeated(lambda: run(manifest, "--load-only", "--quiet"), lambda made: made.output)
    assert result.exit_code == 1, result.output
    assert result.stdout.startswith("NO-GO (load only: pages not checked): at the peak of 50 visits/s")
    assert "never got an answer" in result.stdout
    assert result.stderr == ""


def test_smoke_only_says_so_and_sends_no_load(site: Site, tmp_path: Path) -> None:
    before = site.arrivals("/good")
    result = run(write(tmp_path, site.url + "/good"), "--smoke-only")
    assert result.exit_code == 0
    assert result.stdout.startswith("GO (smoke only: load not measured): /good looks right to a visitor")
    assert site.arrivals("/good") - before == PROBED


def test_a_page_without_its_promise_blocks(site: Site, tmp_path: Path) -> None:
    result = run(write(tmp_path, site.url + "/wrong"), "--smoke-only", "--format", "json")
    assert result.exit_code == 1
    verdict = json.loads(result.stdout)
    assert [o["check"] for o in verdict["outcomes"] if o["status"] == "block"] == ["contains"]


def test_an_origin_that_nobody_authorized_gets_no_load(tmp_path: Path) -> None:
    result = run(write(tmp_path, "https://shop.acme.test/spring"), "--load-only")
    assert result.exit_code == 3
    assert result.stdout.startswith("UNKNOWN (load only: pages not checked): shop.acme.test is not authorized")
    assert "max_rate: 50/s" in result.stdout


@pytest.mark.parametrize(("args", "env"), [(["--base-url"], {}), ([], {"LAUNCHGUARD_RUN_BASE_URL": "{url}"})])
def test_the_same_manifest_runs_against_a_preview(
    site: Site, tmp_path: Path, args: list[str], env: dict[str, str]
) -> None:
    manifest = write(tmp_path, "https://shop.acme.test/good?utm_source=mail&utm_medium=email&utm_campaign=x")
    options = [*args, site.url] if args else []
    result = run(manifest, "--smoke-only", *options, env={k: v.format(url=site.url) for k, v in env.items()})
    assert result.exit_code == 0, result.output


def test_a_dry_run_sends_nothing(site: Site, tmp_path: Path) -> None:
    before = site.arrivals("/good")
    other = write(tmp_path, "https://shop.acme.test/spring", name="other.yml")
    result = run(write(tmp_path, site.url + "/good"), other, "--dry-run")
    assert result.exit_code == 0, result.output
    assert "authorized by a loopback origin that a page names" in result.stdout
    assert "no load, shop.acme.test is not authorized" in result.stdout
    assert "388 visits in all" in result.stdout
    assert site.arrivals("/good") == before


def test_every_problem_of_every_manifest_comes_before_any_traffic(site: Site, tmp_path: Path) -> None:
    before = site.arrivals("/good")
    good, bad = write(tmp_path, site.url + "/good"), tmp_path / "bad.yml"
    bad.write_text("launchguard: 1\nname: x\nlaunch: tomorrow\npages: [{ulr: y}]\n", encoding="utf-8")
    result = run(good, bad)
    assert result.exit_code == 2
    assert f"{bad}:3:9: launch: " in result.stderr
    assert "did you mean `url`" in result.stderr
    assert site.arrivals("/good") == before
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["--smoke-only", "--load-only"], "exclude each other"),
        (["--only", "http-statu"], "Did you mean http-status?"),
        (["--base-url", "http://127.0.0.1/path"], "is no origin"),
        (["--format", "pdf"], "is not one of"),
        (["--output", "pdf=x"], "is not one"),
        (["--checks", "nowhere"], "no such folder"),
    ],
)
def test_usage_errors_are_exit_2(site: Site, tmp_path: Path, args: list[str], says: str) -> None:
    result = run(write(tmp_path, site.url + "/good"), *args)
    assert result.exit_code == 2
    assert says in result.stderr
    assert "Traceback" not in result.output


def test_no_manifest_is_exit_2(tmp_path: Path) -> None:
    result = run(tmp_path)
    assert (result.exit_code, "no manifest found" in result.stderr) == (2, True)


def test_several_manifests_end_with_the_worst_code(site: Site, tmp_path: Path) -> None:
    write(tmp_path, site.url + "/good", name="a.yml")
    write(tmp_path, site.url + "/wrong", name="b.yml")
    ended = write(tmp_path, site.url + "/good", name="c.yml")
    ended.write_text(ended.read_text(encoding="utf-8").replace("2099", "2020"), encoding="utf-8")
    result = run(tmp_path, "--smoke-only", "--format", "json")
    assert result.exit_code == 1
    assert [v["verdict"] for v in json.loads(result.stdout)["verdicts"]] == ["go", "no-go"]
    assert "skipped, it ended on 2020-03-04" in result.stderr


def test_a_secret_goes_to_its_host_and_into_no_output(tmp_path: Path) -> None:
    secret = "pass-1234-word"
    with landing_site(body=f"<title>x</title><h1>Spring sale {secret}</h1>") as site:
        host = site.url.removeprefix("http://")
        access = f"access: [{{host: '{host}', header: X-Preview, from_env: PREVIEW_TOKEN}}]\n"
        manifest = write(tmp_path, site.url + "/", extra=access)
        result = run(manifest, "--smoke-only", "--format", "json", env={"PREVIEW_TOKEN": secret})
        seen = site.counts()["/"]["headers"]
        missing = run(manifest, "--smoke-only")
    assert {k.lower(): v for k, v in seen.items()}["x-preview"] == secret
    assert secret not in result.output
    assert (missing.exit_code, "PREVIEW_TOKEN" in missing.stderr) == (2, True)


@pytest.mark.load
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_stops_the_load_and_leaves_a_partial_report(tmp_path: Path, number: signal.Signals) -> None:
    report = tmp_path / "verdict.json"
    with landing_site() as site:
        manifest = write(tmp_path, site.url + "/", hold=60)
        command = [
            sys.executable,
            "-m",
            "launchguard",
            "run",
            str(manifest),
            "--load-only",
            "--output",
            f"json={report}",
        ]
        process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        try:
            deadline = time.monotonic() + PATIENCE_S
            while site.arrivals("/") < 20 and time.monotonic() < deadline:
                time.sleep(0.05)
            children = psutil.Process(process.pid).children(recursive=True)
            assert children, "the load runs in a process of its own"
            process.send_signal(number)
            out, err = process.communicate(timeout=PATIENCE_S)
        finally:
            if process.poll() is None:
                process.kill()
                process.communicate()
        _, alive = psutil.wait_procs(children, timeout=PATIENCE_S)
    assert process.returncode == 130, err
    assert alive == []
    assert out.startswith("UNKNOWN (load only: pages not checked): the run was interrupted")
    assert "Traceback" not in err
    verdict = document(report)
    assert (verdict["verdict"], verdict["exit_code"]) == ("unknown", 130)
    load = verdict["load"]
    assert load["started"] == load["ok"] + load["failed"] + load["unanswered"]
    assert load["planned"] == load["started"] + load["dropped"]


def test_what_is_missing_for_a_later_campaign_is_told_before_any_traffic(site: Site, tmp_path: Path) -> None:
    before = site.arrivals("/good")
    first = write(tmp_path, site.url + "/good")
    host = site.url.removeprefix("http://")
    access = f"access: [{{host: '{host}', header: X-Preview, from_env: PREVIEW_TOKEN}}]\n"
    second = write(tmp_path, site.url + "/good?second", name="second.yml", extra=access)
    result = run(first, second, "--smoke-only")
    assert (result.exit_code, "PREVIEW_TOKEN" in result.stderr) == (2, True)
    assert site.arrivals("/good") == before


@pytest.mark.parametrize("target", ["no/where.json", "."])
def test_a_report_with_nowhere_to_go_is_refused_before_any_traffic(site: Site, tmp_path: Path, target: str) -> None:
    before = site.arrivals("/good")
    result = run(write(tmp_path, site.url + "/good"), "--smoke-only", "--output", f"json={tmp_path / target}")
    assert (result.exit_code, "could not be written" in result.stderr) == (2, True)
    assert site.arrivals("/good") == before


@pytest.mark.parametrize(
    ("variable", "value"), [("FORMAT", "json"), ("OUTPUT", "json={folder}/with space.json"), ("SMOKE_ONLY", "1")]
)
def test_every_option_is_a_variable_under_its_visible_name(
    site: Site, tmp_path: Path, variable: str, value: str
) -> None:
    env = {"LAUNCHGUARD_RUN_SMOKE_ONLY": "1", f"LAUNCHGUARD_RUN_{variable}": value.format(folder=tmp_path)}
    result = run(write(tmp_path, site.url + "/good"), env=env)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("{") == (variable == "FORMAT")
    assert (tmp_path / "with space.json").exists() == (variable == "OUTPUT")


def test_when_every_campaign_is_over_the_output_says_that_nothing_was_judged(site: Site, tmp_path: Path) -> None:
    ended = write(tmp_path, site.url + "/good")
    ended.write_text(ended.read_text(encoding="utf-8").replace("2099", "2020"), encoding="utf-8")
    result = run(ended, "--quiet")
    assert result.exit_code == 0
    assert result.stdout.startswith("Nothing was judged. Spring sale: skipped, it ended on 2020-03-04")
    checked = CliRunner().invoke(main, ["check", str(ended)])
    assert (checked.exit_code, checked.stdout, "skipped, it ended" in checked.stderr) == (0, "", True)


def test_an_interrupt_before_the_work_has_its_own_exit_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: Any, **__: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr("launchguard.cli.setup.load_manifest", interrupted)
    assert run(write(tmp_path, "http://127.0.0.1:1/")).exit_code == 130
