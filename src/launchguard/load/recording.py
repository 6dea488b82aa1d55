"""The file that a load run is recorded in: the only thing that its processes share.

A header of float64 slots, then one column per field with one element per planned visit: 31 bytes a visit. The parent
makes the file and writes the schedule; every generating process maps it and writes its own rows. So the parent sees
the run as it happens, nothing is merged at the end, and what was recorded survives the death of whoever recorded it.

    header  version, visits, processes, start (monotonic s, 0: not yet), -, ... then 8 slots for each process
    process state, heartbeat (monotonic s), CPU (s), peak of visits in flight, clock error (s), process id, -, -
"""

import mmap
from collections.abc import Callable, MutableSequence
from pathlib import Path
from typing import Any, TypeVar, cast

from launchguard.web.request import Device

T = TypeVar("T")

VERSION = 1.0
MAX_PROCESSES = 63
HEADER_SLOTS = 8 * (MAX_PROCESSES + 1)
COLUMNS = (
    ("intended", "d"),
    ("sent", "d"),
    ("done", "d"),
    ("target", "H"),
    ("status", "H"),
    ("result", "B"),
    ("returning", "B"),
    ("phone", "B"),
)
_SIZES = {"d": 8, "H": 2, "B": 1}
BYTES_PER_VISIT = sum(_SIZES[kind] for _, kind in COLUMNS)

VISITS, PROCESSES, START = 1, 2, 3
STATE, BEAT, CPU, PEAK, CLOCK, PID = 0, 1, 2, 3, 4, 5
READY, SENDING, DONE = 1.0, 2.0, 3.0


def size_bytes(visits: int) -> int:
    """How large the file is."""
    return HEADER_SLOTS * 8 + visits * BYTES_PER_VISIT


def process_slot(process: int) -> int:
    """Where the slots of a process (from 0) begin in the header."""
    return 8 * (process + 1)


def columns(buffer: Any, visits: int, view: Callable[[Any, int, int, str], T]) -> dict[str, T]:
    """Cut the buffer: `view(buffer, offset, count, kind)` makes a header or a column of it."""
    offset = HEADER_SLOTS * 8
    parts = {"header": view(buffer, 0, HEADER_SLOTS, "d")}
    for name, kind in COLUMNS:
        parts[name] = view(buffer, offset, visits, kind)
        offset += visits * _SIZES[kind]
    return parts


def _memory(buffer: Any, offset: int, count: int, kind: str) -> memoryview:
    view: memoryview = memoryview(buffer)[offset : offset + count * _SIZES[kind]]
    return view.cast(kind)  # type: ignore[call-overload,no-any-return]


def _floats(view: memoryview) -> MutableSequence[float]:
    """The view as what it is used as: a memoryview of doubles has no type of its own."""
    return cast(MutableSequence[float], view)


class Records:
    """The file as a generating process sees it: columns that are read and written like lists."""

    def __init__(self, path: Path) -> None:
        with path.open("r+b") as file:
            mapped = mmap.mmap(file.fileno(), 0)
        visits = int(_memory(mapped, 0, HEADER_SLOTS, "d")[VISITS])
        parts = columns(mapped, visits, _memory)
        self.visits = visits
        self.header = _floats(parts["header"])
        self.intended = _floats(parts["intended"])
        self.sent = _floats(parts["sent"])
        self.done = _floats(parts["done"])
        self.target = parts["target"]
        self.status = parts["status"]
        self.result = parts["result"]
        self.returning = parts["returning"]
        self.phone = parts["phone"]

    def device(self, index: int) -> Device:
        """What the visitor of a visit holds."""
        return "phone" if self.phone[index] else "desktop"
