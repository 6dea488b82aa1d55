"""The points in time at which a forecast is computed, and the rate of a stream at each of them."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from launchguard.model.channel import Stream

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

FINE_S = 1.0
AROUND_S = 7200.0
"""Two hours on either side of a trigger are computed second by second."""
AFTER_WINDOW_S = 600.0
"""And ten minutes on either side of the end of a send window, where the rate falls."""
COARSE_S = 60.0
MAX_COARSE_POINTS = 20_000
MAX_CELLS = 20_000_000
"""Points times curves: hundreds of channels on different days get a wider fine step instead of all the memory."""


@dataclass(frozen=True)
class Anchored:
    """A stream and the second, since the launch, of the trigger that causes it."""

    stream: Stream
    trigger_s: float

    @property
    def starts_s(self) -> float:
        """The first second with visits, since the launch."""
        return self.trigger_s + self.stream.starts_s

    @property
    def window_s(self) -> float:
        """The send window; at least one second, the finest step there is."""
        return max(self.stream.window_s, FINE_S)

    def rates(self, offsets_s: "Array") -> "Array":
        """Visits/s at these seconds since the launch (ascending): r(t) = N/W (F(t) - F(t - W))."""
        import numpy as np

        stream, window = self.stream, self.window_s
        first = int(np.searchsorted(offsets_s, self.starts_s, side="right"))
        last = int(np.searchsorted(offsets_s, self.starts_s + stream.support_s + window, side="right"))
        rates = np.zeros(len(offsets_s))
        t = offsets_s[first:last] - self.starts_s
        arrived = stream.cdf(t)
        t -= window
        arrived -= stream.cdf(t)
        arrived *= stream.visits / window
        np.maximum(arrived, 0.0, out=rates[first:last])
        return rates

    def due(self, last_s: float) -> float:
        """How many visits have arrived for certain at a second since the launch: whenever in the window they began."""
        import numpy as np

        since_s = last_s - self.starts_s - self.window_s
        return self.stream.visits * float(self.stream.cdf(np.array([since_s]))[0]) if since_s > 0 else 0.0

    def corners_s(self) -> list[float]:
        """Seconds since the launch where the rate jumps or bends: they belong on the grid exactly."""
        stream, start = self.stream, self.starts_s
        bounded = [] if stream.support_s == float("inf") else [stream.support_s, stream.support_s + self.window_s]
        knots = [second for knot in stream.knots_s for second in (knot, knot + self.window_s)]
        return [start, start + self.window_s] + [start + second for second in (*bounded, *knots)]


def make_grid(streams: Sequence[Anchored], first_s: float, last_s: float, fine_s: float = FINE_S) -> "Array":
    """Ascending seconds since the launch from `first_s` to `last_s`: fine around every trigger, coarse beyond."""
    import numpy as np

    step = max(COARSE_S, (last_s - first_s) / MAX_COARSE_POINTS)
    pieces = [np.arange(first_s, last_s + step, step), np.array([0.0, last_s])]
    pieces.extend(np.arange(np.floor(low), high + fine_s, fine_s) for low, high in _merged(streams))
    pieces.extend(np.array(anchored.corners_s()) for anchored in streams)
    points = ascending(pieces)
    return points[(points >= first_s) & (points <= last_s)]


def ascending(pieces: "Sequence[Array | list[float]]") -> "Array":
    """All points of the pieces in order, each once; np.unique would load numpy.ma, which takes a tenth of a second."""
    import numpy as np

    points = np.sort(np.concatenate([np.asarray(piece, dtype=np.float64) for piece in pieces]))
    return points[np.diff(points, prepend=-np.inf) > 0]


def fine_step_s(streams: Sequence[Anchored], curves: int) -> float:
    """One second, or more when that many curves of one-second steps would take all the memory."""
    return max(FINE_S, math.ceil(sum(high - low for low, high in _merged(streams)) * curves / MAX_CELLS))


def _merged(streams: Iterable[Anchored]) -> list[tuple[float, float]]:
    """The stretches that are computed second by second, without overlaps."""
    stretches = []
    for anchored in streams:
        start, end = anchored.starts_s, anchored.starts_s + anchored.window_s
        stretches += [(start - AROUND_S, start + AROUND_S), (end - AFTER_WINDOW_S, end + AFTER_WINDOW_S)]
    merged: list[tuple[float, float]] = []
    for low, high in sorted(stretches):
        if merged and low <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], high))
        else:
            merged.append((low, high))
    return merged
