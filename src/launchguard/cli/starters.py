"""Writing the files that a user starts from: what exists is never overwritten."""

import keyword
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from launchguard.errors import LaunchGuardError


def folder_option(default: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """`--folder`: where the two files go."""
    return click.option(
        "--folder",
        type=click.Path(path_type=Path, file_okay=False),
        default=Path(default),
        show_default=True,
        help="Where to write it and its test; made when it is missing.",
    )


def refuse_keyword(name: str) -> None:
    """Raise LaunchGuardError for a name that no Python module can have."""
    if keyword.iskeyword(name):
        raise LaunchGuardError(f"{name} is a word of Python's own", hint="Choose another name.")


def write_starters(files: Mapping[Path, str], name: str) -> None:
    """Write all the files, or none where one of them exists. Raises LaunchGuardError then; `name` is what to change."""
    for path in files:
        if path.exists():
            raise LaunchGuardError(f"{path} exists already", hint=f"Choose another {name}, or another --folder.")
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        click.echo(f"wrote {path}")
