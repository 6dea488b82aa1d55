"""What anybody wrote does nothing to a terminal or a job's log, on whatever way it gets there: errors above all."""

import json
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from launchguard.cli import main

HOSTILE = (
    "\x1b[31mred\x1b]0;title\x07 \x9b31m \u202etxt \u2066x\u2069 \u2028::error::a\n::error::forged\n"
    "Error: forged\n##[error]x\r::warning::y \x85z"
)
"""A terminal's escapes, C1 controls, directions, line ends of every kind, and what a runner takes for commands."""
ACTS = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]|^\s*::\w|##\[|^Error: forged", re.MULTILINE
)


def own_check(text: str) -> str:
    """A file with a check that says this text wherever it can."""
    return CHECK.format(text=text, doc=f"{text}\n\nWhy: {text}.\nFix: {text}.\nSource: {text}.\n")


def manifest(**over: Any) -> str:
    """A manifest as JSON, which YAML reads with its escapes."""
    base = {
        "launchguard": 1,
        "name": "Spring",
        "launch": "2099-03-02 09:00 UTC",
        "ends": "2099-03-05 09:00 UTC",
        "pages": [{"url": "http://127.0.0.1:9/"}],
        "channels": [{"rate": {"rate": "5/s"}}],
    }
    return json.dumps(base | over)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "m.yml").write_text(manifest(), encoding="utf-8")
    return tmp_path


def harmless(*arguments: str) -> str:
    """What a command prints, which must do nothing."""
    ended = CliRunner().invoke(main, list(arguments))
    assert ended.exception is None or isinstance(ended.exception, SystemExit), arguments
    acting = ACTS.search(ended.output)
    assert acting is None, (arguments, ended.output)
    return ended.output


def all_harmless(commands: Sequence[Sequence[str]]) -> None:
    for command in commands:
        harmless(*command)


READING = (["check"], ["run", "--dry-run"], ["forecast"])
FILE = "x:3:4: \x1b[31m%0A\n::error::f\u202e.yml"


def test_a_file_s_name(folder: Path) -> None:
    for text in ("nonsense: [", manifest(), manifest(channels=[{"email": {"recipients": 5}}])):
        (folder / FILE).write_text(text, encoding="utf-8")
        all_harmless([[*command, FILE] for command in READING])
    (folder / FILE).rename(folder / FILE.replace(".yml", ".py"))
    harmless("worker", "--master", "127.0.0.1:1", "--journey", FILE.replace(".yml", ".py"))


def test_every_text_of_a_manifest(folder: Path) -> None:
    url = f"http://127.0.0.1:9/{HOSTILE}"
    waiver = {"check": "http-status", "reason": HOSTILE, "approved_by": HOSTILE, "expires": "2099-03-03"}
    over = {"launch": "2019-01-01 09:00 UTC", "ends": "2020-01-01 09:00 UTC"}
    cases: list[dict[str, Any]] = [
        {"name": HOSTILE},
        {"name": HOSTILE, "status": "draft"},
        {"name": HOSTILE, **over},
        {"channels": [{"email": {"name": HOSTILE, "recipients": "500_000", "click_rate": "2%"}}]},
        {"channels": [{"curve": {"file": HOSTILE}}]},
        {"channels": [{HOSTILE: {}}]},
        {"pages": [{"url": url}]},
        {"pages": [{"url": "http://127.0.0.1:9/", "contains": [HOSTILE]}]},
        {"load": {"journey": HOSTILE}},
        {"checks": {HOSTILE: {}}},
        {"checks": {"http-status": {HOSTILE: 1}}},
        {HOSTILE: 1},
        {"limits": {"p95": HOSTILE}},
        {"access": [{"host": HOSTILE, "header": HOSTILE, "from_env": HOSTILE}]},
        {"owners": {"marketing": HOSTILE}},
        {"ticket": HOSTILE},
        {"launch": HOSTILE},
        {"extends": HOSTILE},
        {"waivers": [waiver]},
    ]
    for case in cases:
        (folder / "m.yml").write_text(manifest(**case), encoding="utf-8")
        all_harmless([[*command, "m.yml"] for command in READING])


