"""Quantities and moments: what is read, what is refused and how, and that writing and reading are inverse."""

import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchguard.model import quantities, times, zones
from launchguard.model.units import Trigger, Window
from launchguard.web import hosts as web

MADRID = ZoneInfo("Europe/Madrid")
LAUNCH = datetime(2027, 3, 1, 9, tzinfo=MADRID)

READS: list[tuple[Callable[[Any], object], object, object]] = [
    (quantities.parse_number, "500_000", 500000.0),
    (quantities.parse_number, " 2.5 ", 2.5),
    (quantities.parse_number, "1e3", 1000.0),
    (quantities.parse_count, "500_000", 500000),
    (quantities.parse_count, 0, 0),
    (quantities.parse_whole, "-3", -3),
    (quantities.parse_float, "-2.5", -2.5),
    (quantities.parse_duration, "20m", 1200.0),
    (quantities.parse_duration, "20 min", 1200.0),
    (quantities.parse_duration, "1h30m", 5400.0),
    (quantities.parse_duration, "1h 30m", 5400.0),
    (quantities.parse_duration, "800ms", 0.8),
    (quantities.parse_duration, "2d", 172800.0),
    (quantities.parse_duration, "1w", 604800.0),
    (quantities.parse_duration, "0s", 0.0),
    (quantities.parse_duration, 1.5, 1.5),
    (quantities.parse_ratio, "2%", 0.02),
    (quantities.parse_ratio, "0.02", 0.02),
    (quantities.parse_ratio, "100%", 1.0),
    (quantities.parse_ratio, 1.0, 1.0),
    (quantities.parse_ratio, "0", 0.0),
    (quantities.parse_rate, "40/s", 40.0),
    (quantities.parse_rate, "120 / min", 2.0),
    (quantities.parse_rate, "5400/h", 1.5),
    (quantities.parse_flag, "No", False),
    (quantities.parse_flag, "on", True),
    (times.parse_instant, "2027-03-01 09:00 Europe/Madrid", LAUNCH),
    (times.parse_instant, "2027-03-01T08:00:00 utc", LAUNCH),
    (times.parse_trigger, "+30m", Trigger(offset_s=1800.0)),
    (times.parse_trigger, "-1h", Trigger(offset_s=-3600.0)),
    (times.parse_trigger, "2027-03-01 21:04", Trigger(local=datetime(2027, 3, 1, 21, 4))),  # noqa: DTZ001 - local
    (times.parse_trigger, "2027-03-01 09:00 Europe/Madrid", Trigger(instant=LAUNCH)),
    (web.normalize_host, "Shop.Example.COM.", "shop.example.com"),
    (web.normalize_host, "bücher.example:8443", "xn--bcher-kva.example:8443"),
    (web.normalize_host, "[::1]:080", "[::1]:80"),
    (web.parse_url, "https://shop.example.com/a?b=c#d", "https://shop.example.com/a?b=c#d"),
]

REFUSES: list[tuple[Callable[[Any], object], object, str]] = [
    (quantities.parse_number, "nan", "is not a number"),
    (quantities.parse_number, float("inf"), "is not a number"),
    (quantities.parse_number, "1,000", "could mean 1 or 1000; write 1 or 1_000"),
    (quantities.parse_number, "-1", "is negative"),
    (quantities.parse_number, "1e999", "too large"),
    (quantities.parse_number, "٣", "is not a number"),
    (quantities.parse_number, "1__0", "is not a number"),
    (quantities.parse_count, "1.5", "whole number"),
    (quantities.parse_count, "-1", "at least 0"),
    (quantities.parse_count, "1e15", "more than all people"),
    (quantities.parse_count, "True", "is not a number"),
    (quantities.parse_duration, "20", "20m"),
    (quantities.parse_duration, "20 parsecs", "is not a duration"),
    (quantities.parse_duration, "m", "is not a duration"),
    (quantities.parse_duration, "1h,30m", "is not a duration"),
    (quantities.parse_duration, "-20m", "is not a duration"),
    (quantities.parse_duration, "999999w", "ten years"),
    (quantities.parse_duration, "", "is not a duration"),
    (quantities.parse_ratio, "200", "200 means 20,000%; write a percentage like 2%"),
    (quantities.parse_ratio, "200%", "more than everything"),
    (quantities.parse_ratio, "1", "1% or 100%"),
    (quantities.parse_ratio, "-1%", "is negative"),
    (quantities.parse_ratio, "%", "is not a number"),
    (quantities.parse_rate, "40", "40/s"),
    (quantities.parse_rate, "40/fortnight", "is not a rate"),
    (quantities.parse_rate, "-40/s", "between"),
    (quantities.parse_rate, "1e12/s", "between"),
    (quantities.parse_rate, "nan/s", "is not a number"),
    (quantities.parse_flag, "maybe", "true or false"),
    (times.parse_instant, "2027-03-01 09:00", "has no time zone"),
    (times.parse_instant, "2027-03-01 Europe/Madrid", "has no time of day"),
    (times.parse_instant, "2027-03-28 02:30 Europe/Madrid", "does not exist"),
    (times.parse_instant, "2027-02-30 09:00 Europe/Madrid", "not in the calendar"),
    (times.parse_instant, "0001-01-01 09:00 Europe/Madrid", "years 2000 to 2100"),
    (times.parse_instant, "2027-03-01 09:00 Europe/Madird", "did you mean Europe/Madrid?"),
    (times.parse_instant, "2027-03-01 09:00 ../../etc/passwd", "is not an IANA time zone"),
    (times.parse_instant, "2027-03-01 09:00 right/Europe/Madrid", "is not an IANA time zone"),
    (times.parse_instant, datetime(2027, 3, 1), "no time zone"),  # noqa: DTZ001 - that is the point
    (times.parse_trigger, "+400d", "more than a year"),
    (times.parse_trigger, "soon", r"\+30m"),
    (times.parse_day, "1798761600", "is not a date"),
    (times.parse_day, "2027-02-30", "is not a date"),
    (times.parse_window, "01:00-06:00", "01:00-06:00 Europe/Madrid"),
    (times.parse_window, "25:00-26:00 UTC", "no clock shows"),
    (times.parse_window, "01:00-01:00 UTC", "empty window"),
    (web.normalize_host, "https://a.example", "is not a host"),
    (web.normalize_host, "a.example:0", "is not a host"),
    (web.normalize_host, "a..example", "is not a host"),
    (web.parse_url, "https://u:p@a.example/", "user name or password"),
    (web.parse_url, "//a.example/", "does not begin with https://"),
    (web.parse_url, "https://a.example\\@b.example/", "backslash|user name"),
    (web.parse_url, "https://a.example/\u202e", "invisible"),
    (web.parse_url, "https://a.example/" + "a" * 5000, "longer than"),
]


