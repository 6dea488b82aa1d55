"""Whether a sample of visits meets a limit, breaks it or leaves it open, how many would tell, and how far peaks spread.

A limit on a ratio is judged by the exact binomial test, one-sided at 95 %, and one on a percentile as the ratio of the
visits beyond it. The same sample with one failure more may be open where it met the limit, or broken where it was open;
from met to broken it takes more than one, but where the limit is 0. What a report shows beside a percentile is a
two-sided interval of order statistics.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

from launchguard.numbers.special import binomial_cdf, bisect

CONFIDENCE = 0.95

POWER = 0.9
"""How surely a sample that is planned is to decide, if the true ratio is the one that it was planned for."""
MOST_VISITS = 10_000_000
"""A sample larger than this is none that anybody sends."""

STRICTEST_LIMIT = 0.01
"""What a sample without a failure has to show where the limit is 0: 299 visits, at 95 %."""

Judgement = Literal["meets", "breaks", "open"]


@dataclass(frozen=True)
class Interval:
    """Both ends of a confidence interval; `high` is None when the sample is too small to bound it."""

    low: float
    high: float | None


def normal_quantile(probability: float) -> float:
    """The z with P(Z <= z) = probability, for the standard normal distribution."""
    return NormalDist().inv_cdf(probability)


def judge_ratio(failed: int, n: int, limit: float, *, confidence: float = CONFIDENCE) -> Judgement:
    """Say whether failed/n is within `limit` (a ratio) beyond chance; "open" means: too close to call, or too few.

    Exact binomial, one-sided: "meets" when so few failures would be rarer than 1 - confidence if the true ratio were
    above the limit, "breaks" when so many would be that rare if it were within it. No sample shows that nothing ever
    fails: a limit of 0 is broken by one failure, and met by none in a sample that would show STRICTEST_LIMIT. With
    n = 0 it is open. Raises ValueError where more failed than were seen.
    """
    if n == 0:
        return "open"
    if not 0 <= failed <= n:
        raise ValueError(f"{failed} of {n} is no ratio")
    if limit <= 0:
        return "breaks" if failed else judge_ratio(0, n, STRICTEST_LIMIT, confidence=confidence)
    if limit >= 1 or binomial_cdf(failed, n, limit) <= 1 - confidence:
        return "meets"
    if 1 - binomial_cdf(failed - 1, n, limit) <= 1 - confidence:
        return "breaks"
    return "open"


def judge_quantile(slow: int, n: int, quantile: float, *, confidence: float = CONFIDENCE) -> Judgement:
    """Say whether a latency percentile is within its limit, from how many of n visits were slower than the limit.

    The p-quantile is within a limit exactly when at most the share 1 - p is slower, so this is `judge_ratio`.
    """
    return judge_ratio(slow, n, 1 - quantile, confidence=confidence)


def required_sample(limit: float, *, failed: int = 0, confidence: float = CONFIDENCE) -> int:
    """The smallest n for which `failed` of n meets `limit` (0 < limit < 1): 299 clean visits for 1 %, 59 for a p95."""
    if not 0 < limit < 1:
        raise ValueError(f"a limit of {limit} needs no sample")
    low, high = failed, max(1, failed)
    while judge_ratio(failed, high, limit, confidence=confidence) != "meets":
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        if judge_ratio(failed, middle, limit, confidence=confidence) == "meets":
            high = middle
        else:
            low = middle
    return high


def more_visits_needed(failed: int, n: int, limit: float, *, confidence: float = CONFIDENCE) -> int | None:
    """How many visits more would decide `judge_ratio` if the failures go on as they did; 0 when it is decided.

    None when a hundred times the sample would not do: the ratio lies on its limit.
    """
    if judge_ratio(failed, n, limit, confidence=confidence) != "open":
        return 0
    if n == 0 or failed == 0:
        return required_sample(limit if limit > 0 else STRICTEST_LIMIT, confidence=confidence) - n

    def decided(times: float) -> bool:
        return judge_ratio(round(failed * times), round(n * times), limit, confidence=confidence) != "open"

    if not decided(100.0):
        return None
    return math.ceil(n * bisect(decided, 1.0, 100.0, tolerance=0.01)) - n


def visits_to_decide(ratio: float, limit: float, *, power: float = POWER, confidence: float = CONFIDENCE) -> int | None:
    """How large a sample decides `judge_ratio` with this power if the true ratio is `ratio`: 3,717 for 4 % under 5 %.

    None where more than MOST_VISITS would be needed: the ratio lies on its limit. Exact binomial; since counts are
    whole, a slightly larger sample may have a little less power than the one returned.
    """

    def decided(n: float) -> bool:
        return _power(round(n), ratio, limit, confidence) >= power

    if not 0 <= ratio <= 1 or not decided(MOST_VISITS):
        return None
    return round(bisect(decided, 0, MOST_VISITS, tolerance=0.4))


def _power(n: int, ratio: float, limit: float, confidence: float) -> float:
    """The probability that a sample of n is decided the way that its true ratio deserves."""
    wanted, surest = ("breaks", n) if ratio > limit else ("meets", 0)

    def decided(failed: float) -> bool:
        return judge_ratio(round(failed), n, limit, confidence=confidence) == wanted

    if not decided(surest):
        return 0.0
    border = round(bisect(decided, n - surest, surest, tolerance=0.4))
    return 1 - binomial_cdf(border - 1, n, ratio) if surest else binomial_cdf(border, n, ratio)


def quantile_ranks(n: int, quantile: float, *, confidence: float = CONFIDENCE) -> tuple[int, int | None]:
    """Ranks (1-based) of the order statistics that bound a quantile two-sided (Hahn and Meeker, 1991).

    The lower rank is 0 when nothing bounds it from below, the upper one None when n is too small: then the claim has
    to be refused.
    """
    tail = (1 - confidence) / 2

    def rank(reached: Callable[[float], bool]) -> int:
        low, high = -1, n + 1
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if reached(binomial_cdf(middle - 1, n, quantile)) else (middle, high)
        return high

    lower = rank(lambda cdf: cdf > tail) - 1
    upper = rank(lambda cdf: cdf >= 1 - tail)
    return max(lower, 0), upper if upper <= n else None


def quantile_interval(ascending: Sequence[float], quantile: float, *, confidence: float = CONFIDENCE) -> Interval:
    """The order-statistic interval of a quantile of `ascending` values (at least one); `high` None: too few values."""
    lower, upper = quantile_ranks(len(ascending), quantile, confidence=confidence)
    return Interval(float(ascending[max(lower, 1) - 1]), None if upper is None else float(ascending[upper - 1]))


def lognormal_factor(sigma: float, quantile: float = 0.95) -> float:
    """A lognormal quantile over its median, exp(z sigma): 2.28 for sigma 0.5 at 95 %.

    Quantities that rise together have the sum of their quantiles as the quantile of their sum.
    """
    return math.exp(normal_quantile(quantile) * sigma)


def worst_second(mean_per_s: float, per_arrival: float = 1.0, *, level: float = 0.999) -> float:
    """Requests in the second that only the share 1 - level of all seconds exceeds.

    Polya-Aeppli: Poisson visits that each make `per_arrival` requests on average (geometric, at least 1) in the same
    second; Cornish-Fisher quantile (Judge, LANMAN 1999). Within 1 % from 50 requests/s on, rougher below.
    """
    if mean_per_s <= 0:
        return 0.0
    p = 1 / max(per_arrival, 1.0)
    sigma = math.sqrt((2 / p - 1) * mean_per_s)
    skew = mean_per_s * p * (6 - 6 * p + p * p) / p**3 / sigma**3
    z = normal_quantile(level)
    return mean_per_s + sigma * (z + (z * z - 1) / 6 * skew)
