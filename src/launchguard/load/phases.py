"""The shapes of a load: which rate is sent when, as phases whose rate is constant or changes linearly.

Every shape climbs to the peak, warms up there, and holds what is judged. After that a recovery may follow.
"""

import math
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from launchguard.model.campaign import Load
from launchguard.model.load_plan import Phase
from launchguard.numbers.statistics import STRICTEST_LIMIT, required_sample
from launchguard.words import count, exact

if TYPE_CHECKING:
    from launchguard.model.forecast import Forecast

SPIKE_SHARE = 0.1
"""What a spike comes out of: a tenth of the peak."""
STEPS = (0.25, 0.5, 0.75)
RECOVERY_SHARE = 0.25
"""What is sent after the peak: little enough for a page that held it, and enough to see one that did not come back."""
SOAK_TIMES = 10
MAX_STRETCH = 10
MAX_HOLD_S = 600.0
MAX_PIECES = 60
SLOW = 0.05
"""The limit on p95 allows one visit in twenty to be slower."""


class Piece(NamedTuple):
    """A stretch of time with its rates (visits/s) at its start and at its end."""

    name: str
    length_s: float
    from_per_s: float
    to_per_s: float


def sample_needed(limit_failure_ratio: float) -> int:
    """How many clean visits show that both limits are met: 299 for 1 % of failures, 59 for p95."""
    limits = (limit_failure_ratio or STRICTEST_LIMIT, SLOW)
    return max(required_sample(limit) for limit in limits if limit < 1)


def make_phases(
    load: Load, forecast: "Forecast", peak_per_s: float, limit_failure_ratio: float
) -> tuple[tuple[Phase, ...], tuple[str, ...]]:
    """The phases of a run that peaks at `peak_per_s`, and what a reader should know about them.

    A hold with too few visits for a conclusion is lengthened, up to ten times and at most to ten minutes.
    """
    wished_s = load.hold * (SOAK_TIMES if load.shape == "soak" else 1)
    held_s, held = wished_s, _hold(load, forecast, peak_per_s, wished_s)
    sample, longest_s = sample_needed(limit_failure_ratio), max(wished_s, min(MAX_STRETCH * wished_s, MAX_HOLD_S))
    while (visits := _visits(held)) < sample and held_s < longest_s:
        held_s = min(longest_s, math.ceil(held_s * sample / visits) if visits else longest_s, held_s * 2)
        held = _hold(load, forecast, peak_per_s, held_s)
    notes = []
    if held_s > wished_s:
        enough = "" if visits >= sample else ", which is still too few"
        notes.append(
            f"the hold lasts {exact(held_s)} s instead of {exact(wished_s)} s: it needs {count(sample)} visits "
            "for a conclusion and "
            f"has {count(visits)}{enough}"
        )
    pieces = [*_climb(load, held[0].from_per_s), *held]
    pieces.append(Piece("recovery", load.recovery, *(peak_per_s * RECOVERY_SHARE,) * 2))
    return _laid_out(pieces), tuple(notes)


def _climb(load: Load, first_per_s: float) -> Iterator[Piece]:
    """From nobody to the first rate of the hold, and the warm-up."""
    if load.shape == "step":
        for step in STEPS:
            yield Piece(f"step {count(100 * step)}%", load.ramp / len(STEPS), *(first_per_s * step,) * 2)
        yield Piece("warm_up", load.warm_up, first_per_s, first_per_s)
        return
    reached = first_per_s * (SPIKE_SHARE if load.shape == "spike" else 1)
    yield Piece("ramp", load.ramp, 0.0, reached)
    yield Piece("warm_up", load.warm_up, reached, reached)


def _hold(load: Load, forecast: "Forecast", peak_per_s: float, held_s: float) -> list[Piece]:
    """What is judged: the peak, or the forecast's own rates around it."""
    if load.shape != "forecast" or not forecast.peak_per_s:
        return [Piece("hold", held_s, peak_per_s, peak_per_s)]
    import numpy as np

    peak_at_s = forecast.peak_at.timestamp() - forecast.launch.timestamp()
    moments = np.linspace(-held_s / 2, held_s / 2, 2 * math.ceil(min(held_s, MAX_PIECES) / 2) + 1)
    curve = forecast.curve
    rates = np.interp(peak_at_s + moments, curve.offsets_s, curve.rates_per_s, left=0.0, right=0.0)
    rates = np.minimum(rates * (peak_per_s / forecast.peak_per_s), peak_per_s)
    lengths = np.diff(moments).tolist()
    return [Piece("hold", length, *both) for length, both in zip(lengths, pairwise(rates.tolist()), strict=True)]


def _visits(pieces: list[Piece]) -> float:
    return sum(piece.length_s * (piece.from_per_s + piece.to_per_s) / 2 for piece in pieces)


def _laid_out(pieces: list[Piece]) -> tuple[Phase, ...]:
    """One after the other; a piece of no length is left out."""
    phases, start_s = [], 0.0
    for name, length_s, from_per_s, to_per_s in pieces:
        if length_s > 0:
            phases.append(Phase(name, start_s, start_s + length_s, from_per_s, to_per_s, judged=name == "hold"))
            start_s += length_s
    return tuple(phases)
