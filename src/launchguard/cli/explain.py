"""`launchguard explain [ID]`: what a check asks, why, and how to set it; without an id, all checks and channels."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from launchguard.cli import options
from launchguard.cli.output import say_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from launchguard.channels import Channel
    from launchguard.checking.check import Check
    from launchguard.checking.standing import Standing
    from launchguard.cli.setup import Setup
    from launchguard.errors import LaunchGuardError

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
    """Explain the check ID: why it matters, how to fix it, its source and options.

    ID may be a kind of channel, too, like email: its keys, its defaults, and how its visits arrive. Without an ID, list
    all checks and all kinds of channels.
    """
    from launchguard.cli.setup import load_setup

    setup = load_setup(None, check_folders, channel_folders)
    if wanted is None:
        from launchguard.cli import explain_list

        say_lines(explain_list.listed(setup.checks, setup.kinds, style).rstrip("\n"))
        return
    say_lines(_explained(wanted, setup, style))


def _explained(wanted: str, setup: "Setup", style: str) -> str:
    """The check, the judge's own outcome or the kind of channel of this name. Raises LaunchGuardError for none."""
    from launchguard.checking.standing import ALL_STANDING

    for check in setup.checks:
        if check.id == wanted:
            return _check(check, style)
    for standing in ALL_STANDING:
        if standing.id == wanted:
            return _standing(standing, style)
    if wanted in setup.kinds:
        return _kind(wanted, setup.kinds[wanted], style)
    raise _unknown(wanted, [*(check.id for check in setup.checks), *(one.id for one in ALL_STANDING), *setup.kinds])


def _unknown(wanted: str, known: "Sequence[str]") -> "LaunchGuardError":
    import difflib

    from launchguard.errors import LaunchGuardError

    close = difflib.get_close_matches(wanted, known, n=1)
    hint = f"Did you mean {close[0]}?" if close else "`launchguard explain` lists the checks and the channels."
    return LaunchGuardError(f"there is no check and no channel {wanted!r}", hint=hint)


def _check(check: "Check", style: str) -> str:
    from launchguard.checking import docs as checkdocs

    if style == "json":
        return _json(checkdocs.check_as_mapping(check))
    return checkdocs.check_as_markdown(check) if style == "markdown" else checkdocs.check_as_text(check)


def _standing(one: "Standing", style: str) -> str:
    from launchguard.checking import docs as checkdocs

    if style == "json":
        return _json(checkdocs.standing_as_mapping(one))
    return checkdocs.standing_as_markdown(one) if style == "markdown" else checkdocs.standing_as_text(one)


def _kind(word: str, kind: "type[Channel]", style: str) -> str:
    from launchguard.channels import docs as channeldocs

    if style == "json":
        return _json(channeldocs.kind_as_mapping(word, kind))
    return channeldocs.kind_as_markdown(word, kind) if style == "markdown" else channeldocs.kind_as_text(word, kind)


def _json(value: object) -> str:
    import json

    return json.dumps(value, indent=2, ensure_ascii=False)
