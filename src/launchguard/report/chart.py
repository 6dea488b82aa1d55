"""The forecast as a Mermaid chart: arrivals per second around the peak."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from launchguard.model.forecast import Forecast

POINTS = 60
"""More points than this and the drawn line only gets heavier, not clearer."""

SHOWN_FROM = 0.05
"""The stretch around the peak where at least this share of the peak arrives."""


def mermaid(forecast: "Forecast") -> str:
    """A fenced `xychart-beta` block, or "" when nothing arrives; each point is the highest rate of its slice."""
    times, rates = forecast.curve.offsets_s, forecast.curve.rates_per_s
    if len(times) < 2 or not forecast.peak_per_s > 0:
        return ""
    top = int(rates.argmax())
    floor = SHOWN_FROM * float(rates[top])
    first = top
    while first > 0 and rates[first - 1] >= floor:
        first -= 1
    last = top
    while last < len(times) - 1 and rates[last + 1] >= floor:
        last += 1
    start_s, end_s = float(times[first]), float(times[min(last + 1, len(times) - 1)])
    if end_s <= start_s:
        return ""
    points = _highest([float(t) for t in times[first : last + 1]], [float(r) for r in rates[first : last + 1]], end_s)
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


def _highest(times_s: list[float], rates: list[float], end_s: float) -> list[float]:
    """The highest rate in each of POINTS equal slices; a slice without a step of its own keeps the rate before it."""
    width = (end_s - times_s[0]) / POINTS
    points, index = [], 0
    for slice_ in range(1, POINTS + 1):
        highest = rates[max(0, index - 1)]
        if index < len(times_s) and times_s[index] <= times_s[0] + (slice_ - 1) * width:
            highest = rates[index]
        while index < len(times_s) and times_s[index] < times_s[0] + slice_ * width:
            highest = max(highest, rates[index])
            index += 1
        points.append(highest)
    return points
