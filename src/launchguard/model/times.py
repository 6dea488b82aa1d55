"""Moments as people write them: `2027-03-01 09:00 Europe/Madrid`, `+30m`, `01:00-06:00 Europe/Madrid`.

A local time needs an IANA zone, and a time that the clocks skip is refused (PEP 495, PEP 615). Every parser raises
nothing but ValueError, with an example of the right form.
"""

import datetime as dt
import difflib
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from launchguard.model.quantities import format_duration, parse_duration
from launchguard.words.quoted import shown

_LOCAL = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_WINDOW = re.compile(r"(\d\d:\d\d)\s*-\s*(\d\d:\d\d)\s+(\S+)", re.ASCII)
_YEARS = range(2000, 2101)
_EXAMPLE = "2027-03-01 09:00 Europe/Madrid"
_MAX_OFFSET_S = 366 * 86400.0


@lru_cache(maxsize=64)
def parse_zone(text: str) -> ZoneInfo:
    """Read an IANA zone name."""
    # The trees posix/ and right/ repeat every zone, the second one with leap seconds, which no clock here counts.
    name = "" if text.startswith(("posix/", "right/")) else text
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError) as error:
        near = difflib.get_close_matches(text, available_timezones(), n=1) if len(text) < 40 else []
        right = f"did you mean {near[0]}?" if near else "write it like Europe/Madrid"
        raise ValueError(f"{shown(text)} is not an IANA time zone; {right}") from error


def localize(local: datetime, zone: tzinfo) -> datetime:
    """Put a naive local time into its zone; a time that the clocks skip is refused (PEP 495)."""
    aware = local.replace(tzinfo=zone)
    if aware.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != local:
        raise ValueError(f"{local:%Y-%m-%d %H:%M} does not exist in {zone}: the clocks go forward over it")
    return aware


def is_ambiguous(moment: datetime) -> bool:
    """True for a local time that happens twice because the clocks go back (PEP 495)."""
    return moment.replace(fold=0).utcoffset() != moment.replace(fold=1).utcoffset()


def _parse_local(text: str, example: str) -> datetime:
    if _DAY.fullmatch(text):
        raise ValueError(f"{shown(text)} has no time of day; write it like {example}")
    if not _LOCAL.fullmatch(text):
        raise ValueError(f"{shown(text)} is not a date and time; write it like {example}")
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{shown(text)} is not in the calendar; write it like {example}") from error
    if parsed.year not in _YEARS:
        raise ValueError(f"{shown(text)} is not in the years 2000 to 2100; write it like {example}")
    return parsed


def parse_instant(value: object) -> datetime:
    """Read `2027-03-01 09:00 Europe/Madrid`; the zone is required."""
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        return value
    text = str(value).strip()
    local, _, zone = text.rpartition(" ")
    if "/" not in zone and zone.upper() != "UTC":
        if _LOCAL.fullmatch(text) or _DAY.fullmatch(text):
            raise ValueError(f"{shown(text)} has no time zone; write it like {_EXAMPLE}")
        if not _LOCAL.fullmatch(local.strip()):
            raise ValueError(f"{shown(text)} is not a date, time and zone; write it like {_EXAMPLE}")
    return localize(_parse_local(local.strip(), _EXAMPLE), parse_zone("UTC" if zone.upper() == "UTC" else zone))


def format_instant(moment: datetime) -> str:
    """Write an aware moment as `2027-03-01 09:00 Europe/Madrid`."""
    seconds = ":%S" if moment.second else ""
    return f"{moment:%Y-%m-%d %H:%M{seconds}} {moment.tzinfo}"


def parse_day(value: object) -> date:
    """Read `2027-03-01`."""
    if isinstance(value, date):
        return value
    text = str(value).strip()
    try:
        parsed = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        parsed = None
    if parsed is None or parsed.year not in _YEARS:
        raise ValueError(f"{shown(text)} is not a date; write it like 2027-03-01")
    return parsed


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
    text = str(value).strip()
    if text[:1] in ("+", "-"):
        offset_s = parse_duration(text[1:])
        if offset_s > _MAX_OFFSET_S:
            raise ValueError(f"{shown(text)} is more than a year away from the launch; write it like +30m")
        return Trigger(offset_s=-offset_s if text[0] == "-" else offset_s)
    if "/" in text or text.upper().endswith(" UTC"):
        return Trigger(instant=parse_instant(text))
    return Trigger(local=_parse_local(text, "+30m or 2027-03-01 21:04"))


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
    match = _WINDOW.fullmatch(str(value).strip())
    if match is None:
        raise ValueError(f"{shown(value)} is not a window of hours; write it like 01:00-06:00 Europe/Madrid")
    try:
        start, end = dt.time.fromisoformat(match[1]), dt.time.fromisoformat(match[2])
    except ValueError as error:
        raise ValueError(
            f"{shown(value)} has an hour that no clock shows; write it like 01:00-06:00 Europe/Madrid"
        ) from error
    if start == end:
        raise ValueError(f"{shown(value)} is an empty window; for the whole day leave `hours` out")
    return Window(start, end, parse_zone(match[3]))
