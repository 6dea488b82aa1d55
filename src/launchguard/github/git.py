"""What git says about the checked-out repository; where it cannot say anything, why."""

import os
import subprocess
from pathlib import Path

TIMEOUT_S = 60

SECRETIVE = ("LG_", "GITHUB_TOKEN", "GH_TOKEN")
"""Variables, by how they begin, that no process of git gets."""


def git(folder: Path, *arguments: str) -> str | None:
    """Ask git something; None when it cannot say. It never asks for a password and never runs for long."""
    ran = _run(folder, *arguments)
    return ran.stdout.strip("\n") if ran is not None and ran.returncode == 0 else None


def why_silent(folder: Path) -> str:
    """Why git says nothing about a folder, in words that name what to do; "" where it does."""
    ran = _run(folder, "rev-parse", "--verify", "HEAD")
    if ran is None:
        return "git could not be started"
    if ran.returncode == 0:
        return ""
    if "dubious ownership" in ran.stderr:
        return "git takes the checkout for another user's (dubious ownership): add it to safe.directory"
    if "not a git repository" in ran.stderr:
        return "there is no git repository here: check it out first"
    return "git cannot read the checked-out commit"


def is_shallow(folder: Path) -> bool:
    """Whether the clone's history is cut off, so that where two lines of it part cannot be trusted."""
    return git(folder, "rev-parse", "--is-shallow-repository") == "true"


def fetched(folder: Path, what: str) -> str | None:
    """Fetch a commit or `refs/heads/...` from `origin`, and return its commit; None where that fails.

    In a full clone it is fetched without a depth, which would cut the history.
    """
    depth = ["--depth=1"] if is_shallow(folder) else []
    if git(folder, "fetch", "--quiet", "--no-tags", *depth, "--end-of-options", "origin", what) is None:
        return None
    return git(folder, "rev-parse", "--verify", "FETCH_HEAD")


def _run(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str] | None":
    """One process of git, away from what the repository's own settings would start, and without a token.

    In a job that runs in a container the checkout belongs to another user, which git refuses by itself; here it is
    this job's own.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith(SECRETIVE)}
    # The words of its refusals are looked at, so they have to be English.
    environment |= {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    settings = [f"safe.directory={_top(folder)}", "core.fsmonitor=false", f"core.hooksPath={os.devnull}"]
    options = [part for setting in settings for part in ("-c", setting)]
    try:
        return subprocess.run(
            ["git", "-C", str(folder), *options, *arguments],
            capture_output=True,
            text=True,
            errors="surrogateescape",
            check=False,
            env=environment,
            timeout=TIMEOUT_S,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, ValueError, subprocess.SubprocessError):
        return None


def _top(folder: Path) -> Path:
    """The folder upwards that holds `.git`, which is what git asks about."""
    folder = folder.resolve()
    return next((each for each in (folder, *folder.parents) if (each / ".git").exists()), folder)
