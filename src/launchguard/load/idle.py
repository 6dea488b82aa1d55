"""Between two levels: wait until the pages answer an idle visitor as they did before the search."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from launchguard.model.visit import Visit

LOOKS = 3
PAUSE_S = 0.5
MAX_WAIT_S = 60.0
FACTOR = 2.0
SLACK_MS = 100.0
"""Loopback pages answer in a few milliseconds, where twice as long means nothing."""


@dataclass(frozen=True)
class Look:
    """What an idle visitor met: the slowest page's time (ms), or what is wrong with a page."""

    took_ms: float | None
    problem: str = ""


def look_of(visits: Sequence[Visit]) -> Look:
    """Sum up one visit to every page: redirects included, the slowest page counts."""
    for visit in visits:
        if visit.error is not None:
            return Look(None, f"{visit.page} gives an idle visitor no page ({visit.error.detail})")
        if (visit.status or 0) >= 400:
            return Look(None, f"{visit.page} gives an idle visitor no page (it answers {visit.status})")
    return Look(max((sum(hop.timings.total_ms or 0.0 for hop in visit.hops) for visit in visits), default=0.0))


@dataclass(frozen=True)
class Normal:
    """How long the pages took before anything was sent, and so when they are back to normal (ms)."""

    median_ms: float

    def fits(self, look: Look) -> bool:
        """Whether an idle visitor is served as before."""
        bound_ms = max(FACTOR * self.median_ms, self.median_ms + SLACK_MS)
        return look.took_ms is not None and look.took_ms <= bound_ms


def measure_normal(look: Callable[[], Look]) -> Normal | Look:
    """Look a few times; the first look that meets no page is returned instead."""
    times = []
    for _ in range(LOOKS):
        seen = look()
        if seen.took_ms is None:
            return seen
        times.append(seen.took_ms)
    return Normal(statistics.median(times))


def wait_until_normal(
    normal: Normal,
    look: Callable[[], Look],
    *,
    clock: Callable[[], float],
    sleep: Callable[[float], object],
    max_wait_s: float = MAX_WAIT_S,
) -> bool:
    """Wait, at most so long (s), until the pages are back to normal; False when they are not by then."""
    deadline = clock() + max_wait_s
    while not normal.fits(look()):
        if clock() + PAUSE_S >= deadline:
            return False
        sleep(PAUSE_S)
    return True
