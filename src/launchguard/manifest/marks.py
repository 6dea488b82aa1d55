"""What word processors put at the edge of a value, and what looks like a sign of YAML's without being one."""

import unicodedata

_QUOTES = "“”„‟‘’‚‛«»‹›"
_DASHES = "‐‑‒–—―−"
_SPACES = "\u00a0\u2007\u202f\u2009\u200a\u3000"


def name_mark(value: object, is_key: bool) -> str:
    """The mark at the edge of a text that could not be read, with what to write; "" when there is none."""
    text = value if isinstance(value, str) else ""
    for verb, char in (("begins", text[:1]), ("ends", text[-1:])):
        if not char:
            continue
        if char in _QUOTES:
            return f'{verb} with {_named(char)}, which is no quote to a program; write "..." or leave it out'
        if char in _DASHES:
            return f"{verb} with {_named(char)}, which is no minus to a program; write -"
        if char in _SPACES:
            right = "indent with spaces" if is_key and verb == "begins" else "remove it"
            return f"{verb} with {_named(char)}, which is no space to a program; {right}"
    return ""


def begins_with_foreign_space(line: str) -> str:
    """The first foreign space of a line's indentation, by its name; "" when it is made of spaces."""
    indentation = line[: len(line) - len(line.lstrip())]
    return next((_named(char) for char in indentation if char in _SPACES), "")


def _named(char: str) -> str:
    name = unicodedata.name(char, "").lower()
    shown = f"{char} " if char.isprintable() else ""
    return f"{shown}(U+{ord(char):04X}, {name})"
