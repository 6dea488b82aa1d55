"""The hook for pre-commit: which files it takes, and that it fails on what `launchguard check` refuses.

pre-commit would build an environment from a package registry; here the hook runs from the one that the tests run in,
with all else of the manifest as it is.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
TOOLS = Path(sys.executable).parent
HOOKS = ".pre-commit-hooks.yaml"
MANIFEST = """\
name: Spring
launch: 2099-03-02 09:00 Europe/Madrid
pages:
  - url: https://shop.nordlicht.example/spring
channels:
  - rate: 5/s
"""


def call(folder: Path, *command: str | Path) -> subprocess.CompletedProcess[str]:
    settings = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    person = {f"GIT_{role}_{key}": "a@example.com" for role in ("AUTHOR", "COMMITTER") for key in ("NAME", "EMAIL")}
    environment = {
        "PATH": f"{TOOLS}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(folder),
        "PRE_COMMIT_HOME": str(folder.parent / "pre-commit"),
    }
    return subprocess.run(
        command,
        cwd=folder,
        env=environment | settings | person,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def repository(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    for arguments in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "files"]):
        done = call(folder, "git", *arguments)
        assert done.returncode == 0, done.stderr
    return folder


def test_the_hooks_are_as_pre_commit_wants_them() -> None:
    done = call(ROOT, TOOLS / "pre-commit", "validate-manifest", HOOKS)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("files", "code", "says"),
    [
        ({"campaigns/spring.yml": MANIFEST}, 0, "Passed"),
        ({"campaigns/2099/spring.yaml": MANIFEST.replace("name", "nmae")}, 1, "spring.yaml:1:1: nmae: "),
        ({"config/spring.yml": "nmae: x\n", "campaigns/notes.md": "x\n"}, 0, "(no files to check)Skipped"),
    ],
)
def test_it_checks_the_manifests_of_campaigns(tmp_path: Path, files: dict[str, str], code: int, says: str) -> None:
    hooks = yaml.safe_load((ROOT / HOOKS).read_text(encoding="utf-8"))
    assert [hook.pop("language") for hook in hooks] == ["python"]
    here = yaml.safe_dump([{**hook, "language": "system"} for hook in hooks])
    tool = repository(tmp_path / "tool", {HOOKS: here})
    user = repository(tmp_path / "user", files)
    done = call(user, TOOLS / "pre-commit", "try-repo", tool, "launchguard", "--all-files")
    assert says in done.stdout, done.stdout + done.stderr
    assert done.returncode == code
