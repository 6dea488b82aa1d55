"""Numbers and moments as the reports write them; every figure carries its unit."""

from datetime import datetime

_KINDS = {
    "dns": "host not found",
    "connect": "no connection",
    "tls": "TLS refused",
    "timeout": "time-out",
    "reset": "connection cut",
    "status": "wrong status",
    "content": "wrong content",
    "redirect": "redirect not followed",
    "other": "other",
    "rate-limited": "turned away (429, or 503 with Retry-After)",
    "too-large": "a body too large to read",
    "unauthorized": "redirected to an origin that may not get this load",
    "unanswered": "never answered",
}


def number(value: float) -> str:
    """Three significant digits for people: 58.3, 920, 12,400."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    digits = 1 if abs(value) >= 10 else 2
    text = f"{value:.{digits}f}".rstrip("0").rstrip(".")
    return text if text not in ("", "-0") else "0"


def about(value: float) -> str:
    """A figure that is known to two digits: "about 2,900"."""
    return f"about {float(f'{value:.2g}'):,.0f}"


def rate(value_per_s: float) -> str:
    """A rate of visits: "92 visits/s"."""
    return f"{number(value_per_s)} visits/s"


def milliseconds(value_ms: float) -> str:
    """A time: "310 ms", and "2.41 s" from one second on."""
    return f"{number(value_ms)} ms" if value_ms < 1000 else f"{number(value_ms / 1000)} s"


def percent(ratio: float) -> str:
    """A ratio (0-1) in percent: "3.1 %"."""
    return f"{number(100 * ratio)} %"


def count(value: float) -> str:
    """A whole number of things: "5,518"."""
    return f"{value:,.0f}"


def plural(amount: int, one: str, many: str = "") -> str:
    """A number with its noun: "1 warning", "3 warnings"."""
    return f"{count(amount)} {one if amount == 1 else many or one + 's'}"


def moment(when: datetime) -> str:
    """A moment with its zone: "Mon 1 Mar 2027, 09:03 Europe/Madrid"."""
    zone = getattr(when.tzinfo, "key", None) or when.tzname() or ""
    return f"{when:%a} {when.day} {when:%b %Y, %H:%M} {zone}".rstrip()


def failure_kind(kind: str) -> str:
    """What a kind of failure means, in words."""
    return _KINDS.get(kind.lower(), kind)
