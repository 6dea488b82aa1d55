"""Reading and writing quantities as people write them: `20m`, `3/s`, `2%`, `500_000`, `800ms`.

Every parser takes a manifest's text (or a plain Python number, already in the unit that it returns), and raises
nothing but ValueError, with an example of the right form. Every formatter writes what its parser reads back exactly.
"""

import re
from decimal import Decimal

from launchguard.model.readings import has_two_readings, refuse_two_readings
from launchguard.model.wordings import percent_sign, plain_number, split_money, split_rate, with_short_units
from launchguard.words.quoted import LONGEST_TEXT, shown

_NUMBER = re.compile(r"[+-]?\d+(?:_\d+)*(?:\.\d+)?(?:[eE][+-]?\d{1,3})?", re.ASCII)
_DURATION = re.compile(r"(?:\d+(?:_\d+)*(?:\.\d+)?\s*(?:ms|s|min|m|h|d|w)\s*)+", re.ASCII)
_DURATION_PART = re.compile(r"([\d_]+(?:\.\d+)?)\s*(ms|s|min|m|h|d|w)", re.ASCII)
_SECONDS_PER = {
    "w": Decimal(604800),
    "d": Decimal(86400),
    "h": Decimal(3600),
    "m": Decimal(60),
    "min": Decimal(60),
    "s": Decimal(1),
    "ms": Decimal("0.001"),
}
_RATE_UNITS = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400, "w": 604800, "month": 2_629_800}
"""Seconds; a month is a twelfth of 365.25 days."""
_FLAGS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}

MAX_COUNT = 10_000_000_000
"""More people than there are."""

MAX_NUMBER = 1e15
"""Beyond any budget, size or count that a campaign has; exact in a float."""

MAX_SECONDS = 10 * 366 * 86400.0
"""Ten years."""

MAX_RATE_PER_S = 1e7
"""Visits per second: beyond any site on record."""


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _decimal(value: object, example: str, most: float | None = None) -> Decimal:
    """A finite number of at most MAX_NUMBER, exact; a text has one reading up to `most`."""
    text = str(value).strip()
    if not _is_number(value):
        refuse_two_readings(text, most)
    plain = plain_number(text)
    if len(text) > LONGEST_TEXT or not _NUMBER.fullmatch(plain):
        raise ValueError(f"{shown(text)} is not a number; write it like {example}")
    number = Decimal(plain)
    if abs(number) > MAX_NUMBER:
        raise ValueError(f"{shown(text)} is too large; write it like {example}")
    return number


def _plain(number: Decimal) -> str:
    """Digits without an exponent and without trailing zeros, but for one that leaves a single reading: 1.1250."""
    text = _digits(number)
    return f"{text}0" if has_two_readings(text) else text


