"""Workflow commands: lines of a job's log that GitHub acts on, so hostile text must never become one."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Echo = Callable[[str], None]


def workflow_command(name: str, message: str, **properties: str | int | None) -> str:
    """One workflow command on one line; properties that are None or "" are left out.

    Source of the escapes: actions/toolkit, packages/core/src/command.ts.
    """
    given = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items() if value not in ("", None))
    return f"::{name}{' ' if given else ''}{given}::{_data(message)}"


@contextmanager
def commands_stopped(echo: Echo) -> Iterator[None]:
    """Have GitHub read nothing that is printed inside the block as a command, whatever it says."""
    token = secrets.token_hex(16)
    echo(f"::stop-commands::{token}")
    try:
        yield
    finally:
        # What was printed last may lack its line end, and a command counts only at the start of a line.
        echo(f"\n::{token}::")


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
