"""The private environment: what goes into it, what it needs, and that it is made once."""

import subprocess
from pathlib import Path

import pytest

from tests.action.acting import copy_action, install, tool_path


def test_it_is_made_once_and_isolated(action: Path, runner_temp: Path, tmp_path: Path) -> None:
    (environment,) = (runner_temp / "launchguard").glob("venv-*")
    python = environment / "bin" / "python"
    made = (environment / ".ready").stat().st_mtime_ns

    (tmp_path / "yaml.py").write_text("raise SystemExit('a file of the repository was imported')\n")
    (tmp_path / "launchguard").mkdir()
    (tmp_path / "launchguard" / "__init__.py").write_text("raise SystemExit('shadowed')\n")
    command = [str(python), "-I", "-m", "launchguard", "schema"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stderr

    second = install(action, runner_temp.parent, tool_path(tmp_path / "bin"))
    assert second.returncode == 0, second.stderr
    assert second.stdout.strip() == str(python)
    assert (environment / ".ready").stat().st_mtime_ns == made


def test_another_ref_has_an_environment_of_its_own(runner_temp: Path, tmp_path: Path) -> None:
    known = list((runner_temp / "launchguard").iterdir())
    other = install(copy_action(tmp_path / "other"), tmp_path, tool_path(tmp_path / "bin"))
    assert other.returncode == 0, other.stderr
    assert Path(other.stdout.strip()).parents[1].name not in [path.name for path in known]


def test_without_a_folder_of_the_job_nobody_elses_environment_is_run(
    action: Path, runner_temp: Path, tmp_path: Path
) -> None:
    """Whoever knows the environment's name can make it beforehand, where everybody may write."""
    (known,) = [path for path in (runner_temp / "launchguard").iterdir() if (path / ".ready").exists()]
    shared = tmp_path / "shared"
    planted = shared / "launchguard" / known.name / "bin"
    planted.mkdir(parents=True)
    (planted / "python").write_text("#!/bin/bash\necho planted\n")
    (planted / "python").chmod(0o755)
    (planted.parent / ".ready").touch()
    ran = install(action, tmp_path, tool_path(tmp_path / "bin"), RUNNER_TEMP="", TMPDIR=str(shared))
    assert ran.returncode == 0, ran.stderr
    python = Path(ran.stdout.strip())
    assert python != planted / "python" and python.is_relative_to(shared)
    assert python.parents[3].stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("old", ["exit 1", "exit 127"])
def test_an_old_python_is_named(action: Path, tmp_path: Path, old: str) -> None:
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("dirname", "cat", "cksum", "tr", "bash"):
        (folder / name).symlink_to(f"/usr/bin/{name}")
    for name in ("python3", "python"):
        (folder / name).write_text(f'#!/bin/bash\n[ "$1" = --version ] && echo Python 3.9.2 || {old}\n')
        (folder / name).chmod(0o755)
    ran = install(action, tmp_path, str(folder))
    assert ran.returncode == 2
    assert (
        "::error title=LaunchGuard::LaunchGuard needs Python 3.11 or newer, and the PATH has Python 3.9.2" in ran.stderr
    )