def _digits(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def parse_number(value: object) -> float:
    """Read `500_000`, `500k` or `2.5`, at least 0; refuses NaN, infinity and text."""
    number = _decimal(value, "2500, 500_000 or 2.5")
    if number < 0:
        raise ValueError(f"{shown(value)} is negative; write a number of at least 0")
    return float(number)


def parse_money(value: object) -> float:
    """Read `500`, `500 EUR` or `€0.50`, at least 0, in whatever currency it is."""
    return parse_number(value if _is_number(value) else split_money(str(value)[: LONGEST_TEXT + 1])[0])


def parse_whole(value: object) -> int:
    """Read a whole number, negative ones too: `200`, `500_000`."""
    number = _decimal(value, "200 or 500_000")
    if number != number.to_integral_value():
        raise ValueError(f"{shown(value)} is not a whole number; write it like 200 or 500_000")
    return int(number)


def parse_float(value: object) -> float:
    """Read a number, negative ones too: `2.5`."""
    return float(_decimal(value, "2.5"))


def parse_count(value: object) -> int:
    """Read a whole number of things, at least 0: `500_000`, `500k`, `500 000`."""
    number = _decimal(value, "500_000")
    if number != number.to_integral_value() or number < 0:
        raise ValueError(f"{shown(value)} is not a whole number of at least 0; write it like 500_000")
    if number > MAX_COUNT:
        raise ValueError(f"{shown(value)} is more than all people; write it like 500_000")
    return int(number)


def parse_duration(value: object) -> float:
    """Read `20m`, `20 minutes`, `1h30m` or `800ms` as seconds, at least 0 and at most ten years."""
    if _is_number(value):
        seconds = _decimal(value, "30s")
    else:
        text = with_short_units(str(value).strip().lower()[: LONGEST_TEXT + 1])
        refuse_two_readings(text)
        if len(text) > LONGEST_TEXT or not _DURATION.fullmatch(text):
            raise ValueError(f"{shown(text)} is not a duration; write it like 800ms, 30s, 20m, 1h30m or 2d")
        parts = _DURATION_PART.findall(text)
        seconds = sum((Decimal(count) * _SECONDS_PER[unit] for count, unit in parts), Decimal(0))
    if not 0 <= seconds <= MAX_SECONDS:
        raise ValueError(f"{shown(value)} is not between 0s and ten years; write it like 20m")
    return float(seconds)


def format_duration(seconds: float) -> str:
    """Write seconds as `1h30m`, the largest units first."""
    rest, text = Decimal(repr(float(seconds))), ""
    for unit in ("d", "h", "m"):
        count, rest = divmod(rest, _SECONDS_PER[unit])
        text += f"{count:f}{unit}" if count else ""
    if rest and rest < 1 and not text:
        return f"{_plain(rest * 1000)}ms"
    return text + f"{_plain(rest)}s" if rest or not text else text


def parse_ratio(value: object) -> float:
    """Read `2%`, `2 percent` or `0.02` as 0.02; 1 and more without the sign is refused: it could mean two things."""
    text = percent_sign(str(value).strip())
    if text.endswith("%"):
        refuse_two_readings(text, 100)
        ratio = _decimal(text[:-1], "2%", 100) / 100
        if ratio > 1:
            raise ValueError(f"{shown(text)} is more than everything; write at most 100%, like 2%")
    else:
        ratio = _decimal(text, "2%")
        if ratio > 1:
            raise ValueError(f"{_plain(ratio)} means {ratio * 100:,.10g}%; write a percentage like 2%")
        if ratio == 1 and not _is_number(value):
            raise ValueError(f"{text} could mean 1% or 100%; write it with the sign")
    if ratio < 0:
        raise ValueError(f"{shown(text)} is negative; write a percentage like 2%")
    return float(ratio)


def format_ratio(ratio: float) -> str:
    """Write 0.02 as `2%`."""
    return f"{_digits(Decimal(repr(float(ratio))) * 100)}%"  # beyond 100% there is no second reading


def parse_rate(value: object) -> float:
    """Read `3/s`, `120/min`, `5000/h` or `100k/day` as visits per second, at least 0."""
    example = "40/s, 120/min or 5000/h"
    if _is_number(value):
        rate = _decimal(value, example)
    else:
        refuse_two_readings(str(value).strip())
        count, unit = split_rate(str(value)[: LONGEST_TEXT + 1])
        if unit not in _RATE_UNITS:
            raise ValueError(f"{shown(value)} is not a rate; write it like {example}")
        rate = _decimal(count, example) / _RATE_UNITS[unit]
    if not 0 <= rate <= MAX_RATE_PER_S:
        raise ValueError(f"{shown(value)} is not between 0/s and {MAX_RATE_PER_S:,.0f}/s; write it like 40/s")
    return float(rate)


def format_rate(rate_per_s: float) -> str:
    """Write visits per second as `40/s`."""
    return f"{_plain(Decimal(repr(float(rate_per_s))))}/s"


def parse_flag(value: object) -> bool:
    """Read `true` or `false` (also yes, no, on, off)."""
    if isinstance(value, bool):
        return value
    text = str(value).strip().lower()
    if text not in _FLAGS:
        raise ValueError(f"{shown(value)} is neither true nor false; write true or false")
    return _FLAGS[text]
