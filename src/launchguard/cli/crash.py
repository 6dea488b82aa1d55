"""What is left behind when LaunchGuard's own code fails: one file to report, with secrets taken out.

It takes no part in any decision, and nothing is sent anywhere: the file is the user's, to read and to pass on.
"""

import os
import platform
import re
import shlex
import sys
import tempfile
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from importlib import metadata
from typing import TYPE_CHECKING

import click

from launchguard import __version__
from launchguard.errors import InternalError
from launchguard.words.redaction import redactor

if TYPE_CHECKING:
    from launchguard.model.events import Event

FOLDER_VARIABLE = "LAUNCHGUARD_CRASH_DIR"
KEPT = 50
"""Events: all stages of a few campaigns."""
_LIBRARIES = ("click", "gevent", "locust", "numpy", "pydantic", "pyyaml", "requests", "selectolax", "urllib3")
_SECRET_NAME = re.compile(r"token|secret|passw|passphrase|credential|api_?key|_key$|auth", re.IGNORECASE)
_KEY = "launchguard.cli.crash"


@dataclass
class Trail:
    """What a command has done so far, and the variables whose values it must not tell."""

    events: deque[str] = field(default_factory=lambda: deque(maxlen=KEPT))
    secret_names: set[str] = field(default_factory=set)


def trail() -> Trail:
    """That of the command that runs; outside of one, a trail that nobody reads."""
    context = click.get_current_context(silent=True)
    if context is None:
        return Trail()
    found: Trail = context.meta.setdefault(_KEY, Trail())
    return found


def hide(names: Iterable[str]) -> None:
    """Never tell the values of these environment variables."""
    trail().secret_names.update(names)


def keeping(handle: "Callable[[Event], None]") -> "Callable[[Event], None]":
    """`handle`, with every event remembered on the way; of the load's progress, the last word alone."""
    from launchguard.model.events import Finished, LoadProgress

    kept = trail().events

    def handled(event: "Event") -> None:
        match event:
            case Finished():
                kept.append(f"Finished: {event.verdict.decision}")  # a whole verdict would fill the file
            case LoadProgress() if kept and kept[-1].startswith("LoadProgress("):
                kept[-1] = repr(event)
            case _:
                kept.append(repr(event))
        handle(event)

    return handled


def internal_error(error: Exception) -> InternalError:
    """The error to show for one of our own code: it names the crash file, or says what to do without one."""
    redacted = redactor(_secrets(trail().secret_names))
    message = redacted(f"LaunchGuard itself failed: {type(error).__name__}: {error}")
    try:
        path = _write(redacted(_text(error, trail().events)))
    except OSError as problem:
        why = problem.strerror or type(problem).__name__
        hint = f"No crash file could be written ({why}). Run it again with --traceback, and report what that prints."
    else:
        hint = f"Report it with the crash file {path}; known secrets are taken out, look for others."
    return InternalError(message, hint=hint)


def redacted_traceback(error: Exception) -> str:
    """Where an error came from, in Python's words, without secrets."""
    return redactor(_secrets(trail().secret_names))("".join(traceback.format_exception(error)))


def _secrets(names: Iterable[str]) -> Iterator[str]:
    """The values of declared secrets, of variables that are named like one, and the passwords in variables' URLs."""
    known = set(names)
    for name, value in os.environ.items():
        if name in known or _SECRET_NAME.search(name):
            yield value
            yield value.strip()
        elif "://" in value and "@" in value:
            yield value.partition("://")[2].partition("/")[0].rpartition("@")[0]


def _text(error: Exception, events: Iterable[str]) -> str:
    return "\n".join(
        (
            "LaunchGuard crash file",
            f"command: launchguard {shlex.join(sys.argv[1:])}",
            f"launchguard: {__version__}",
            f"python: {platform.python_implementation()} {platform.python_version()}",
            f"platform: {platform.platform()}",
            *(f"{name}: {_version(name)}" for name in _LIBRARIES),
            "",
            f"The last events, at most {KEPT}:",
            *(f"  {text}" for text in events),
            "",
            "".join(traceback.format_exception(error)),
        )
    )


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed"


def _write(text: str) -> str:
    """Write a file that only its owner can read; give its path. Raises OSError."""
    handle, path = tempfile.mkstemp(prefix="launchguard-crash-", suffix=".txt", dir=os.environ.get(FOLDER_VARIABLE))
    with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
        file.write(text)
    return path
