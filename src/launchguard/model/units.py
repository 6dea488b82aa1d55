"""The manifest's quantities as types: each is plain text in the file and a plain number or moment in the model.

The parsers and formatters live in `quantities` and `times`; they are importable from here too.
"""

import re
from datetime import date, datetime
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

from launchguard.model.quantities import (
    MAX_COUNT,
    format_duration,
    format_rate,
    format_ratio,
    parse_count,
    parse_duration,
    parse_flag,
    parse_money,
    parse_number,
    parse_rate,
    parse_ratio,
)
from launchguard.model.times import (
    Trigger,
    Window,
    format_instant,
    parse_day,
    parse_instant,
    parse_trigger,
    parse_window,
)
from launchguard.model.zones import is_ambiguous, localize, parse_zone, unclear_zone
from launchguard.web.hosts import normalize_host, parse_url
from launchguard.words.quoted import shown

__all__ = [
    "MAX_COUNT",
    "Count",
    "Day",
    "EnvName",
    "Flag",
    "Hours",
    "Instant",
    "Money",
    "Number",
    "PerSecond",
    "Ratio",
    "Seconds",
    "Trigger",
    "Url",
    "WebHost",
    "When",
    "Window",
    "format_duration",
    "format_instant",
    "format_rate",
    "format_ratio",
    "is_ambiguous",
    "localize",
    "parse_count",
    "parse_duration",
    "parse_instant",
    "parse_number",
    "parse_rate",
    "parse_ratio",
    "parse_trigger",
    "parse_window",
    "parse_zone",
    "shown",
    "unclear_zone",
]


def _schema(description: str, example: str, *types: str, **more: str) -> WithJsonSchema:
    """What an editor sees: YAML reads `500_000` as a number and `2%` as text, so most units allow both."""
    kind = list(types) or ["string", "number"]
    return WithJsonSchema({"type": kind, "description": description, "examples": [example], **more})


def _env_name(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,99}", value, re.ASCII):
        raise ValueError(f"{shown(value)} is not the name of an environment variable; write it like PREVIEW_TOKEN")
    return value


Seconds = Annotated[float, BeforeValidator(parse_duration), _schema("a duration", "20m", "string")]
Ratio = Annotated[float, BeforeValidator(parse_ratio), _schema("a percentage", "2%")]
PerSecond = Annotated[float, BeforeValidator(parse_rate), _schema("a rate", "40/s", "string")]
Count = Annotated[int, BeforeValidator(parse_count), _schema("a whole number", "500_000")]
Number = Annotated[float, BeforeValidator(parse_number), _schema("a number of at least 0", "1.5")]
Money = Annotated[float, BeforeValidator(parse_money), _schema("an amount of money", "500 EUR")]
Flag = Annotated[bool, BeforeValidator(parse_flag), _schema("true or false", "true", "boolean", "string")]
Day = Annotated[date, BeforeValidator(parse_day), _schema("a date", "2027-03-01", "string")]
Instant = Annotated[
    datetime,
    BeforeValidator(parse_instant),
    _schema("date, time and IANA zone, or ISO 8601 with an offset", "2027-03-01 09:00 Europe/Madrid", "string"),
]
When = Annotated[
    Trigger,
    BeforeValidator(parse_trigger),
    _schema("an offset from the launch, or a date and time", "+30m", "string"),
]
Hours = Annotated[
    Window, BeforeValidator(parse_window), _schema("hours of the day", "01:00-06:00 Europe/Madrid", "string")
]
Url = Annotated[
    str, BeforeValidator(parse_url), _schema("an http or https URL", "https://shop.example.com", "string", format="uri")
]
WebHost = Annotated[
    str, AfterValidator(normalize_host), _schema("a host, with a port or without", "shop.example.com", "string")
]
EnvName = Annotated[
    str, AfterValidator(_env_name), _schema("an environment variable's name", "PREVIEW_TOKEN", "string")
]
