"""What `launchguard explain` lists without an id: the checks, what the judge itself adds, and the kinds of channels."""

import json
import shutil
import sys
import textwrap
from collections.abc import Iterator, Sequence
from itertools import groupby

from launchguard.channels import Kinds
from launchguard.channels import docs as channeldocs
from launchguard.checking import docs as checkdocs
from launchguard.checking.check import Check
from launchguard.checking.standing import ALL_STANDING, GROUP

Row = tuple[str, str, str, str, str, str]
"""Group and id, what it says, severity, owner, what it judges, its options or keys."""

CHANNEL = "channel"
WIDEST = 100
"""Longer lines are hard to read, however wide the terminal is."""
LAST = "`launchguard explain ID` prints one of these in full."


def listed(checks: Sequence[Check], kinds: Kinds, style: str) -> str:
    """The list as text, Markdown or JSON; as text it is one line each with tabs, unless a terminal reads it."""
    if style == "json":
        return json.dumps(_as_mapping(checks, kinds), indent=2, ensure_ascii=False)
    if style == "markdown":
        return f"{checkdocs.as_index(checks)}\n{checkdocs.standing_index()}\n{channeldocs.kind_index(kinds)}"
    rows = list(_rows(checks, kinds))
    if not sys.stdout.isatty():
        return "\n".join("\t".join(row) for row in rows)
    return "\n".join(_lines(rows, min(shutil.get_terminal_size().columns, WIDEST)))


def _as_mapping(checks: Sequence[Check], kinds: Kinds) -> dict[str, list[dict[str, object]]]:
    return {
        "checks": [checkdocs.check_as_mapping(check) for check in checks],
        "judge": [checkdocs.standing_as_mapping(one) for one in ALL_STANDING],
        "channels": [channeldocs.kind_as_mapping(word, kind) for word, kind in kinds.items()],
    }


def _rows(checks: Sequence[Check], kinds: Kinds) -> Iterator[Row]:
    for c in checks:
        evidence, options = ", ".join(c.evidence), checkdocs.options_in_short(c)
        yield f"{c.group}/{c.id}", c.title, c.severity, c.owner, evidence, options
    for one in ALL_STANDING:
        yield f"{GROUP}/{one.id}", one.title, one.severity, one.owner, one.judges, ""
    for word, kind in kinds.items():
        keys = ", ".join(key.name for key in channeldocs.keys_of(kind))
        yield f"{CHANNEL}/{word}", channeldocs.about_kind(kind), "", "", "", keys


def _lines(rows: Sequence[Row], width: int) -> Iterator[str]:
    """A heading for each group, each id on a line of its own and never cut, what it says below it."""
    for group, members in groupby(rows, key=lambda row: row[0].partition("/")[0]):
        yield from _wrapped(_HEADINGS.get(group, group), width, "")
        for place, says, severity, owner, _, options in members:
            yield f"  {place.partition('/')[2]}"
            yield from _wrapped(says, width, "    ")
            yield from _wrapped(", ".join(part for part in (severity, owner) if part), width, "    ")
            yield from _wrapped(options and f"[{options}]", width, "    ")
        yield ""
    yield from _wrapped(LAST, width, "")


_HEADINGS = {**checkdocs.GROUPS, CHANNEL: "Channels: how people hear of it, by the word that a manifest uses"}


def _wrapped(text: str, width: int, indent: str) -> list[str]:
    return textwrap.wrap(
        text,
        width,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
