"""action.yml, the scripts behind it and every workflow to copy are clean, and a mistake in them is seen."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from launchguard.cli.action import command
from tests.action.acting import ROOT
from tests.action.linting import blocks, lay_out, lint, workflows

ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEP: dict[str, Any] = ACTION["runs"]["steps"][0]
Change = Callable[[str], str]


def test_everything_that_github_reads_is_clean(tmp_path: Path) -> None:
    assert lint(lay_out(tmp_path / "repository")) == []


MUTATIONS: dict[str, tuple[str, str, Change]] = {
    "a step loses its id": (
        "jactionlint",
        "action.yml",
        lambda text: text.replace("- id: run\n      shell", "- shell"),
    ),
    "a step loses its shell": ("jactionlint", "action.yml", lambda text: text.replace("      shell: bash\n", "")),
    "an icon that does not exist": (
        "check-jsonschema",
        "action.yml",
        lambda text: text.replace("icon: shield", "icon: rocketship"),
    ),
    "a variable without quotes": (
        "jactionlint",
        "action.yml",
        lambda text: re.sub(r'"(\$GITHUB_ACTION_PATH[^"]*)"', r"\1", text),
    ),
    "an input in the script": (
        "zizmor",
        "action.yml",
        lambda text: text.replace("run: exec bash ", "run: ${{ inputs.name }} bash "),
    ),
    "a write to the environment": (
        "zizmor",
        "action.yml",
        lambda text: text.replace("run: exec bash ", 'run: echo "A=$LG_NAME" >> "$GITHUB_ENV"; bash '),
    ),
    "a variable without quotes in a script": (
        "shellcheck",
        "scripts/action/run.sh",
        lambda text: text.replace('bash "$here/install.sh"', "bash $here/install.sh"),
    ),
    "an action that is not pinned": (
        "zizmor",
        ".github/workflows/workflows-pull-request.yml",
        lambda text: re.sub(r"checkout@\w+", "checkout@v7", text),
    ),
    "a token left on the disk": (
        "zizmor",
        ".github/workflows/workflows-pull-request.yml",
        lambda text: text.replace("          persist-credentials: false\n", ""),
    ),
    "a form without a question": (
        "check-jsonschema of issue forms",
        ".github/ISSUE_TEMPLATE/bug.yml",
        lambda text: text.split("body:")[0],
    ),
    "updates without a day of grace": (
        "zizmor",
        ".github/dependabot.yml",
        lambda text: re.sub(r"    cooldown:\n      default-days: 7\n", "", text),
    ),
}


@pytest.mark.parametrize("name", MUTATIONS)
def test_the_linters_see(name: str, tmp_path: Path) -> None:
    folder = lay_out(tmp_path / "repository")
    linter, file, change = MUTATIONS[name]
    before = (folder / file).read_text(encoding="utf-8")
    assert change(before) != before
    (folder / file).write_text(change(before), encoding="utf-8")
    assert lint(folder, linter)


def test_whatever_has_owners_is_there() -> None:
    """A folder that moved would lose its second pair of eyes without a word."""
    lines = (ROOT / ".github" / "CODEOWNERS").read_text(encoding="utf-8").splitlines()
    owned = [line.split()[0] for line in lines if line and not line.startswith("#")]
    assert owned[0] == "*"
    assert len(owned) > 1
    for path in owned[1:]:
        assert (ROOT / path.strip("/")).is_dir() if path.endswith("/") else (ROOT / path.strip("/")).is_file(), path


def test_the_action_uses_nobody_elses_action_and_splices_nothing_into_scripts() -> None:
    for step in ACTION["runs"]["steps"]:
        assert "uses" not in step
        assert "${{" not in step["run"]
    scripts = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "scripts" / "action").glob("*.sh"))
    assert not re.search(r"GITHUB_ENV|GITHUB_PATH|\beval\b", scripts)
    assert " -I -m launchguard" in scripts
    assert "PYTHONSAFEPATH=1" in scripts


def test_every_input_reaches_its_option() -> None:
    options = {option.name: option for option in command.params if isinstance(option, click.Option)}
    for name, entry in ACTION["inputs"].items():
        variable = "LG_" + name.upper().replace("-", "_")
        assert STEP["env"].pop(variable) == f"${{{{ inputs.{name} }}}}"
        if name == "github-token":
            continue  # never an option: a command line is not private
        option = options.pop(name.replace("-", "_"))
        assert option.envvar == variable
        assert str(option.default).lower() == entry["default"].lower()
    assert not STEP["env"]
    assert set(options) == {"token_stdin", "traceback"}


@pytest.mark.parametrize("name", sorted(workflows()))
def test_a_workflow_to_copy_uses_what_the_action_has(name: str) -> None:
    text = workflows()[name]
    steps = [step for job in yaml.safe_load(text)["jobs"].values() for step in job["steps"]]
    calls = [step for step in steps if step.get("uses", "").startswith("launchguard/launchguard@")]
    assert calls
    for call in calls:
        assert set(call.get("with", {})) <= set(ACTION["inputs"])
    for output in re.findall(r"steps\.launchguard\.outputs\.([\w-]+)", text):
        assert output in ACTION["outputs"]


@pytest.mark.parametrize("name", sorted(workflows()))
def test_a_job_to_require_is_not_skipped_with_what_it_needs(name: str) -> None:
    """A skipped job satisfies a required check."""
    for job in yaml.safe_load(workflows()[name])["jobs"].values():
        if "needs" in job and any("launchguard/launchguard@" in step.get("uses", "") for step in job["steps"]):
            assert job["if"] == "${{ !cancelled() }}"
            assert any(".result == 'success' &&" in str(step.get("with", {}).get("base-url")) for step in job["steps"])


@pytest.mark.parametrize(("name", "text"), list(blocks()), ids=lambda value: value[:40].split("\n")[0])
def test_a_yaml_block_of_the_documents_is_yaml(name: str, text: str) -> None:
    assert yaml.safe_load(text), name


def test_the_tables_are_those_of_the_action() -> None:
    script = ROOT / "scripts" / "action_docs.py"
    ran = subprocess.run([sys.executable, script, "--check"], capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stderr
    for path in (ROOT / "docs" / "github-action.md", ROOT / "README.md"):
        text = path.read_text(encoding="utf-8")
        assert all(f"| `{name}` |" in text for name in (*ACTION["inputs"], *ACTION["outputs"]))
