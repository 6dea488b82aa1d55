"""The command group: it knows the commands' names, and imports a command when it is called."""

from importlib import import_module
from typing import Any

import click

from launchguard import __version__
from launchguard.errors import Interrupted

PREFIX = "LAUNCHGUARD"

COMMANDS = {
    "run": "Forecast, look at the pages, send the load, and say GO or NO-GO.",
    "check": "Check manifests and plans, without any network.",
    "forecast": "Show the visits that a campaign will bring, second by second.",
    "capacity": "Find the highest rate of visits that the pages hold.",
    "explain": "Explain what is checked, why it matters and how to mend it.",
    "new-check": "Write a check of your own that works, with its test.",
    "new-channel": "Write a kind of channel of your own that works, with its test.",
    "init": "Write a starter manifest, a configuration and a workflow.",
    "demo": "See a launch that holds and one that does not.",
    "schema": "Print the JSON Schema of the manifest, for editors.",
    "worker": "Send a part of another machine's load, as its worker.",
    "action": "Run in a GitHub job, and report there.",
}
"""Each command with its line in the overview, so that the overview imports none of them."""


class LazyGroup(click.Group):
    """A group whose commands are imported when they are needed, by name, from this package."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Every command, in the order that a reader meets them."""
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command's module."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"launchguard.cli.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        _name_variables(command)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; an interrupt that nothing handled ends it with its own exit code."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as interrupt:
            raise Interrupted("interrupted") from interrupt

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the overview."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


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
