"""What is told beside the visits (steps, assets, a look after the load, other pages), to the parent and by the line.

Every process appends whole lines to one file of the run's directory. A line is a JSON list for one name: kind, name,
the visits' numbers, milliseconds, which of them failed (0 or 1), and one failure in words.
"""

import json
import math
import os
from dataclasses import dataclass, field
from pathlib import Path

STEP, ASSET, AFTER, DIFFERENT, UNREAD, CACHED = "step", "asset", "after", "different", "unread", "cached"
FILES = "files"
KINDS = frozenset({STEP, ASSET, AFTER, DIFFERENT, UNREAD, CACHED, FILES})
MAX_NAMES = 500
OTHERS = "(other names)"


@dataclass
class _Told:
    """What was not yet written about one name."""

    visits: list[int] = field(default_factory=list)
    took_ms: list[float] = field(default_factory=list)
    failed: list[int] = field(default_factory=list)
    example: str = ""


class Tally:
    """Collects requests by kind and name; `flush` appends what is new."""

    def __init__(self, path: Path) -> None:
        # Opened before the first visit: there may be no descriptor left when it is needed.
        self.file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self.names: set[tuple[str, str]] = set()
        self.fresh: dict[tuple[str, str], _Told] = {}

    def add(self, kind: str, name: str, visit: int, took_ms: float, failure: str = "") -> None:
        """Count one request of a visit. Names beyond MAX_NAMES of a process go under one name."""
        key = (kind, name[:300])
        if key not in self.names:
            if len(self.names) >= MAX_NAMES:
                key = (kind, OTHERS)
            self.names.add(key)
        told = self.fresh.setdefault(key, _Told())
        told.visits.append(visit)
        told.took_ms.append(round(float(took_ms), 3))
        told.failed.append(1 if failure else 0)
        told.example = told.example or failure[:300]

    def flush(self) -> None:
        """Write what is new in one piece, so that lines of several processes never mix."""
        if not self.fresh:
            return
        lines = [
            json.dumps([kind, name, told.visits, told.took_ms, told.failed, told.example])
            for (kind, name), told in self.fresh.items()
        ]
        self.fresh = {}
        os.write(self.file, ("\n".join(lines) + "\n").encode())


def is_told(line: object, visits: range) -> bool:
    """Whether a line is one that a Tally wrote about some of these visits; for lines that came over a network."""
    try:
        kind, name, numbers, took_ms, failed, example = json.loads(str(line))
        return (
            kind in KINDS
            and isinstance(name, str)
            and isinstance(example, str)
            and len(numbers) == len(took_ms) == len(failed) > 0
            and all(isinstance(number, int) and number in visits for number in numbers)
            and all(isinstance(time_ms, float) and 0 <= time_ms < math.inf for time_ms in took_ms)
            and all(mark in (0, 1) for mark in failed)
        )
    except (ValueError, TypeError):
        return False
