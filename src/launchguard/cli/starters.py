"""Writing the files that a user starts from: what exists is never overwritten."""

from collections.abc import Mapping
from pathlib import Path

import click

from launchguard.errors import LaunchGuardError


def write_starters(files: Mapping[Path, str], name: str) -> None:
    """Write all the files, or none where one of them exists. Raises LaunchGuardError then; `name` is what to change."""
    for path in files:
        if path.exists():
            raise LaunchGuardError(f"{path} exists already", hint=f"Choose another {name}, or another --folder.")
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        click.echo(f"wrote {path}")
