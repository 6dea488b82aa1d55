"""`launchguard explain [ID]`: what a check asks, why, and how to set it; without an id, the list."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from launchguard.checking import Check


@click.command("explain")
@click.argument("check_id", metavar="[ID]", required=False)
@click.option(
    "--checks",
    "folders",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A folder with checks of your own; repeatable.",
)
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    show_default=True,
    help="How to print it.",
)
def command(check_id: str | None, folders: tuple[Path, ...], style: str) -> None:
    """Explain the check ID: why it matters, how to fix it, its source and options. Without an ID, list the checks."""
    from launchguard.checkfiles import load_checks

    checks = load_checks(folders)
    if check_id is None:
        click.echo(_listed(checks, style).rstrip("\n"))
    else:
        click.echo(_explained(_find(checks, check_id), style))


def _find(checks: "Sequence[Check]", wanted: str) -> "Check":
    import difflib

    from launchguard.errors import LaunchGuardError

    for check in checks:
        if check.id == wanted:
            return check
    close = difflib.get_close_matches(wanted, [check.id for check in checks], n=1)
    hint = f"Did you mean {close[0]}?" if close else "`launchguard explain` lists the checks."
    raise LaunchGuardError(f"there is no check {wanted!r}", hint=hint)


def _explained(check: "Check", style: str) -> str:
    import json

    from launchguard import checkdocs

    if style == "json":
        return json.dumps(checkdocs.as_mapping(check), indent=2, ensure_ascii=False)
    return checkdocs.as_markdown(check) if style == "markdown" else checkdocs.as_text(check)


def _listed(checks: "Sequence[Check]", style: str) -> str:
    import json
    import sys

    from launchguard import checkdocs

    if style == "json":
        return json.dumps([checkdocs.as_mapping(check) for check in checks], indent=2, ensure_ascii=False)
    if style == "markdown":
        return checkdocs.as_index(checks)
    return _table(checks) if sys.stdout.isatty() else _lines(checks)


def _rows(checks: "Sequence[Check]") -> list[tuple[str, ...]]:
    from launchguard.checkdocs import options_in_short

    return [
        (f"{c.group}/{c.id}", c.title, c.severity, c.owner, ", ".join(c.evidence), options_in_short(c)) for c in checks
    ]


def _lines(checks: "Sequence[Check]") -> str:
    """One check a line, the fields parted by tabs, for a pipe."""
    return "\n".join("\t".join(row) for row in _rows(checks))


def _table(checks: "Sequence[Check]") -> str:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table("check", "passes when", "severity", "owner", "judges", "options", box=None, pad_edge=False)
    previous = ""
    for row in _rows(checks):
        group = row[0].partition("/")[0]
        if previous and group != previous:
            table.add_section()
        previous = group
        table.add_row(*(Text(cell) for cell in row))
    console = Console()
    with console.capture() as captured:
        console.print(table)
    return captured.get()
