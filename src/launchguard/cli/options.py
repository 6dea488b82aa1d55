"""Arguments and options that several commands share, and what they stand for."""

import functools
import os
import traceback as tracebacks
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from launchguard.errors import InternalError, LaunchGuardError

if TYPE_CHECKING:
    from launchguard.checking import Check
    from launchguard.model.campaign import RepositoryConfig

FORMATS = ("text", "json", "markdown", "comment", "junit", "sarif")
ENDINGS = (".yml", ".yaml")

manifests_argument = click.argument(
    "manifests", metavar="MANIFEST|FOLDER...", nargs=-1, required=True, type=click.Path(path_type=Path)
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
quiet_option = click.option("--quiet", "-q", is_flag=True, help="Print the verdict only.")
verbose_option = click.option("--verbose", "-v", is_flag=True, help="Print what was fine, too.")


class Output(click.ParamType[tuple[str, str]]):
    """`json=FILE`: a report's format and where it goes."""

    name = "FORMAT=FILE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        """Split and validate."""
        style, equals, path = str(value).partition("=")
        if style not in FORMATS or not equals or not path:
            self.fail(f"{value!r} is not one; write it like json=verdict.json ({', '.join(FORMATS)})", param, ctx)
        return style, path


output_option = click.option(
    "--output", "outputs", multiple=True, type=Output(), help="Write a report to a file, too; repeatable."
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
    """Add `--traceback`; without it an error of our own code is one line. It ends with 3: nothing was measured."""

    @click.option("--traceback", is_flag=True, help="Show where in LaunchGuard an error came from.")
    @functools.wraps(function)
    def guarded(*args: Any, traceback: bool, **values: Any) -> Any:
        try:
            return function(*args, **values)
        except (click.exceptions.Exit, click.Abort, click.UsageError):
            raise
        except Exception as error:
            if traceback:
                click.echo(tracebacks.format_exc(), err=True)
            if isinstance(error, click.ClickException):
                raise
            hint = "Run it again with --traceback, and report what that prints."
            raise InternalError(f"LaunchGuard itself failed: {type(error).__name__}: {error}", hint=hint) from error

    return guarded


def expand(paths: Iterable[Path]) -> list[Path]:
    """The manifests that the arguments name: files as they are, folders walked for .yml and .yaml, each file once.

    Files and folders that begin with a dot are left out of a walk. Raises LaunchGuardError when nothing is left.
    """
    found: dict[Path, None] = {}
    for path in paths:
        found.update(dict.fromkeys(_walked(path) if path.is_dir() else [path]))
    if not found:
        raise LaunchGuardError("no manifest found", hint="Name a file, or a folder that holds .yml files.")
    return list(found)


def _walked(folder: Path) -> list[Path]:
    files = (path for path in sorted(folder.rglob("*")) if path.suffix.lower() in ENDINGS and path.is_file())
    return [path for path in files if not any(part.startswith(".") for part in path.relative_to(folder).parts)]


def load_setup(config_path: Path | None, check_folders: Sequence[Path]) -> "tuple[RepositoryConfig, list[Check]]":
    """The repository's configuration, and every check: built in, of `checks_from`, of --checks."""
    from launchguard.checkfiles import load_checks
    from launchguard.manifest import load_config

    config = load_config(config_path)
    return config, load_checks([*(Path(folder) for folder in config.checks_from), *check_folders])
