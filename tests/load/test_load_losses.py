"""What is said of a process that was lost: what happened to it, never what it printed last."""

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from launchguard.load import losses
from launchguard.load.losses import LOOK_AT_THE_MACHINE, MORE_MEMORY, LossWatch, ending
from launchguard.load.process import Child
from launchguard.load.recorded import RecordingReader
from launchguard.load.schedule import make_schedule
from launchguard.model.load_plan import LoadPlan
from launchguard.system.processes import is_gone, memory_kills


def ended(folder: Path, code: str) -> Child:
    """A process that has run this code to its end."""
    child = Child(folder, ["-c", code])
    child.end(30.0)
    return child


@pytest.fixture
def recording(tmp_path: Path, a_plan: Callable[..., LoadPlan]) -> RecordingReader:
    return RecordingReader(tmp_path / "records", make_schedule(a_plan("http://127.0.0.1:9/", rate=1, hold=1)), 1)


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("import os, signal; print('Shutting down', flush=True); os.kill(os.getpid(), signal.SIGKILL)", "SIGKILL"),
        ("import os, signal; print('Shutting down', flush=True); os.kill(os.getpid(), signal.SIGSEGV)", "SIGSEGV"),
        ("print('[WARNING] CPU usage above 90%', flush=True); raise SystemExit(7)", "exit code 7"),
        ("open('../problem.txt', 'w').write('no descriptor is left'); raise SystemExit(1)", "1: no descriptor is left"),
    ],
)
def test_how_it_ended_is_told(tmp_path: Path, recording: RecordingReader, code: str, says: str) -> None:
    loss = LossWatch("load process").explain(recording, ended(tmp_path, code))
    assert loss.reason.startswith("a load process was lost: it ")
    assert loss.reason.endswith(says)
    assert loss.fix == LOOK_AT_THE_MACHINE


def test_want_of_memory_is_told_where_the_system_counts_it(
    tmp_path: Path, recording: RecordingReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    vmstat = tmp_path / "vmstat"
    monkeypatch.setattr(losses, "memory_kills", lambda: memory_kills(vmstat))
    assert memory_kills(vmstat) is None
    vmstat.write_text("pgfault 12\noom_kill 3\n")
    watch = LossWatch("load process", memory_kills(vmstat))
    child = ended(tmp_path, "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    assert "memory" not in watch.explain(recording, child).reason
    vmstat.write_text("pgfault 12\noom_kill 4\n")
    told = watch.explain(recording, child)
    assert told.reason.endswith("the signal SIGKILL; the system ended a process for want of memory meanwhile")
    assert told.fix == MORE_MEMORY
    assert "memory" not in LossWatch("load process", None).explain(recording, child).reason


def test_a_signal_without_a_name_has_its_number() -> None:
    assert ending(-signal.SIGTERM) == "it was ended by the signal SIGTERM"
    assert ending(-99) == "it was ended by the signal 99"
    assert ending(0) == "it ended with exit code 0"


def test_a_process_is_gone_when_it_has_ended_reaped_or_not() -> None:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    assert not is_gone(process.pid)
    assert process.stdin
    process.stdin.close()
    try:
        for _ in iter(lambda: is_gone(process.pid), True):
            pass
    finally:
        process.wait(30)
    assert is_gone(process.pid)
