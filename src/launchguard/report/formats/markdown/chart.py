"""The forecast as a Mermaid chart: arrivals per second around the peak."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from launchguard.model.forecast import Array, Forecast

POINTS = 60
"""More points than this and the drawn line only gets heavier, not clearer."""

SHOWN_FROM = 0.05
"""The stretch around the peak where at least this share of the peak arrives."""


def mermaid(forecast: "Forecast") -> str:
    """A fenced `xychart-beta` block, or "" when nothing arrives; each point is the highest rate of its slice."""
    times, rates = forecast.curve.offsets_s, forecast.curve.rates_per_s
    if len(times) < 2 or forecast.no_peak:
        return ""
    top = int(rates.argmax())
    floor = SHOWN_FROM * float(rates[top])
    first = top
    while first > 0 and rates[first - 1] >= floor:
        first -= 1
    last = top
    while last < len(times) - 1 and rates[last + 1] >= floor:
        last += 1
    start_s, end_s = float(times[first]), float(times[last])
    if end_s <= start_s:
        return ""
    points = _highest(times, rates, start_s, end_s)
    per_unit, unit = (3600, "hours") if end_s - start_s > 6 * 3600 else (60, "minutes")
    line = ", ".join(f"{point:.4g}" for point in points)
    return "\n".join(
        (
            "```mermaid",
            "xychart-beta",
            '    title "Forecast: visits per second"',
            f'    x-axis "{unit} after the launch" {start_s / per_unit:.4g} --> {end_s / per_unit:.4g}',
            f'    y-axis "visits/s" 0 --> {1.1 * max(points):.4g}',
            f"    line [{line}]",
            "```",
        )
    )


def _highest(times_s: "Array", rates: "Array", start_s: float, end_s: float) -> list[float]:
    """The highest rate in each of POINTS equal slices; between two points of the curve the rate is linear."""
    import numpy as np

    edges = np.linspace(start_s, end_s, POINTS + 1)
    at_edges = np.interp(edges, times_s, rates)
    bounds = np.searchsorted(times_s, edges)
    return [float(max(at_edges[i], at_edges[i + 1], *rates[bounds[i] : bounds[i + 1]].tolist())) for i in range(POINTS)]
