"""The command group: it finds the commands in this folder, and imports a command when it is called."""

import ast
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from launchguard import __version__
from launchguard.errors import Interrupted, LaunchGuardError, WrongUsage, lead_nowhere
from launchguard.words.hostile import plain

PREFIX = "LAUNCHGUARD"
OVERVIEW_LINE = re.compile(r'^OVERVIEW = (\(\d+, ".+"\))$', re.MULTILINE)


@cache
def commands() -> dict[str, str]:
    """Each command with its line in the overview, in the order that a reader meets them.

    A module of this folder is a command when it says `OVERVIEW = (place, line)` on one line. It is read from the text,
    so that the overview imports none of them.
    """
    found = {}
    for path in Path(__file__).parent.glob("*.py"):
        overview = OVERVIEW_LINE.search(path.read_text(encoding="utf-8"))
        if overview:
            found[path.stem.replace("_", "-")] = ast.literal_eval(overview[1])
    return {name: line for name, (_, line) in sorted(found.items(), key=lambda item: (item[1], item[0]))}


class LazyGroup(click.Group):
    """A group whose commands are imported when they are needed, by name, from this package."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Every command, in the order that a reader meets them."""
        return list(commands())

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command's module."""
        if cmd_name not in commands():
            return None
        module = import_module(f"launchguard.cli.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        _name_variables(command)
        return command

    def make_context(self, *args: Any, **options: Any) -> click.Context:
        """Read the options before the command."""
        with _quoting_harmlessly():
            return super().make_context(*args, **options)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; an interrupt that nothing handled ends it with its own exit code."""
        try:
            with _quoting_harmlessly():
                return super().invoke(ctx)
        except KeyboardInterrupt as interrupt:
            raise Interrupted("interrupted") from interrupt

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the overview."""
        with formatter.section("Commands"):
            formatter.write_dl(list(commands().items()))


@contextmanager
def _quoting_harmlessly() -> Iterator[None]:
    """Let click's own errors, which quote what was typed, do nothing to a terminal or a job, and none be a NO-GO."""
    try:
        yield
    except (LaunchGuardError, click.exceptions.NoArgsIsHelpError):
        raise
    except click.UsageError as error:
        raise WrongUsage(plain(error.format_message()), error.ctx) from error
    except BrokenPipeError as error:
        lead_nowhere(sys.stdout)
        raise click.exceptions.Exit(0) from error
    except OSError as error:  # commands turn their own into sentences; what is left is click's, printing a help text
        lead_nowhere(sys.stdout)
        raise LaunchGuardError(f"standard output cannot be written: {error.strerror}") from error


def _name_variables(command: click.Command) -> None:
    """Every option's variable carries the option's visible name: --base-url of run is LAUNCHGUARD_RUN_BASE_URL."""
    for option in command.params:
        if isinstance(option, click.Option) and option.envvar is None:
            visible = max(option.opts, key=len).lstrip("-")
            option.envvar = f"{PREFIX}_{command.name}_{visible}".replace("-", "_").upper()


@click.group(cls=LazyGroup, context_settings={"auto_envvar_prefix": PREFIX, "help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="launchguard")
def main() -> None:
    """Will the landing pages hold when the campaign goes live?

    Every option is also a variable: --base-url of run is LAUNCHGUARD_RUN_BASE_URL.
    """
