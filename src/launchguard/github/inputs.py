"""The action's inputs, typed; action.yml describes them, and the command line has them as options."""

import hashlib
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from launchguard.errors import LaunchGuardError
from launchguard.words.hostile import clip

FailOn = Literal["unknown", "no-go", "never"]
CommentMode = Literal["auto", "always", "never"]

FORGIVEN: dict[FailOn, tuple[int, ...]] = {"unknown": (), "no-go": (3,), "never": (1, 3)}
"""Exit codes that do not fail the step. A wrong input or manifest and an interruption always do."""


MANIFEST = "manifest"
"""The `base-url` of the manifests' own hosts. An empty one is no such word: it is a preview that gave no address."""

LONGEST_PATH = 1024
"""No system of a runner knows longer paths; asking it for one raises."""


@dataclass(frozen=True)
class Inputs:
    """What the workflow asks for. Files are relative to `folder`, the working directory."""

    folder: Path
    report_folder: Path
    manifests: tuple[str, ...] = ("campaigns/**/*.yml",)
    base_url: str = MANIFEST
    changed_only: bool = False
    smoke_only: bool = False
    budget: str = ""
    fail_on: FailOn = "unknown"
    comment: CommentMode = "auto"
    annotations: bool = True
    summary: bool = True
    status: bool = False
    sarif_file: str = ""
    junit_file: str = ""
    name: str = ""
    token: str = field(default="", repr=False)

    @property
    def report_json(self) -> Path:
        """Where the run leaves its JSON report."""
        return self.report_folder / "report.json"

    @property
    def summary_md(self) -> Path:
        """Where the run leaves the job's summary."""
        return self.report_folder / "summary.md"

    @property
    def comment_md(self) -> Path:
        """Where the run leaves the comment."""
        return self.report_folder / "comment.md"

    def prepare_folders(self, workspace: Path) -> None:
        """Make the folders that reports go to, without old files of SARIF and JUnit. Raises LaunchGuardError.

        A folder inside the workspace must not be a link that leads out of it: a change could have put it there.
        """
        files = [self.folder / name for name in (self.sarif_file, self.junit_file) if name]
        for folder in (self.report_folder, *(file.parent for file in files)):
            # Only what leaves by a link is refused; a path that a workflow writes may be anywhere.
            inside = Path(os.path.normpath(folder)).is_relative_to(workspace)
            if inside and not folder.resolve().is_relative_to(workspace):
                raise LaunchGuardError(f"the folder {folder} for reports is a link that leads out of the workspace")
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise _no_place("folder", folder, error) from error
        for file in files:
            try:
                file.unlink(missing_ok=True)  # an old report is none of this run
            except OSError as error:
                raise _no_place("file", file, error) from error

    def step_exit_code(self, exit_code: int) -> int:
        """The step's exit code for the run's."""
        return 0 if exit_code in FORGIVEN[self.fail_on] else exit_code

    def run_arguments(self, manifests: list[str], base: Path | None) -> list[str]:
        """The command line that does the run; what a workflow wrote can only become a value in it."""
        outputs = {
            "json": self.report_json,
            "markdown": self.summary_md,
            "comment": self.comment_md,
            "sarif": self.sarif_file and self.folder / self.sarif_file,
            "junit": self.junit_file and self.folder / self.junit_file,
        }
        arguments = ["run"]
        arguments += [f"--output={kind}={path}" for kind, path in outputs.items() if path]
        arguments += [f"--base-url={self.base_url}"] if self.base_url != MANIFEST else []
        arguments += [f"--base={base}"] if base else []
        arguments += [f"--budget={self.budget}"] if self.budget else []
        arguments += ["--smoke-only"] if self.smoke_only else []
        arguments += ["--allow-ended"] if any(not (self.folder / name).is_file() for name in self.manifests) else []
        return [*arguments, "--", *manifests]


def _no_place(what: str, path: Path, error: OSError) -> LaunchGuardError:
    reason = error.strerror or type(error).__name__
    return LaunchGuardError(f"the {what} {clip(str(path), 200)} for reports could not be made: {reason}")


def slug(text: str) -> str:
    """A name that may stand in a path, a marker and a status: lower-case letters, digits and single hyphens.

    Where that changes the text, a short hash keeps different names apart.
    """
    simple = "-".join(re.findall(r"[a-z0-9]+", text.lower()))[:40]
    if simple == text:
        return simple
    return f"{simple or 'name'}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def folder_of(text: str, workspace: Path) -> Path:
    """The working directory. Raises LaunchGuardError when there is no such folder."""
    folder = folder_named(str(workspace / (text or ".")))
    if folder is None:
        raise LaunchGuardError(
            f"the working-directory {clip(text, 200)!r} does not exist", hint="Check out the repository first."
        )
    return folder


def folder_named(text: str) -> Path | None:
    """The folder of that name; None for "", and where there is none, as with what no system takes for a name."""
    try:
        return Path(text).resolve() if text and len(text) <= LONGEST_PATH and Path(text).is_dir() else None
    except (OSError, ValueError):
        return None
