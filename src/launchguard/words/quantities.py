"""Numbers as the forecast prints them: `500,000`, `1.89 %`, `10 min`, `2.2/s`, `x2.28`."""


def significant(value: float) -> str:
    """Three significant digits without an exponent, thousands separated: 0.24, 6.37, 1,650."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) >= 0.001 or value == 0 else f"{value:.1g}"


def whole(value: float) -> str:
    """A number of people or visits."""
    return f"{value:,.0f}"


def percent(ratio: float) -> str:
    """A share (0-1) as a percentage."""
    return f"{ratio * 100:.4g} %"


def per_second(rate: float) -> str:
    """A rate in visits per second."""
    return f"{significant(rate)}/s"


def multiple(factor: float) -> str:
    """A factor: x2.28."""
    return f"x{significant(factor)}"


def duration(seconds: float) -> str:
    """A duration in at most two units: 45 s, 27 min 35 s, 3 h, 2 d 4 h."""
    if seconds < 60:
        return f"{seconds:g} s" if seconds >= 1 or seconds == 0 else f"{seconds * 1000:g} ms"
    left = round(seconds)
    parts: list[str] = []
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60), ("s", 1)):
        if left >= size and len(parts) < 2:
            parts.append(f"{left // size} {unit}")
            left %= size
    return " ".join(parts)


def one_line(text: str) -> str:
    """What a manifest wrote, without line ends: a name cannot begin a line of its own."""
    return " ".join(text.split())


def printable(text: str) -> str:
    """What a manifest wrote, without characters that a terminal would obey or XML forbids; line ends stay."""
    return "".join(char if char.isprintable() or char == "\n" else "\N{REPLACEMENT CHARACTER}" for char in text)
