"""`launchguard action`: what action.yml calls. It reads a GitHub job, runs `launchguard run` and shows the verdict."""

import os
from collections.abc import Callable
from typing import Any

import click

from launchguard.cli import options

OVERVIEW = (120, "Run in a GitHub job, and report there.")


class _EvenEmpty(click.Option):
    """An option whose variable counts when it is empty, too; click takes that for one that is not set."""

    def resolve_envvar_value(self, _ctx: click.Context, /) -> str | None:
        """What the variable holds."""
        return os.environ.get(str(self.envvar))


def _input(name: str, **settings: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """An input of the action: an option, and the variable in which action.yml hands it over; an empty one is unset."""
    return click.option(
        f"--{name}", envvar="LG_" + name.upper().replace("-", "_"), show_envvar=True, show_default=True, **settings
    )


@click.command("action")
@_input("manifests", default="campaigns/**/*.yml", metavar="PATTERNS", help="Files, folders or patterns, one a line.")
@_input(
    "base-url",
    cls=_EvenEmpty,
    default="manifest",
    metavar="ORIGIN",
    help="Run against a preview instead of the manifests' own hosts; an empty one is an error.",
)
@_input("changed-only", type=click.BOOL, default=False, help="Judge what the event changed, and what shares a host.")
@_input("smoke-only", type=click.BOOL, default=False, help="Send no load.")
@_input("budget", default="", metavar="DURATION", help="How long the run may take, like 25m.")
@_input("fail-on", type=click.Choice(["unknown", "no-go", "never"]), default="unknown", help="What fails the step.")
@_input("comment", type=click.Choice(["auto", "always", "never"]), default="auto", help="Comment on the pull request.")
@_input("annotations", type=click.BOOL, default=True, help="Mark the manifests' lines.")
@_input("summary", type=click.BOOL, default=True, help="Write the job's summary.")
@_input("status", type=click.BOOL, default=False, help="Set a commit status for each campaign.")
@_input("sarif-file", default="", metavar="FILE", help="Write a SARIF report, too.")
@_input("junit-file", default="", metavar="FILE", help="Write a JUnit report, too.")
@_input("report-dir", default="", metavar="FOLDER", help="Where the reports go. [default: the job's temporary folder]")
@_input("name", default="", help="Keeps comment, status and reports of several calls in one job apart.")
@_input("working-directory", default="", metavar="FOLDER", help="Where the manifests' paths begin.")
@click.option("--token-stdin", is_flag=True, help="Read the token from standard input, to its end.")
@options.traceback_option
def command(*, token_stdin: bool, **given: Any) -> None:
    """Run in a GitHub job: judge the manifests, and show the verdict in the summary, a comment and annotations.

    The token comes by standard input, because other processes can read an environment, and is never handed on. The
    exit codes are those of `launchguard run`.
    """
    import sys

    from launchguard.cli.output import say_as_it_is
    from launchguard.github.action import act
    from launchguard.system.memory import keep_memory_private

    keep_memory_private()
    token = sys.stdin.read().strip() if token_stdin else ""
    raise click.exceptions.Exit(act(given, os.environ, say_as_it_is, token=token))
