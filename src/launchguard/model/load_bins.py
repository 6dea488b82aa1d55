"""Answer times of a run's hold, from its beginning to its end in pieces of equal length."""

from typing import TYPE_CHECKING

import numpy as np

from launchguard.model.load_stats import LoadRecord, concluded, percentile, selection

if TYPE_CHECKING:
    from numpy.typing import NDArray

STEADY = 0.1
"""A rate that changes by more than this share of its highest brings other answer times with it."""


def steady_hold(run: LoadRecord) -> tuple[float, float] | None:
    """When the judged phases begin and end (s), where they follow each other at one rate; None where they do not."""
    held = [phase for phase in run.plan.phases if phase.judged]
    rates = [rate for phase in held for rate in (phase.rate_from_per_s, phase.rate_to_per_s)]
    if not rates or max(rates) - min(rates) > STEADY * max(rates):
        return None
    return held[0].start_s, held[-1].end_s


def p95_in_bins(run: LoadRecord, bins: int) -> "tuple[NDArray[np.float64], NDArray[np.int64]]":
    """p95 in ms and the number of visits, by when they were due in a steady hold; NaN where nothing was sent.

    Every visit counts from its intended start to its answer, its failure or the moment it was given up, but for those
    that a stop cut off. Raises ValueError for a hold that is not steady.
    """
    hold = steady_hold(run)
    if hold is None:
        raise ValueError("the rate changes")
    begin_s, end_s = hold
    counted = selection(run) & concluded(run.result)
    due_s, took_ms = run.intended_s[counted], (run.done_s - run.intended_s)[counted] * 1000
    place = np.clip(((due_s - begin_s) / (end_s - begin_s) * bins).astype(np.int64), 0, bins - 1)
    parts = [np.sort(took_ms[place == index]) for index in range(bins)]
    p95 = np.array([percentile(part, 0.95) if len(part) else np.nan for part in parts])
    return p95, np.array([len(part) for part in parts], dtype=np.int64)
