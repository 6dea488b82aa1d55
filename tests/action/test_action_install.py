"""The private environment: what goes into it, what it needs, and that it is made once."""

import subprocess
from pathlib import Path

import pytest

from launchguard.system.seal import seal
from tests.action.acting import copy_action, handed_on, install, tool_path


def test_it_is_made_once_and_isolated(action: Path, runner_temp: Path, tmp_path: Path) -> None:
    (made,) = (runner_temp / "launchguard").glob("venv-*.seal")
    python = made.with_suffix("") / "bin" / "python"
    when = made.stat().st_mtime_ns

    (tmp_path / "yaml.py").write_text("raise SystemExit('a file of the repository was imported')\n")
    (tmp_path / "launchguard").mkdir()
    (tmp_path / "launchguard" / "__init__.py").write_text("raise SystemExit('shadowed')\n")
    command = [str(python), "-I", "-m", "launchguard", "schema"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stderr

    second = install(action, runner_temp.parent, tool_path(tmp_path / "bin"))
    assert second.returncode == 0, second.stderr
    assert second.stdout.strip() == str(python)
    assert made.stat().st_mtime_ns == when


def test_another_ref_has_an_environment_of_its_own(runner_temp: Path, tmp_path: Path) -> None:
    known = list((runner_temp / "launchguard").iterdir())
    other = install(copy_action(tmp_path / "other"), tmp_path, tool_path(tmp_path / "bin"))
    assert other.returncode == 0, other.stderr
    assert Path(other.stdout.strip()).parents[1].name not in [path.name for path in known]


def test_what_code_in_between_changed_is_not_used(tmp_path: Path) -> None:
    """As a check of the repository could, which runs as the same user between two calls in one job."""
    action, path = copy_action(tmp_path / "action"), tool_path(tmp_path / "bin")
    assert install(action, tmp_path, path).returncode == 0
    (kept,) = (tmp_path / "temp" / "launchguard").glob("venv-*.seal")
    environment = kept.with_suffix("")
    site = next((environment / "lib").glob("python3*/site-packages"))
    attacks: dict[Path, bytes] = {
        site / "launchguard.pth": b"/elsewhere\n",
        site / "attack.pth": b"import os\n",
        next(site.glob("click/core.py")): b"print('owned')\n",
        environment / "bin" / "python3": b"#!/bin/sh\n",
        action / "src" / "launchguard" / "github" / "client.py": b"print('owned')\n",
        action / "checks" / "page" / "owned.py": b"",
    }
    for changed, content in attacks.items():
        before = changed.read_bytes() if changed.exists() and not changed.is_symlink() else None
        link = changed.readlink() if changed.is_symlink() else None
        changed.unlink(missing_ok=True)
        changed.write_bytes(content)
        ran = install(action, tmp_path, path)
        assert (ran.returncode, ran.stdout) == (2, ""), changed
        assert "was changed since then" in ran.stderr
        changed.unlink()
        if link is not None:
            changed.symlink_to(link)
        elif before is not None:
            changed.write_bytes(before)
    # What it wrote into the seal itself is none without the key; compiled code that it left is removed.
    text = kept.read_text()
    kept.write_text(seal(b"", [environment, action / "src"]))
    assert install(action, tmp_path, path).returncode == 2
    kept.write_text(text)
    for folder in (site / "click", action / "src" / "launchguard"):
        (folder / "__pycache__").mkdir()
        (folder / "__pycache__" / "x.pyc").write_bytes(b"owned")
    ran = install(action, tmp_path, path)
    assert ran.returncode == 0, ran.stderr
    assert not [*environment.rglob("__pycache__"), *action.rglob("__pycache__")]


def test_a_home_or_a_temporary_folder_that_cannot_be_used_is_no_obstacle(action: Path, tmp_path: Path) -> None:
    """As in a container: both are the host's. Nobody else's folder is used instead."""
    (tmp_path / "temp").write_text("")
    env = {**handed_on(), "PATH": tool_path(tmp_path / "bin"), "HOME": "/nonexistent", "TMPDIR": str(tmp_path)}
    command = ["/bin/bash", str(action / "scripts" / "action" / "install.sh")]
    for temp in ("", str(tmp_path / "temp" / "below")):
        env["RUNNER_TEMP"] = temp
        ran = subprocess.run(command, env=env, input="", capture_output=True, text=True, timeout=110, check=False)
        assert ran.returncode == 0, ran.stderr
        made = Path(ran.stdout.strip()).parents[3]
        assert made.parent == tmp_path
        assert made.stat().st_mode & 0o077 == 0


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
