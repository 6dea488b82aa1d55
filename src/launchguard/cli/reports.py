"""What came of a command to files and to standard output."""

import os
import shutil
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from launchguard.cli.output import STDOUT, write_report
from launchguard.errors import LaunchGuardError
from launchguard.manifest.named import named_files
from launchguard.model.result import UNWRITTEN, RunResult
from launchguard.model.verdict import worst_exit_code
from launchguard.report import REPORTS
from launchguard.report.redact import redact_result
from launchguard.words.redaction import redact

MAX_WIDTH = 100
"""Wider lines are harder to read, whatever the terminal has room for."""


def refuse_unwritable(outputs: Sequence[tuple[str, str]]) -> None:
    """Raise LaunchGuardError for a report that has nowhere to go, or another's place, while nothing was sent yet."""
    taken: list[Path] = []
    for _, path in outputs:
        target = Path(path)
        if path == STDOUT:
            continue
        if _is_file(target):
            if any(target.resolve() == other.resolve() or _is_same(target, other) for other in taken):
                hint = "Name a file of its own for each report."
                raise LaunchGuardError(f"two reports would be written to {path}, and one would be lost", hint=hint)
            taken.append(target)
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
    result: RunResult, style: str, outputs: Sequence[tuple[str, str]], secrets: Sequence[str] = ()
) -> int:
    """Write every --output file, then print the report in the chosen format; give the process's exit code.

    `secrets` appear in none of them. One report that cannot be written is told on standard error and in all the
    others, which are written again then, so that each of them says the code that the process ends with.
    """
    shown = redact_result(result, secrets) if secrets else result
    shown, lost = _write_files(shown, outputs, secrets)
    if lost:
        shown, _ = _write_files(shown, [output for output in outputs if output not in lost], secrets)
    try:
        write_report(STDOUT, redact(_for_standard_output(shown, style), secrets))
    except LaunchGuardError as error:
        shown = _with_problem(shown, error)
        _write_files(shown, [output for output in outputs if output not in lost], secrets)
    return shown.exit_code


def write_quietly(result: RunResult, outputs: Sequence[tuple[str, str]], secrets: Sequence[str]) -> None:
    """Write those outputs that are files, while the run goes on; what cannot be written now is told at the end."""
    files = [(wanted, path) for wanted, path in outputs if path != STDOUT and _is_file(Path(path))]
    shown = redact_result(result, secrets) if secrets else result
    for wanted, path in files:
        with suppress(LaunchGuardError):
            write_report(path, redact(REPORTS[wanted](shown), secrets))


def _is_file(path: Path) -> bool:
    return path.is_file() or not path.exists()


def _write_files(
    result: RunResult, outputs: Sequence[tuple[str, str]], secrets: Sequence[str]
) -> tuple[RunResult, list[tuple[str, str]]]:
    """Write each file; the result with a problem for each that could not be written, and those."""
    problems, lost = result, []
    for wanted, path in outputs:
        try:
            write_report(path, redact(REPORTS[wanted](result), secrets))
        except LaunchGuardError as error:
            problems = _with_problem(problems, error)
            lost.append((wanted, path))
    return problems, lost


def _with_problem(result: RunResult, error: LaunchGuardError) -> RunResult:
    error.show()
    ends_with = None if result.ends_with is None else worst_exit_code([result.ends_with, UNWRITTEN])
    return replace(result, problems=(*result.problems, error.message), ends_with=ends_with)


def _for_standard_output(result: RunResult, style: str) -> str:
    """Text fits the terminal and has colours there; in a pipe it is plain and 80 columns wide."""
    if style != "text" or not sys.stdout.isatty():
        return REPORTS[style](result)
    from launchguard.report.formats.text.render import render

    width = min(shutil.get_terminal_size().columns, MAX_WIDTH)
    return render(result, width=width, color=not os.environ.get("NO_COLOR"))
