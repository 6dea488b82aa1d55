"""Loading checks: the built-in ones and those of a user's own folders, through the same door."""

import importlib.util
import traceback
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import launchguard.checks
from launchguard.checking import Check
from launchguard.errors import CheckFileError


def _line_of(error: BaseException, path: Path) -> int:
    """The line of `path` that raised, 1 when the error came from elsewhere."""
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return error.lineno or 1
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    return lines[-1] or 1 if lines else 1


def load_file(path: Path, *, group: str, module_name: str) -> list[Check]:
    """Import one check file and collect its Check values.

    Raises CheckFileError, one line with file and line, for a file that does not import or holds no check.
    """
    spec = importlib.util.spec_from_file_location(module_name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        problem = f"{path}:{_line_of(error, path)}: {type(error).__name__}: {error}"
        raise CheckFileError(problem, hint="`launchguard new-check NAME` writes a check that works.") from error
    checks = [value for value in vars(module).values() if isinstance(value, Check)]
    if not checks:
        raise CheckFileError(f"{path}:1: no function in this file is decorated with @check")
    return [replace(check, group=group, path=str(path)) for check in checks]


def _files(folder: Path) -> list[Path]:
    return sorted(p for p in folder.glob("*.py") if not p.name.startswith(("_", "test_")))


def built_in_checks() -> list[Check]:
    """Every check that LaunchGuard ships, plan first, load last."""
    roots = [Path(entry) for entry in launchguard.checks.__path__]
    found = []
    for group in launchguard.checks.GROUPS:
        for root in roots:
            for path in _files(root / group):
                found += load_file(path, group=group, module_name=f"launchguard.checks.{group}.{path.stem}")
    return found


def group_of(check: Check) -> str:
    """The group of a check outside the built-in folders, by the evidence it judges."""
    groups = {"LoadRun": "load", "BrowserVisit": "browser", "DomainVisit": "domain", "Visit": "page", "Visits": "page"}
    return next((groups[name] for name in check.evidence if name in groups), "plan")


def user_checks(folder: Path) -> list[Check]:
    """The checks of one of the user's folders, its sub-folders included."""
    if not folder.is_dir():
        raise CheckFileError(f"{folder}: there is no such folder of checks")
    found = []
    for path in sorted({file for sub in (folder, *folder.rglob("*/")) for file in _files(sub)}):
        name = "launchguard_user_checks." + ".".join(path.relative_to(folder).with_suffix("").parts)
        found += [replace(c, group=group_of(c)) for c in load_file(path, group="", module_name=name)]
    return found


def load_checks(folders: Sequence[Path] = ()) -> list[Check]:
    """The built-in checks and those of `folders`. Raises CheckFileError for a broken file or an id used twice."""
    found = built_in_checks()
    for folder in folders:
        found += user_checks(folder)
    _refuse_twins(found)
    return found


def _refuse_twins(checks: Iterable[Check]) -> None:
    seen: dict[str, Check] = {}
    for check in checks:
        if check.id in seen:
            raise CheckFileError(f"{check.path}:1: the id {check.id} is already taken by {seen[check.id].path}")
        seen[check.id] = check
