"""A number with two readings is refused by everything that reads numbers, and both readings are named."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchguard.model import quantities
from launchguard.model.readings import has_two_readings

Reader = tuple[Callable[[Any], float], str]
READERS: list[Reader] = [
    (quantities.parse_number, ""),
    (quantities.parse_whole, ""),
    (quantities.parse_float, ""),
    (quantities.parse_count, ""),
    (quantities.parse_rate, "/s"),
    (quantities.parse_rate, " / h"),
    (quantities.parse_duration, "s"),
    (quantities.parse_duration, " min"),
    (quantities.parse_ratio, ""),
]
"""Who reads numbers, each with a unit that it wants behind them."""


@pytest.mark.parametrize(("parse", "unit"), READERS)
@pytest.mark.parametrize(
    ("written", "readings"),
    [
        ("500.000", ("500", "500000")),
        ("500,000", ("500", "500000")),
        ("1.500", ("1.5", "1500")),
        ("12.345", ("12.345", "12345")),
        ("1_2_3", ("123", "lost digits")),
        ("5_00_000", ("500000", "lost digits")),
    ],
)
def test_both_readings_are_named(
    parse: Callable[[Any], float], unit: str, written: str, readings: tuple[str, str]
) -> None:
    with pytest.raises(ValueError, match="could mean") as caught:
        parse(written + unit)
    for reading in readings:
        assert re.search(rf"could mean .*{re.escape(reading)}(?!\d)", str(caught.value))


@pytest.mark.parametrize(
    ("parse", "written", "says"),
    [
        (quantities.parse_number, "2,5", "'2,5' is not how a number is written here; write 2.5"),
        (quantities.parse_count, "1.200.000", "write 1_200_000"),
        (quantities.parse_count, "1,200,000", "write 1_200_000"),
        (quantities.parse_number, "1.200,50", "write 1_200.5"),
        (quantities.parse_rate, "1.500/s", "'1.500/s' could mean 1.5/s or 1500/s; write 1.5/s or 1_500/s"),
        (quantities.parse_number, "-1.125", "write -1.1250 or -1_125"),
        (quantities.parse_ratio, "2,5%", "write 2.5%"),
        (quantities.parse_ratio, "2,125 %", "write 2.125 %"),
        (quantities.parse_duration, "1h 1.500s", "'1h 1.500s' could mean 1h 1.5s or 1h 1500s"),
    ],
)
def test_what_to_write_instead(parse: Callable[[Any], float], written: str, says: str) -> None:
    with pytest.raises(ValueError, match=re.escape(says)):
        parse(written)


@pytest.mark.parametrize(
    ("parse", "written", "value"),
    [
        (quantities.parse_number, "0.500", 0.5),
        (quantities.parse_number, "1234.567", 1234.567),
        (quantities.parse_number, "1_234.567", 1234.567),
        (quantities.parse_number, "1.1250", 1.125),
        (quantities.parse_number, 1.125, 1.125),
        (quantities.parse_ratio, "2.125%", 0.02125),
        (quantities.parse_duration, "1_500s", 1500.0),
    ],
)
def test_what_has_one_reading_is_read(parse: Callable[[Any], float], written: object, value: float) -> None:
    assert parse(written) == value


NUMBERS = st.from_regex(r"[+-]?[0-9]{1,5}([._,][0-9]{1,4}){0,3}", fullmatch=True)


@pytest.mark.parametrize(("parse", "unit"), READERS)
@given(number=NUMBERS)
def test_what_is_read_has_one_reading(parse: Callable[[Any], float], unit: str, number: str) -> None:
    """Whatever passes is the number that its digits and its point say, and none that others read otherwise."""
    try:
        value = parse(number + unit)
    except ValueError:
        return
    assert "," not in number
    assert not has_two_readings(number.lstrip("+-"))
    assert all(len(part) == 3 for part in number.partition(".")[0].split("_")[1:])
    per = {" / h": 1 / 3600, " min": 60}.get(unit, 1.0)
    assert value == pytest.approx(float(Decimal(number.replace("_", ""))) * per)


@given(st.integers(0, 999), st.integers(0, 999), st.sampled_from(".,"))
def test_a_group_of_three_behind_a_sign_is_never_guessed(left: int, right: int, sign: str) -> None:
    written = f"{left}{sign}{right:03}"
    if left == 0 and sign == ".":
        assert quantities.parse_number(written) == float(written)
        return
    with pytest.raises(ValueError, match=r"could mean|is not how"):
        quantities.parse_number(written)
