"""The records of a run as its parent sees them: whole columns, read while others write."""

import mmap
import time
from pathlib import Path
from typing import Any

import numpy as np

from launchguard.load import recording as layout
from launchguard.load.brakes import Watched
from launchguard.load.quality import Pulse
from launchguard.load.schedule import LoadSchedule
from launchguard.model.load_plan import VisitResult


def _array(buffer: Any, offset: int, count: int, kind: str) -> "np.ndarray[Any, Any]":
    return np.frombuffer(buffer, dtype=kind, count=count, offset=offset)


class RecordingReader:
    """Makes the file for a schedule, and looks at what the generating processes write into it.

    The columns stay usable when the file is removed: a LoadRun keeps them, and copies nothing.
    """

    def __init__(self, path: Path, schedule: LoadSchedule, processes: int) -> None:
        visits = len(schedule)
        with path.open("w+b") as file:
            file.truncate(layout.size_bytes(visits))
            self.mapped = mmap.mmap(file.fileno(), 0)
        parts = layout.columns(self.mapped, visits, _array)
        self.processes = processes
        self.header = parts["header"]
        self.intended, self.sent, self.done = parts["intended"], parts["sent"], parts["done"]
        self.target, self.status, self.result = parts["target"], parts["status"], parts["result"]
        self.header[0], self.header[layout.VISITS], self.header[layout.PROCESSES] = layout.VERSION, visits, processes
        self.intended[:], self.target[:] = schedule.intended_s, schedule.target
        parts["returning"][:], parts["phone"][:] = schedule.returning, schedule.phone
        self.sent[:], self.done[:] = np.nan, np.nan

    def slots(self, field: int) -> "np.ndarray[Any, Any]":
        """One field of every process."""
        first = layout.process_slot(0) + field
        return self.header[first : first + 8 * self.processes : 8].copy()

    def all_in(self, state: float) -> bool:
        """Whether every process has come this far."""
        return bool(np.all(self.slots(layout.STATE) >= state))

    def count_in(self, state: float) -> int:
        """How many processes have come this far."""
        return int(np.count_nonzero(self.slots(layout.STATE) >= state))

    def quietest(self) -> int:
        """The process (from 0) that still works and has told nothing for the longest time."""
        return int(np.argmin(np.where(self.slots(layout.STATE) < layout.DONE, self.slots(layout.BEAT), np.inf)))

    def pid_of(self, process: int) -> int:
        """The id of a process (from 0) of this machine; 0 for a worker, and before it is ready."""
        return int(self.slots(layout.PID)[process])

    def begin(self, moment_s: float) -> None:
        """Give every process the common start, in seconds of the monotonic clock."""
        self.header[layout.START] = moment_s

    def pulse(self) -> Pulse:
        """How much CPU the processes have used by now."""
        return Pulse(tuple(self.slots(layout.BEAT).tolist()), tuple(self.slots(layout.CPU).tolist()))

    def silent_s(self) -> float:
        """How long the quietest process that still works has told nothing."""
        working = self.slots(layout.STATE) < layout.DONE
        beats = np.maximum(self.slots(layout.BEAT)[working], self.header[layout.START])
        return time.monotonic() - float(beats.min()) if len(beats) else 0.0

    def watched(self) -> Watched:
        """The columns that brakes and progress look at, live."""
        return Watched(self.intended, self.sent, self.done, self.result)

    def give_up(self, now_s: float) -> None:
        """Mark what a process left open when it ended: sent, and never heard of again."""
        open_visits = ~np.isnan(self.sent) & (self.result == VisitResult.DROPPED)
        self.result[open_visits] = VisitResult.CUT
        unset = ~np.isnan(self.sent) & np.isnan(self.done)
        self.done[unset] = np.maximum(now_s, self.sent[unset])
