"""How late this machine sent the visits that were due, and how much of a visit's age that explains.

A machine that stands still for a moment (a neighbour on it, a suspended container) sends late and reads late. Those
seconds are its own, and no site is to answer for them.
"""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

MAX_LAG_P99_MS = 5.0
MAX_LAG_OF_LIMIT = 0.01
BIN_S = 0.1


def lag_p99_ms(intended_s: "Floats", sent_s: "Floats") -> float | None:
    """How late visits were sent: the 99th percentile in milliseconds; None when nothing was sent."""
    lag = (sent_s - intended_s)[~np.isnan(sent_s)]
    return float(np.percentile(lag, 99, method="inverted_cdf") * 1000) if len(lag) else None


def lag_bound_ms(limit_p95_ms: float) -> float:
    """How late visits may be sent: a hundredth of the limit that they are judged by, and never less than 5 ms."""
    return max(MAX_LAG_P99_MS, MAX_LAG_OF_LIMIT * limit_p95_ms)


def is_late(intended_s: "Floats", sent_s: "Floats", bound_ms: float = MAX_LAG_P99_MS) -> bool:
    """Whether more than one visit in a hundred, and more than one in all, was sent later than the bound."""
    lag = (sent_s - intended_s)[~np.isnan(sent_s)]
    return int(np.count_nonzero(lag * 1000 > bound_ms)) > max(1, len(lag) // 100)


def own_delay_s(intended_s: "Floats", sent_s: "Floats", until_s: "Floats", bound_ms: float) -> "Floats":
    """How much (s) of each visit's time, from when it was due (ascending) until `until_s`, this machine may have taken.

    That is the longest lateness, beyond the bound, of any visit that was due meanwhile, to the nearest tenth of a
    second; what is not sent yet is late since it was due. Zero for all where nothing was late.
    """
    lag_s = np.where(np.isnan(sent_s), until_s, sent_s) - intended_s
    late = np.flatnonzero(lag_s * 1000 > bound_ms)
    if not len(late):
        return np.zeros_like(intended_s)
    first, last = (intended_s / BIN_S).astype(np.int64), (until_s / BIN_S).astype(np.int64)
    worst = np.zeros(int(max(last.max(), first.max())) + 2)
    np.maximum.at(worst, first[late], lag_s[late])
    return np.maximum.reduceat(worst, np.column_stack((first, np.maximum(last, first) + 1)).ravel())[::2]
