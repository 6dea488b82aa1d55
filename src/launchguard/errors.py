"""Every error that LaunchGuard raises on purpose.

click.ClickException
└── LaunchGuardError            exit 2, message + hint
    ├── ManifestError           exit 2, every complaint of a manifest or config at once
    ├── CheckFileError          exit 2, a check file that cannot be loaded, as file:line
    ├── ChannelFileError        exit 2, a kind of channel that cannot be used, as file:line
    ├── JourneyError            exit 2, a journey or its data that cannot be used, as file:line
    ├── GitHubError             exit 2, GitHub's API refused or did not answer; reporting turns it into a notice
    ├── AuthorizationError      exit 3, load that nobody authorized
    ├── BudgetError             exit 3, a load that does not fit into what is left of --budget
    ├── LoadEngineError         exit 3, the generator itself failed: no data, so no verdict
    │   └── PlanError           exit 3, a load that makes no sense, or is more than one run sends
    ├── InternalError           exit 3, our own code failed: no data, so no verdict
    └── Interrupted             exit 130, Ctrl-C or SIGTERM

What an error quotes may be anybody's text, a file's name included: it is made harmless where it is shown.
"""

from collections.abc import Mapping
from typing import IO, Any

import click

from launchguard.words.hostile import plain, plain_lines


class LaunchGuardError(click.ClickException):
    """A message for the user, a hint what to do, and the exit code."""

    exit_code = 2

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint

    def show(self, file: IO[Any] | None = None) -> None:
        """Print "Error: ..." and the hint to standard error."""
        _echo(f"Error: {_harmless(self.format_message())}", file)
        _hint(self.hint, file)


class ManifestError(LaunchGuardError):
    """A manifest or configuration that cannot be used; `problems` holds every complaint, one line each.

    `excerpts` are the file's lines with a caret, by the problem that is there.
    """

    def __init__(self, problems: list[str], *, excerpts: Mapping[str, str] | None = None, hint: str = "") -> None:
        super().__init__("\n".join(problems), hint=hint)
        self.problems = problems
        self.excerpts = excerpts or {}

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the complaints one per line, so that editors can jump to them, each with the place that it is about."""
        for problem in self.problems:
            _echo(plain(problem), file)
            if problem in self.excerpts:
                _echo(self.excerpts[problem], file)
        _hint(self.hint, file)


class CheckFileError(LaunchGuardError):
    """A file with checks that cannot be loaded: one line with file and line number."""


class ChannelFileError(LaunchGuardError):
    """A user's own kind of channel that cannot be used: one line with file and line number."""


class JourneyError(LaunchGuardError):
    """A journey that cannot be run, or data that it cannot read: one line with file and line number."""


class GitHubError(LaunchGuardError):
    """GitHub's API refused (`status` is the HTTP status) or gave no answer (`status` is 0).

    `limited_s` are the seconds for which a rate limit still holds; None: it was none.
    """

    def __init__(self, message: str, *, status: int = 0, limited_s: float | None = None, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.limited_s = limited_s


class AuthorizationError(LaunchGuardError):
    """Load was asked for an origin that nobody authorized."""

    exit_code = 3


class BudgetError(LaunchGuardError):
    """A load that takes longer than what is left of the run's budget of time."""

    exit_code = 3


class LoadEngineError(LaunchGuardError):
    """The load generator failed, or left no usable result file."""

    exit_code = 3


class PlanError(LoadEngineError, ValueError):
    """A plan of a load that makes no sense, or is more than one run sends: a sentence."""


class InternalError(LaunchGuardError):
    """LaunchGuard's own code failed, so nothing that it says can be trusted; the hint names a crash file."""

    exit_code = 3


class Interrupted(LaunchGuardError):  # noqa: N818 - it is not an error of the user's
    """The user or the system asked to stop."""

    exit_code = 130


def _harmless(message: str) -> str:
    """A message whose further lines are indented, so that none of them reads like another message."""
    first, *more = plain_lines(message) or [""]
    return "\n".join((first, *(f"  {line}" for line in more if line)))


def _hint(hint: str, file: IO[Any] | None) -> None:
    if hint:
        _echo("\n".join(plain_lines(f"Hint: {hint}")), file)


def _echo(text: str, file: IO[Any] | None) -> None:
    click.echo(text, file=file, err=file is None)
