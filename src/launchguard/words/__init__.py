"""How a number, a rate, a time, a host and hostile text are written for people."""

from launchguard.words.numbers import (
    about,
    count,
    duration,
    exact,
    milliseconds,
    moment,
    multiple,
    number,
    per_second,
    percent,
    plural,
    rate,
    rounded,
    tenths,
)

__all__ = [
    "about",
    "count",
    "duration",
    "exact",
    "milliseconds",
    "moment",
    "multiple",
    "number",
    "per_second",
    "percent",
    "plural",
    "rate",
    "rounded",
    "tenths",
]
