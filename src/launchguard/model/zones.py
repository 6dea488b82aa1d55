"""Time zones by the names that people give them, and the city to write for those that say none.

An abbreviation or an offset does not say when the clocks change, and several places share each (IANA tz database,
theory file, "time zone abbreviations"); so a table answers them, and no likeness of spelling.
"""

import difflib
import re
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, available_timezones

from launchguard.words.quoted import shown

_CITIES_OF = {
    "CET MET CEST MEST MEZ MESZ": "Europe/Madrid or Europe/Berlin",
    "WET WEST": "Europe/Lisbon",
    "EET EEST OEZ OESZ": "Europe/Athens or Europe/Helsinki",
    "GMT BST": "Europe/London",
    "MSK": "Europe/Moscow",
    "TRT": "Europe/Istanbul",
    "IST": "Asia/Kolkata, Europe/Dublin or Asia/Jerusalem",
    "ET EST EDT": "America/New_York",
    "CT CDT": "America/Chicago",
    "CST": "America/Chicago or Asia/Shanghai",
    "MT MST MDT": "America/Denver, or America/Phoenix without summer time",
    "PT PST PDT": "America/Los_Angeles",
    "AKST AKDT": "America/Anchorage",
    "HST": "Pacific/Honolulu",
    "AST ADT": "America/Halifax or Asia/Riyadh",
    "NST NDT": "America/St_Johns",
    "BRT BRST": "America/Sao_Paulo",
    "ART": "America/Argentina/Buenos_Aires",
    "CLT CLST": "America/Santiago",
    "COT": "America/Bogota",
    "GST": "Asia/Dubai",
    "PKT": "Asia/Karachi",
    "ICT": "Asia/Bangkok",
    "WIB": "Asia/Jakarta",
    "SGT": "Asia/Singapore",
    "HKT": "Asia/Hong_Kong",
    "JST": "Asia/Tokyo",
    "KST": "Asia/Seoul",
    "AWST": "Australia/Perth",
    "ACST ACDT": "Australia/Adelaide",
    "AET AEST AEDT": "Australia/Sydney, or Australia/Brisbane without summer time",
    "NZT NZST NZDT": "Pacific/Auckland",
    "SAST": "Africa/Johannesburg",
    "CAT": "Africa/Maputo",
    "EAT": "Africa/Nairobi",
    "WAT": "Africa/Lagos",
}
ABBREVIATIONS = {short: cities for many, cities in _CITIES_OF.items() for short in many.split()}

_ZONE_OF = {
    "Europe/Madrid": "barcelona bilbao malaga málaga sevilla seville valencia zaragoza spain españa",
    "Europe/Berlin": "cologne düsseldorf frankfurt hamburg köln leipzig munich münchen stuttgart germany deutschland",
    "Europe/Paris": "bordeaux lille lyon marseille nantes nice toulouse france",
    "Europe/Rome": "bologna florence milan milano naples napoli roma turin torino venice italy italia",
    "Europe/London": "birmingham bristol cardiff edinburgh glasgow leeds liverpool manchester england uk",
    "Europe/Zurich": "basel bern geneva genf genève lausanne zürich switzerland schweiz",
    "Europe/Vienna": "graz linz salzburg wien austria österreich",
    "Europe/Amsterdam": "eindhoven rotterdam utrecht netherlands nederland",
    "Europe/Brussels": "antwerp brussel bruxelles ghent belgium",
    "Europe/Lisbon": "lisboa porto",
    "Europe/Warsaw": "gdansk krakow kraków warszawa wroclaw poland",
    "Europe/Stockholm": "gothenburg göteborg malmö sweden",
    "America/New_York": "atlanta boston miami philadelphia washington",
    "America/Chicago": "austin dallas houston",
    "America/Los_Angeles": "las_vegas portland san_diego san_francisco seattle",
    "America/Sao_Paulo": "rio_de_janeiro são_paulo",
    "Asia/Kolkata": "bangalore bengaluru chennai delhi hyderabad mumbai new_delhi india",
    "Asia/Shanghai": "beijing guangzhou shenzhen china",
    "Asia/Tokyo": "kyoto osaka",
    "Asia/Dubai": "abu_dhabi",
    "Australia/Sydney": "canberra",
}
"""Places that people write and that the IANA list has no zone of."""
_KNOWN_PLACES = {place: zone for zone, places in _ZONE_OF.items() for place in places.split()}

