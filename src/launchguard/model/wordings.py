"""Numbers, units and money as people write them, with one reading only: `500k`, `500 000`, `20 minutes`, `40 €`.

Every function gives back what the strict readers of `quantities` take, or the text as it was for them to refuse.
"""

import re

from launchguard.words.quoted import LONGEST_TEXT, shown

_GROUPS = re.compile(r"([+-]?\d{1,3}(?:[ '’]\d{3})+)(\.\d+)?", re.ASCII)
_SCALED = re.compile(r"(.*\d)\s*(k|K|M|thousand|million|millions|[Mm]io\.?|billion|bn)", re.ASCII)
_POWERS_OF = {3: "k K thousand", 6: "M million millions mio Mio", 9: "billion bn"}
_POWERS = {word: power for power, words in _POWERS_OF.items() for word in words.split()}
_SMALL_M = re.compile(r"([\d_.]*\d)\s*m", re.ASCII)
_PERCENT = re.compile(r"(.*?)\s*(?:percent|per cent|pct)", re.IGNORECASE)
_CURRENCY = re.compile(r"([€$£¥]|[A-Z]{3})\s*(.*\d.*?)|(.*\d.*?)\s*([€$£¥]|[A-Z]{3})")
_CODES = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY"}
_PER = re.compile(r"(?P<count>.*?)\s*(?:visits?)?\s*(?:/|\bper\b)\s*(?P<unit>[a-z]+)")

_UNIT_WORDS = {
    "w": "week weeks",
    "d": "day days",
    "h": "hour hours hr hrs",
    "min": "minute minutes mins",
    "s": "second seconds sec secs",
    "ms": "millisecond milliseconds",
    "month": "mo months",
}
_UNITS = {word: unit for unit, words in _UNIT_WORDS.items() for word in words.split()}
_UNIT = re.compile(rf"(?<=[\d\s])({'|'.join(sorted(_UNITS, key=len, reverse=True))})\b(?:\s+and\b)?", re.ASCII)


def plain_number(text: str) -> str:
    """`500 000`, `500'000`, `500k` and `0.5 million` as digits. Raises ValueError for `5m`, which has two readings."""
    text = " ".join(text[: LONGEST_TEXT + 1].split())
    if ".." in text:
        right = "a channel's range has both ends with their unit, the lower first, like 400k..500k"
        raise ValueError(f"{shown(text)} is not a number; {right}")
    if small := _SMALL_M.fullmatch(text):
        raise ValueError(f"{shown(text)} could mean {small[1]} million or thousand; write {small[1]}M or {small[1]}k")
    scaled = _SCALED.fullmatch(text)
    number, power = (scaled[1], f"e{_POWERS[scaled[2].rstrip('.')]}") if scaled else (text, "")
    if groups := _GROUPS.fullmatch(number):
        number = re.sub("[ '’]", "", groups[1]) + (groups[2] or "")
    return number + power


def with_short_units(text: str) -> str:
    """`20 minutes` as `20 min`. Raises ValueError for months, whose length nobody knows."""
    short = _UNIT.sub(lambda found: _UNITS[found[1]], " ".join(text.split()))
    if "month" in short:
        raise ValueError(f"{shown(text)} has months, which have 28 to 31 days; write days, like 30d")
    return short


def percent_sign(text: str) -> str:
    """`2 percent` as `2%`."""
    match = _PERCENT.fullmatch(text)
    return f"{match[1]}%" if match else text


def split_rate(text: str) -> tuple[str, str]:
    """The number of a rate and its unit of time: `1.2M visits per month` as 1.2M and month; "" for no rate."""
    match = _PER.fullmatch(" ".join(text.split()))
    return (match["count"], _UNITS.get(match["unit"], match["unit"])) if match else (text, "")


def split_money(text: str) -> tuple[str, str]:
    """The number of an amount of money and the code of its currency, "" without one: `40 €` as 40 and EUR."""
    match = _CURRENCY.fullmatch(" ".join(text.split()))
    if match is None:
        return text, ""
    currency, number = (match[1], match[2]) if match[1] else (match[4], match[3])
    return number, _CODES.get(currency, currency)
