"""The recipes of CONTRIBUTING.md, executed to the letter in a copy of the repository."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
BIN = Path(sys.executable).parent
TITLES = ("A check", "A kind of channel", "A report format", "A kind of evidence", "A command")
MOST_FILES = {"A check": 2, "A kind of channel": 2, "A report format": 1, "A command": 2}
"""How many files somebody writes by hand; what is made from them does not count."""

_FILE = re.compile(r"^`([^`\n]+)`[^`\n]*:\n\n```(python|diff)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMANDS = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_MADE = re.compile(r"^Made: ([^\n]*)", re.MULTILINE)


@dataclass(frozen=True)
class Recipe:
    """What a section tells: files to write or to patch, what is made from them, and the commands that prove it."""

    files: dict[str, str]
    patches: dict[str, str]
    made: list[str]
    commands: str


def recipe(title: str) -> Recipe:
    section = TEXT.partition(f"\n### {title}\n")[2].partition("\n### ")[0].partition("\n## ")[0]
    blocks = _FILE.findall(section)
    made = _MADE.search(section)
    return Recipe(
        files={path: text for path, kind, text in blocks if kind == "python"},
        patches={path: text for path, kind, text in blocks if kind == "diff"},
        made=re.findall(r"`([^`]+)`", made[1]) if made else [],
        commands="".join(_COMMANDS.findall(section)),
    )


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a copy, without what Python and the tools put beside them."""
    files = (path for path in folder.rglob("*") if path.is_file())
    kept = (path for path in files if not {".git", "__pycache__", ".pytest_cache", ".ruff_cache"} & set(path.parts))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in kept}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """What git knows of this repository, as it lies here."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    return tmp_path


def do(command: str, folder: Path, given: str = "") -> None:
    """Run it in the copy, whose package comes before the installed one. The test's output is in the failure."""
    env = {**os.environ, "PYTHONPATH": str(folder / "src"), "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    # The copy has no environment of its own: make takes this one for ready.
    env["MAKEFLAGS"] = f"VENV={BIN.parent} READY= "
    ran = subprocess.run(
        ["bash", "-euc", command], cwd=folder, env=env, input=given, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, f"{command}\n{ran.stdout}\n{ran.stderr}"


def test_no_recipe_is_left_out() -> None:
    section = TEXT.partition("\n## Recipes\n")[2].partition("\n## ")[0]
    assert tuple(re.findall(r"^### (.*)$", section, re.MULTILINE)) == TITLES


@pytest.mark.timeout(300)
@pytest.mark.parametrize("title", TITLES)
def test_a_recipe_works_and_names_every_file(title: str, copy: Path) -> None:
    told = recipe(title)
    assert told.files
    assert "pytest" in told.commands
    assert len(told.files) + len(told.patches) <= MOST_FILES.get(title, 6)
    before = contents(copy)
    assert not set(told.files) & set(before), "it has become part of LaunchGuard: take another example"
    for path, text in told.files.items():
        (copy / path).write_text(text, encoding="utf-8")
    for patch in told.patches.values():
        do("git apply -", copy, patch)
    new = " ".join([*told.files, *told.patches])
    do(f"ruff check --no-cache {new}; ruff format --no-cache --check {new}", copy)
    do(told.commands, copy)
    after = contents(copy)
    touched = {path for path in after if after[path] != before.get(path)}
    made = {path for path in touched if any(fnmatch(path, pattern) for pattern in told.made)}
    assert touched - made == {*told.files, *told.patches}
    assert all(any(fnmatch(path, pattern) for path in made) for pattern in told.made)
