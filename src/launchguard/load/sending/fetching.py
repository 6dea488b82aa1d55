"""Which visitors fetch the files of their page: as many as the caps and this process can carry, evenly spread.

A page goes before its files. Where either would suffer, fewer visitors fetch theirs, and that is told.
"""

import time
from collections.abc import Mapping
from math import ceil

AT_A_TIME = 6
"""Connections that browsers open to one host over HTTP/1.1."""
BUSY_RATIO = 0.6
"""Of a core: beyond it a process has better things to do. It is judged at 90 %."""
LOOK_S = 0.25
MOST_SPARING = 1024
LEAST_SHARE = 1e-6


def fetching_one_in(allowance: float, files: int, pages: int = 1, part: float = 1.0) -> int:
    """Of how many visitors one may fetch all `files` of a page that takes `pages` requests without them; 0: none may.

    `allowance` is how many requests a visit may be on average, `part` (0-1) what this machine can carry of all files.
    """
    share = part * min(1.0, max(0.0, (allowance - pages) / files)) if files else 1.0
    return ceil(1 / share - 1e-9) if share > LEAST_SHARE else 0


class Fetching:
    """Decides for one process. `allowed` is how many requests a visit may be, by origin; `part` what fits this machine.

    An origin that is not named has its files counted only.
    """

    def __init__(self, allowed: Mapping[str, float], part: float = 1.0) -> None:
        self.allowed = allowed
        self.part = part
        self.sparing = 1
        self.looked: tuple[float, float] | None = None

    def one_in(self, origin: str, files: int, pages: int) -> int:
        """Of how many visitors one fetches the files of a page that took so many requests; 0 when none does."""
        return fetching_one_in(self.allowed.get(origin, 0.0), files, pages, self.part) * self.sparing

    def chosen(self, index: int, one_in: int) -> bool:
        """Whether the visit with this number is one of them: multiples of an irrational number spread evenly."""
        self._look()
        return one_in > 0 and index * 1.4142135623730951 % 1.0 < 1 / one_in

    def spare(self) -> None:
        """Let half as many fetch from now on."""
        self.sparing = min(2 * self.sparing, MOST_SPARING)

    def _look(self) -> None:
        """Let fewer fetch while this process is busier than it may be."""
        now, cpu_s = time.monotonic(), time.process_time()
        if self.looked is None:
            self.looked = now, cpu_s
        elif now - self.looked[0] >= LOOK_S:
            if (cpu_s - self.looked[1]) / (now - self.looked[0]) > BUSY_RATIO:
                self.spare()
            self.looked = now, cpu_s
