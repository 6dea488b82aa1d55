"""The linters over a copy of everything that GitHub reads, documents' workflows included."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import yaml

from tests.action.acting import ROOT, TOOLS

DOCUMENTS = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md")))
TEMPLATE = Path("src/launchguard/templates/workflow.yml")
BLOCK = re.compile(r"^( *)```ya?ml\n(.*?)^\1```", re.DOTALL | re.MULTILINE)


def blocks() -> Iterator[tuple[str, str]]:
    """Every YAML block of the documents: where it stands, and its text."""
    for path in DOCUMENTS:
        for number, found in enumerate(BLOCK.finditer(path.read_text(encoding="utf-8")), 1):
            lines = [line.removeprefix(found[1]) for line in found[2].splitlines()]
            yield f"{path.stem}-{number}", "\n".join(lines) + "\n"


def workflows() -> dict[str, str]:
    """Every workflow that somebody may copy, by a name for its file."""
    paths = [*(ROOT / "examples" / "workflows").glob("*.yml"), ROOT / TEMPLATE]
    found = {f"{path.parent.name}-{path.name}": path.read_text(encoding="utf-8") for path in sorted(paths)}
    for name, text in blocks():
        if isinstance(data := yaml.safe_load(text), dict) and "jobs" in data:
            found[f"{name}.yml"] = text
    return found


def lay_out(folder: Path) -> Path:
    """A repository with the action, its scripts, and every workflow where GitHub looks for them."""
    (folder / ".git").mkdir(parents=True)  # the linters look for a repository's root
    shutil.copy2(ROOT / "action.yml", folder)
    shutil.copytree(ROOT / ".github", folder / ".github")
    shutil.copytree(ROOT / "scripts", folder / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    for name, text in workflows().items():
        (folder / ".github" / "workflows" / name).write_text(text, encoding="utf-8")
    return folder


LINTERS = {
    "jactionlint": ["--no-online", "--strict-exit", "--no-color", "action.yml", "<workflows>"],
    "zizmor": ["--offline", "--no-progress", "--strict-collection", "--color=never", "."],
    "check-jsonschema": ["--builtin-schema", "vendor.github-actions", "action.yml"],
    "check-jsonschema of workflows": ["--builtin-schema", "vendor.github-workflows", "<workflows>"],
    "check-jsonschema of issue forms": ["--builtin-schema", "vendor.github-issue-forms", "<forms>"],
    "check-jsonschema of the issue chooser": [
        "--builtin-schema",
        "vendor.github-issue-config",
        ".github/ISSUE_TEMPLATE/config.yml",
    ],
    "check-jsonschema of Dependabot": ["--builtin-schema", "vendor.dependabot", ".github/dependabot.yml"],
    "shellcheck": ["<scripts>"],
}


def lint(folder: Path, *linters: str) -> list[str]:
    """What these linters (all, without names) have to say, one text for each that complains.

    They see no network and no other PATH.
    """
    forms = folder / ".github" / "ISSUE_TEMPLATE"
    named = {
        "<workflows>": [str(path) for path in sorted((folder / ".github" / "workflows").glob("*.yml"))],
        "<forms>": [str(path) for path in sorted(forms.glob("*.yml")) if path.name != "config.yml"],
        "<scripts>": [str(path) for path in sorted((folder / "scripts").rglob("*.sh"))],
    }
    environment = {"PATH": f"{TOOLS}{os.pathsep}/usr/bin{os.pathsep}/bin", "HOME": str(folder)}
    complaints = []
    for linter in linters or LINTERS:
        arguments = [text for argument in LINTERS[linter] for text in named.get(argument, [argument])]
        command = [linter.split(" ", maxsplit=1)[0], *arguments]
        ran = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False
        )
        if ran.returncode:
            complaints.append(f"{linter}: {ran.stdout}{ran.stderr}")
    return complaints
