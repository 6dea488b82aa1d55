"""The part of a curve worth looking at, and its chart in block characters."""

from typing import TYPE_CHECKING

from launchguard.model.forecast import Forecast, RateCurve
from launchguard.words import number

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

WORTH = 0.2
"""Everything that reaches this share of the peak is in the picture."""
MIN_SPAN_S = 600.0
BLOCKS = " ▁▂▃▄▅▆▇█"
PLAIN = str.maketrans("▁▂▃▄▅▆▇█┤└─", " ..::###|+-")
"""For encodings without block characters: the chart in ASCII."""


def shown_span_s(curve: RateCurve) -> tuple[float, float]:
    """First and last second (since the launch) to draw: what reaches a fifth of the peak, with a margin."""
    import numpy as np

    offsets, rates = curve.offsets_s, curve.rates_per_s
    high = np.flatnonzero(rates >= WORTH * rates.max())
    first, last = float(offsets[high[0]]), float(offsets[high[-1]])
    margin = max(0.1 * (last - first), MIN_SPAN_S / 2)
    return max(first - margin, float(offsets[0])), min(last + margin, float(offsets[-1]))


def highest_in_slices(curve: RateCurve, first_s: float, last_s: float, slices: int) -> "Array":
    """The highest rate in each of equal slices of the span: no burst disappears between two columns."""
    import numpy as np

    edges = np.linspace(first_s, last_s, slices + 1)
    at_edges = np.interp(edges, curve.offsets_s, curve.rates_per_s)
    highest = np.maximum(at_edges[:-1], at_edges[1:])
    inside = (curve.offsets_s >= first_s) & (curve.offsets_s < last_s)
    columns = np.searchsorted(edges, curve.offsets_s[inside], side="right") - 1
    np.maximum.at(highest, np.clip(columns, 0, slices - 1), curve.rates_per_s[inside])
    return highest


def chart(forecast: Forecast, *, width: int = 78, height: int = 10) -> str:
    """The curve as text, `width` characters wide: rates on the left, times below; "" when nothing arrives."""
    if forecast.no_peak:
        return ""
    first, last = shown_span_s(forecast.curve)
    labels = [f"{number(forecast.peak_per_s * part)}/s" for part in (1, 0.5)] + ["0"]
    gutter = max(len(label) for label in labels) + 2
    columns = highest_in_slices(forecast.curve, first, last, max(10, width - gutter))
    levels = [round(8 * height * rate / forecast.peak_per_s) for rate in columns]
    rows = []
    for row in range(height, 0, -1):
        label = {height: labels[0], height // 2: labels[1]}.get(row, "")
        blocks = "".join(BLOCKS[min(8, max(0, level - 8 * (row - 1)))] for level in levels)
        rows.append(f"{label:>{gutter - 2}} ┤{blocks}".rstrip())
    return "\n".join(
        [*rows, f"{'0':>{gutter - 2}} └{'─' * len(levels)}", _times(forecast, first, last, gutter, len(levels))]
    )


def _times(forecast: Forecast, first_s: float, last_s: float, gutter: int, width: int) -> str:
    """The line below the chart: when it begins, its middle and its end."""
    pattern = "%H:%M" if last_s - first_s < 20 * 3600 else "%a %H:%M"
    begin, middle, end = (f"{forecast.at(s):{pattern}}" for s in (first_s, (first_s + last_s) / 2, last_s))
    left = begin + " " * max(1, width // 2 - len(begin) - len(middle) // 2) + middle
    return " " * gutter + left + " " * max(1, width - len(left) - len(end)) + end
