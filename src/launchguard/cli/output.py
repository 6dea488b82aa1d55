"""Where reports go: a file that is complete or not there, or standard output."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import click

from launchguard.errors import LaunchGuardError, lead_nowhere
from launchguard.words.hostile import laid_out, plain

STDOUT = "-"


def say(line: str, *, err: bool = False) -> None:
    """Print one line for people, on standard output or error: whatever it quotes, it stays one and does nothing.

    Everything that a command prints goes through this module; the renderers of reports see to the same themselves.
    """
    _print(plain(line) + "\n", err=err)


def say_lines(text: str, *, err: bool = False) -> None:
    """Print lines as they are laid out, made harmless one by one."""
    _print(laid_out(text) + "\n", err=err)


def say_as_it_is(text: str) -> None:
    """Print a line on standard output that is meant to do something: a command that `github/commands.py` made."""
    _print(text + "\n")


def write_report(path: str, text: str) -> None:
    """Write a report as UTF-8: to a temporary file beside its destination, then renamed; "-" is standard output.

    A destination that is no regular file (a device, a pipe) is written to directly. Raises LaunchGuardError.
    """
    text = text if text.endswith("\n") else text + "\n"
    if path == STDOUT:
        _print(text)
        return
    target = Path(path)
    try:
        if target.exists() and not target.is_file():
            target.write_text(text, encoding="utf-8")
        else:
            _replace(target.resolve(), text)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        hint = "Name a file in a folder that exists and may be written to."
        raise LaunchGuardError(f"the report could not be written to {path}: {reason}", hint=hint) from error


def _print(text: str, *, err: bool = False) -> None:
    """Print, with replacements for what the terminal's encoding lacks. Raises LaunchGuardError."""
    stream = sys.stderr if err else sys.stdout
    encoding = getattr(stream, "encoding", None) or "utf-8"
    try:
        with until_closed(stream):
            click.echo(text.encode(encoding, "replace").decode(encoding), nl=False, err=err)
    except OSError as error:
        lead_nowhere(stream)
        reason = error.strerror or type(error).__name__
        raise LaunchGuardError(f"the report could not be written to standard output: {reason}") from error


@contextmanager
def until_closed(stream: IO[str]) -> Iterator[None]:
    """Let writing to a pipe whose reader has gone (`| head -1`) be no error: there is nobody left to tell.

    On standard error a full disk is none either: what goes on must not end for a line about how far it is.
    """
    try:
        yield
    except OSError as error:
        if not isinstance(error, BrokenPipeError) and stream is not sys.stderr:
            raise
        lead_nowhere(stream)


def _replace(target: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".tmp")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        temporary.chmod(0o644)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
