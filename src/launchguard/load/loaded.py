"""Between two loads of one process: the second waits until the pages of its hosts are what they were before the first.

What a load left in a site's queue is ours, and no page is blamed for it. The first load is not held back: a site that
was down before is loaded, and found to be down.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np

from launchguard.load.idle import MAX_WAIT_S, Look, Normal, wait_until_normal
from launchguard.model.load_plan import VisitResult
from launchguard.model.load_run import LoadRun
from launchguard.web.addresses import is_loopback_host
from launchguard.web.hosts import host_and_port, host_of
from launchguard.words import count

FIRST = 5
"""Visits of each page that say how it was served before there was a crowd."""
WAIT_AND_REPEAT = "Look for what keeps working or stays broken on the site after the load before, then repeat the run."


@dataclass(frozen=True)
class _Left:
    """What a load left behind: how its pages were served before it, and how an idle visitor looks at them."""

    normal: Normal
    look: Callable[[], Look]


@dataclass
class LoadedHosts:
    """Remembers which hosts this process has loaded, and waits for them; one for all campaigns of a process."""

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], object] = time.sleep
    max_wait_s: float = MAX_WAIT_S
    _left: dict[str, _Left] = field(default_factory=dict)
    _given_up: set[str] = field(default_factory=set)

    def after(self, run: LoadRun, look: Callable[[], Look]) -> None:
        """Remember what this run loaded, and how its first visitors were served; nothing of a site that served none."""
        normal = first_served(run)
        if normal is not None:
            for place in _places(target.url for target in run.plan.targets):
                self._left.setdefault(place, _Left(normal, look))

    def why_not_yet(self, urls: Iterable[str]) -> str:
        """Wait for the hosts of these pages; why they may not be judged or loaded yet, "" when they may."""
        for place in _places(urls):
            left = self._left.get(place)
            wait_s = 0.0 if place in self._given_up else self.max_wait_s  # another minute would not mend it
            if left is not None and not wait_until_normal(
                left.normal, left.look, clock=self.clock, sleep=self.sleep, max_wait_s=wait_s
            ):
                self._given_up.add(place)
                return (
                    f"{place} is still busy with our own load: {count(self.max_wait_s)} s after it an idle visitor is "
                    "not served as before"
                )
        return ""


def first_served(run: LoadRun) -> Normal | None:
    """How long (ms, from the sending) the slowest page took for its first visitors; None where a page failed them."""
    slowest = 0.0
    for index, _ in enumerate(run.plan.targets):
        first = np.flatnonzero((run.target == index) & ~np.isnan(run.sent_s))[:FIRST]
        good = first[run.result[first] == VisitResult.OK]
        if not len(good):
            return None
        slowest = max(slowest, float(np.median(run.done_s[good] - run.sent_s[good])) * 1000)
    return Normal(slowest)


def _places(urls: Iterable[str]) -> list[str]:
    """The hosts, each once; on this machine every port is a site of its own."""
    return list(dict.fromkeys(_place(url) for url in urls))


def _place(url: str) -> str:
    host = host_of(url)
    return host_and_port(url) if is_loopback_host(host) else host
