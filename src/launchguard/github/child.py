"""The run itself, as a process of its own: whatever becomes of it, its outputs and reports are still written."""

import os
import re
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import launchguard
from launchguard.errors import LaunchGuardError
from launchguard.github.result import Problem
from launchguard.system.seal import seal
from launchguard.system.signals import handled

KEPT_LINES = 500
"""As many lines of the error output are kept for the report; all of them go to the log."""

CHANGED = "code that ran here changed LaunchGuard's own files, so neither this verdict nor a later call can be trusted"

_WITHHELD = re.compile(
    r"LG_|INPUT_|ACTIONS_|GITHUB_(TOKEN|OUTPUT|ENV|PATH|STATE|STEP_SUMMARY)$|GH_TOKEN$",
)
_COMPLAINT = re.compile(r"(?P<path>[^\s:](?:[^:]|:(?! ))*?):(?P<line>\d+):(?P<column>\d+): (?P<message>.+)")
"""A colon may stand in a file's name, but not with a space behind it: so a line of another kind begins."""


@dataclass(frozen=True)
class Ended:
    """A process that has ended; a signal's number is turned into 128 + number, as shells do."""

    exit_code: int
    errors: tuple[str, ...]


def run_launchguard(arguments: Sequence[str], folder: Path, env: Mapping[str, str]) -> Ended:
    """Run the command line in `folder`; both its outputs go to this process's output as they come.

    A runner reads standard and error output side by side, so only one of them keeps the order of what the run prints
    and the command behind it that lets commands count again. A run that changed LaunchGuard's own files is an error:
    a later call in the job would run them, with a token.
    """
    before = seal(b"", own_files())
    command = [sys.executable, "-I", "-m", "launchguard", *arguments]
    sys.stdout.flush()
    with subprocess.Popen(
        command, cwd=folder, env=run_environment(env), stdin=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        assert process.stderr is not None
        lines: deque[str] = deque(maxlen=KEPT_LINES)
        copier = threading.Thread(target=_copy, args=(process.stderr, lines.append), daemon=True)
        copier.start()
        # A cancelled job signals this process; the run stops its load and reports what it has.
        with handled(lambda number, _: process.send_signal(number)):
            code = process.wait()
        copier.join(timeout=10)
    if seal(b"", own_files()) != before:
        return Ended(LaunchGuardError.exit_code, (*lines, f"Error: {CHANGED}"))
    return Ended(code if code >= 0 else 128 - code, tuple(lines))


def own_files() -> list[Path]:
    """The folders and files that LaunchGuard consists of: its package, and for the action what lies around it."""
    package = Path(launchguard.__file__).parent
    root = package.parents[1]
    beside = ("action.yml", "checks", "requirements", "scripts") if (root / "action.yml").is_file() else ()
    return [package, *(root / name for name in beside)]


def run_environment(env: Mapping[str, str]) -> dict[str, str]:
    """The environment without this job's token and without the files through which a step speaks to its job.

    A repository's own checks, kinds of channels and journeys run in that process. PYTHONSAFEPATH reaches the processes
    that it starts.
    """
    return {name: value for name, value in env.items() if not _WITHHELD.match(name)} | {"PYTHONSAFEPATH": "1"}


def problems_in(lines: Sequence[str]) -> list[Problem]:
    """What the error output complains about: `file:line:col: text` with its place, "Error: text" without."""
    found = []
    for line in lines:
        complaint = _COMPLAINT.fullmatch(line)
        if complaint:
            path, text = complaint["path"], complaint["message"]
            line_number, column = int(complaint["line"]), int(complaint["column"])
            found.append(Problem("error", "manifest", text, path=path, line=line_number, column=column))
        elif line.startswith("Error: "):
            found.append(Problem("error", "run", line.removeprefix("Error: ")))
    return found


def _copy(stream: IO[bytes], keep: Callable[[str], None]) -> None:
    for line in stream:
        os.write(1, line)
        keep(line.decode("utf-8", "replace").rstrip("\r\n"))
