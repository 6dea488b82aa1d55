"""The command line: each command is a module of its own that parses, builds and executes."""

from launchguard.cli.root import main

__all__ = ["main"]
