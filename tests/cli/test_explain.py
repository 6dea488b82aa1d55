"""`launchguard explain`: the list, one check in full, and ids that do not exist."""

import json
import os
import pty
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from launchguard.channels import built_in_kinds
from launchguard.checking.files import built_in_checks
from launchguard.cli.explain import command


def explain(*arguments: str) -> Result:
    return CliRunner().invoke(command, list(arguments))


CHECKS = [f"{check.group}/{check.id}" for check in built_in_checks()]
JUDGE = ["verdict/page-seen", "verdict/waiver", "verdict/loosening"]
CHANNELS = [f"channel/{word}" for word in built_in_kinds()]


def test_the_list_in_a_pipe_has_one_line_for_each() -> None:
    result = explain()
    assert result.exit_code == 0
    rows = [line.split("\t") for line in result.stdout.splitlines()]
    assert [row[0] for row in rows] == [*CHECKS, *JUDGE, *CHANNELS]
    assert {len(row) for row in rows} == {6}
    http_status = next(row for row in rows if row[0] == "page/http-status")
    assert http_status[2:] == ["block", "web", "Visit", "expect: 200"]
    sms = next(row for row in rows if row[0] == "channel/sms")
    assert sms[2:5] == ["", "", ""]
    assert (bool(sms[1]), "recipients" in sms[5]) == (True, True)


def at_terminal(columns: int) -> list[str]:
    """What a terminal of so many columns shows."""
    main, child = pty.openpty()
    env = {**os.environ, "TERM": "xterm-256color", "COLUMNS": str(columns)}
    with subprocess.Popen([sys.executable, "-m", "launchguard", "explain"], stdout=child, env=env) as process:
        os.close(child)
        seen = b""
        try:
            with suppress(OSError):  # how Linux tells that the other end of a terminal is closed
                while chunk := os.read(main, 4096):
                    seen += chunk
            assert process.wait(60) == 0
        finally:
            process.kill()
            os.close(main)
    return seen.decode().splitlines()


@pytest.mark.parametrize("columns", [20, 40, 60, 80, 200])
def test_a_terminal_of_any_width_shows_every_id_whole(columns: int) -> None:
    lines = at_terminal(columns)
    ids = [line.strip() for line in lines if line.startswith("  ") and line[2] != " "]
    assert ids == [name.partition("/")[2] for name in (*CHECKS, *JUDGE, *CHANNELS)]
    longest = [line for line in lines if len(line) > columns]
    assert all(len(line.split()) == 1 for line in longest), longest  # only a word that is longer by itself
    assert not (columns >= 40 and longest)
    text = " ".join(" ".join(lines).split())
    for check in built_in_checks():
        assert check.title in text
    assert "block, web [expect: 200]" in text
    assert "`launchguard explain ID` prints one of these in full." in text


def test_one_check_in_full() -> None:
    result = explain("http-status")
    assert result.exit_code == 0
    assert "The page answers with the status that the campaign expects." in result.stdout
    for part in ("Why:", "Fix:", "Source:", "expect (whole number), default 200"):
        assert part in result.stdout
    assert "Example:   a_visit(status=404)  # found\n           a_visit(status=200)  # fine\n" in result.stdout
    assert "checks: {http-status: {expect: 200, severity: block}}" in result.stdout


def test_json_is_for_machines() -> None:
    one = json.loads(explain("params-lost", "--format", "json").stdout)
    assert one["example"]["bad"].startswith("some_visits(a_visit(via=")
    assert one["options"] == [
        {"name": "consumed_by", "type": "page or server", "default": "page"},
        {"name": "consumed", "type": "list of texts", "default": []},
    ]
    listed = json.loads(explain("--format", "json").stdout)
    assert list(listed) == ["checks", "judge", "channels"]
    assert [f"{check['group']}/{check['id']}" for check in listed["checks"]] == CHECKS
    assert one in listed["checks"]
    assert json.loads(explain("page-seen", "--format", "json").stdout) in listed["judge"]
    assert json.loads(explain("tv", "--format", "json").stdout) in listed["channels"]


def test_markdown_is_the_index_and_the_section() -> None:
    listed = explain("--format", "markdown").stdout
    assert listed.startswith("## Plan")
    for place in (*CHECKS, *JUDGE, *CHANNELS):
        assert f"\n| {place.partition('/')[2]} | " in listed
    assert explain("viewport", "--format", "markdown").stdout.startswith("### viewport\n")
    assert "  ```python\n  a_visit(status=404)  # found\n" in explain("http-status", "--format", "markdown").stdout


def test_what_the_judge_itself_adds_in_full() -> None:
    text = explain("page-seen").stdout
    assert text.startswith("page-seen (verdict): Every page was seen by a visitor.\n")
    assert "Owner:     web\n" in text
    assert explain("waiver", "--format", "markdown").stdout.startswith("### waiver\n")


def test_a_kind_of_channel_in_full() -> None:
    text = explain("sms").stdout
    assert "click_rate: share of the recipients that click [10.6 % (assumed; benchmark: Omnisend 2020" in text
    assert "Example:   - sms: {recipients: 10_000}\n" in text
    assert "Arrivals:  exponential, 43 % in 15 min" in text
    assert "one campaign in twenty brings more than x2.28" in text
    assert explain("sms", "--format", "markdown").stdout.startswith("## sms\n")
    as_json = json.loads(explain("sms", "--format", "json").stdout)
    assert {"name": "recipients", "what": "how many messages are sent", "default": "asked for"} in as_json["keys"]


@pytest.mark.parametrize(
    ("wanted", "hint"),
    [
        ("emial", "Did you mean email?"),
        ("page-seeen", "Did you mean page-seen?"),
        ("http-staus", "Did you mean http-status?"),
        ("zzz", "`launchguard explain` lists the checks and the channels."),
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
    own = explain("own-rule", "--checks", str(tmp_path)).stdout
    assert "on (true or false), default true" in own
    assert "Example:" not in own  # one's own checks may do without


def test_a_broken_file_of_ones_own_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text("import nothing_of_the_kind\n")
    result = explain("--checks", str(tmp_path))
    assert result.exit_code == 2
    assert f"{tmp_path / 'own.py'}:1: ModuleNotFoundError" in result.stderr
