"""Whether values that follow each other climb: a rank test, and a slope that outliers do not move."""

import math
from collections import Counter
from collections.abc import Sequence
from itertools import combinations, pairwise
from statistics import NormalDist, median


def rank_trend(values: Sequence[float], memory: float = 0.0) -> float:
    """The p-value (two-sided) of the Mann-Kendall test against "no trend"; negative where the values fall.

    Mann (1945), Kendall (1975), by the normal approximation with its correction for ties, good from 10 values on; 1.0
    where fewer than three values, or equal ones, say nothing. Equal to Kendall's tau against the values' places. With
    a `memory` (0-1, see `memory_of`) neighbours hang together, and so many values tell less (Yue and Wang, 2004).
    """
    n = len(values)
    score = sum((later > earlier) - (later < earlier) for earlier, later in combinations(values, 2))
    ties = Counter(values).values()
    spread = n * (n - 1) * (2 * n + 5) - sum(t * (t - 1) * (2 * t + 5) for t in ties)
    if n < 3 or score == 0 or spread <= 0:
        return 1.0
    chance = 2 * NormalDist().cdf(-abs(score) / math.sqrt(spread / 18 * (1 + memory) / (1 - memory)))
    return math.copysign(chance, score)


def median_line(places: Sequence[float], values: Sequence[float]) -> tuple[float, float]:
    """The slope and the value at 0 of the line through the medians (Theil, 1950; Sen, 1968).

    `places` are at least two and all different. Up to 29 % of the values may be anything without moving it far.
    """
    pairs = combinations(zip(places, values, strict=True), 2)
    slope = median((after - before) / (there - here) for (here, before), (there, after) in pairs)
    return slope, median(values) - slope * median(places)


def memory_of(values: Sequence[float]) -> float:
    """How much of a value stays in the next one, as in a queue that has to empty first: 0 to 0.95.

    The correlation of neighbouring ranks around the line through the medians.
    """
    slope, at_zero = median_line(range(len(values)), values)
    left = [value - at_zero - slope * place for place, value in enumerate(values)]
    order = sorted(range(len(left)), key=left.__getitem__)
    middle = (len(left) - 1) / 2
    ranks = [0.0] * len(left)
    for rank, place in enumerate(order):
        ranks[place] = rank - middle
    whole = sum(rank * rank for rank in ranks)
    shared = sum(before * after for before, after in pairwise(ranks))
    return min(max(shared / whole, 0.0), 0.95) if whole else 0.0
