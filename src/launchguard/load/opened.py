"""What the load processes tell about their open connections: one line a second each, written, checked and added up.

A line is a JSON list: the second since the start, the most that were open, held and wanted in it (model's OpenSecond),
and why held ones had to be let go since the start of the run.
"""

import json
from collections.abc import Iterable
from pathlib import Path

from launchguard.model.load_connections import OpenConnections, OpenSecond
from launchguard.model.load_plan import LONGEST_S

DESCRIPTORS, PORTS, CAP = "descriptors", "ports", "max_connections"
REASONS = (DESCRIPTORS, PORTS, CAP)
MOST = 1 << 31

Told = tuple[int, tuple[int, int, int], tuple[str, ...]]


def opened_line(second: int, most: Iterable[int], why: Iterable[str]) -> str:
    """A line about one second."""
    return json.dumps([second, list(most), sorted(why)])


def read_line_of(line: object) -> Told | None:
    """A line's second, figures and reasons; None for what is no such line, also where it came over a network."""
    try:
        second, (most, held, wanted), why = json.loads(str(line))
    except (ValueError, TypeError):
        return None
    figures = (most, held, wanted)
    numbers = all(type(number) is int and 0 <= number < MOST for number in (second, *figures))
    known = isinstance(why, list) and all(reason in REASONS for reason in why)
    return (second, figures, tuple(why)) if numbers and known and second <= 2 * LONGEST_S else None


def read_opened(path: Path) -> OpenConnections:
    """The sums over all processes: the peaks of one second each, which need not have been at the same moment of it."""
    sums: dict[int, list[int]] = {}
    reasons: set[str] = set()
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        told = read_line_of(line)
        if told is None:
            continue  # the last line of a process that was killed while writing
        second, figures, why = told
        total = sums.setdefault(second, [0, 0, 0])
        total[:] = [old + new for old, new in zip(total, figures, strict=True)]
        reasons.update(why)
    seconds = tuple(OpenSecond(second, *sums[second]) for second in sorted(sums))
    return OpenConnections(seconds, tuple(reason for reason in REASONS if reason in reasons))
