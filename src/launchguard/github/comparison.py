"""What the base folder of a run has to hold, so that the run can compare the change with the base."""

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from launchguard.github.changes import Changes
from launchguard.github.selection import Candidate
from launchguard.trust.base import claims

MOST_FILES = 300
"""Each may cost a call of the API; a change of more files is compared in part, and that is told."""


def compared_files(
    candidates: Sequence[Candidate], changes: Changes, own_code: Sequence[Path], folder: Path, root: Path
) -> dict[str, str]:
    """Path of a file from the repository's root -> its path in the base branch.

    These are the manifests that claim something or that the change touches, what they name, and the repository's own
    code, as far as the change touches it. Without an answer about what changed it is every manifest. A file that the
    change has moved is compared with what it was.
    """
    moved = {new: old for old, new in changes.moved.items()}
    wanted = dict.fromkeys(str((folder / c.path).resolve()) for c in candidates if c.campaign and claims(c.campaign))
    wanted.update(dict.fromkeys(_touched(candidates, changes, own_code, folder)))
    inside = (file for file in wanted if Path(file).is_relative_to(root))
    return {os.path.relpath(file, root): os.path.relpath(moved.get(file, file), root) for file in inside}


def _touched(
    candidates: Sequence[Candidate], changes: Changes, own_code: Sequence[Path], folder: Path
) -> Iterator[str]:
    if changes.files is None:
        yield from (str((folder / candidate.path).resolve()) for candidate in candidates)
        return
    for candidate in candidates:
        if candidate.files & changes.files:
            yield str((folder / candidate.path).resolve())
            yield from sorted(candidate.files & changes.files)
    yield from sorted(_below(own_code, changes.files))


def _below(folders: Iterable[Path], files: Iterable[str]) -> Iterator[str]:
    """The Python files below folders."""
    starts = tuple(f"{folder.resolve()}{os.sep}" for folder in folders)
    return (file for file in files if file.endswith(".py") and file.startswith(starts))
