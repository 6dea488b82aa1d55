"""Writing the files that a user starts from: what exists is never overwritten."""

import keyword
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from launchguard.cli.output import say
from launchguard.errors import LaunchGuardError

CHECKOUT = Path(__file__).resolve().parents[3]
"""The root of LaunchGuard's own repository; of no meaning where it is installed from a wheel."""


def folder_option(default: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """`--folder`: where the two files go."""
    return click.option(
        "--folder",
        type=click.Path(path_type=Path, file_okay=False),
        default=Path(default),
        show_default=True,
        help="Where to write it and its test; made when it is missing.",
    )


def refuse_keyword(name: str) -> None:
    """Raise LaunchGuardError for a name that no Python module can have."""
    if keyword.iskeyword(name):
        raise LaunchGuardError(f"{name} is a word of Python's own", hint="Choose another name.")


@dataclass(frozen=True)
class Places:
    """Where a starter and its test go. `ours` says that they become part of LaunchGuard itself, in its checkout."""

    file: Path
    test: Path
    ours: bool

    @property
    def from_test(self) -> str:
        """The file, as its test finds it."""
        if not self.ours:
            return f'Path(__file__).with_name("{self.file.name}")'
        return f'Path(__file__).parents[2] / "{self.file.resolve().relative_to(CHECKOUT).as_posix()}"'

    def next_step(self, elsewhere: str) -> str:
        """What to do now; `elsewhere` is the option that brings files outside of the checkout."""
        then = "`make docs`" if self.ours else f"launchguard {elsewhere} {self.file.parent} MANIFEST"
        return f"Try it: pytest {self.test}, then {then}"


def places_for(stem: str, folder: Path, home: str, tests: str) -> Places:
    """A user's test stands beside the file; in the checkout's own folder, `home` (a pattern), it stands in `tests`."""
    ours = folder.resolve() in CHECKOUT.glob(home)
    there = CHECKOUT / tests if ours else folder
    if ours and there.is_relative_to(Path.cwd()):
        there = there.relative_to(Path.cwd())
    return Places(folder / f"{stem}.py", there / f"test_{stem}.py", ours)


def write_starters(files: Mapping[Path, str], name: str) -> None:
    """Write all the files, or none where one of them exists. Raises LaunchGuardError then; `name` is what to change."""
    for path in files:
        if path.exists():
            raise LaunchGuardError(f"{path} exists already", hint=f"Choose another {name}, or another --folder.")
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        say(f"wrote {path}")
