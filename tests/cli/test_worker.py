"""Who sends a run's load, as options: processes of this machine, or workers."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from launchguard.cli import main
from launchguard.load.process import free_port

MANIFEST = str(Path(__file__).parents[2] / "examples" / "distributed" / "campaign.yml")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", MANIFEST, "--processes", "0"], "neither auto nor a number from 1 to 63"),
        (["run", MANIFEST, "--processes", "64"], "neither auto nor a number from 1 to 63"),
        (["run", MANIFEST, "--processes", "many"], "neither auto nor a number from 1 to 63"),
        (["run", MANIFEST, "--expect-workers", "0"], "1<=x<=63"),
        (["run", MANIFEST, "--expect-workers", "2", "--processes", "2"], "exclude each other"),
        (["run", MANIFEST, "--master-bind", "127.0.0.1:0"], "say how many with --expect-workers"),
        (["run", MANIFEST, "--expect-workers", "2", "--master-bind", "127.0.0.1"], "write it like 127.0.0.1:5557"),
        (["run", MANIFEST, "--expect-workers", "2", "--master-bind", "127.0.0.1:70000"], "write it like"),
        (["run", MANIFEST, "--expect-workers", "2", "--master-bind", "192.0.2.1:0"], "no address of this machine"),
        (["worker"], "Missing option '--master'"),
        (["worker", "--master", "::1:5557"], "write it like 127.0.0.1:5557"),
        (["worker", "--master", "127.0.0.1:5557", "--wait", "0"], "x>=1.0"),
        (["worker", "--master", "127.0.0.1:5557", "--loopback-origin", "ftp://127.0.0.1"], "ftp://127.0.0.1"),
        (["worker", "--master", "127.0.0.1:5557", "--journey", "none.py"], "'none.py' does not exist"),
        (["worker", "--master", "127.0.0.1:5557", "--data", MANIFEST], "name it with --journey"),
    ],
)
def test_what_makes_no_sense_is_a_usage_error(arguments: list[str], words: str) -> None:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 2, result.output
    assert words in result.output


def test_a_worker_looks_its_journey_through_before_it_connects(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journey = tmp_path / "checkout.py"
    words = "no shop at {os.environ['SHOP_TOKEN']} \\x1b[31m"
    journey.write_text(f'import os\nraise ValueError(f"{words}")\n', encoding="utf-8")
    config = tmp_path / ".launchguard.yml"
    config.write_text("secrets: {SHOP_TOKEN: [shop.example.com]}\n", encoding="utf-8")
    monkeypatch.setenv("SHOP_TOKEN", "s3cret-value")
    command = ["worker", "--master", "127.0.0.1:5557", "--journey", str(journey), "--config", str(config)]
    ended = CliRunner().invoke(main, command)
    assert ended.exit_code == 2
    assert f"{journey}:2: ValueError: no shop at [redacted]" in ended.output
    assert "Waiting for the master" not in ended.output
    assert "s3cret" not in ended.output and "\x1b" not in ended.output


def test_a_worker_that_no_master_needs_ends_by_itself() -> None:
    command = ["worker", "--master", f"127.0.0.1:{free_port()}", "--wait", "1"]
    ended = CliRunner().invoke(main, command)
    assert (ended.exit_code, ended.output.splitlines()[-1]) == (0, "No master had a plan for 1 s.")
