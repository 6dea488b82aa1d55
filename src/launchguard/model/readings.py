"""Numbers that people of two countries read as two numbers, and what to write instead.

`500.000` is five hundred to some and half a million to others (the decimal sign is a point or a comma, ISO 80000-1,
7.3), and a comma inside of YAML's braces cuts `500,000` in two. Which one was meant nobody can tell from the text.
"""

import re
from decimal import Decimal

from launchguard.words.quoted import LONGEST_TEXT, shown

_WRITTEN = re.compile(r"\d[\d_.,]*", re.ASCII)
_ONE_POINT = re.compile(r"[1-9]\d{0,2}[.,]\d{3}", re.ASCII)
_THOUSANDS = re.compile(r"\d{1,3}(?:(?P<sign>[.,])\d{3})(?:(?P=sign)\d{3})*(?:[.,]\d+)?", re.ASCII)
_UNDERSCORES = re.compile(r"\d+(?:_\d+)+(?:\.\d+)?", re.ASCII)
_IN_THREES = re.compile(r"\d{1,3}(?:_\d{3})+(?:\.\d+)?", re.ASCII)


def refuse_two_readings(text: str, most: float | None = None) -> None:
    """Raise ValueError for a quantity's text in which a number has two readings, or a sign that no number has here.

    Both readings are named, with what to write. A reading above `most` is none, because nothing of that kind is so
    large: 2.125% is no 2125 %.
    """
    for number in _WRITTEN.findall(text[:LONGEST_TEXT]):
        meant = _meanings(number.rstrip(".,"), most)
        if not meant:
            continue
        readings = [text.replace(number, one, 1) for one in meant]
        write = " or ".join(text.replace(number, plainly_written(one, most), 1) for one in meant)
        if "_" in number:
            lost = "a number that lost digits, because its groups are not of three"
            raise ValueError(f"{shown(text)} could mean {readings[0]} or {lost}; write {write}")
        if len(readings) == 1:
            raise ValueError(f"{shown(text)} is not how a number is written here; write {write}")
        raise ValueError(f"{shown(text)} could mean {readings[0]} or {readings[1]}; write {write}")


def has_two_readings(text: str) -> bool:
    """Whether a text is one number with a point or a comma before its last three digits: 500.000."""
    return bool(_ONE_POINT.fullmatch(text))


def plainly_written(number: str, most: float | None = None) -> str:
    """A number without separators as it has one reading only: 500000 as 500_000, 1.125 as 1.1250."""
    whole, point, rest = number.partition(".")
    whole = f"{int(whole):_}" if len(whole) > 3 else whole
    return f"{whole}{point}{rest}" + ("0" if len(_meanings(f"{whole}{point}{rest}", most)) > 1 else "")


def _meanings(number: str, most: float | None) -> tuple[str, ...]:
    """What a number could mean, without separators; () for one that has one reading as it is written."""
    digits = re.sub(r"[_.,]", "", number)
    if has_two_readings(number):
        as_decimal = _shortest(number.replace(",", "."))
        if most is None or Decimal(digits) <= most:
            return as_decimal, digits
        return (as_decimal,) if "," in number else ()
    thousands = _THOUSANDS.fullmatch(number)
    if thousands and len(re.findall("[.,]", number)) > 1:
        sign = thousands["sign"]
        other = "," if sign == "." else "."
        return (_shortest(number.replace(sign, "").replace(other, ".")),)
    if re.fullmatch(r"\d+,\d+", number, re.ASCII):
        return (_shortest(number.replace(",", ".")),)
    if _UNDERSCORES.fullmatch(number) and not _IN_THREES.fullmatch(number):
        return (number.replace("_", ""),)
    return ()


def _shortest(number: str) -> str:
    """Without zeros behind the last digit that counts."""
    return number.rstrip("0").rstrip(".") if "." in number else number
