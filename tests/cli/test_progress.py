"""Progress: plain lines without a terminal, a live display with one that leaves nothing behind."""

import os
import pty
import re
import signal
import subprocess
import sys
from contextlib import suppress

import pytest

from launchguard.cli.progress import progress
from launchguard.model.events import LoadProgress, Noticed, StageStarted
from tests.busy import PATIENCE_S

STAGE = StageStarted("probe", "2 pages as visitors see them \x1b[2J::error::x")


def load_at(elapsed_s: float, phase: str = "hold") -> LoadProgress:
    return LoadProgress(
        phase=phase,
        elapsed_s=elapsed_s,
        duration_s=60.0,
        planned=5520,
        started=int(92 * elapsed_s),
        answered=int(58 * elapsed_s),
        failed=3,
        started_per_s=92.0,
        answered_per_s=58.0,
        p95_ms=2410.0,
    )


def test_plain_lines_go_to_stderr_one_per_stage(capsys: pytest.CaptureFixture[str]) -> None:
    with progress() as handle:
        handle(STAGE)
        handle(Noticed("skipped: it ended yesterday"))
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [
        "probe: 2 pages as visitors see them : :error: :x",
        "note: skipped: it ended yesterday",
    ]


def test_the_load_speaks_every_ten_seconds_and_at_a_new_phase(capsys: pytest.CaptureFixture[str]) -> None:
    with progress() as handle:
        for second in range(5):
            handle(load_at(second, "ramp"))
        for second in range(5, 30):
            handle(load_at(second))
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(":")[1].strip() for line in lines] == [
        "0/60 s ramp",
        "5/60 s hold",
        "15/60 s hold",
        "25/60 s hold",
    ]
    assert lines[0] == "load: 0/60 s ramp: started 92/s, answered 58/s, 3 failed, p95 2.41 s"


def test_verbose_tells_every_step_and_quiet_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with progress(verbose=True) as handle:
        for second in range(5):
            handle(load_at(second))
    assert len(capsys.readouterr().err.splitlines()) == 5
    with progress(quiet=True) as handle:
        handle(STAGE)
        handle(load_at(1))
    assert capsys.readouterr() == ("", "")


SCRIPT = """
import sys
from launchguard.cli.progress import progress
from launchguard.model.events import LoadProgress, Noticed, StageStarted
print("REPORT")
try:
    with progress(color={color}) as handle:
        handle(StageStarted("probe", "2 pages"))
        handle(Noticed("no config \\x1b]0;owned\\x07"))
        handle(LoadProgress("hold", 12.0, 60.0, 600, 120, 80, 3, 92.0, 58.0, 2410.0))
        sys.stderr.write("READY\\n"); sys.stderr.flush()
        {then}
except KeyboardInterrupt:
    sys.exit(130)
"""


def at_terminal(then: str = "pass", color: object = None, **environment: str) -> tuple[int, str, str]:
    """Run the script with stderr on a terminal of its own; give exit code, stdout and what the terminal got."""
    main, child = pty.openpty()
    code = SCRIPT.format(then=then, color=color)
    env = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "80", **environment}
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=child, env=env) as process:
        os.close(child)
        seen, interrupted = b"", False
        try:
            with suppress(OSError):  # how Linux tells that the other end of a terminal is closed
                while chunk := os.read(main, 4096):
                    seen += chunk
                    if "pause" in then and b"READY" in seen and not interrupted:
                        interrupted = True
                        process.send_signal(signal.SIGINT)
            assert process.stdout
            out = process.stdout.read().decode()
            status = process.wait(PATIENCE_S)
        finally:
            process.kill()  # where the test's time is over, nobody would wait for it in vain
            os.close(main)
    return status, out, seen.decode()


def test_a_terminal_gets_a_bar_with_the_figures_so_far() -> None:
    status, out, seen = at_terminal()
    text = re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", seen)
    assert (status, out) == (0, "REPORT\n")
    assert "load  hold" in text
    assert "12/60 s" in text
    assert "started 92/s  answered 58/s  failed 3  p95 2.41 s" in text
    assert "note: no config" in text
    assert "owned" not in text
    assert "\x1b[?25h" in seen.rsplit("\x1b[?25l", 1)[1]  # the cursor is back
    assert seen.rstrip("\r\n").endswith("\x1b[2K")  # and the last line is empty


def test_ctrl_c_leaves_the_terminal_clean() -> None:
    status, out, seen = at_terminal("import signal; signal.pause()")
    assert (status, out) == (130, "REPORT\n")
    assert "Traceback" not in seen
    assert "\x1b[?25h" in seen.rsplit("\x1b[?25l", 1)[1]
    assert seen.rstrip("\r\n").endswith("\x1b[2K")


@pytest.mark.parametrize(("color", "environment"), [(False, {}), (None, {"NO_COLOR": "1"})])
def test_no_color_is_respected(color: object, environment: dict[str, str]) -> None:
    _, _, seen = at_terminal(color=color, **environment)
    colors = [c for codes in re.findall(r"\x1b\[([\d;]*)m", seen) for c in codes.split(";")]
    assert not [c for c in colors if c[:1] in ("3", "4", "9") and len(c) > 1]
    assert "answered 58/s" in seen


def test_a_dumb_terminal_gets_lines() -> None:
    _, _, seen = at_terminal(TERM="dumb")
    assert "\x1b" not in seen
    assert "probe: 2 pages" in seen