@pytest.mark.parametrize(("parse", "text", "value"), READS)
def test_reads(parse: Callable[[Any], object], text: object, value: object) -> None:
    assert parse(text) == value


@pytest.mark.parametrize(("parse", "text", "says"), REFUSES)
def test_refuses_with_an_example(parse: Callable[[Any], object], text: object, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        parse(text)


EVERY_PARSER = sorted({parse for parse, _, _ in READS + REFUSES}, key=lambda parse: parse.__name__)
LIKELY = st.text("0123456789.,-+_eE%/:smhdwinMT \n", max_size=24)


@pytest.mark.parametrize("parse", EVERY_PARSER, ids=lambda parse: parse.__name__)
@given(text=LIKELY | st.text(max_size=40) | st.integers() | st.floats() | st.none() | st.booleans())
def test_nothing_but_value_error(parse: Callable[[Any], object], text: object) -> None:
    try:
        parse(str(text) if parse in (web.normalize_host, zones.parse_zone) else text)
    except ValueError as error:
        assert str(error)
        assert len(str(error)) < 400


@given(st.floats(0, quantities.MAX_SECONDS, allow_subnormal=False).filter(lambda x: x == 0 or x > 1e-6))
def test_durations_round_trip(seconds: float) -> None:
    text = quantities.format_duration(seconds)
    if len(text) <= 60:
        assert quantities.parse_duration(text) == seconds


@given(st.floats(1e-9, 1) | st.just(0.0))
def test_ratios_round_trip(ratio: float) -> None:
    assert quantities.parse_ratio(quantities.format_ratio(ratio)) == ratio


@given(st.floats(1e-9, quantities.MAX_RATE_PER_S) | st.just(0.0))
def test_rates_round_trip(rate_per_s: float) -> None:
    assert quantities.parse_rate(quantities.format_rate(rate_per_s)) == rate_per_s


ZONES = st.sampled_from(["Europe/Madrid", "America/New_York", "Asia/Kathmandu", "UTC", "Australia/Lord_Howe"])
LOCALS = st.datetimes(datetime(2000, 1, 2), datetime(2100, 12, 30)).map(lambda moment: moment.replace(microsecond=0))  # noqa: DTZ001 - local


@given(LOCALS, ZONES)
def test_instants_round_trip(local: datetime, zone: str) -> None:
    try:
        moment = zones.localize(local, ZoneInfo(zone))
    except ValueError as error:
        assert "does not exist" in str(error)
        return
    assert times.parse_instant(times.format_instant(moment)) == moment


@given(st.integers(-366 * 86400, 366 * 86400) | LOCALS)
def test_triggers_round_trip(at: int | datetime) -> None:
    trigger = Trigger(offset_s=float(at)) if isinstance(at, int) else Trigger(local=at)
    assert times.parse_trigger(str(trigger)) == trigger


def test_an_offset_counts_real_time_over_a_clock_change() -> None:
    launch = datetime(2027, 3, 28, 1, 30, tzinfo=MADRID)
    assert Trigger(offset_s=3600.0).resolve(launch) == launch.astimezone(UTC) + timedelta(hours=1)
    assert f"{Trigger(offset_s=3600.0).resolve(launch):%H:%M}" == "03:30"


def test_a_local_trigger_takes_the_zone_of_the_launch() -> None:
    assert times.parse_trigger("2027-03-01 21:04").resolve(LAUNCH) == LAUNCH.replace(hour=21, minute=4)


def test_a_time_that_happens_twice_is_known() -> None:
    assert zones.is_ambiguous(datetime(2027, 10, 31, 2, 30, tzinfo=MADRID))
    assert not zones.is_ambiguous(LAUNCH)


@pytest.mark.parametrize(
    ("text", "hour", "inside"),
    [
        ("01:00-06:00 Europe/Madrid", 0, True),  # 00:30 UTC is 01:30 in Madrid
        ("01:00-06:00 Europe/Madrid", 5, False),
        ("22:00-04:00 UTC", 23, True),
        ("22:00-04:00 UTC", 3, True),
        ("22:00-04:00 UTC", 4, False),
    ],
)
def test_a_window_contains(text: str, hour: int, inside: bool) -> None:
    window = times.parse_window(text)
    assert isinstance(window, Window)
    assert window.contains(datetime(2027, 1, 15, hour, 30, tzinfo=UTC)) is inside
    assert times.parse_window(str(window)) == window


def test_percentages_are_exact() -> None:
    assert math.fsum([quantities.parse_ratio("10%")] * 10) == 1.0
