"""What a test of load can still be sure of on a machine that is busy, stalls for a moment, or starts processes slowly.

Four ways, the first that fits: assert what holds however late a visit is sent or answered; make the limits of a run so
wide that no stall reaches them, where they are not what the test is about; bound a count by what the run itself says
was under way; and repeat a run that LaunchGuard calls void because of its own generator.
"""

from collections.abc import Callable
from typing import TypeVar

import numpy as np

from launchguard.load.quality import ADD_CORES, NEARER_WORKERS
from launchguard.model.load_figures import LoadStats
from launchguard.model.load_run import LoadRun

T = TypeVar("T")

ATTEMPTS = 5
PATIENCE_S = 60.0
"""How long to wait for a process; it costs nothing when all is well."""


def is_void(words: str) -> bool:
    """Whether a reason or a report says that the generator was not good enough for a conclusion."""
    text = " ".join(words.split())
    return ADD_CORES in text or NEARER_WORKERS in text


def repeated(attempt: Callable[[], T], words_of: Callable[[T], str]) -> T:
    """The first result that is not void; the last of ATTEMPTS, which the test then judges, when all are.

    Any other result, a wrong one above all, is returned at once: nothing is repeated until it pleases.
    """
    for _ in range(ATTEMPTS - 1):
        result = attempt()
        if not is_void(words_of(result)):
            return result
    return attempt()


def at_once(run: LoadRun) -> int:
    """The most visits that were under way at one moment: 1 in a calm run, more where a stall made some wait."""
    sent, done = (moments[~np.isnan(run.sent_s)] for moments in (run.sent_s, run.done_s))
    moments = np.concatenate([sent, done])
    steps = np.concatenate([np.ones(len(sent)), -np.ones(len(done))])
    # A visit that begins at the very moment at which another one ends is counted with it.
    return int(np.cumsum(steps[np.lexsort((-steps, moments))]).max(initial=0))


def reached(stats: LoadStats, arrivals: int) -> bool:
    """Whether a site saw the visits that were sent; one that was cut off before its answer may not have come so far."""
    return stats.started - stats.unanswered <= arrivals <= stats.started
