"""The command group: an overview that imports nothing, and commands that all load."""

import importlib
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import launchguard.cli
from launchguard.cli import main
from launchguard.cli.root import commands

FOLDER = Path(launchguard.cli.__file__).parent


def test_the_overview_names_every_command_in_order() -> None:
    result = CliRunner().invoke(main, ["--help"], terminal_width=80)
    assert result.exit_code == 0
    shown = result.output.partition("Commands:")[2].splitlines()
    assert [line.split()[0] for line in shown if line.strip()] == list(commands())
    assert all(text in result.output for text in commands().values())


@pytest.mark.parametrize("name", commands())
def test_every_command_explains_itself(name: str) -> None:
    result = CliRunner().invoke(main, [name, "--help"])
    assert result.exit_code == 0, result.output
    assert result.output.startswith(f"Usage: main {name}")


def test_every_module_with_a_command_is_in_the_overview() -> None:
    modules = {path.stem for path in FOLDER.glob("*.py") if not path.stem.startswith("_")}
    with_command = {
        name.replace("_", "-")
        for name in modules
        if isinstance(getattr(importlib.import_module(f"launchguard.cli.{name}"), "command", None), click.Command)
    }
    assert len(with_command) > 10
    assert with_command == set(commands())


def test_an_unknown_command_is_a_usage_error() -> None:
    result = CliRunner().invoke(main, ["runn"])
    assert (result.exit_code, "No such command 'runn'" in result.output) == (2, True)
