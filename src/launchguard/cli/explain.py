"""`launchguard explain [ID]`: what a check asks, why, and how to set it; without an id, the list."""

from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from launchguard.cli import options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from launchguard.channels import Channel
    from launchguard.checking.check import Check

OVERVIEW = (50, "Explain what is checked, why it matters and how to mend it.")


@click.command("explain")
@click.argument("wanted", metavar="[ID]", required=False)
@options.checks_option
@options.channels_option
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    show_default=True,
    help="How to print it.",
)
def command(wanted: str | None, check_folders: tuple[Path, ...], channel_folders: tuple[Path, ...], style: str) -> None:
    """Explain the check ID: why it matters, how to fix it, its source and options. Without an ID, list the checks.

    ID may be a kind of channel, too, like email: its keys, its defaults, and how its visits arrive.
    """
    from launchguard.cli.setup import load_setup

    setup = load_setup(None, check_folders, channel_folders)
    checks, kinds = setup.checks, setup.kinds
    if wanted is None:
        click.echo(_listed(checks, style).rstrip("\n"))
        return
    found = next((check for check in checks if check.id == wanted), None)
    if found is not None:
        click.echo(_explained(found, style))
    elif wanted in kinds:
        click.echo(_explained_kind(wanted, kinds[wanted], style))
    else:
        _refuse(wanted, [*(check.id for check in checks), *kinds])


def _refuse(wanted: str, known: "Sequence[str]") -> NoReturn:
    import difflib

    from launchguard.errors import LaunchGuardError

    close = difflib.get_close_matches(wanted, known, n=1)
    hint = f"Did you mean {close[0]}?" if close else "`launchguard explain` lists the checks."
    raise LaunchGuardError(f"there is no check and no channel {wanted!r}", hint=hint)


def _explained(check: "Check", style: str) -> str:
    import json

    from launchguard.checking import docs as checkdocs

    if style == "json":
        return json.dumps(checkdocs.check_as_mapping(check), indent=2, ensure_ascii=False)
    return checkdocs.check_as_markdown(check) if style == "markdown" else checkdocs.check_as_text(check)


def _explained_kind(word: str, kind: "type[Channel]", style: str) -> str:
    import json

    from launchguard.channels import docs as channeldocs

    if style == "json":
        return json.dumps(channeldocs.kind_as_mapping(word, kind), indent=2, ensure_ascii=False)
    return channeldocs.kind_as_markdown(word, kind) if style == "markdown" else channeldocs.kind_as_text(word, kind)


def _listed(checks: "Sequence[Check]", style: str) -> str:
    import json
    import sys

    from launchguard.checking import docs as checkdocs

    if style == "json":
        return json.dumps([checkdocs.check_as_mapping(check) for check in checks], indent=2, ensure_ascii=False)
    if style == "markdown":
        return checkdocs.as_index(checks)
    return _table(checks) if sys.stdout.isatty() else _lines(checks)


def _rows(checks: "Sequence[Check]") -> list[tuple[str, ...]]:
    from launchguard.checking.docs import options_in_short

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
