"""Which manifests a run judges: all that match, or what a change touches and what shares a host with that."""

import glob
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from launchguard.errors import LaunchGuardError, ManifestError
from launchguard.manifest import load_manifest
from launchguard.manifest.folders import ENDINGS, is_manifest, walked
from launchguard.manifest.named import named_files
from launchguard.model.campaign import Campaign
from launchguard.words.hostile import clip


@dataclass(frozen=True)
class Candidate:
    """A manifest by its path from the working directory; `campaign` is None where it cannot be read.

    `files` are the manifest, its templates and every file that it may name, as absolute paths. `code` are the folders
    of the Python files among them, which may import what is beside them.
    """

    path: str
    campaign: Campaign | None
    files: frozenset[str]
    code: frozenset[str] = frozenset()

    @property
    def hosts(self) -> frozenset[str]:
        """The hosts of its pages."""
        return self.campaign.hosts if self.campaign else frozenset()


def matching(patterns: Sequence[str], folder: Path, workspace: Path) -> list[str]:
    """The manifests that the patterns match, relative to `folder`; there may be none.

    A folder stands for the manifests in it, and `.yml` at the end of a pattern for `.yaml` as well, in any case. What
    leads out of the workspace is refused with LaunchGuardError: a change could otherwise have any file of the machine
    quoted in a public report.
    """
    found = matched(patterns, folder)
    for name in found:
        if not (folder / name).resolve().is_relative_to(workspace):
            raise LaunchGuardError(f"{name} leads out of the workspace", hint="Keep manifests inside the repository.")
    return found


def matched(patterns: Sequence[str], folder: Path) -> list[str]:
    """The files that the patterns match, each once. Raises LaunchGuardError for what cannot be a pattern."""
    found: dict[str, None] = {}
    for pattern in patterns:
        try:
            found.update((name, None) for name in _matching(pattern, folder) if (folder / name).is_file())
        except OSError as error:  # a name that is too long, a folder that may not be read
            reason = error.strerror or type(error).__name__
            raise LaunchGuardError(f"no manifest can be at {clip(pattern, 200)}: {reason}") from error
    return list(found)


def _matching(pattern: str, folder: Path) -> list[str]:
    """One file, a folder's manifests, or what a pattern matches."""
    if (folder / pattern).is_file():
        return [pattern]
    if (folder / pattern).is_dir():
        return [os.path.join(pattern, path.relative_to(folder / pattern)) for path in walked(folder / pattern)]  # noqa: PTH118 - keeps "../"
    found = {name for each in _spellings(pattern) for name in glob.glob(each, root_dir=folder, recursive=True)}  # noqa: PTH207 - Path.glob refuses absolute patterns
    return sorted(found)


def _spellings(pattern: str) -> list[str]:
    """A pattern with every ending that a manifest may have, where it ends with one of them; a plain name as it is."""
    if not (glob.has_magic(pattern) and is_manifest(pattern)):
        return [pattern]
    stem = pattern[: pattern.rindex(".")]
    return [stem + "".join(f"[{c}{c.upper()}]" if c.isalpha() else c for c in ending) for ending in ENDINGS]


def read_candidates(manifests: Iterable[str], folder: Path) -> list[Candidate]:
    """Read manifests; about one that cannot be read, the run itself will complain."""
    return [_candidate(name, folder / name) for name in manifests]


def _candidate(name: str, path: Path) -> Candidate:
    try:
        # The repository's own code is not imported here, beside the token; the run itself does that.
        campaign = load_manifest(path, other_kinds=True).campaign
    except ManifestError:
        campaign = None
    files = _absolute(map(str, named_files(path)))
    code = frozenset(f"{os.path.dirname(file)}{os.sep}" for file in files if file.endswith(".py"))  # noqa: PTH120 - text is compared
    return Candidate(name, campaign, files, code)


def _absolute(files: Iterable[str]) -> frozenset[str]:
    return frozenset(str(Path(file).resolve()) for file in files)


def concerned(candidates: Sequence[Candidate], changed: frozenset[str], of_all: Sequence[Path]) -> list[Candidate]:
    """The manifests that changed, with every campaign that shares a host with one.

    A manifest has changed when it or a file that it names did, or Python code beside one that it names. All have when
    one of `of_all` did: the configuration, or anything in a folder of the repository's own checks or channels. A
    manifest that cannot be read might share any host, so it is judged along with what changed.
    """
    named = frozenset(str(path.resolve()) for path in of_all)
    if changed & named or any(file.startswith(tuple(f"{name}{os.sep}" for name in named)) for file in changed):
        return list(candidates)
    code = {file for file in changed if file.endswith(".py")}
    touched = [
        candidate
        for candidate in candidates
        if candidate.files & changed or any(file.startswith(tuple(candidate.code)) for file in code)
    ]
    hosts = {host for candidate in touched for host in candidate.hosts}
    return [
        candidate
        for candidate in candidates
        if candidate in touched or (touched and (candidate.campaign is None or candidate.hosts & hosts))
    ]
