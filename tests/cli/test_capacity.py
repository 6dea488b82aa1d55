"""`launchguard capacity`: what it asks for, what it prints, how it ends."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from launchguard.cli import main
from launchguard.model.campaign import Limits
from launchguard.model.capacity import Advice, Capacity, Level
from launchguard.model.verdict import Outcome, Status
from launchguard.report.capacity import CapacityReport, render_capacity
from launchguard.site import Behaviour, Site, landing_site
from launchguard.testing import a_forecast
from tests.busy import repeated

MANIFEST = """
name: Spring sale
launch: 2099-03-02 09:00 Europe/Madrid
pages: [{{url: "{url}"}}]
channels: [{{rate: 40/s}}]
limits: {{p95: 1s}}
"""


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """/slow takes 1.2 s, /gone is not there; every other page is quick."""
    with landing_site(paths={"/slow": Behaviour(latency_ms=1200), "/gone": Behaviour(status=503)}) as running:
        yield running


def run(*args: object) -> Result:
    return CliRunner().invoke(main, ["capacity", *(str(arg) for arg in args)])


@pytest.mark.load
@pytest.mark.timeout(300)  # for a machine on which the search has to be repeated
def test_a_page_that_no_rate_suits(site: Site) -> None:
    options = ("--p95", "1s", "--budget", "50s", "--seed", 7, "--format", "json", "-q")
    result = repeated(lambda: run(site.url + "/slow", *options), lambda made: made.stdout)
    assert result.exit_code == 3, result.output
    found = json.loads(result.stdout)
    assert (found["rate_per_s"], found["high"], found["headroom"], found["gate"], found["seed"]) == (
        None,
        10,
        None,
        None,
        7,
    )
    assert found["levels"][0]["holds"] is False
    assert found["broke"].startswith("latency broke first")
    assert found["reason"].startswith("the budget of 50 s ended")


@pytest.mark.load
@pytest.mark.timeout(300)
def test_the_gate_blocks_a_manifest(site: Site, tmp_path: Path) -> None:
    manifest, report = tmp_path / "spring.yml", tmp_path / "capacity.md"
    manifest.write_text(MANIFEST.format(url=site.url + "/slow"), encoding="utf-8")
    options = ("--budget", "50s", "--format", "markdown", "--output", report)
    result = repeated(lambda: run(manifest, *options), lambda _: report.read_text(encoding="utf-8"))
    assert result.exit_code == 1, result.output
    assert "capacity: level 1: 40 visits/s for 30 s" in result.stderr
    text = report.read_text(encoding="utf-8")
    assert "- Gate: block: the pages hold less than " in text
    assert "### The change that would make it safe" in text
    assert "Or give the site more capacity: the plan as it stands needs 53.2/s" in text
    assert "| 40 | " in text


def test_a_page_that_gives_an_idle_visitor_nothing_gets_no_load(site: Site) -> None:
    result = run(site.url + "/gone", "-q")
    assert result.exit_code == 3
    assert "not concluded: no load was sent: " in result.stdout
    assert "answers 503" in result.stdout
    assert site.arrivals("/gone") <= 2


def test_a_budget_too_small_for_one_level_sends_nothing(site: Site) -> None:
    before = site.arrivals("/quick")
    result = run(site.url + "/quick", "--budget", "10s", "-q")
    assert result.exit_code == 3
    assert "the budget of 10 s ended" in result.stdout
    assert site.arrivals("/quick") - before == 3  # the idle looks
    assert "the budget of 5 visits ended" in run(site.url + "/quick", "--max-requests", 5, "-q").stdout


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        (["https://shop.acme.test/"], 3, "shop.acme.test is not authorized to receive load"),
        (["no-such.yml"], 2, "no-such.yml"),
        (["ftp://127.0.0.1/"], 2, "does not begin with https:// or http://"),
        (["http://127.0.0.1/", "--p95", "soon"], 2, "is not a duration"),
        (["http://127.0.0.1/", "--p95", "20s"], 2, "Error: 20s is longer than a visit may take (10s)"),
        (["http://127.0.0.1/", "--errors", "60%"], 2, "Error: errors: 60% would let a page pass"),
        (["http://127.0.0.1/", "--budget", "soon"], 2, "is not a duration"),
        (["x.yml", "--errors", "1%"], 2, "are for a URL"),
        (["http://127.0.0.1/", "--base-url", "nonsense"], 2, "is no origin"),
    ],
)
def test_what_cannot_be_searched(args: list[str], code: int, says: str) -> None:
    result = run(*args)
    assert (result.exit_code, says in result.output) == (code, True), result.output


LEVELS = (
    Level(25.0, 30.0, 1.0, 0.0, 120.0, holds=True),
    Level(50.0, 4.2, 0.9, 0.1, 2410.0, holds=False, broke="errors came first: 5 of 50 visits failed (\x1b[2J503 |)"),
    Level(37.0, 0.0, 0.0, 0.0, None, holds=None, reason="the generator was late"),
)


def report(**over: Any) -> CapacityReport:
    capacity = Capacity(25.0, 25.0, 50.0, LEVELS[1].broke, LEVELS, reason="the budget ended", fix="Give it more.")
    forecast = replace(a_forecast(), peak_per_s=20.0, peak_p95_per_s=50.0)
    gate = Outcome("headroom", Status.UNKNOWN, "block", "web", "title", reason="not known well enough")
    return replace(CapacityReport("Spring", capacity, Limits(), forecast, gate), **over)


def test_the_text_report_has_it_all() -> None:
    assert render_capacity(report(seed=7), "text").splitlines() == [
        "Spring: 25 visits/s (between 25 and 50); beyond it errors came first: 5 of 50 visits failed (503 |)",
        "Forecast: median peak 20 visits/s (headroom 1.25), P95 peak 50 visits/s (headroom 0.5).",
        "Gate: unknown: not known well enough",
        "The search ended early: the budget ended.",
        "To conclude: Give it more.",
        "Judged by: p95 800 ms, errors 1 %, headroom x1.33.",
        "",
        "Offered/s  Held for  Answered  Failed     p95  Result",
        "       25      30 s     100 %     0 %  120 ms  holds",
        "       50       4 s      90 %    10 %  2.41 s  breaks, errors came first: 5 of 50 visits failed (503 |)",
        "       37       0 s       0 %     0 %       -  unknown, the generator was late",
        "",
        "seed 7",
    ]


def test_every_format_says_by_what_it_was_judged() -> None:
    limits = Limits.model_validate({"errors": "50%"})
    told = report(limits=limits, options={"headroom": {"warn_below": 2.5}})
    for style in ("text", "markdown"):
        text = render_capacity(told, style).replace("\\", "")
        assert "errors 50 % (default 1 %), headroom x1.33; headroom: warn_below 2.5." in text
    assert json.loads(render_capacity(told, "json"))["judged_by"] == {
        "limits": {"p95_ms": 800, "failure_ratio": 0.5, "headroom": 1.33},
        "options": {"headroom": {"warn_below": 2.5}},
    }


def test_every_format_names_the_change_that_unblocks() -> None:
    advice = (Advice("mail", "email: {send_over: 28m}", "Send mail over 28 min \x1b[2J| <b>.", 24.0),)
    for style, line in (("text", "- Send mail over 28 min"), ("markdown", "- Send mail over 28 min")):
        text = render_capacity(report(advice=advice), style)
        assert "The change that would make it safe" in text
        assert line in text
        assert "\x1b" not in text
    assert "<b>" not in render_capacity(report(advice=advice), "markdown").replace("\\<b\\>", "")
    (told,) = json.loads(render_capacity(report(advice=advice), "json"))["advice"]
    assert (told["change"], told["peak_after_per_s"]) == ("email: {send_over: 28m}", 24)


@pytest.mark.parametrize("style", ["text", "markdown", "json"])
def test_no_report_passes_control_characters_on(style: str) -> None:
    text = render_capacity(report(), style)
    assert "\x1b" not in text
    assert "503" in text


def test_the_markdown_table_stays_whole() -> None:
    rows = [line for line in render_capacity(report(), "markdown").splitlines() if line.startswith("|")]
    assert len(rows) == 2 + len(LEVELS)
    assert {row.replace("\\|", "").count("|") for row in rows} == {7}
