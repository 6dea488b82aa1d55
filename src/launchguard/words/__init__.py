"""How a number, a rate, a time, a host and hostile text are written for people."""

from launchguard.words.numbers import (
    about,
    compared_ms,
    count,
    duration,
    exact,
    milliseconds,
    moment,
    multiple,
    number,
    ordinal,
    per_second,
    percent,
    plural,
    rate,
    rounded,
    tenths,
)

__all__ = [
    "about",
    "compared_ms",
    "count",
    "duration",
    "exact",
    "milliseconds",
    "moment",
    "multiple",
    "number",
    "ordinal",
    "per_second",
    "percent",
    "plural",
    "rate",
    "rounded",
    "tenths",
]
