"""Who sends a run's load, as options: processes of this machine, or workers."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from launchguard.cli import main

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
    ],
)
def test_what_makes_no_sense_is_a_usage_error(arguments: list[str], words: str) -> None:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 2, result.output
    assert words in result.output
