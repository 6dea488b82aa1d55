"""Moments as people write them: `2027-03-01 09:00 Europe/Madrid`, `+30m`, `01:00-06:00 Europe/Madrid`.

A local time needs an IANA zone, and a time that the clocks skip is refused (PEP 495, PEP 615). Every parser raises
nothing but ValueError, with an example of the right form.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from launchguard.model.moments import (
    DAY,
    YEARS,
    parse_local,
    parse_with_offset,
    parse_zoned,
    says_zone,
    with_plain_spaces,
)
from launchguard.model.quantities import format_duration, parse_duration
from launchguard.model.zones import localize, parse_zone
from launchguard.words.quoted import shown

_WINDOW = re.compile(r"(\d{1,2}:\d\d)\s*[-–]\s*(\d{1,2}:\d\d)\s+(\S+)", re.ASCII)
_IN_DAYS = re.compile(r"[dw]", re.IGNORECASE)
_MAX_OFFSET_S = 366 * 86400.0


def parse_instant(value: object) -> datetime:
    """Read `2027-03-01 09:00 Europe/Madrid` or `2027-03-01T09:00+01:00`; the zone or the offset is required."""
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        return value
    text = with_plain_spaces(value)
    return parse_with_offset(text) or parse_zoned(text)


def format_instant(moment: datetime) -> str:
    """Write an aware moment as `2027-03-01 09:00 Europe/Madrid`, or `2027-03-01T09:00+01:00` when it has no zone."""
    if isinstance(moment.tzinfo, timezone) and moment.tzinfo is not UTC:
        return moment.isoformat(timespec="seconds" if moment.second else "minutes")
    seconds = ":%S" if moment.second else ""
    return f"{moment:%Y-%m-%d %H:%M{seconds}} {moment.tzinfo}"


def parse_day(value: object) -> date:
    """Read `2027-03-01`."""
    if isinstance(value, date):
        return value
    text = str(value).strip()
    try:
        parsed = date.fromisoformat(text) if DAY.fullmatch(text) else None
    except ValueError:
        parsed = None
    if parsed is None or parsed.year not in YEARS:
        raise ValueError(f"{shown(text)} is not a date; write it like 2027-03-01")
    return parsed


@dataclass(frozen=True)
class Trigger:
    """When a channel fires: an offset from the launch, a local time in the launch's zone, or an instant.

    `in_days` is whether the offset was written in days or weeks, which people count on the calendar.
    """

    offset_s: float | None = None
    local: datetime | None = None
    instant: datetime | None = None
    in_days: bool = field(default=False, compare=False)

    def resolve(self, launch: datetime) -> datetime:
        """The moment it fires; an impossible local time is refused."""
        if self.instant is not None:
            return self.instant
        if self.local is not None:
            assert launch.tzinfo is not None
            return localize(self.local, launch.tzinfo)
        moment = launch.astimezone(UTC) + timedelta(seconds=self.offset_s or 0)
        return moment.astimezone(launch.tzinfo)

    def __str__(self) -> str:
        """As the manifest writes it."""
        if self.instant is not None:
            return format_instant(self.instant)
        if self.local is not None:
            return f"{self.local:%Y-%m-%d %H:%M:%S}"
        offset_s = self.offset_s or 0.0
        return f"{'-' if offset_s < 0 else '+'}{format_duration(abs(offset_s))}"


def parse_trigger(value: object) -> Trigger:
    """Read `+30m`, `-1h`, `2027-03-01 21:04` or the same with a zone."""
    if isinstance(value, Trigger):
        return value
    text = with_plain_spaces(value)
    if text[:1] in ("+", "-"):
        offset_s = parse_duration(text[1:])
        if offset_s > _MAX_OFFSET_S:
            raise ValueError(f"{shown(text)} is more than a year away from the launch; write it like +30m")
        return Trigger(offset_s=-offset_s if text[0] == "-" else offset_s, in_days=bool(_IN_DAYS.search(text)))
    if moment := parse_with_offset(text):
        return Trigger(instant=moment)
    if says_zone(text):
        return Trigger(instant=parse_zoned(text))
    return Trigger(local=parse_local(text, "+30m or 2027-03-01 21:04"))


@dataclass(frozen=True)
class Window:
    """Hours of the day in a zone, the end excluded; `22:00-04:00` goes over midnight."""

    start: time
    end: time
    zone: ZoneInfo

    def contains(self, moment: datetime) -> bool:
        """True when an aware moment lies inside."""
        local = moment.astimezone(self.zone).time()
        if self.start < self.end:
            return self.start <= local < self.end
        return local >= self.start or local < self.end

    def __str__(self) -> str:
        """As the configuration writes it."""
        return f"{self.start:%H:%M}-{self.end:%H:%M} {self.zone}"


def parse_window(value: object) -> Window:
    """Read `01:00-06:00 Europe/Madrid`."""
    if isinstance(value, Window):
        return value
    match = _WINDOW.fullmatch(with_plain_spaces(value))
    if match is None:
        raise ValueError(f"{shown(value)} is not a window of hours; write it like 01:00-06:00 Europe/Madrid")
    try:
        start, end = (time.fromisoformat(f"{match[part]:0>5}") for part in (1, 2))
    except ValueError as error:
        raise ValueError(
            f"{shown(value)} has an hour that no clock shows; write it like 01:00-06:00 Europe/Madrid"
        ) from error
    if start == end:
        raise ValueError(f"{shown(value)} is an empty window; for the whole day leave `hours` out")
    return Window(start, end, parse_zone(match[3]))
