"""`launchguard new-check`: what it writes works as it stands, and nothing is overwritten."""

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from launchguard.checkfiles import load_checks
from launchguard.cli.new_check import command


def new_check(*arguments: str) -> Result:
    return CliRunner().invoke(command, list(arguments))


def test_the_new_check_loads_and_its_test_passes(tmp_path: Path) -> None:
    folder = tmp_path / "checks" / "page"
    result = new_check("hero-image", "--folder", str(folder))
    assert result.exit_code == 0
    assert "hero-image" in {check.id for check in load_checks([folder])}
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path), str(folder)],
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
    )
    assert "2 passed" in ran.stdout, ran.stdout + ran.stderr


def test_existing_files_stay_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "test_hero_image.py").write_text("mine")
    result = new_check("hero-image", "--folder", str(tmp_path))
    assert result.exit_code == 2
    assert "exists already" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["test_hero_image.py"]
    assert (tmp_path / "test_hero_image.py").read_text() == "mine"


@pytest.mark.parametrize("name", ["Hero", "hero_image", "1st", "../hero", "http-status", "class", ""])
def test_a_name_that_cannot_be_an_id_is_refused(name: str, tmp_path: Path) -> None:
    result = new_check(name, "--folder", str(tmp_path / "new"))
    assert result.exit_code == 2
    assert "Hint:" in result.stderr
    assert not (tmp_path / "new").exists()
