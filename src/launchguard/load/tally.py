"""Requests beside the visits themselves, a journey's steps and a page's assets, told to the parent by the line.

Every process appends whole lines to one file of the run's directory. A line is a JSON list for one name: kind, name,
the visits' numbers, milliseconds, which of them failed (0 or 1), and one failure in words.
"""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path

STEP, ASSET = "step", "asset"
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
        self.path = path
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
        told.took_ms.append(round(took_ms, 3))
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
        file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(file, ("\n".join(lines) + "\n").encode())
        finally:
            os.close(file)
