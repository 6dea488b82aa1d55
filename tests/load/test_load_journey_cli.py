"""Journeys, assets and click ids from the manifest to the report."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import launchguard.cli
from launchguard.load.journeys.journey_check import check_journey
from launchguard.model.load_figures import RequestStats
from launchguard.report.requests import assets_sentence
from tests.busy import repeated
from tests.load.recorder import Answered, Recorder, recording_site

MANIFEST = """
launchguard: 1
name: Spring sale
launch: 2099-03-01 09:00 Europe/Madrid
ends: 2099-03-04 23:59 Europe/Madrid
pages: [{{url: "{url}/", contains: ["Spring sale"]}}]
channels: [rate: {{rate: 40/s, uncertainty: 0, click_id: gclid}}]
limits: {{p95: 20s, errors: 20%}}
load: {{ramp: 0s, warm_up: 0s, hold: 2s, drain: 5s, timeout: 20s, {load}}}
"""
JOURNEY = """
from locust import FastHttpUser, task

class Visitor(FastHttpUser):
    @task
    def land(self):
        self.client.get(self.page, name="landing page")
        self.client.get("/none", name="prices")
"""
PAGE = {"/": Answered('Spring sale <img src="/logo.png">'), "/logo.png": Answered("x")}


def run(tmp_path: Path, url: str, load: str, *arguments: str) -> Result:
    path = tmp_path / "sale.yml"
    path.write_text(MANIFEST.format(url=url, load=load), encoding="utf-8")
    return CliRunner().invoke(launchguard.cli.main, ["run", str(path), "--load-only", "--seed", "1", *arguments])


def test_a_broken_journey_is_told_before_anything_is_sent(tmp_path: Path) -> None:
    (tmp_path / "checkout.py").write_text(JOURNEY.replace("FastHttpUser)", "FastHtpUser)"), encoding="utf-8")
    with recording_site(PAGE) as site:
        for more in ((), ("--dry-run",)):
            ended = run(tmp_path, site.url, "journey: checkout.py", *more)
            assert ended.exit_code == 2
            assert f"{tmp_path}/checkout.py:4: NameError: name 'FastHtpUser' is not defined" in ended.output
    assert site.seen == []


def test_the_example_is_a_journey() -> None:
    folder = Path(__file__).parents[2] / "examples" / "journeys"
    check_journey(str(folder / "checkout.py"), str(folder / "visitors.csv"))


@pytest.mark.parametrize(
    ("load", "words"),
    [
        ("journey: none.py", "there is no file 'none.py'"),
        ("journey: ../checkout.py", "outside of the repository"),
        ("data: sale.yml", "no `journey` that would read it"),
        ("assets: true, journey: sale.yml", "requests what it wants itself"),
    ],
)
def test_the_keys_that_do_not_fit_are_complained_about(tmp_path: Path, load: str, words: str) -> None:
    (tmp_path.parent / "checkout.py").touch()
    ended = run(tmp_path, "http://127.0.0.1:9", load)
    assert ended.exit_code == 2
    assert words in ended.output


@pytest.mark.load
def test_the_report_has_a_journey_s_steps(tmp_path: Path) -> None:
    (tmp_path / "checkout.py").write_text(JOURNEY, encoding="utf-8")
    report, page = tmp_path / "report.json", tmp_path / "report.md"
    outputs = ("--output", f"json={report}", "--output", f"markdown={page}")

    def walked() -> tuple[Result, Recorder]:
        with recording_site(PAGE) as site:
            return run(tmp_path, site.url, "journey: checkout.py", *outputs), site

    ended, site = repeated(walked, lambda made: made[0].output)
    document = json.loads(report.read_text(encoding="utf-8"))
    assert (ended.exit_code, document["verdict"]) == (1, "no-go"), ended.output
    land, prices = document["load"]["steps"]
    assert land["name"] == "GET landing page"
    assert land["failed"] <= document["load"]["unanswered"]  # none but those that the stop cut off
    assert (prices["name"], prices["example"]) == ("GET prices", "GET prices answered 404")
    assert prices["failed"] == prices["requests"] > 0
    ids = [seen.query for seen in site.of("/")]
    assert all(re.fullmatch(r"gclid=[\w-]{92}", query) for query in ids)
    assert len(set(ids)) == len(ids) > 10
    for text in (ended.output, page.read_text(encoding="utf-8")):
        assert "GET landing page" in text and "GET prices answered 404" in text


@pytest.mark.load
def test_the_report_says_which_assets_were_fetched(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    with recording_site(PAGE) as site:
        ended = run(tmp_path, site.url, "assets: true", "--output", f"json={report}")
    document: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    (logo,) = document["load"]["assets"]
    assert (logo["name"], logo["requests"], logo["failed"]) == (f"{site.url}/logo.png", 80, 0), ended.output
    assert len(site.of("/logo.png")) == 80
    assert "80 requests for 1 file of the pages" in " ".join(ended.output.split())


def test_failed_assets_are_told_with_what_they_answered() -> None:
    files = [RequestStats(f"/{n}.png", 10, 2 * n, 5.0 + n, f"answered 40{n}" if n else "") for n in range(5)]
    assert assets_sentence(files) == (
        "50 requests for 5 files of the pages; slowest /4.png, p95 9 ms; 20 failed, which is not judged: "
        "/1.png answered 401, /2.png answered 402, /3.png answered 403 and 1 more file"
    )