_NO_PLACE = {"", "Factory", "localtime", "posixrules"}
"""What ZoneInfo may find, and what is another moment on every machine, or none."""
_OFFSET = re.compile(r"(?:(?:GMT|UTC)\s*)?([+-])(\d{1,2})(?::?([0-5]\d))?", re.ASCII | re.IGNORECASE)
_LIKELY = tuple(dict.fromkeys(re.findall(r"[A-Z]\w+/[\w/]+", " ".join(_CITIES_OF.values()))))
_LONGEST_NAME = 40


@lru_cache(maxsize=64)
def parse_zone(text: str) -> ZoneInfo:
    """Read an IANA zone name."""
    # The trees posix/ and right/ repeat every zone, the second one with leap seconds, which no clock here counts.
    name = "" if text.startswith(("posix/", "right/")) or text in _NO_PLACE else text
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError) as error:
        raise ValueError(_what_to_write(text)) from error


def _what_to_write(text: str) -> str:
    if cities := ABBREVIATIONS.get(text.upper()):
        return f"{shown(text)} is an abbreviation and no IANA time zone; write the city, like {cities}"
    if zone := _place(text[:_LONGEST_NAME]):
        return f"{shown(text)} is not an IANA time zone; did you mean {zone}?"
    return f"{shown(text)} is not an IANA time zone; write the largest city of the zone, like Europe/Madrid"


def _place(text: str) -> str:
    """The zone of a place that people call so, or of a slip of the pen inside of the same region; "" for none."""
    region, _, city = text.casefold().replace(" ", "_").rpartition("/")
    zones = _by_place()
    named = zones.get(f"{region}/{city}") or zones.get(city) or _KNOWN_PLACES.get(city)
    if named:
        return named
    near = difflib.get_close_matches(text.casefold(), [name for name in zones if "/" in name], n=1, cutoff=0.9)
    return zones[near[0]] if near else ""


@cache
def _by_place() -> dict[str, str]:
    """Every zone by its name and by its last part, in small letters."""
    names = sorted(available_timezones() - _NO_PLACE)
    regions = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
    places = {name.rpartition("/")[2].casefold(): name for name in names if name.startswith(regions)}
    return places | {name.casefold(): name for name in names}


def offset_of(text: str) -> timedelta | None:
    """The offset that `GMT+2`, `UTC-05:00` or `+0100` says; None for a text that says none."""
    match = _OFFSET.fullmatch(text)
    if match is None or int(match[2]) > 14:
        return None
    offset = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    return -offset if match[1] == "-" else offset


def cities_at(local: datetime, offset: timedelta) -> str:
    """Up to two well-known zones that have an offset at a local time, as one writes them: Europe/Athens or ..."""
    found = [zone for zone in _LIKELY if local.replace(tzinfo=ZoneInfo(zone)).utcoffset() == offset]
    return " or ".join(found[:2]) or "Europe/Madrid"


def unclear_zone(moment: datetime) -> str:
    """The cities to write where the zone is an abbreviation that people read in two ways; "" where it is none.

    GMT is no other than UTC, but for people in London in summer; Etc/GMT+2 is two hours behind UTC (POSIX has the sign
    the other way round).
    """
    name = str(moment.tzinfo)
    if re.match(r"Etc/GMT[+-][1-9]", name):
        return cities_at(moment.replace(tzinfo=None), moment.utcoffset() or timedelta())
    if name == "GMT" and not moment.astimezone(ZoneInfo("Europe/London")).utcoffset():
        return ""
    return ABBREVIATIONS.get(name, "")


def localize(local: datetime, zone: tzinfo) -> datetime:
    """Put a naive local time into its zone; a time that the clocks skip is refused (PEP 495)."""
    aware = local.replace(tzinfo=zone)
    later, earlier = (aware.replace(fold=fold).astimezone(UTC).astimezone(zone) for fold in (0, 1))
    if later.replace(tzinfo=None) != local:
        raise ValueError(
            f"{local:%Y-%m-%d %H:%M} does not exist in {zone}: the clocks go forward over it; "
            f"write {later:%Y-%m-%d %H:%M} or {earlier:%Y-%m-%d %H:%M}"
        )
    return aware


def is_ambiguous(moment: datetime) -> bool:
    """True for a local time that happens twice because the clocks go back (PEP 495)."""
    return moment.replace(fold=0).utcoffset() != moment.replace(fold=1).utcoffset()
