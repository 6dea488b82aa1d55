"""The base's copies of what a change touches, so that what it loosens can be told."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from launchguard.errors import GitHubError
from launchguard.github.basebranch import BaseBranch, lay_out_manifests
from launchguard.github.changes import Changes
from launchguard.github.selection import Candidate

MOST_FILES = 300
"""Of one change, beside its manifests; each is a question to the API."""


def lay_out_compared(
    branch: BaseBranch,
    prefix: str,
    candidates: Sequence[Candidate],
    changes: Changes,
    own_code: Iterable[Path],
    around: tuple[Path, Path],
) -> list[str]:
    """Write the base's version of each manifest that changed or may have, and of the changed files beside it.

    Those are what a manifest names and the repository's `own_code`. `around` is the working directory and the base
    folder. A manifest that was renamed is laid out under its new name. Returns what could not be read.
    """
    folder, target = around
    changed = changes.files
    concerned = [one.path for one in candidates if changed is None or one.files & changed]
    problems = lay_out_manifests(branch, prefix, concerned, target, before=_old_names(changes, folder))
    named = frozenset().union(*(one.files for one in candidates)) & (changed or frozenset())
    code = [folder.resolve() for folder in own_code]
    beside = {name for name in changed or () if any(Path(name).is_relative_to(folder) for folder in code)}
    for name in sorted(named | beside)[:MOST_FILES]:
        path = Path(name)
        if not path.is_relative_to(folder.resolve()) or (target / path.relative_to(folder.resolve())).exists():
            continue
        try:
            _copy(branch, prefix, path.relative_to(folder.resolve()).as_posix(), target)
        except GitHubError as error:
            problems.append(f"the base branch's {path.name} could not be read ({error.message})")
    return problems


def _old_names(changes: Changes, folder: Path) -> Mapping[str, str]:
    """What each renamed file was called before, both relative to the working directory."""
    root = folder.resolve()
    both = ((Path(new), Path(old)) for old, new in changes.moved.items())
    return {
        new.relative_to(root).as_posix(): old.relative_to(root).as_posix()
        for new, old in both
        if new.is_relative_to(root) and old.is_relative_to(root)
    }


def _copy(branch: BaseBranch, prefix: str, path: str, target: Path) -> None:
    content = branch.read(prefix + path)
    if content is not None:
        copy = target / path
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(content)
