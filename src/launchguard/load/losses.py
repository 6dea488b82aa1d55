"""What happened to a generating process that was lost: a signal, an exit code, no memory; not what it printed last."""

import signal
from dataclasses import dataclass, field

from launchguard.load.process import Child
from launchguard.load.recorded import RecordingReader
from launchguard.system.processes import is_gone, memory_kills
from launchguard.words import count

LOOK_AT_THE_MACHINE = "Repeat the run. If it happens again, look at what ended the process on its machine."
MORE_MEMORY = "Use a machine with more memory, or one that has less else to do; then repeat the run."


@dataclass(frozen=True)
class LostProcess:
    """Why a run lost one of its processes, as a sentence, and what to do about it."""

    reason: str
    fix: str


@dataclass(frozen=True)
class LossWatch:
    """Looks at what became of processes since it was made; `noun` is what they are called."""

    noun: str
    memory_kills: int | None = field(default_factory=memory_kills)

    def explain(self, recording: RecordingReader, child: Child) -> LostProcess:
        """What happened to the process that is missing."""
        what = _ended(child) if not child.running else _silent(recording)
        short = self._out_of_memory()
        if short:
            what += "; the system ended a process for want of memory meanwhile"
        return LostProcess(f"a {self.noun} was lost: {what}", MORE_MEMORY if short else LOOK_AT_THE_MACHINE)

    def _out_of_memory(self) -> bool:
        now = memory_kills()
        return self.memory_kills is not None and now is not None and now > self.memory_kills


def ending(returncode: int) -> str:
    """How a process ended, by its return code: the signal, or the exit code."""
    if returncode >= 0:
        return f"it ended with exit code {returncode}"
    try:
        return f"it was ended by the signal {signal.Signals(-returncode).name}"
    except ValueError:
        return f"it was ended by the signal {-returncode}"


def _ended(child: Child) -> str:
    returncode = child.process.returncode
    problem = f": {child.problem}" if child.problem else ""
    return f"{ending(returncode)}{problem}"


def _silent(recording: RecordingReader) -> str:
    """Which of several is silent, and whether it is still there; of a worker elsewhere nobody knows."""
    quiet = recording.quietest()
    pid = recording.pid_of(quiet)
    gone = " and is gone" if pid and is_gone(pid) else ""
    silence = f"has told nothing for {count(recording.silent_s())} s"
    return f"number {quiet + 1} of {recording.processes} {silence}{gone}"