ARGUMENTS = [
    [HOSTILE],
    [f"--{HOSTILE}"],
    ["run", HOSTILE],
    ["run", f"--{HOSTILE}"],
    *(["run", "m.yml", option, HOSTILE] for option in ("--only", "--skip", "--base-url", "--output", "--format")),
    *(["run", "m.yml", option, HOSTILE] for option in ("--config", "--base", "--repository", "--seed", "--processes")),
    *(["run", "m.yml", option, HOSTILE] for option in ("--master-bind", "--checks", "--channels")),
    ["run", "m.yml", "--output", f"json={HOSTILE}/x"],
    ["check", "m.yml", "--checks", HOSTILE],
    ["capacity", f"http://127.0.0.1:9/{HOSTILE}"],
    ["capacity", f"ftp://{HOSTILE}"],
    ["forecast", "m.yml", "--what-if", HOSTILE],
    ["forecast", "m.yml", "--output", f"{HOSTILE}/x"],
    ["forecast", "m.yml", "--uncached", HOSTILE],
    ["explain", HOSTILE],
    ["new-check", HOSTILE],
    ["new-channel", HOSTILE],
    ["init", "--name", HOSTILE],
    ["init", "--zone", HOSTILE],
    ["init", HOSTILE],
    ["worker", "--master", HOSTILE],
    ["worker", "--master", "127.0.0.1:1", "--loopback-origin", HOSTILE],
]


def test_every_argument() -> None:
    all_harmless(ARGUMENTS)


CHECK = """from launchguard import Finding, Visit, check
@check("own", severity="warn", owner={text!r})
def own(visit: Visit):
    {doc!r}
    yield Finding("x")
"""


def test_what_code_of_the_repository_says(folder: Path) -> None:
    (folder / "own").mkdir()
    raising = f"raise ValueError({HOSTILE!r})"
    (folder / "own" / "bad.py").write_text(raising, encoding="utf-8")
    for option in ("--checks", "--channels"):
        harmless("check", "m.yml", option, "own")
        ended = CliRunner().invoke(main, ["check", "m.yml", option, "own", "--traceback"])
        assert not set("\x1b\x9b\u202e\x07") & set(ended.output) and "\n::" not in ended.output
    (folder / "walk.py").write_text(raising, encoding="utf-8")
    (folder / "m.yml").write_text(manifest(load={"journey": "walk.py"}), encoding="utf-8")
    harmless("run", "--load-only", "m.yml")
    (folder / "own" / "bad.py").write_text(own_check(HOSTILE.replace("\n", " ")), encoding="utf-8")
    harmless("explain", "own", "--checks", "own")
    harmless("explain", "--checks", "own")
    config = json.dumps({"load": {"hosts": {HOSTILE: {"max_rate": "5/s"}}}})
    (folder / ".launchguard.yml").write_text(config, encoding="utf-8")
    harmless("check", "m.yml")


def refused(*arguments: str) -> None:
    ended = CliRunner().invoke(main, list(arguments))
    assert ended.exit_code == 2, ended.output
    assert "the report would overwrite" in ended.output, ended.output


def test_no_report_replaces_what_it_is_about(folder: Path) -> None:
    """By its name, another spelling of it, or a link; a manifest, and everything that it names."""
    data = "n\n1\n"
    walk = "from locust import FastHttpUser, task\nclass V(FastHttpUser):\n    @task\n    def go(self):\n        pass\n"
    curve = (Path(__file__).parents[1] / "manifests" / "valid" / "last-year.csv").read_text(encoding="utf-8")
    written = {
        "t.yml": "channels: [rate: {rate: 5/s}]\n",
        "walk.py": walk,
        "rows.csv": data,
        "curve.csv": curve,
        ".launchguard.yml": "checks_from: [own]\n",
        "m.yml": manifest(
            extends="t.yml",
            load={"journey": "walk.py", "data": "rows.csv"},
            channels=[{"curve": {"file": "curve.csv"}}],
        ),
    }
    (folder / "own").mkdir()
    (folder / ".git").mkdir()
    (folder / "own" / "a.py").write_text(own_check("It passes."), encoding="utf-8")
    for name, text in written.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "link.yml").symlink_to("m.yml")
    os.link(folder / "m.yml", folder / "hard.yml")
    inputs = (*written, "own/a.py", "link.yml", "hard.yml", "../" + folder.name + "/m.yml")
    for name in inputs:
        refused("check", "m.yml", "--output", f"json={name}")
    for name in ("m.yml", "rows.csv"):
        refused("run", "m.yml", "--smoke-only", "--output", f"json={name}")
        refused("forecast", "m.yml", "--format", "json", "--output", name)
        refused("capacity", "m.yml", "--output", name)
    for name, text in written.items():
        assert (folder / name).read_text(encoding="utf-8") == text, name
    (folder / "old.json").write_text("{}", encoding="utf-8")
    ended = CliRunner().invoke(main, ["check", "m.yml", "--output", "json=old.json"])
    assert ended.exit_code in (0, 1), ended.output
    assert json.loads((folder / "old.json").read_text(encoding="utf-8"))["schema"] == "launchguard/verdict/v1"
