"""Which manifests a run judges: all that match, or what a change touches and what shares a host with that."""

import glob
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from launchguard.errors import GitHubError, LaunchGuardError, ManifestError
from launchguard.github.client import MOST_PAGES, PER_PAGE, Client
from launchguard.github.context import Job, git
from launchguard.manifest import load_manifest
from launchguard.manifest.named import named_files
from launchguard.model.campaign import Campaign
from launchguard.words.hostile import clip


@dataclass(frozen=True)
class Candidate:
    """A manifest by its path from the working directory; `campaign` is None where it cannot be read.

    `files` are the manifest, its templates and every file that it may name, as absolute paths.
    """

    path: str
    campaign: Campaign | None
    files: frozenset[str]

    @property
    def hosts(self) -> frozenset[str]:
        """The hosts of its pages."""
        return self.campaign.hosts if self.campaign else frozenset()


def matching(patterns: Sequence[str], folder: Path, workspace: Path) -> list[str]:
    """The manifests that the patterns match, relative to `folder`. Raises LaunchGuardError for none.

    A folder stands for the manifests in it. What leads out of the workspace is refused: a change could otherwise have
    any file of the machine quoted in a public report.
    """
    found: dict[str, None] = {}
    for pattern in patterns:
        try:
            found.update((name, None) for name in _matching(pattern, folder) if (folder / name).is_file())
        except OSError as error:  # a name that is too long, a folder that may not be read
            reason = error.strerror or type(error).__name__
            raise LaunchGuardError(f"no manifest can be at {clip(pattern, 200)}: {reason}") from error
    if not found:
        raise LaunchGuardError(
            f"no manifest matches {clip(', '.join(patterns), 1000)}",
            hint="`launchguard init` writes one; the `manifests` input says where they are.",
        )
    for name in found:
        if not (folder / name).resolve().is_relative_to(workspace):
            raise LaunchGuardError(f"{name} leads out of the workspace", hint="Keep manifests inside the repository.")
    return list(found)


def _matching(pattern: str, folder: Path) -> list[str]:
    """One file, a folder's manifests, or what a pattern matches."""
    if (folder / pattern).is_file():
        return [pattern]
    whole = f"{pattern.rstrip('/')}/**/*.yml" if (folder / pattern).is_dir() else pattern
    return sorted(glob.glob(whole, root_dir=folder, recursive=True))  # noqa: PTH207 - Path.glob refuses absolute patterns


def read_candidates(manifests: Iterable[str], folder: Path) -> list[Candidate]:
    """Read manifests; about one that cannot be read, the run itself will complain."""
    return [_candidate(name, folder / name) for name in manifests]


def _candidate(name: str, path: Path) -> Candidate:
    try:
        # The repository's own code is not imported here, beside the token; the run itself does that.
        campaign = load_manifest(path, other_kinds=True).campaign
    except ManifestError:
        campaign = None
    return Candidate(name, campaign, _absolute(map(str, named_files(path))))


def _absolute(files: Iterable[str]) -> frozenset[str]:
    return frozenset(str(Path(file).resolve()) for file in files)


def changed_files(job: Job, client: Client | None, root: Path) -> frozenset[str] | None:
    """The files that the event changes, as absolute paths below the repository's `root`; None when nobody can say."""
    names = _files_of_pull(job, client) or _files_since(job.diff_base, root)
    return None if names is None else _absolute(str(root / name) for name in names)


def _files_of_pull(job: Job, client: Client | None) -> set[str] | None:
    """The pull request's files; None without one, or when GitHub's list may be cut off."""
    if client is None or job.pull_number is None or job.event == "merge_group":
        return None
    try:
        entries = list(client.pull_files(job.pull_number))
    except GitHubError:
        return None
    if len(entries) >= MOST_PAGES * PER_PAGE:
        return None
    return {entry[key] for entry in entries for key in ("filename", "previous_filename") if entry.get(key)}


def _files_since(commit: str, root: Path) -> set[str] | None:
    """The files that differ from where this change began."""
    options = ("--name-only", "-z", "--no-renames", "--end-of-options")
    listed = git(root, "diff", *options, f"{commit}...HEAD") if commit else None
    return None if listed is None else {name for name in listed.split("\0") if name}


def concerned(candidates: Sequence[Candidate], changed: frozenset[str], own_code: Sequence[Path]) -> list[Candidate]:
    """The manifests that changed, with every campaign that shares a host with one.

    A manifest has changed when it or a file that it names did; all have when a file of the repository's own checks
    or channels did. One that cannot be read might share any host, so it is judged along with what changed.
    """
    folders = tuple(f"{folder.resolve()}{os.sep}" for folder in own_code)
    if folders and any(name.startswith(folders) for name in changed):
        return list(candidates)
    touched = [candidate for candidate in candidates if candidate.files & changed]
    hosts = {host for candidate in touched for host in candidate.hosts}
    return [
        candidate
        for candidate in candidates
        if candidate in touched or (touched and (candidate.campaign is None or candidate.hosts & hosts))
    ]
