"""`make test`: both halves run, and neither can fail, or run nothing, unnoticed."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

SUITE = Path(__file__).parents[1] / "scripts" / "suite.py"
GOOD, BAD, SKIPS = (
    "def test_a(): pass\n",
    "def test_b(): assert 0\n",
    "import pytest\ndef test_c(): pytest.skip('no')\n",
)
LOAD = "import pytest\npytestmark = pytest.mark.load\n"


def lay_out(folder: Path, fast: str, load: str) -> None:
    (folder / "pytest.ini").write_text("[pytest]\nmarkers = load\n", encoding="utf-8")
    (folder / "test_fast.py").write_text(fast, encoding="utf-8")
    (folder / "test_load.py").write_text(load, encoding="utf-8")


@pytest.mark.parametrize(
    ("fast", "load", "code", "says"),
    [
        (GOOD + SKIPS, LOAD + GOOD, 0, "fast: 1 passed, 1 skipped in N s; load: 1 passed in N s"),
        (GOOD + BAD, LOAD + GOOD, 1, "fast: 1 failed, 1 passed in N s; load: 1 passed in N s"),
        (GOOD, LOAD + BAD, 1, "fast: 1 passed in N s; load: 1 failed, 0 passed in N s"),
        (GOOD, "", 5, "fast: 1 passed in N s; load: NO TEST RAN in N s"),
    ],
)
def test_the_last_line_and_the_code_are_those_of_both_halves(
    tmp_path: Path, fast: str, load: str, code: int, says: str
) -> None:
    lay_out(tmp_path, fast, load)
    ran = subprocess.run(
        [sys.executable, SUITE, "-n", "0"], cwd=tmp_path, capture_output=True, text=True, timeout=100, check=False
    )
    assert ran.returncode == code, ran.stdout + ran.stderr
    assert re.sub(r"in \d+ s", "in N s", ran.stdout.splitlines()[-1]) == says
    closing = [line for line in ran.stdout.splitlines() if re.search(r" in \d+\.\d+s", line)]
    assert len(closing) == 2  # pytest's own lines stay


WAITS = """\
import threading
def test_waits():
    try:
        with open("started", "w"):  # until the other end is opened
            pass
        threading.Event().wait(60)
    finally:
        with open("ended", "w"):
            pass
"""


def test_ctrl_c_ends_both_halves_and_lets_the_first_clean_up(tmp_path: Path) -> None:
    lay_out(tmp_path, GOOD + WAITS, LOAD + GOOD)
    os.mkfifo(tmp_path / "started")
    command = [sys.executable, str(SUITE), "-n", "0"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        with (tmp_path / "started").open():
            os.killpg(process.pid, signal.SIGINT)
        out, _ = process.communicate(timeout=100)
    assert process.returncode == 2
    assert (tmp_path / "ended").exists()
    assert out.splitlines()[-1].startswith("fast: 1 passed, pytest ended with 2 in ")
