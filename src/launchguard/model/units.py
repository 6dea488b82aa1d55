"""Quantities as people write them: `20m`, `3/s`, `2%`, `500_000`, `800ms`, `2027-03-01 09:00 Europe/Madrid`.

Every parser takes the manifest's text and returns a plain number or a datetime; its error shows an example.
"""

import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, WithJsonSchema

_DURATION_PART = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|min|h|d|w)")
_SECONDS_PER = {"ms": 0.001, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}
_NUMBER = re.compile(r"[+-]?\d+(?:_\d+)*(?:\.\d+)?(?:[eE][+-]?\d+)?")
MAX_COUNT = 10_000_000_000


def parse_number(value: object) -> float:
    """Read `500_000` or `2.5`; refuses NaN, infinity and text."""
    text = str(value).strip()
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"{text!r} is not a number; write it like 2500, 500_000 or 2.5")
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text!r} is too large")
    return number


def parse_count(value: object) -> int:
    """Read a whole number of things, at least 0: `500_000`."""
    number = parse_number(value)
    if number != int(number) or number < 0:
        raise ValueError(f"{value!r} is not a whole number of at least 0; write it like 500_000")
    if number > MAX_COUNT:
        raise ValueError(f"{value!r} is more than the {MAX_COUNT:,} people that there are")
    return int(number)


def parse_duration(value: object) -> float:
    """Read `20m`, `1h30m` or `800ms` as seconds, at least 0."""
    text = str(value).strip().lower()
    parts = list(_DURATION_PART.finditer(text))
    if not parts or "".join(p.group(0) for p in parts) != text.replace(" ", "") and not _DURATION_PART.fullmatch(text):
        raise ValueError(f"{text!r} is not a duration; write it like 800ms, 30s, 20m, 1h30m or 2d")
    return sum(float(p.group(1)) * _SECONDS_PER[p.group(2)] for p in parts)


def parse_ratio(value: object) -> float:
    """Read `2%` or `0.02` as 0.02; a number above 1 without the sign is refused."""
    text = str(value).strip()
    if text.endswith("%"):
        ratio = parse_number(text[:-1]) / 100
    else:
        ratio = parse_number(text)
        if ratio > 1:
            raise ValueError(f"{text!r} is more than everything; for {text} percent write {text}%")
    if not 0 <= ratio <= 1:
        raise ValueError(f"{text!r} is not between 0% and 100%; write it like 2%")
    return ratio


def parse_rate(value: object) -> float:
    """Read `3/s`, `120/min` or `5000/h` as visits per second, at least 0."""
    count, slash, unit = (part.strip() for part in str(value).partition("/"))
    if not slash or unit not in _SECONDS_PER or unit == "ms":
        raise ValueError(f"{str(value)!r} is not a rate; write it like 40/s, 120/min or 5000/h")
    rate = parse_number(count) / _SECONDS_PER[unit]
    if rate < 0:
        raise ValueError(f"{str(value)!r} is negative; write it like 40/s")
    return rate


def localize(local: datetime, zone: ZoneInfo) -> datetime:
    """Put a naive local time into its zone; a time that the clocks skip is refused (PEP 495)."""
    aware = local.replace(tzinfo=zone)
    if aware.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != local:
        raise ValueError(f"{local:%Y-%m-%d %H:%M} does not exist in {zone.key}: the clocks go forward over it")
    return aware


def is_ambiguous(moment: datetime) -> bool:
    """True for a local time that happens twice because the clocks go back (PEP 495)."""
    return moment.replace(fold=0).utcoffset() != moment.replace(fold=1).utcoffset()


def _parse_local(text: str) -> datetime:
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        parsed = None
    if parsed is None or parsed.tzinfo is not None or len(text) < len("2027-03-01"):
        raise ValueError(f"{text!r} is not a date and time; write it like 2027-03-01 09:00 Europe/Madrid")
    return parsed


def parse_zone(text: str) -> ZoneInfo:
    """Read an IANA zone name."""
    try:
        return ZoneInfo(text)
    except (ValueError, OSError, KeyError) as error:
        raise ValueError(f"{text!r} is not an IANA time zone; write it like Europe/Madrid") from error


def parse_instant(value: object) -> datetime:
    """Read `2027-03-01 09:00 Europe/Madrid`; the zone is required."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value
    text = str(value).strip()
    local, _, zone = text.rpartition(" ")
    if "/" not in zone and zone != "UTC":
        raise ValueError(f"{text!r} has no time zone; write it like {text} Europe/Madrid")
    return localize(_parse_local(local.strip()), parse_zone(zone))


@dataclass(frozen=True)
class Trigger:
    """When a channel fires: an offset from the launch, a local time in the launch's zone, or an instant."""

    offset_s: float | None = None
    local: datetime | None = None
    instant: datetime | None = None

    def resolve(self, launch: datetime) -> datetime:
        """The moment it fires; an impossible local time is refused."""
        if self.instant is not None:
            return self.instant
        if self.local is not None:
            zone = launch.tzinfo
            assert isinstance(zone, ZoneInfo)
            return localize(self.local, zone)
        moment = launch.astimezone(UTC) + timedelta(seconds=self.offset_s or 0)
        return moment.astimezone(launch.tzinfo)


def parse_trigger(value: object) -> Trigger:
    """Read `+30m`, `-1h`, `2027-03-01 21:04` or the same with a zone."""
    if isinstance(value, Trigger):
        return value
    text = str(value).strip()
    if text[:1] in "+-":
        return Trigger(offset_s=(-1 if text[0] == "-" else 1) * parse_duration(text[1:]))
    if "/" in text or text.endswith(" UTC"):
        return Trigger(instant=parse_instant(text))
    return Trigger(local=_parse_local(text))


def _text_schema(description: str, example: str) -> WithJsonSchema:
    return WithJsonSchema({"type": ["string", "number"], "description": description, "examples": [example]})


Seconds = Annotated[float, BeforeValidator(parse_duration), _text_schema("a duration", "20m")]
Ratio = Annotated[float, BeforeValidator(parse_ratio), _text_schema("a percentage", "2%")]
PerSecond = Annotated[float, BeforeValidator(parse_rate), _text_schema("a rate", "40/s")]
Count = Annotated[int, BeforeValidator(parse_count), _text_schema("a whole number", "500_000")]
Number = Annotated[float, BeforeValidator(parse_number), _text_schema("a number", "1.5")]
Instant = Annotated[
    datetime, BeforeValidator(parse_instant), _text_schema("date, time and IANA zone", "2027-03-01 09:00 Europe/Madrid")
]
When = Annotated[
    Trigger, BeforeValidator(parse_trigger), _text_schema("an offset from the launch, or a date and time", "+30m")
]
