"""Numbers, rates, times and moments as every text for people writes them: each with its unit, and in one way.

What is not known (None, NaN) is "unknown" and what has no end is "unlimited", both without a unit; nothing is "-0".
"""

import math
from datetime import datetime
from decimal import Decimal
from typing import TypeGuard

_TINY = 0.001


def number(value: float | None) -> str:
    """Three digits below 1,000 and whole numbers above, never an exponent: 0.24, 6.37, 1,650, 2,010,000."""
    if not _is_figure(value):
        return _no_figure(value)
    rounded = Decimal(f"{value:.{3 if abs(value) >= _TINY else 1}g}")
    if abs(rounded) >= 100:
        return f"{value:,.0f}"
    text = f"{rounded:f}"
    return text if rounded else "0"


def exact(value: float | None) -> str:
    """A figure that somebody set, up to six significant digits, without an exponent: 800, 0.5, 12,500."""
    if not _is_figure(value):
        return _no_figure(value)
    rounded = Decimal(f"{value:.6g}")
    text = f"{rounded:z,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def tenths(value: float | None) -> str:
    """One digit behind the point, for times that are compared with each other: 6.5, 1,204.0."""
    return f"{value:z,.1f}" if _is_figure(value) else _no_figure(value)


def count(value: float | None) -> str:
    """A whole number of things: 5,518."""
    return f"{value:z,.0f}" if _is_figure(value) else _no_figure(value)


def about(value: float | None) -> str:
    """A figure that is known to two digits: about 2,900, about 0.4."""
    return f"about {number(float(f'{value:.2g}'))}" if _is_figure(value) else _no_figure(value)


def rounded(value: float) -> float:
    """The value that `number` would show, for what is then set to it."""
    return float(f"{value:.3g}")


def plural(amount: int, one: str, many: str = "") -> str:
    """A number with its noun: 1 warning, 3 warnings."""
    return f"{count(amount)} {one if amount == 1 else many or one + 's'}"


def percent(ratio: float | None) -> str:
    """A ratio (0-1) in percent: 3.1 %."""
    return _measured(None if ratio is None else 100 * ratio, "{} %")


def multiple(factor: float | None) -> str:
    """A factor: x2.28."""
    return _measured(factor, "x{}")


def rate(value_per_s: float | None) -> str:
    """A rate of visits: 92 visits/s."""
    return _measured(value_per_s, "{} visits/s")


def per_second(value_per_s: float | None) -> str:
    """A rate where it is clear of what: 2.2/s."""
    return _measured(value_per_s, "{}/s")


def milliseconds(value_ms: float | None) -> str:
    """A time: 310 ms, and 2.41 s from what would be written as 1,000 ms on."""
    if _is_figure(value_ms) and abs(rounded(value_ms)) >= 1000:
        return _measured(value_ms / 1000, "{} s")
    return _measured(value_ms, "{} ms")


def compared_ms(one_ms: float, other_ms: float) -> tuple[str, str]:
    """Two times beside each other: as `milliseconds`, but with the digits that tell them apart where they differ."""
    for write in (milliseconds, lambda ms: f"{count(ms)} ms", lambda ms: f"{exact(ms)} ms"):
        one, other = write(one_ms), write(other_ms)
        if one != other:
            return one, other
    return milliseconds(one_ms), milliseconds(other_ms)


def duration(seconds: float | None) -> str:
    """A duration in at most two units: 45 s, 27 min 35 s, 3 h, 2 d 4 h."""
    if not _is_figure(seconds):
        return _no_figure(seconds)
    if seconds < 0:
        return f"-{duration(-seconds)}"
    shown = float(f"{seconds:.6g}")  # what `exact` writes decides on the unit: 59.99999 s are a minute
    if shown < 60:
        return f"{exact(shown)} s" if shown >= 1 or shown == 0 else f"{exact(shown * 1000)} ms"
    left = round(seconds)
    parts: list[str] = []
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60), ("s", 1)):
        if left >= size and len(parts) < 2:
            parts.append(f"{count(left // size)} {unit}")
            left %= size
    return " ".join(parts)


def moment(when: datetime) -> str:
    """A moment with its zone: Mon 1 Mar 2027, 09:03 Europe/Madrid."""
    zone = getattr(when.tzinfo, "key", None) or when.tzname() or ""
    return f"{when:%a} {when.day} {when:%b %Y, %H:%M} {zone}".rstrip()


def _measured(value: float | None, form: str) -> str:
    """`number` in a form with its unit; what is no figure has none."""
    return form.format(number(value)) if _is_figure(value) else _no_figure(value)


def _is_figure(value: float | None) -> TypeGuard[float]:
    return value is not None and math.isfinite(value)


def _no_figure(value: float | None) -> str:
    if value is None or math.isnan(value):
        return "unknown"
    return "unlimited" if value > 0 else "-unlimited"


def ordinal(value: int) -> str:
    """A whole number as a place in a row: 3rd, 11th, 50th."""
    ending = "th" if 10 <= value % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    return f"{count(value)}{ending}"
