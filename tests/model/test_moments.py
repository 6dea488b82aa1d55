"""Dates, times and zones as people and calendars write them: read where one reading is possible, answered elsewhere."""

import re
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchguard.model import times, zones

MADRID = "2027-03-01 09:00 Europe/Madrid"

READ = {
    "2027-03-01 9:00 Europe/Madrid": MADRID,
    "2027-03-01\u00a009:00\u202fEurope/Madrid": MADRID,
    "2027-03-01  09:00:00 Europe/Madrid": MADRID,
    "2027-03-01T09:00+01:00[Europe/Madrid]": MADRID,
    "2027-03-01T08:00Z[Europe/Madrid]": MADRID,
    "2027-03-01T09:00+01:00": "2027-03-01T09:00+01:00",
    "2027-03-01T09:00:00.000+0100": "2027-03-01T09:00+01:00",
    "2027-03-01 09:00+01": "2027-03-01T09:00+01:00",
    "2027-03-01T09:00:00Z": "2027-03-01 09:00 UTC",
    "2027-03-01 09:00 Z": "2027-03-01 09:00 UTC",
    "20270301T090000Z": "2027-03-01 09:00 UTC",
    "2027-03-01T09:00+00:00": "2027-03-01 09:00 UTC",
    "2027-03-01 09:00 US/Eastern": "2027-03-01 09:00 US/Eastern",
}

ANSWERED = {
    "2027-03-01 09:00 CEST": "'CEST' is an abbreviation .*Europe/Madrid or Europe/Berlin$",
    "2027-03-01 09:00 est5": "largest city",
    "2027-03-01 09:00 et": "America/New_York$",
    "2027-03-01 09:00 PST": "America/Los_Angeles$",
    "2027-03-01 09:00 IST": "Asia/Kolkata, Europe/Dublin or Asia/Jerusalem$",
    "2027-03-01 09:00 GMT+2": "Europe/Athens or Europe/Helsinki, or 2027-03-01T09:00[+]02:00$",
    "2027-07-01 09:00 GMT+2": "Europe/Madrid or Europe/Berlin, or 2027-07-01T09:00[+]02:00$",
    "2027-03-01 09:00 UTC-05:00": "America/New_York or America/Bogota, or 2027-03-01T09:00-05:00$",
    "2027-03-01 09:00 +01:00": "Europe/Madrid or Europe/Berlin, or 2027-03-01T09:00[+]01:00$",
    "2027-03-01T09:00+25:00": "an offset that no place has",
    "2027-03-01T09:00+03:00[Europe/Madrid]": "an offset that its zone has not",
    "2027-03-01 09:00 Madrid": "did you mean Europe/Madrid[?]$",
    "2027-03-01 09:00 europe/madrid": "did you mean Europe/Madrid[?]$",
    "2027-03-01 09:00 Europe/Barcelona": "did you mean Europe/Madrid[?]$",
    "2027-03-01 09:00 New York": "did you mean America/New_York[?]$",
    "2027-03-01 09:00 Europe/Atlantis": "largest city of the zone",
    "2027-03-01 09:00 localtime": "largest city of the zone",
    "2027-03-04 24:00 Europe/Madrid": "write 2027-03-05 00:00, or 2027-03-04 23:59$",
    "2027-03-04 24:01 Europe/Madrid": "not in the calendar",
    "01/03/2027 09:00 Europe/Madrid": f"write {MADRID} or 2027-01-03 09:00 Europe/Madrid$",
    "13/03/2027 09:00 Europe/Madrid": "write 2027-03-13 09:00 Europe/Madrid$",
    "1.3.2027 09:00 Europe/Madrid": f"write {MADRID}$",
    "2027-03-01 9am Europe/Madrid": f"write {MADRID}$",
    "2027-03-01 12:30 a.m. Europe/Madrid": "write 2027-03-01 00:30 Europe/Madrid$",
    "2027-03-01 9:30 pm Europe/Madrid": "write 2027-03-01 21:30 Europe/Madrid$",
    "2027-03-01 9 Uhr Europe/Madrid": f"write {MADRID}$",
    "2027-03-01 13pm Europe/Madrid": "write it like",
    "2027-03-28 02:30 Europe/Madrid": "write 2027-03-28 03:30 or 2027-03-28 01:30$",
    "2027-04-30 00:00 Africa/Cairo": "write 2027-04-30 01:00 or 2027-04-29 23:00$",
    "2027-09-05 00:00 America/Santiago": "write 2027-09-05 01:00 or 2027-09-04 23:00$",
}


def test_what_has_one_reading_is_read() -> None:
    read = {text: times.format_instant(times.parse_instant(text)) for text in READ}
    assert read == READ


@pytest.mark.parametrize("text", ANSWERED)
def test_what_has_none_or_two_is_answered_with_what_to_write(text: str) -> None:
    with pytest.raises(ValueError, match=ANSWERED[text]):
        times.parse_instant(text)
    with pytest.raises(ValueError, match=ANSWERED[text].replace("it like", "it like [+]30m")):
        times.parse_trigger(text)


def test_a_time_alone_asks_for_its_date() -> None:
    with pytest.raises(ValueError, match="write it with its date, like 2027-03-01 21:04"):
        times.parse_trigger("21:04")


def test_every_city_that_is_proposed_can_be_written() -> None:
    proposed = re.findall(r"[A-Z]\w+/[\w/]+", " ".join(zones.ABBREVIATIONS.values()))
    assert len(proposed) > 40
    for city in proposed:
        zones.parse_zone(city)


@given(
    local=st.datetimes(min_value=datetime(2000, 1, 2), max_value=datetime(2100, 12, 30)),  # noqa: DTZ001 - local
    minutes=st.integers(-14 * 60, 14 * 60),
)
def test_an_offset_round_trips(local: datetime, minutes: int) -> None:
    moment = local.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=minutes)))
    read = times.parse_instant(times.format_instant(moment))
    assert (read, read.utcoffset()) == (moment, moment.utcoffset())


PIECES = (
    """2027-03-01 20270301 01/03/2027 T 9:00 24:00 9am 0900 +01:00 Z [ ] Europe/Madrid ../x GMT+2 +99 CET 99 . - / é"""
)
PIECE = st.sampled_from([*PIECES.split(), " ", "\u00a0", "\x00", "a" * 50])


@given(st.lists(PIECE, max_size=8).map("".join))
def test_whatever_is_read_can_be_written_and_read_again(text: str) -> None:
    for parse in (times.parse_instant, times.parse_trigger):
        try:
            read = parse(text)
        except ValueError:
            continue
        written = str(read) if isinstance(read, times.Trigger) else times.format_instant(read)
        assert parse(written) == read


def test_a_zone_without_a_city_is_unclear_and_a_city_is_not() -> None:
    for name, unclear in {"CET": True, "Europe/Madrid": False, "UTC": False, "Japan": False}.items():
        moment = datetime(2027, 3, 1, 9, tzinfo=ZoneInfo(name))
        assert bool(zones.unclear_zone(moment)) is unclear, name
