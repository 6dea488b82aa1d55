"""The few special functions that arrival curves and verdicts need, and bisection."""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_TINY = 1e-300
_MAX_TERMS = 10_000


def gamma_p(shape: float, x: "Array") -> "Array":
    """Regularized lower incomplete gamma function P(shape, x) for x >= 0: the gamma distribution's CDF.

    Series for x < shape + 1, Lentz's continued fraction above (Abramowitz and Stegun 6.5.29 and 6.5.31); relative
    error below 1e-12 for shapes up to 100.
    """
    import numpy as np

    x = np.asarray(x, dtype=np.float64)
    result = np.zeros_like(x)
    low = (x > 0) & (x < shape + 1)
    high = x >= shape + 1
    if low.any():
        part = x[low]
        term = np.full_like(part, 1 / shape)
        total = term.copy()
        for n in range(1, _MAX_TERMS):
            term *= part / (shape + n)
            total += term
            if term.max() < 1e-16 * total.min():
                break
        result[low] = total * np.exp(shape * np.log(part) - part - math.lgamma(shape))
    if high.any():
        part = x[high]
        b = part + 1 - shape
        c = np.full_like(part, 1 / _TINY)
        d = 1 / b
        fraction = d.copy()
        for n in range(1, _MAX_TERMS):
            factor = n * (shape - n)
            b += 2
            d = 1 / (factor * d + b)
            c = b + factor / c
            step = c * d
            fraction *= step
            if np.abs(step - 1).max() < 1e-15:
                break
        result[high] = 1 - fraction * np.exp(shape * np.log(part) - part - math.lgamma(shape))
    return result


def beta_i(a: float, b: float, x: float) -> float:
    """Regularized incomplete beta function I_x(a, b): the beta distribution's CDF (Lentz's continued fraction)."""
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    if x > (a + 1) / (a + b + 2):
        return 1 - math.exp(front) * _beta_fraction(b, a, 1 - x) / b
    return math.exp(front) * _beta_fraction(a, b, x) / a


def _beta_fraction(a: float, b: float, x: float) -> float:
    c, d = 1.0, 1 / _away_from_zero(1 - (a + b) * x / (a + 1))
    fraction = d
    for m in range(1, _MAX_TERMS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1 / _away_from_zero(1 + even * d)
        c = _away_from_zero(1 + even / c)
        fraction *= d * c
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d = 1 / _away_from_zero(1 + odd * d)
        c = _away_from_zero(1 + odd / c)
        fraction *= d * c
        if abs(d * c - 1) < 1e-15:
            break
    return fraction


def _away_from_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY


def binomial_cdf(k: int, n: int, p: float) -> float:
    """P(X <= k) for X binomial(n, p)."""
    if k < 0:
        return 0.0
    if k >= n:
        return 1.0
    return 1 - beta_i(k + 1, n - k, p)


def bisect(holds: Callable[[float], bool], bad: float, good: float, *, tolerance: float) -> float:
    """The value next to the border between `bad` and `good` for which `holds`, within `tolerance`."""
    while abs(good - bad) > tolerance:
        middle = (bad + good) / 2
        if middle in (bad, good):
            break
        bad, good = (bad, middle) if holds(middle) else (middle, good)
    return good
