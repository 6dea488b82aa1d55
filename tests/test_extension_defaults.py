"""Extension points with every default left alone: a kind and a check that say only what they have to."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from launchguard.channels.files import load_kinds
from launchguard.cli import main
from launchguard.forecast import advise
from launchguard.manifest import load_manifest
from launchguard.model.channel import Channel
from launchguard.testing import a_forecast

KIND = """from typing import Literal

from launchguard import Channel, Stream, curves


class Radio(Channel):
    kind: Literal["radio"] = "radio"

    def streams(self, firing, /):
        yield Stream(3000.0, curves.Exponential(600.0))
"""

CHECK = '''from launchguard import {evidence} check


@check("own-rule", severity="block", owner="web")
def own_rule({parameter}):
    """It passes.

    Why: w.
    Fix: f.
    Source: s.
    """
'''

MANIFEST = """launchguard: 1
name: Spring
launch: 2027-03-01 09:00 UTC
ends: 2027-03-04 23:59 UTC
pages: [{url: https://shop.acme.test/spring, contains: [Spring]}]
channels:
  - radio: {}
  - radio: {name: second, at: +10m}
"""

COMMANDS = {
    "check": "check spring.yml",
    "check as JSON": "check spring.yml --format json",
    "forecast": "forecast spring.yml",
    "forecast as JSON": "forecast spring.yml --format json",
    "forecast as CSV": "forecast spring.yml --format csv",
    "forecast as SVG": "forecast spring.yml --format svg",
    "what if": "forecast spring.yml --what-if second.at=+20m",
    "a line": "forecast spring.yml --egress 300Mbit/s --page-size 2MB",
    "dry run": "run spring.yml --dry-run",
    "the plan judged": "run spring.yml --only own-rule --only channel-plausible --smoke-only",
    "explain": "explain",
    "explain as Markdown": "explain --format markdown",
    "explain as JSON": "explain --format json",
    "the kind": "explain radio",
    "the kind as Markdown": "explain radio --format markdown",
    "the kind as JSON": "explain radio --format json",
    "the check": "explain own-rule",
    "the check as Markdown": "explain own-rule --format markdown",
    "the check as JSON": "explain own-rule --format json",
    "schema": "schema",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    for name, text in {
        "channels/radio.py": KIND,
        "checks/own_rule.py": CHECK.format(evidence="", parameter=""),
        "spring.yml": MANIFEST,
        ".launchguard.yml": "channels_from: [channels]\nchecks_from: [checks]\n",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def launchguard(line: str) -> Result:
    return CliRunner().invoke(main, line.split(), catch_exceptions=False)


@pytest.mark.parametrize("line", COMMANDS.values(), ids=COMMANDS)
def test_every_command_lives_with_a_kind_and_a_check_of_defaults(folder: Path, line: str) -> None:
    result = launchguard(line)
    assert result.exit_code == 0, result.output
    assert "``" not in result.output


def test_what_the_kind_brings_is_counted(folder: Path) -> None:
    text = launchguard("forecast spring.yml").stdout
    assert "radio: 3,000 visits: 5/s at 09:00" in text
    assert "nobody said" not in text
    told = json.loads(launchguard("forecast spring.yml --format json").stdout)
    assert [(one["visits"], one["reach_known"]) for one in told["channels"]] == [(3000, True), (3000, True)]
    assert launchguard("explain radio").stdout.startswith("radio (channel)\n")


def test_nobody_is_asked_for_a_reach_that_has_no_key(folder: Path) -> None:
    manifest = load_manifest(folder / "spring.yml", kinds=load_kinds([folder / "channels"]))
    assert not [question for question in manifest.questions if "reach" in question.text]
    channel = manifest.campaign.channels[0]
    assert (channel.reach, channel.reach_unknown, channel.responses, channel.asks) == (None, False, 0.0, ())


def test_the_advice_moves_it(folder: Path) -> None:
    campaign = load_manifest(folder / "spring.yml", kinds=load_kinds([folder / "channels"])).campaign
    forecast = a_forecast(campaign)
    changes = [one.change for one in advise(campaign, forecast, forecast.peak_per_s * 0.8)]
    assert any(change.startswith("radio: {at: ") for change in changes)


def test_the_advice_sends_two_of_them_slower_where_they_can_be_sent_slower(folder: Path) -> None:
    """A kind that counts visits directly has no reach to divide into stages, and still a window to send in."""
    sent = KIND.replace('"radio"\n', '"radio"\n    send_over: units.Seconds = 0.0\n', 1)
    sent = sent.replace("import Channel", "import units, Channel").replace("600.0)", "600.0), window_s=self.send_over")
    (folder / "channels" / "radio.py").write_text(sent, encoding="utf-8")
    campaign = load_manifest(folder / "spring.yml", kinds=load_kinds([folder / "channels"])).campaign
    forecast = a_forecast(campaign)
    (both, *_) = [
        one.change
        for one in advise(campaign, forecast, forecast.peak_per_s / 10)
        if one.change.count("radio: {send_over: ") == 2
    ]
    assert "stages" not in both
    assert not [one for one in advise(campaign, forecast, forecast.peak_per_s * 0.8) if "stages" in one.text]


@pytest.mark.parametrize("evidence", ["", "Campaign", "Forecast", "Page", "Visit", "Visits", "LoadRun", "Capacity"])
def test_a_check_of_any_evidence_needs_no_more_than_its_docstring(folder: Path, evidence: str) -> None:
    imported, parameter = (f"{evidence}, ", f"seen: {evidence}") if evidence else ("", "")
    text = CHECK.format(evidence=imported, parameter=parameter)
    (folder / "checks" / "own_rule.py").write_text(text, encoding="utf-8")
    for line in ("check spring.yml", "forecast spring.yml", "run spring.yml --dry-run", "schema", "explain"):
        result = launchguard(line)
        assert result.exit_code == 0, (line, result.output)
    told = json.loads(launchguard("explain own-rule --format json").stdout)
    assert (told["options"], told["evidence"]) == ([], [evidence] if evidence else [])


def test_a_reach_key_of_a_kind_is_still_asked_for() -> None:
    class Poster(Channel):
        kind: str = "poster"
        people: float | None = None
        reach_key = "people"

    assert (Poster().reach_unknown, Poster().asks) == (True, ("people",))
    assert (Poster(people=5).reach, Poster(people=5).reach_unknown) == (5, False)
