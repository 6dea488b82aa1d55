"""The date and time of a moment as people and calendars write it, and what to write where it has two readings.

What only one reading has is read: `2027-03-01 9:00`, and ISO 8601 with an offset as calendars export it (RFC 3339, RFC
5545, RFC 9557). Every function raises nothing but ValueError, with an example of the right form.
"""

import re
from datetime import date, datetime, timedelta, timezone

from launchguard.model.zones import cities_at, localize, offset_of, parse_zone
from launchguard.words.quoted import LONGEST_TEXT, shown

EXAMPLE = "2027-03-01 09:00 Europe/Madrid"
YEARS = range(2000, 2101)
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)

_LOCAL = re.compile(r"(\d{4}-\d\d-\d\d)[ T]+(\d{1,2})(:\d\d(?::\d\d)?)(?:\.0{1,6})?", re.ASCII)
_BASIC = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)?", re.ASCII)
_OFFSET_BEHIND = re.compile(r"(?P<local>.*\d)(?P<offset> ?Z|[+-]\d\d(?::?\d\d)?)(?:\[(?P<zone>[^\]]*)\])?", re.ASCII)
_OTHER_CLOCK = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)[ T]+(?P<hour>\d{1,2})(?:[.:h](?P<minute>\d\d))?"
    r"\s*(?:h|uhr|(?P<half>[ap])\.?m\.?)?(?P<rest>|\s.*)",
    re.ASCII | re.IGNORECASE,
)
_OTHER_ORDER = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?P<rest>|\s.*)", re.ASCII)
_TIME = re.compile(r"\d{1,2}:\d\d", re.ASCII)
_HALF = re.compile(r" ?[ap]\.?m\b", re.ASCII | re.IGNORECASE)


def with_plain_spaces(value: object) -> str:
    """A value's text with plain single spaces: no-break and narrow ones look the same to whoever wrote them."""
    return " ".join(str(value).split())


def parse_local(text: str, example: str = EXAMPLE) -> datetime:
    """A naive date and time: `2027-03-01 9:00`, `2027-03-01T09:00:00`."""
    if DAY.fullmatch(text):
        raise ValueError(f"{shown(text)} has no time of day; write it like {example}")
    match = _LOCAL.fullmatch(_extended(text))
    if match is None:
        raise ValueError(f"{shown(text)} is not a date and time; write {_meant(text) or f'it like {example}'}")
    try:
        day = date.fromisoformat(match[1])
        midnight = match[2] == "24" and not match[3].strip(":0")
        parsed = datetime.fromisoformat(f"{day} 00:00" if midnight else f"{day} {match[2]:0>2}{match[3]}")
    except ValueError as error:
        raise ValueError(f"{shown(text)} is not in the calendar; write it like {example}") from error
    if parsed.year not in YEARS:
        raise ValueError(f"{shown(text)} is not in the years 2000 to 2100; write it like {example}")
    if midnight:
        right = f"write {day + timedelta(days=1)} 00:00, or {day} 23:59"
        raise ValueError(f"{shown(text)} is a time that no clock shows; {right}")
    return parsed


def _extended(text: str) -> str:
    """`20270301T090000` as `2027-03-01T09:00:00`."""
    match = _BASIC.fullmatch(text)
    if match is None:
        return text
    year, month, day, hour, minute, second = match.groups("00")
    return f"{year}-{month}-{day}T{hour}:{minute}:{second}"


def _meant(text: str) -> str:
    """What to write for a date in another order and for another country's clock; "" for anything else."""
    text = text[:LONGEST_TEXT]
    if _TIME.fullmatch(text):
        return f"it with its date, like 2027-03-01 {text:0>5}"
    if clock := _OTHER_CLOCK.fullmatch(text):
        half, hour = (clock["half"] or "").lower(), int(clock["hour"])
        if hour > (12 if half else 23) or (half and not hour):
            return ""
        hour = hour % 12 + 12 * (half == "p") if half else hour
        return f"{clock['day']} {hour:02}:{clock['minute'] or '00'}{clock['rest']}"
    if other := _OTHER_ORDER.fullmatch(text):
        first, last = int(other[1]), int(other[3])
        orders = [(last, first)] if other[2] == "." or first == last else [(last, first), (first, last)]
        days = [f"{other[4]}-{month:02}-{day:02}" for month, day in orders if 0 < month < 13 and 0 < day < 32]
        return " or ".join(f"{day}{other['rest']}" for day in days)
    return ""


def parse_with_offset(text: str) -> datetime | None:
    """A moment with its offset right behind the time: `2027-03-01T09:00+01:00`, `...Z`; None for any other text.

    With a zone in brackets behind it, the offset has to be the zone's (RFC 9557).
    """
    match = _OFFSET_BEHIND.fullmatch(text.upper() if text.endswith("z") else text)
    if match is None or not _LOCAL.fullmatch(_extended(match["local"])):
        return None
    local = parse_local(match["local"], "2027-03-01T09:00+01:00")
    offset = timedelta() if match["offset"].strip() == "Z" else offset_of(match["offset"])
    if offset is None:
        raise ValueError(f"{shown(text)} has an offset that no place has; write it like {EXAMPLE}")
    moment = local.replace(tzinfo=timezone(offset) if offset else parse_zone("UTC"))
    if not match["zone"]:
        return moment
    zone = parse_zone(match["zone"])
    there = moment.astimezone(zone)
    if match["offset"].strip() != "Z" and there.utcoffset() != offset:
        raise ValueError(f"{shown(text)} has an offset that its zone has not; write one of the two, like {EXAMPLE}")
    return there


def parse_zoned(text: str) -> datetime:
    """A local time and, behind it, its IANA zone."""
    found = _LOCAL.match(_extended(text))
    zone = text[found.end() :].strip() if found else ""
    if found is None or (zone and text[found.end()] != " ") or _HALF.match(text, found.end()):
        if DAY.fullmatch(text.partition(" ")[0]) and not _meant(text):
            raise ValueError(f"{shown(text)} has no time of day; write it like {EXAMPLE}")
        raise ValueError(f"{shown(text)} is not a date, time and zone; write {_meant(text) or f'it like {EXAMPLE}'}")
    if not zone:
        raise ValueError(f"{shown(text)} has no time zone; write it like {EXAMPLE}")
    local = parse_local(found[0])
    if zone.upper() == "UTC":
        return local.replace(tzinfo=parse_zone("UTC"))
    offset = offset_of(zone)
    if offset is None:
        return localize(local, parse_zone(zone))
    iso = local.replace(tzinfo=timezone(offset)).isoformat(timespec="minutes")
    cities = cities_at(local, offset)
    raise ValueError(f"{shown(zone)} is an offset and no time zone; write the city, like {cities}, or {iso}")


def says_zone(text: str) -> bool:
    """Whether something other than a part of the clock stands behind the time of day."""
    found = _LOCAL.match(text)
    behind = text[found.end() :] if found else ""
    return behind.startswith(" ") and not _HALF.match(behind)
