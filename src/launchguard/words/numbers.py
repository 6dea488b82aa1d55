"""Numbers, rates, times and moments as every text for people writes them: each with its unit, and in one way."""

import math
from datetime import datetime
from decimal import Decimal

_TINY = 0.001


def number(value: float | None) -> str:
    """Three digits below 1,000 and whole numbers above, never an exponent: 0.24, 6.37, 1,650, 2,010,000."""
    if value is None or not math.isfinite(value):
        return _not_finite(value)
    rounded = Decimal(f"{value:.{3 if abs(value) >= _TINY else 1}g}")
    if abs(rounded) >= 100:
        return f"{value:,.0f}"
    text = f"{rounded:f}"
    return text if rounded else "0"


def exact(value: float | None) -> str:
    """A figure that somebody set, up to six significant digits, without an exponent: 800, 0.5, 12,500."""
    if value is None or not math.isfinite(value):
        return _not_finite(value)
    rounded = Decimal(f"{value:.6g}")
    text = f"{rounded:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def tenths(value: float) -> str:
    """One digit behind the point, for times that are compared with each other: 6.5, 1,204.0."""
    return f"{value:,.1f}"


def count(value: float) -> str:
    """A whole number of things: 5,518."""
    return f"{value:,.0f}" if math.isfinite(value) else _not_finite(value)


def about(value: float) -> str:
    """A figure that is known to two digits: about 2,900."""
    return f"about {float(f'{value:.2g}'):,.0f}"


def rounded(value: float) -> float:
    """The value that `number` would show, for what is then set to it."""
    return float(f"{value:.3g}")


def plural(amount: int, one: str, many: str = "") -> str:
    """A number with its noun: 1 warning, 3 warnings."""
    return f"{count(amount)} {one if amount == 1 else many or one + 's'}"


def percent(ratio: float) -> str:
    """A ratio (0-1) in percent: 3.1 %."""
    return f"{number(100 * ratio)} %"


def multiple(factor: float) -> str:
    """A factor: x2.28."""
    return f"x{number(factor)}"


def rate(value_per_s: float) -> str:
    """A rate of visits: 92 visits/s."""
    return f"{number(value_per_s)} visits/s"


def per_second(value_per_s: float) -> str:
    """A rate where it is clear of what: 2.2/s."""
    return f"{number(value_per_s)}/s"


def milliseconds(value_ms: float) -> str:
    """A time: 310 ms, and 2.41 s from one second on."""
    return f"{number(value_ms)} ms" if value_ms < 1000 else f"{number(value_ms / 1000)} s"


def duration(seconds: float) -> str:
    """A duration in at most two units: 45 s, 27 min 35 s, 3 h, 2 d 4 h."""
    if seconds < 60:
        return f"{exact(seconds)} s" if seconds >= 1 or seconds == 0 else f"{exact(seconds * 1000)} ms"
    left = round(seconds)
    parts: list[str] = []
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60), ("s", 1)):
        if left >= size and len(parts) < 2:
            parts.append(f"{left // size} {unit}")
            left %= size
    return " ".join(parts)


def moment(when: datetime) -> str:
    """A moment with its zone: Mon 1 Mar 2027, 09:03 Europe/Madrid."""
    zone = getattr(when.tzinfo, "key", None) or when.tzname() or ""
    return f"{when:%a} {when.day} {when:%b %Y, %H:%M} {zone}".rstrip()


def _not_finite(value: float | None) -> str:
    if value is None or math.isnan(value):
        return "unknown"
    return "unlimited" if value > 0 else "-unlimited"
