"""`launchguard run --base`: what a change loosens stands in every report, and needs an approval where it has to."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from launchguard.cli import main
from launchguard.trust.base import APPROVED_BY

MANIFEST = """launchguard: 1
name: Spring sale
launch: 2099-03-02 09:00 Europe/Madrid
ends: 2099-03-04 23:59 Europe/Madrid
pages: [{url: "https://shop.acme.test/spring", contains: [Spring sale]}]
channels: [rate: 4/s]
"""
OWN = '''from launchguard import Finding, Page, check


@check("{id}", severity="block", owner="web")
def own(page: Page):
    """It is so.

    Why: w.
    Fix: f.
    Source: s.
    """
    yield from ()
'''
APPROVAL = "loosening: approval\napprovers: ['@eva']\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for side in ("base", "change"):
        (tmp_path / side / "own").mkdir(parents=True)
        (tmp_path / side / "a.yml").write_text(MANIFEST, encoding="utf-8")
        (tmp_path / side / "own" / "own.py").write_text(OWN.format(id="own-one"), encoding="utf-8")
        (tmp_path / side / ".launchguard.yml").write_text("checks_from: [own]\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path / "change")
    return tmp_path


def run(folder: Path, *, config: str = "", now: str = MANIFEST, approved: str = "") -> tuple[int, Any, str]:
    """The plan's checks alone, so that nothing is visited: exit code, JSON, and what a person reads."""
    for side in ("base", "change"):
        (folder / side / ".launchguard.yml").write_text(f"checks_from: [own]\n{config}", encoding="utf-8")
    Path("a.yml").write_text(now, encoding="utf-8")
    (folder / "base" / APPROVED_BY).write_text(approved, encoding="utf-8")
    options = ["run", "a.yml", "--base", str(folder / "base"), "--smoke-only", "--only", "half-baked"]
    ran = CliRunner().invoke(main, [*options, "--output", "json=out.json"])
    return ran.exit_code, json.loads(Path("out.json").read_text(encoding="utf-8")), ran.output


def test_what_is_loosened_is_listed_and_changes_nothing(folder: Path) -> None:
    code, document, text = run(folder, now=f"{MANIFEST}limits: {{errors: 5%}}\n")
    assert (code, document["verdict"]) == (0, "go")
    row = {"what": "limits.errors", "was": "1%", "now": "5%", "turns_off": False, "state": "listed", "line": 7}
    assert document["loosening"] == [row]
    assert "What this change loosens: 1" in text
    assert "limits.errors (line 7)" in text


def test_nothing_is_said_where_nothing_is_loosened(folder: Path) -> None:
    code, document, text = run(folder)
    assert (code, document["loosening"]) == (0, [])
    assert "loosens" not in text


def test_where_approval_is_asked_for_a_loosening_without_one_is_unknown(folder: Path) -> None:
    now = f"{MANIFEST}limits: {{errors: 5%}}\n"
    code, document, text = run(folder, config=APPROVAL, now=now)
    assert (code, document["verdict"]) == (3, "unknown")
    assert "this change loosens limits.errors (1% -> 5%), and nobody who may has approved it" in document["headline"]
    assert "have @eva approve this very commit, or take it back" in " ".join(text.split())
    code, document, _ = run(folder, config=APPROVAL, now=now, approved="eva\n")
    assert (code, document["loosening"][0]["state"]) == (0, "approved")


@pytest.mark.parametrize(
    "now",
    [
        MANIFEST.replace("channels:", "status: draft\nchannels:"),
        MANIFEST.replace("2099-", "2020-"),
        MANIFEST.replace("ends: 2099-03-04", "ends: 2099-03-03"),
    ],
    ids=["a draft", "over", "ends sooner"],
)
def test_nobody_leaves_the_gate_unapproved_by_a_date_or_a_status(folder: Path, now: str) -> None:
    code, document, _ = run(folder, config=APPROVAL, now=now)
    assert (code, document["verdict"]) == (3, "unknown")


def test_a_check_that_went_needs_an_approval_whatever_is_only_listed(folder: Path) -> None:
    Path("own/own.py").write_text(OWN.format(id="own-two"), encoding="utf-8")
    code, document, text = run(folder)
    assert (code, document["verdict"]) == (3, "unknown")
    assert ("checks.own-one", "needs approval") in [(row["what"], row["state"]) for row in document["loosening"]]
    assert "name `approvers` in the base's .launchguard.yml" in " ".join(text.split())
    code, document, _ = run(folder, approved="eva\n")
    assert (code, document["verdict"]) == (0, "go")


def test_a_softer_severity_does_not_count_and_is_told(folder: Path) -> None:
    code, document, text = run(folder, now=f"{MANIFEST}checks: {{contains: {{severity: warn}}}}\n")
    assert (code, document["loosening"][0]["state"]) == (0, "does not count")
    assert "the severity of contains does not count" in text
