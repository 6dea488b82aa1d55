"""Finished verdicts to files and to standard output."""

import os
import shutil
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from launchguard.cli.output import STDOUT, write_report
from launchguard.errors import LaunchGuardError
from launchguard.manifest.named import named_files
from launchguard.model.verdict import Verdict
from launchguard.report import REPORTS
from launchguard.report.redact import redact_verdict
from launchguard.words.redaction import redact

MAX_WIDTH = 100
"""Wider lines are harder to read, whatever the terminal has room for."""


def refuse_unwritable(outputs: Sequence[tuple[str, str]]) -> None:
    """Raise LaunchGuardError for a report that has nowhere to go, while nothing was sent yet."""
    for _, path in outputs:
        target = Path(path)
        if path == STDOUT:
            continue
        if target.is_dir() or not target.parent.is_dir() or not os.access(target.parent, os.W_OK):
            hint = "Name a file in a folder that exists and may be written to."
            raise LaunchGuardError(f"the report could not be written to {path}", hint=hint)


def refuse_overwriting(outputs: Iterable[str], manifests: Iterable[Path], others: Iterable[Path] = ()) -> None:
    """Raise LaunchGuardError for a report that would replace what it is about.

    That is a manifest, a file that one is made of or names (template, journey, data, recorded traffic), and `others`:
    configuration, and folders of checks and channels with all that is in them.
    """
    wanted = {path: Path(path) for path in outputs if path != STDOUT and Path(path).exists()}
    if not wanted:
        return
    read = {file for manifest in manifests for file in named_files(manifest)}
    for other in others:
        read.update(other.rglob("*") if other.is_dir() else (other,))
    for path, target in wanted.items():
        if any(_is_same(target, file) for file in read):
            hint = "Name another file for the report."
            raise LaunchGuardError(f"the report would overwrite {path}, which this run reads", hint=hint)


def _is_same(one: Path, other: Path) -> bool:
    """Whether both names lead to one file, by links, too."""
    try:
        return one.samefile(other)
    except (OSError, ValueError):  # nothing is there, or that is no name of a file
        return False


def print_reports(
    verdicts: Sequence[Verdict], style: str, outputs: Sequence[tuple[str, str]], secrets: Sequence[str] = ()
) -> None:
    """Write every --output file, then print the report in the chosen format; `secrets` appear in none of them."""
    shown = [redact_verdict(verdict, secrets) for verdict in verdicts] if secrets else verdicts
    for wanted, path in outputs:
        write_report(path, redact(REPORTS[wanted](shown), secrets))
    write_report(STDOUT, redact(_for_standard_output(shown, style), secrets))


def _for_standard_output(verdicts: Sequence[Verdict], style: str) -> str:
    """Text fits the terminal and has colours there; in a pipe it is plain and 80 columns wide."""
    if style != "text" or not sys.stdout.isatty():
        return REPORTS[style](verdicts)
    from launchguard.report.formats.text.render import render

    width = min(shutil.get_terminal_size().columns, MAX_WIDTH)
    return render(verdicts, width=width, color=not os.environ.get("NO_COLOR"))
