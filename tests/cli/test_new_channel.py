"""`launchguard new-channel`: what it writes works as it stands, and nothing is overwritten."""

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from launchguard.channelfiles import load_kinds
from launchguard.cli.new_channel import command


def new_channel(*arguments: str) -> Result:
    return CliRunner().invoke(command, list(arguments))


def test_the_new_channel_loads_and_its_test_passes(tmp_path: Path) -> None:
    folder = tmp_path / "channels"
    result = new_channel("in_app", "--folder", str(folder))
    assert result.exit_code == 0
    assert load_kinds([folder])["in_app"].__name__ == "InApp"
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path), str(folder)],
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
    )
    assert "3 passed" in ran.stdout, ran.stdout + ran.stderr


def test_existing_files_stay_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "test_podcast.py").write_text("mine")
    result = new_channel("podcast", "--folder", str(tmp_path))
    assert result.exit_code == 2
    assert "exists already" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["test_podcast.py"]
    assert (tmp_path / "test_podcast.py").read_text() == "mine"


@pytest.mark.parametrize("name", ["Radio", "in-app", "1st", "../radio", "email", "class", ""])
def test_a_name_that_cannot_be_a_kind_is_refused(name: str, tmp_path: Path) -> None:
    result = new_channel(name, "--folder", str(tmp_path / "new"))
    assert result.exit_code == 2
    assert "Hint:" in result.stderr
    assert not (tmp_path / "new").exists()
