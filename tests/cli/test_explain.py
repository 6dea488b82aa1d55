"""`launchguard explain`: the list, one check in full, and ids that do not exist."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from launchguard.checking.files import built_in_checks
from launchguard.cli.explain import command


def explain(*arguments: str) -> Result:
    return CliRunner().invoke(command, list(arguments))


def test_the_list_in_a_pipe_has_one_line_per_check() -> None:
    result = explain()
    assert result.exit_code == 0
    rows = [line.split("\t") for line in result.stdout.splitlines()]
    assert [row[0] for row in rows] == [f"{check.group}/{check.id}" for check in built_in_checks()]
    http_status = next(row for row in rows if row[0] == "page/http-status")
    assert http_status[2:] == ["block", "web", "Visit", "expect: 200"]


def test_one_check_in_full() -> None:
    result = explain("http-status")
    assert result.exit_code == 0
    assert "The page answers with the status that the campaign expects." in result.stdout
    for part in ("Why:", "Fix:", "Source:", "expect (whole number), default 200"):
        assert part in result.stdout
    assert "checks: {http-status: {expect: 200, severity: block}}" in result.stdout


def test_json_is_for_machines() -> None:
    one = json.loads(explain("params-lost", "--format", "json").stdout)
    assert one["options"] == [
        {"name": "consumed_by", "type": "page or server", "default": "page"},
        {"name": "consumed", "type": "list of texts", "default": []},
    ]
    listed = json.loads(explain("--format", "json").stdout)
    assert one in listed


def test_markdown_is_the_index_and_the_section() -> None:
    assert explain("--format", "markdown").stdout.startswith("## Plan")
    assert explain("viewport", "--format", "markdown").stdout.startswith("### viewport\n")


def test_a_kind_of_channel_in_full() -> None:
    text = explain("sms").stdout
    assert "click_rate: share of the recipients that click [10.6 % (assumed; benchmark: Omnisend 2020" in text
    assert "Arrivals:  exponential, 43 % in 15 min" in text
    assert "one campaign in twenty brings more than x2.28" in text
    assert explain("sms", "--format", "markdown").stdout.startswith("## sms\n")
    as_json = json.loads(explain("sms", "--format", "json").stdout)
    assert {"name": "recipients", "what": "how many messages are sent", "default": "asked for"} in as_json["keys"]


@pytest.mark.parametrize(
    ("wanted", "hint"),
    [
        ("emial", "Did you mean email?"),
        ("http-staus", "Did you mean http-status?"),
        ("zzz", "`launchguard explain` lists the checks."),
    ],
)
def test_an_unknown_id_is_a_usage_error(wanted: str, hint: str) -> None:
    result = explain(wanted)
    assert result.exit_code == 2
    assert hint in result.stderr
    assert result.stdout == ""


def test_checks_of_ones_own_are_listed_too(tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text(
        "from launchguard import Visit, check\n\n"
        '@check("own-rule", severity="info", owner="web")\n'
        "def own_rule(visit: Visit, *, on: bool = True) -> None:\n"
        '    """It passes.\n\n    Why: w.\n    Fix: f.\n    Source: s.\n    """\n'
    )
    assert "page/own-rule\tIt passes.\tinfo\tweb\tVisit\ton: true" in explain("--checks", str(tmp_path)).stdout
    assert "on (true or false), default true" in explain("own-rule", "--checks", str(tmp_path)).stdout


def test_a_broken_file_of_ones_own_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text("import nothing_of_the_kind\n")
    result = explain("--checks", str(tmp_path))
    assert result.exit_code == 2
    assert f"{tmp_path / 'own.py'}:1: ModuleNotFoundError" in result.stderr
