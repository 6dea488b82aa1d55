"""The line of a file that a complaint is about, with a caret below the character where it begins."""

import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from launchguard.manifest.reader import read_source
from launchguard.manifest.tree import Complaint, Position, UnreadableError

MOST = 20
"""Complaints that get their line; whoever has more than these to mend needs the list first."""

_LINE_END = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_BEFORE, _BEHIND = 60, 40
_PASSWORD = re.compile(r"(?<=//)[^/\s@]*@")


def excerpts_of(complaints: Iterable[Complaint]) -> dict[str, str]:
    """By the complaint's own line of text: two lines, the file's and the caret's; without those that have none."""
    texts: dict[str, list[str]] = {}
    found = {}
    for complaint in list(complaints)[:MOST]:
        at = complaint.at
        if at.file not in texts:
            texts[at.file] = _lines_of(at.file)
        if at.line <= len(texts[at.file]) and (line := texts[at.file][at.line - 1]).strip():
            found[str(complaint)] = excerpt_at(line, at)
    return found


def _lines_of(file: str) -> list[str]:
    try:
        return _LINE_END.split(read_source(Path(file)).text)
    except UnreadableError:
        return []


def excerpt_at(line: str, at: Position) -> str:
    """A part of the line around the place, harmless for a terminal, and below it a caret; a password is left out."""
    column = min(at.column - 1, len(line))
    # As long as the line was, so that the place stays the same.
    line = _PASSWORD.sub(lambda found: "*" * (len(found[0]) - 1) + "@", line)
    before = _harmless(line[max(0, column - _BEFORE) : column])
    behind = _harmless(line[column : column + _BEHIND])
    number = f"{at.line:>6} | "
    return f"{number}{before}{behind}\n{' ' * (len(number) - 2)}| {' ' * _width(before)}^"


def _harmless(text: str) -> str:
    """Every character as itself or as a space; a runner reads `##[` as a command."""
    return "".join(char if char.isprintable() else " " for char in text).replace("##[", "## [")


def _width(text: str) -> int:
    """Columns of a terminal (Unicode Standard Annex 11): two for a wide character, none for an accent of its own."""
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return len(text) + wide - sum(bool(unicodedata.combining(char)) for char in text)
