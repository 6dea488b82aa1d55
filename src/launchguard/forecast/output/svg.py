"""The forecast as a self-contained SVG picture: no script, no font and no file from elsewhere."""

import math
from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING

from launchguard.forecast.output.picture import highest_in_slices, shown_span_s
from launchguard.model.forecast import Forecast
from launchguard.words import per_second
from launchguard.words.texts import printable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

WIDTH, HEIGHT = 960, 400
LEFT, TOP, RIGHT, BOTTOM = 64, 56, 24, 48
POINTS = WIDTH - LEFT - RIGHT
COLORS = ("#1f6feb", "#d9730d")

_STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#1f2328}.title{font-size:17px;font-weight:600}"
    ".grid{stroke:#d1d9e0;stroke-width:1}"
    "@media(prefers-color-scheme:dark){text{fill:#f0f6fc}.grid{stroke:#3d444d}.paper{fill:#0d1117}}"
)


def svg(name: str, forecasts: dict[str, Forecast]) -> str:
    """One line for each forecast, by its label ("before", "after"), on common axes; the first one is filled."""
    leading = next(iter(forecasts.values()))
    spans = [shown_span_s(forecast.curve) for forecast in forecasts.values() if not forecast.no_peak]
    first = min((span[0] for span in spans), default=0.0)
    last = max((span[1] for span in spans), default=3600.0)
    top = max(forecast.peak_per_s for forecast in forecasts.values()) * 1.08 or 1.0
    title = escape(printable(f"{name}: {_headline(forecasts)}"))
    body = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{title}">',
        f"<title>{title}</title>",
        f"<style>{_STYLE}</style>",
        f'<rect class="paper" width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        f'<text class="title" x="{LEFT}" y="30">{title}</text>',
        *_axes(leading, first, last, top),
    ]
    for (label, forecast), color in zip(forecasts.items(), COLORS, strict=False):
        if not forecast.peak_unknown:
            body += _line(label, forecast, color, (first, last, top), filled=forecast is leading)
    return "\n".join([*body, "</svg>", ""])


def _headline(forecasts: dict[str, Forecast]) -> str:
    peaks = [
        f"{label + ' ' if label else ''}" + ("unknown" if one.peak_unknown else f"{per_second(one.peak_per_s)} visits")
        for label, one in forecasts.items()
    ]
    unknown = dict.fromkeys(name for one in forecasts.values() for name in one.unknown_reach)
    without = f"; unknown, and in no figure: {', '.join(unknown)}" if unknown else ""
    return f"peak {', '.join(peaks)}{without}"


def _axes(forecast: Forecast, first: float, last: float, top: float) -> Iterator[str]:
    step = _round_step(top / 5)
    for line in range(int(top / step) + 1):
        y = HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * line * step / top
        yield f'<line class="grid" x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}"/>'
        yield f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{per_second(line * step)}</text>'
    pattern = "%H:%M" if last - first < 20 * 3600 else "%a %H:%M"
    for part in range(7):
        x = LEFT + POINTS * part / 6
        moment = forecast.at(first + (last - first) * part / 6)
        yield f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 22}" text-anchor="middle">{moment:{pattern}}</text>'


def _round_step(least: float) -> float:
    """The smallest of 1, 2 and 5 times a power of ten that is at least this."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least)


def _line(
    label: str, forecast: Forecast, color: str, axes: tuple[float, float, float], *, filled: bool
) -> Iterator[str]:
    first, last, top = axes
    floor = HEIGHT - BOTTOM
    rates = highest_in_slices(forecast.curve, first, last, POINTS)
    points = " ".join(f"{LEFT + i},{floor - (floor - TOP) * rate / top:.1f}" for i, rate in enumerate(rates))
    if filled:
        corners = f"{LEFT},{floor} {points} {LEFT + POINTS - 1},{floor}"
        yield f'<polygon fill="{color}" fill-opacity="0.15" points="{corners}"/>'
    yield f'<polyline fill="none" stroke="{color}" stroke-width="2" points="{points}"/>'
    if label:
        y = TOP + 16 if filled else TOP + 34
        yield f'<text x="{WIDTH - RIGHT}" y="{y}" text-anchor="end" style="fill:{color}">{escape(label)}</text>'
