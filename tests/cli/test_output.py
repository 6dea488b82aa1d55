"""Reports are whole files or none."""

import os
from pathlib import Path

import pytest

from launchguard.cli.output import write_report
from launchguard.errors import LaunchGuardError


def test_a_report_replaces_the_old_one_and_leaves_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "verdict.json"
    target.write_text("old", encoding="utf-8")
    write_report(str(target), "né ⛔")
    assert target.read_bytes() == "né ⛔\n".encode()
    assert list(tmp_path.iterdir()) == [target]
    assert target.stat().st_mode & 0o777 == 0o644


def test_a_report_that_cannot_be_encoded_leaves_the_old_one(tmp_path: Path) -> None:
    target = tmp_path / "verdict.json"
    target.write_text("old", encoding="utf-8")
    with pytest.raises(UnicodeEncodeError):
        write_report(str(target), "half \ud800")
    assert target.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    target, link = tmp_path / "real.json", tmp_path / "link.json"
    target.write_text("old", encoding="utf-8")
    link.symlink_to(target)
    write_report(str(link), "new")
    assert link.is_symlink()
    assert target.read_text(encoding="utf-8") == "new\n"


def test_standard_output_is_a_dash(capsys: pytest.CaptureFixture[str]) -> None:
    write_report("-", "all is well\n")
    assert capsys.readouterr().out == "all is well\n"


def test_a_device_is_written_to_and_stays(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    write_report(f"/dev/fd/{writer}", "through")
    os.close(writer)
    with os.fdopen(reader, encoding="utf-8") as pipe:
        assert pipe.read() == "through\n"
    write_report("/dev/null", "x")
    assert Path("/dev/null").is_char_device()


def test_a_folder_that_is_missing_is_told_with_a_hint(tmp_path: Path) -> None:
    with pytest.raises(LaunchGuardError, match=r"could not be written to .*: No such file") as caught:
        write_report(str(tmp_path / "missing" / "verdict.json"), "x")
    assert caught.value.hint
    assert caught.value.exit_code == 2
