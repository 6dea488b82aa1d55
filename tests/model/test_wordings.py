"""Numbers, units, money and ranges as people say them: one reading is read, none or two are answered."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchguard.channels import built_in_kinds
from launchguard.model import quantities
from launchguard.model.answers import read_range, take_answers
from launchguard.testing import a_campaign

READ: dict[Callable[[Any], float], dict[str, float]] = {
    quantities.parse_count: {
        "500k": 500_000,
        "500 K": 500_000,
        "0.5M": 500_000,
        "0.5 million": 500_000,
        "1.5 Mio.": 1_500_000,
        "20 thousand": 20_000,
        "500 000": 500_000,
        "1\u00a0500\u00a0000": 1_500_000,
        "1\u202f500": 1500,
        "1'500'000": 1_500_000,
    },
    quantities.parse_duration: {
        "20 minutes": 1200,
        "1 minute": 60,
        "1 hour 30 minutes": 5400,
        "1 hour and 30 minutes": 5400,
        "2 Hours": 7200,
        "90 secs": 90,
        "1.5 days": 129_600,
        "2 weeks": 1_209_600,
        "20\u00a0min": 1200,
    },
    quantities.parse_ratio: {"2 percent": 0.02, "2 per cent": 0.02, "0.5 pct": 0.005, "2\u00a0%": 0.02},
    quantities.parse_rate: {
        "40 visits/s": 40,
        "40 per second": 40,
        "120 visits per minute": 2,
        "86.4k/day": 1,
        "86 400 / d": 1,
        "604_800/week": 1,
        "2_629_800/month": 1,
        "5.2596M visits per month": 2,
    },
    quantities.parse_money: {
        "500": 500,
        "500 EUR": 500,
        "€0.50": 0.5,
        "0.50 €": 0.5,
        "$ 1.5k": 1500,
        "40 000 €": 40_000,
    },
}

REFUSED: dict[Callable[[Any], float], dict[str, str]] = {
    quantities.parse_count: {
        "5m": "could mean 5 million or thousand; write 5M or 5k",
        "500 00": "is not a number",
        "1 2": "is not a number",
        "1.125k": "could mean 1.125k or 1125k",
        "1,5M": "write 1.5M",
        "400..500": "both ends with their unit",
        "500 EUR": "is not a number",
        "k": "is not a number",
    },
    quantities.parse_duration: {"2 months": "28 to 31 days; write days", "20 moons": "is not a duration"},
    quantities.parse_ratio: {"1,5 percent": "write 1.5", "percent": "is not a number"},
    quantities.parse_rate: {
        "40 requests/s": "is not a number",
        "40/year": "is not a rate",
        "per day": "is not a number",
    },
    quantities.parse_money: {"0,50 €": "write 0.5", "EUR": "is not a number"},
}


@pytest.mark.parametrize("parse", READ)
def test_what_has_one_reading_is_read(parse: Callable[[Any], float]) -> None:
    assert {text: parse(text) for text in READ[parse]} == pytest.approx(READ[parse])


@pytest.mark.parametrize("parse", REFUSED)
def test_what_has_none_or_two_is_refused(parse: Callable[[Any], float]) -> None:
    for text, says in REFUSED[parse].items():
        with pytest.raises(ValueError, match=says):
            parse(text)


@pytest.mark.parametrize(
    ("parse", "text", "ends"),
    [
        (quantities.parse_count, "400k..500k", (400_000, "500k")),
        (quantities.parse_count, "400 000 .. 0.5M", (400_000, "0.5M")),
        (quantities.parse_ratio, "1..2%", (0.01, "2%")),
        (quantities.parse_ratio, "0.01..0.02", (0.01, "0.02")),
        (quantities.parse_rate, "30..40/s", (30, "40/s")),
        (quantities.parse_count, "400..500k", None),
        (quantities.parse_ratio, "0.5..2%", None),
        (quantities.parse_count, "500k..400k", None),
        (quantities.parse_count, "..500k", None),
        (quantities.parse_count, "400k..", None),
        (quantities.parse_count, "400k", None),
    ],
)
def test_a_range_has_one_reading_or_none(
    parse: Callable[[Any], float], text: str, ends: tuple[float, str] | None
) -> None:
    assert read_range(text, parse) == ends


def test_money_of_two_currencies_is_refused() -> None:
    paid = {"kind": "paid_social", "budget_per_day": "500 €", "cost_per_click": "€0.50"}
    (channel,) = a_campaign(channels=[paid]).channels
    assert channel.responses == 1000
    with pytest.raises(ValueError, match="`budget_per_day` in EUR and `cost_per_click` in USD; write both in one"):
        a_campaign(channels=[{**paid, "cost_per_click": "0.5 USD"}])


@given(text=st.text("0123456789 .km%KM€EUR'/spermonthaunkw..", max_size=30))
def test_any_text_is_taken_or_left_for_its_reader(text: str) -> None:
    for kind in built_in_kinds().values():
        for key in kind.model_fields:
            values, lower, unknown = take_answers(kind, {key: text})
            assert key in unknown or values[key] == text or key in lower
