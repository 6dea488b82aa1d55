"""Mutations of valid inputs: of their bytes, and of the tree that they hold. Everything comes from the given random."""

import random
from collections.abc import Callable
from typing import Any

PIECES = (
    b"\x00",
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b"\t",
    b"\r",
    b"\n---\n",
    b"\n...\n",
    b"&a ",
    b"*a",
    b"!!python/name:os.system ",
    b"<<: ",
    b"{",
    b"}",
    b"[",
    b"]",
    b": ",
    b"- ",
    b"#",
    b"|\n",
    b">\n",
    b"'",
    b'"',
    b"\\",
    b"%",
    b"@",
    b"`",
    b"?",
    b"1e999",
    b"9" * 40,
    b"-1",
    b"0",
    b"\xe2\x80\xae",
    b"\x1b[2J",
    b"::error::",
)
SCALARS = (
    "",
    "~",
    "null",
    "0",
    "-0",
    "-1",
    "1",
    "0.0",
    "1e308",
    "1e400",
    ".inf",
    ".nan",
    "NaN",
    "1_000",
    "500.000",
    "0x10",
    "0o7",
    "true",
    "no",
    "2%",
    "-2%",
    "100%",
    "1e9%",
    "900000/s",
    "1e7/s",
    "0/s",
    "-1/s",
    "1/fortnight",
    "0s",
    "-5s",
    "1ms",
    "6h",
    "9999d",
    "20m20m20m",
    "2027-03-01",
    "2027-02-30",
    "2027-03-28 02:30 Europe/Madrid",
    "0001-01-01 00:00 UTC",
    "9999-12-31 23:59 UTC",
    "2027-03-01 09:00 Europe/Nowhere",
    "2027-03-01 09:00 ../../etc/passwd",
    "+30m",
    "-30m",
    "+9999d",
    "01:00-06:00 Europe/Madrid",
    "25:00-06:00 UTC",
    "https://a.example/",
    "http://[::1",
    "https://a.example:99999/",
    "https://\u0130.example/",
    "//a",
    "javascript:alert(1)",
    "https://u:p@a.example/",
    "a" * 5000,
    "\u202e",
    "\ud800",
    "\x00",
    "{{x}}",
    "%s%n",
    "../../../etc/passwd",
    "/dev/zero",
    "*",
    "**",
    "[",
    "(?:",
    "gclid",
    "spike",
    "warn",
    "info",
    "block",
)
"""Values that some key takes, nearly takes, or that once broke something."""


def mutated_bytes(data: bytes, dice: random.Random) -> bytes:
    """One to eight slips: bytes that change, go, come twice, or are inserted."""
    text = bytearray(data)
    for _ in range(dice.randint(1, 8)):
        at = dice.randrange(len(text) + 1)
        long = min(len(text) - at, dice.choice((1, 2, 8, 60)))
        match dice.randrange(5):
            case 0:
                text[at : at + long] = b""
            case 1:
                text[at:at] = text[at : at + long] * dice.choice((1, 2, 50))
            case 2:
                text[at:at] = dice.choice(PIECES) * dice.choice((1, 1, 1, 30))
            case 3 if at < len(text):
                text[at] = dice.randrange(256)
            case _:
                text[at : at + long] = bytes(text[at : at + long][::-1])
    return bytes(text)


def mutated_tree(tree: Any, dice: random.Random, scalar: Callable[[random.Random], Any]) -> Any:
    """A copy with one to four changes: keys and items that go, come twice, swap their values, or become another."""
    for _ in range(dice.randint(1, 4)):
        tree = _changed(tree, dice, scalar)
    return tree


def _changed(tree: Any, dice: random.Random, scalar: Callable[[random.Random], Any]) -> Any:
    if isinstance(tree, dict) and tree and dice.random() < 0.9:
        copy = dict(tree)
        name = dice.choice(list(copy))
        match dice.randrange(8):
            case 0:
                del copy[name]
            case 1:
                copy[str(scalar(dice))] = copy[name]
            case 2:
                copy[name] = copy[dice.choice(list(copy))]
            case _:
                copy[name] = _changed(copy[name], dice, scalar)
        return copy
    if isinstance(tree, list) and tree and dice.random() < 0.9:
        items = list(tree)
        at = dice.randrange(len(items))
        match dice.randrange(8):
            case 0:
                del items[at]
            case 1:
                items += [items[at]] * dice.choice((1, 3, 200))
            case _:
                items[at] = _changed(items[at], dice, scalar)
        return items
    return _replaced(tree, dice, scalar)


def _replaced(tree: Any, dice: random.Random, scalar: Callable[[random.Random], Any]) -> Any:
    match dice.randrange(10):
        case 0:
            return [tree]
        case 1:
            return {str(scalar(dice)): tree}
        case 2:
            for _ in range(dice.choice((5, 30))):
                tree = [tree]
            return tree
        case 3:
            return {}
        case _:
            return scalar(dice)


def any_scalar(dice: random.Random) -> str:
    """Text that a file may hold for a value."""
    if dice.random() < 0.1:
        return "".join(
            chr(dice.choice((dice.randrange(32, 127), dice.randrange(0x2FFF)))) for _ in range(dice.randrange(20))
        )
    return dice.choice(SCALARS)


def any_json(dice: random.Random) -> Any:
    """A value that JSON may hold, numbers of every size among them."""
    return dice.choice((None, True, False, 0, -1, 1 << 70, 1e308, -0.0, [], {}, any_scalar(dice), any_scalar(dice)))
