"""The command group. It imports the commands' parsers, which are light, and none of the work behind them."""

from importlib import import_module

import click

from launchguard import __version__

COMMANDS = ("run", "check", "forecast", "capacity", "explain", "new-check", "init", "demo", "schema", "action")


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
        return command


@click.group(
    cls=LazyGroup, context_settings={"auto_envvar_prefix": "LAUNCHGUARD", "help_option_names": ["-h", "--help"]}
)
@click.version_option(__version__, prog_name="launchguard")
def main() -> None:
    """Will the landing pages hold when the campaign goes live?"""
