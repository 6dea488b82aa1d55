"""The manifests that a change takes away: what is absent is compared with where the change began, and told."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from launchguard.github.changes import Changes
from launchguard.github.selection import matched
from launchguard.manifest.folders import is_manifest
from launchguard.words.hostile import clip

MOST_NAMED = 20


def gone_manifests(
    changes: Changes, patterns: Sequence[str], folder: Path, root: Path, judged: Sequence[str], scratch: Path
) -> list[str]:
    """A sentence for each manifest that the patterns matched before the change and that is a file no more.

    One that has only moved to where the patterns find it (`judged`) is not gone. `scratch` is an empty folder: the
    names that are gone are laid out there, so that the patterns mean in it what they mean in the repository at `root`.
    """
    left = {str((folder / name).resolve()) for name in judged}
    missing = [Path(name) for name in sorted(changes.files or ()) if is_manifest(name) and not Path(name).is_file()]
    for path in missing:
        if path.is_relative_to(root):
            copy = scratch / path.relative_to(root)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.touch()
    copy_of_folder = scratch / folder.relative_to(root) if folder.is_relative_to(root) else scratch
    copy_of_folder.mkdir(parents=True, exist_ok=True)
    were = matched([_relative(pattern, folder) for pattern in patterns], copy_of_folder)
    were = [name for name in were if (copy_of_folder / name).resolve().is_relative_to(scratch)]
    named = [name for name in were if changes.moved.get(str((folder / name).resolve())) not in left]
    return list(_told(named, changes, folder))


def _relative(pattern: str, folder: Path) -> str:
    """A pattern that begins at the working directory, also where it was written from the root of the machine."""
    return os.path.relpath(pattern, folder) if os.path.isabs(pattern) else pattern  # noqa: PTH117 - a pattern is text


def _told(names: Sequence[str], changes: Changes, folder: Path) -> Iterator[str]:
    for name in names[:MOST_NAMED]:
        now = changes.moved.get(str((folder / name).resolve()))
        if now is None:
            yield f"{clip(name, 200)} was removed: its campaign is not judged any more"
        else:
            place = Path(now).relative_to(folder) if Path(now).is_relative_to(folder) else Path(Path(now).name)
            hidden = any(part.startswith(".") for part in place.parts)
            why = "is hidden" if hidden else "`manifests` does not match"
            yield f"{clip(name, 200)} is now {clip(str(place), 200)}, which {why}: its campaign is not judged any more"
    if len(names) > MOST_NAMED:
        yield f"{len(names) - MOST_NAMED} more manifests were removed"
