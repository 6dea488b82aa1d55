"""`launchguard new-check` and `new-channel`: what they write works as it stands, and nothing is overwritten."""

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from launchguard.channels.files import load_kinds
from launchguard.checking.files import load_checks
from launchguard.cli import main, starters

COMMANDS = [("new-check", "hero-image", "hero_image", 2), ("new-channel", "in_app", "in_app", 4)]


def launchguard(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


@pytest.mark.parametrize(("command", "name", "stem", "tests"), COMMANDS)
def test_what_is_written_loads_and_its_test_passes(
    command: str, name: str, stem: str, tests: int, tmp_path: Path
) -> None:
    folder = tmp_path / "own"
    assert launchguard(command, name, "--folder", str(folder)).exit_code == 0
    assert sorted(path.name for path in folder.iterdir()) == [f"{stem}.py", f"test_{stem}.py"]
    known = load_kinds([folder]) if command == "new-channel" else {check.id for check in load_checks([folder])}
    assert name in known
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path), str(folder)],
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
    )
    assert f"{tests} passed" in ran.stdout, ran.stdout + ran.stderr


@pytest.mark.parametrize(("command", "name", "stem", "tests"), COMMANDS)
def test_existing_files_stay_as_they_are(command: str, name: str, stem: str, tests: int, tmp_path: Path) -> None:
    (tmp_path / f"test_{stem}.py").write_text("mine")
    result = launchguard(command, name, "--folder", str(tmp_path))
    assert result.exit_code == 2
    assert "exists already" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == [f"test_{stem}.py"]
    assert (tmp_path / f"test_{stem}.py").read_text() == "mine"


@pytest.mark.parametrize(
    ("command", "stem", "folder", "tests"),
    [
        ("new-check", "hero_image", "checks/page", "tests/checks"),
        ("new-channel", "in_app", "src/launchguard/channels/kinds", "tests/channels"),
    ],
)
def test_in_its_own_checkout_the_test_goes_to_the_tests(
    command: str, stem: str, folder: str, tests: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / folder).mkdir(parents=True)
    monkeypatch.setattr(starters, "CHECKOUT", tmp_path)
    monkeypatch.chdir(tmp_path)
    result = launchguard(command, stem.replace("_", "-") if command == "new-check" else stem, "--folder", folder)
    assert result.exit_code == 0
    assert f"Try it: pytest {tests}/test_{stem}.py, then `make docs`" in result.output
    files = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.py"))
    assert files == sorted([f"{folder}/{stem}.py", f"{tests}/test_{stem}.py"])
    assert f'Path(__file__).parents[2] / "{folder}/{stem}.py"' in (tmp_path / tests / f"test_{stem}.py").read_text()


@pytest.mark.parametrize(
    ("command", "name"),
    [
        *(("new-check", name) for name in ("Hero", "hero_image", "1st", "../hero", "http-status", "class", "")),
        *(("new-channel", name) for name in ("Radio", "test_radio", "in-app", "1st", "../radio", "email", "class", "")),
    ],
)
def test_a_name_that_cannot_be_used_is_refused(command: str, name: str, tmp_path: Path) -> None:
    result = launchguard(command, name, "--folder", str(tmp_path / "new"))
    assert result.exit_code == 2
    assert "Hint:" in result.stderr
    assert not (tmp_path / "new").exists()
