"""Arguments and options that several commands share, and what they stand for."""

import functools
import glob
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click

from launchguard.cli.crash import internal_error, redacted_traceback
from launchguard.cli.output import say_lines
from launchguard.errors import LaunchGuardError
from launchguard.report import REPORTS

FORMATS = tuple(REPORTS)
MAX_PROCESSES = 63
LARGEST_PORT = 65_535

manifests_argument = click.argument(
    "manifests", metavar="MANIFEST|FOLDER...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
manifests_or_folder_argument = click.argument(
    "manifests", metavar="[MANIFEST|FOLDER...]", nargs=-1, type=click.Path(path_type=Path)
)
config_option = click.option(
    "--config",
    "config_path",
    type=click.Path(path_type=Path),
    help="The repository's configuration. [default: .launchguard.yml at its root]",
)
base_option = click.option(
    "--base",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="This folder as the base branch has it: its .launchguard.yml counts, and only waivers that it has, too.",
)
checks_option = click.option(
    "--checks",
    "check_folders",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A folder with checks of your own; repeatable.",
)
channels_option = click.option(
    "--channels",
    "channel_folders",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A folder with kinds of channels of your own; repeatable.",
)
seed_option = click.option(
    "--seed", type=click.IntRange(0, 2**32 - 1), help="Repeat the random choices of an earlier run. [default: new]"
)
format_option = click.option(
    "--format",
    "style",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="What standard output gets.",
)
ended_option = click.option(
    "--allow-ended", is_flag=True, help="Let a campaign that is over be no error, even where it alone is named."
)
production_option = click.option(
    "--production", is_flag=True, help="Allow load on production hosts, as .launchguard.yml allows it."
)
during_option = click.option(
    "--during-campaign", is_flag=True, help="Allow load on a host while one of its campaigns is live."
)
repository_option = click.option(
    "--repository",
    metavar="OWNER/NAME",
    default="",
    help="Which repository a host has to name to allow load itself.  [default: GITHUB_REPOSITORY, or git's origin]",
)
quiet_option = click.option("--quiet", "-q", is_flag=True, help="Print the verdict only.")
verbose_option = click.option("--verbose", "-v", is_flag=True, help="Print what was fine, too.")


class Output(click.ParamType[tuple[str, str]]):
    """`json=FILE`: a report's format and where it goes."""

    name = "FORMAT=FILE"
    envvar_list_splitter = "\n"  # paths may hold spaces

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        """Split and validate."""
        style, equals, path = str(value).partition("=")
        if style not in FORMATS or not equals or not path:
            self.fail(f"{value!r} is not one; write it like json=verdict.json ({', '.join(FORMATS)})", param, ctx)
        return style, path


output_option = click.option(
    "--output", "outputs", multiple=True, type=Output(), help="Write a report to a file, too; repeatable."
)


class Processes(click.ParamType[int]):
    """How many processes send the load: a number, or `auto` (0), which starts as many as the peak needs."""

    name = "N|auto"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read and validate."""
        if value in (0, "auto"):
            return 0
        if str(value).isdecimal() and 1 <= int(value) <= MAX_PROCESSES:
            return int(value)
        return self.fail(f"{value!r} is neither auto nor a number from 1 to {MAX_PROCESSES}", param, ctx)


class Duration(click.ParamType[float]):
    """A duration as a manifest writes it, in seconds."""

    name = "DURATION"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read it."""
        from launchguard.model.quantities import parse_duration

        try:
            return parse_duration(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


class WorkerAddress(click.ParamType[tuple[str, int]]):
    """`HOST:PORT`; an IPv6 address stands in brackets."""

    name = "HOST:PORT"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, int]:
        """Split and validate."""
        if isinstance(value, tuple):
            return value
        from launchguard.web.hosts import split_host

        host, port = split_host(str(value))
        if not host or port is None or port > LARGEST_PORT:
            self.fail(f"{value!r} is no address; write it like 127.0.0.1:5557", param, ctx)
        return host, port


budget_option = click.option(
    "--budget", type=Duration(), help="How long the whole run may take, like 25m.  [default: as long as it needs]"
)
processes_option = click.option(
    "--processes",
    type=Processes(),
    default="auto",
    show_default=True,
    help="How many processes of this machine send the load.",
)
workers_option = click.option(
    "--expect-workers", type=click.IntRange(1, MAX_PROCESSES), help="Have this many workers send the load instead."
)
bind_option = click.option(
    "--master-bind",
    type=WorkerAddress(),
    help="Where workers connect; a port of 0 takes a free one. [default: 127.0.0.1:0]",
)


def _set_color(ctx: click.Context, _param: click.Parameter, off: bool) -> None:
    if off or os.environ.get("NO_COLOR"):
        ctx.color = False


color_option = click.option(
    "--no-color",
    is_flag=True,
    expose_value=False,
    callback=_set_color,
    help="Print without colours; the variable NO_COLOR does the same.",
)


def traceback_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--traceback`; without it an error of our own code is one line that names a crash file.

    It ends with 3: nothing was measured.
    """

    @click.option("--traceback", is_flag=True, help="Show where in LaunchGuard an error came from.")
    @functools.wraps(function)
    def guarded(*args: Any, traceback: bool, **values: Any) -> Any:
        try:
            return function(*args, **values)
        except (click.exceptions.Exit, click.Abort, click.UsageError):
            raise
        except Exception as error:
            if traceback:
                say_lines(redacted_traceback(error), err=True)
            if isinstance(error, click.ClickException):
                raise
            raise internal_error(error) from error

    return guarded


def expand(paths: Iterable[Path]) -> list[Path]:
    """The manifests that the arguments name: files as they are, folders walked for .yml and .yaml, each file once.

    A pattern (`campaigns/**/*.yml`) that no shell has expanded stands for the files that it matches. Files and folders
    that begin with a dot are left out of a walk. Raises LaunchGuardError when nothing is left.
    """
    found: dict[Path, None] = {}
    for path in paths:
        found.update(dict.fromkeys(_named_by(path)))
    if not found:
        raise LaunchGuardError("no manifest found", hint="Name a file, or a folder that holds .yml files.")
    return list(found)


def _named_by(path: Path) -> list[Path]:
    from launchguard.manifest.folders import walked

    if path.is_dir():
        return walked(path)
    if glob.has_magic(str(path)) and not path.exists():
        return [Path(name) for name in sorted(glob.glob(str(path), recursive=True))]  # noqa: PTH207 - absolute ones too
    return [path]
