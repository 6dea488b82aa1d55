"""Reports are whole files or none."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from launchguard.cli import main
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


MANIFEST = """
launchguard: 1
name: Spring sale
launch: 2099-03-02 09:00 Europe/Madrid
pages: [{url: "http://127.0.0.1:9/"}]
"""


@pytest.mark.parametrize("both", [False, True])
def test_a_reader_that_has_gone_changes_neither_the_exit_code_nor_the_files(tmp_path: Path, both: bool) -> None:
    """As in `launchguard run ... | head -1`, and with `2>&1` before it; here the reader has gone from the start."""
    (tmp_path / "a.yml").write_text(MANIFEST, encoding="utf-8")
    read, write = os.pipe()
    os.close(read)
    try:
        ended = subprocess.run(
            [sys.executable, "-m", "launchguard", "run", "a.yml", "--only=half-baked", "--output=json=report.json"],
            check=False,
            cwd=tmp_path,
            stdout=write,
            stderr=write if both else subprocess.PIPE,
            timeout=60,
        )
    finally:
        os.close(write)
    told = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert ended.returncode == told["exit_code"] == 0
    assert "BrokenPipe" not in (ended.stderr or b"").decode()


def test_a_report_that_cannot_be_written_loses_no_other_and_is_told_in_them(tmp_path: Path) -> None:
    """The folder is fine when the run begins, and the disk is full when the report is written."""
    (tmp_path / "a.yml").write_text(MANIFEST.replace("127.0.0.1:9", "shop.acme.test"), encoding="utf-8")
    full, first, last = Path("/dev/full"), tmp_path / "first.json", tmp_path / "last.md"
    outputs = [f"--output=json={first}", f"--output=junit={full}", f"--output=markdown={last}"]
    result = CliRunner().invoke(main, ["check", str(tmp_path / "a.yml"), *outputs])
    assert result.exit_code == 2
    told = json.loads(first.read_text(encoding="utf-8"))
    assert (told["exit_code"], told["verdict"]) == (2, "no-go")
    for text in (told["problems"][0], last.read_text(encoding="utf-8"), result.stdout, result.stderr):
        assert "could not be written to /dev/full: No space left on device" in " ".join(text.split())
    assert result.stdout.endswith("\nExit code 2.\n")


def test_standard_output_that_is_full_is_told_in_the_files(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(MANIFEST.replace("127.0.0.1:9", "shop.acme.test"), encoding="utf-8")
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "launchguard", "check", "a.yml", "--output=json=report.json"],
            check=False,
            cwd=tmp_path,
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=60,
        )
    told = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert ended.returncode == told["exit_code"] == 2
    assert "standard output: No space left on device" in told["problems"][0]
    assert b"Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["check", "a.yml"], 2),
        (["check", "none.yml"], 2),
        (["check", "a.yml", "--nonsense"], 2),
        (["run", "a.yml", "--only=half-baked", "--quiet"], 2),
        (["--help"], 2),
        (["run", "--help"], 2),
        (["--version"], 2),
    ],
)
def test_where_nothing_can_be_printed_at_all_that_is_no_verdict(
    tmp_path: Path, arguments: list[str], code: int
) -> None:
    """Python would end such a process with 1, which is a NO-GO, or with 120."""
    (tmp_path / "a.yml").write_text(MANIFEST, encoding="utf-8")
    with Path("/dev/full").open("wb") as full:
        command = [sys.executable, "-m", "launchguard", *arguments]
        ended = subprocess.run(command, check=False, cwd=tmp_path, stdout=full, stderr=full, timeout=60)
    assert ended.returncode == code


def test_standard_error_that_is_full_ends_no_run(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(MANIFEST, encoding="utf-8")
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "launchguard", "run", "a.yml", "--only=half-baked", "--format=json"],
            check=False,
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=full,
            timeout=60,
        )
    assert ended.returncode == json.loads(ended.stdout)["exit_code"] == 0


def test_two_reports_do_not_share_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yml").write_text(MANIFEST, encoding="utf-8")
    (tmp_path / "there").write_text("old", encoding="utf-8")
    (tmp_path / "link").symlink_to("there")
    os.link("there", "hard")
    for command in (["check"], ["run", "--only=half-baked"]):
        for one, other in (("new", "./new"), ("there", "link"), ("there", "hard")):
            ended = CliRunner().invoke(main, [*command, "a.yml", f"--output=json={one}", f"--output=junit={other}"])
            assert ended.exit_code == 2
            assert f"two reports would be written to {other}" in ended.output.replace("\n", " ")
        ended = CliRunner().invoke(main, [*command, "a.yml", "--output=json=/dev/null", "--output=junit=/dev/null"])
        assert ended.exit_code in (0, 1)
    assert (tmp_path / "there").read_text(encoding="utf-8") == "old"
