"""Which rate to try next, from the results so far; it sends nothing and knows no clock."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from launchguard.model.campaign import Campaign
from launchguard.model.forecast import Forecast
from launchguard.words import rounded

NARROW = 1.1
"""The search ends when the lowest rate that broke is at most this many times the highest that held."""
SNAP = math.sqrt(2)
"""A figure of the gate that lies within this factor of a proposal is tried in its place."""
START_PER_S = 10.0
"""Where a search begins at least: below it, a level takes minutes for its sample, and most sites hold it."""
LEAST_PART = 1 / 64
Results = Mapping[float, bool | None]
"""Rates (visits/s) that were tried: True held, False broke, None was too close to call."""


@dataclass(frozen=True)
class CapacityScope:
    """Where to search, in visits/s: begin at `first`, never go past `largest`.

    `figures` are the rates that a decision hangs on: where they lie inside the interval, they are tried themselves.
    `cut` says that the search ends below the largest figure that the gate needs.
    """

    first_per_s: float
    largest_per_s: float
    figures: tuple[float, ...] = ()
    narrow: float = NARROW
    cut: bool = False

    @property
    def smallest_per_s(self) -> float:
        """Below this it is not worth looking."""
        return self.first_per_s * LEAST_PART

    def capped(self, cap_per_s: float) -> "CapacityScope":
        """The same search, kept within what may be sent."""
        first, largest = min(self.first_per_s, cap_per_s), min(self.largest_per_s, cap_per_s)
        return replace(self, first_per_s=first, largest_per_s=largest, cut=cap_per_s < max((0.0, *self.figures)))


def gate_scope(
    campaign: Campaign, forecast: Forecast, *, warn_below: float, block_below_p95: float, to_failure: bool = False
) -> CapacityScope:
    """What the headroom gate needs: from the median peak up to the largest of its figures, or further `to_failure`.

    `warn_below` (times the median peak) and `block_below_p95` (times the P95 peak) are options of the check headroom.
    """
    median, p95 = forecast.peak_per_s, forecast.peak_p95_per_s * block_below_p95
    needed = max(p95, campaign.limits.headroom * median)
    figures = (needed, max(needed, warn_below * median))
    largest = figures[1] or median  # a gate that is switched off still searches up to the forecast
    first = min(max(median, START_PER_S), largest)
    return CapacityScope(first, math.inf if to_failure else largest, tuple(dict.fromkeys(figures)))


def bracket(results: Results) -> tuple[float | None, float | None]:
    """The highest rate that held below every one that did not, and the lowest that did not hold (open ones too)."""
    high = min((rate for rate, holds in results.items() if not holds), default=None)
    low = max((rate for rate, holds in results.items() if holds and (high is None or rate < high)), default=None)
    return low, high


def next_rate(scope: CapacityScope, results: Results) -> float | None:
    """The rate to try next; None when the search is over.

    Doubles while everything holds, halves while nothing does, and then bisects on a logarithmic scale.
    """
    low, high = bracket(results)
    if high is None:
        if low is None:
            return scope.first_per_s
        return None if low >= scope.largest_per_s else _upwards(scope, low)
    if low is None:
        lower = _snapped(_round(high / 2), _inside(scope.figures, 0.0, high))
        return lower if lower >= scope.smallest_per_s else None
    inside = _inside(scope.figures, low, high)
    middle = math.sqrt(low * high)
    if inside:
        return _nearest(middle, inside)
    return _round(middle) if high / low > scope.narrow else None


def _upwards(scope: CapacityScope, low: float) -> float:
    """Twice as much; the largest rate already when that is not much more."""
    doubled = _snapped(_round(2 * low), _inside(scope.figures, low, math.inf))
    return scope.largest_per_s if doubled * scope.narrow**2 >= scope.largest_per_s else doubled


def _round(rate: float) -> float:
    """Three digits: as good for a search, and better to read."""
    return rounded(rate)


def _inside(figures: Iterable[float], low: float, high: float) -> list[float]:
    return [figure for figure in figures if low * (1 + 1e-9) < figure < high * (1 - 1e-9)]


def _nearest(rate: float, figures: Iterable[float]) -> float:
    return min(figures, key=lambda figure: abs(math.log(figure / rate)))


def _snapped(rate: float, figures: list[float]) -> float:
    if not figures:
        return rate
    near = _nearest(rate, figures)
    return near if abs(math.log(near / rate)) <= math.log(SNAP) else rate
