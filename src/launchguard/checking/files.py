"""Loading checks: the built-in ones and those of a user's own folders, through the same door."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import launchguard.checks
from launchguard.checking.check import Check
from launchguard.checking.evidence import KINDS
from launchguard.errors import CheckFileError
from launchguard.model.campaign import Campaign
from launchguard.model.verdict import OF_THE_JUDGE
from launchguard.system.userfiles import all_python_files, import_file, module_name, python_files

HINT = "`launchguard new-check NAME` writes a check that works."


def load_check_file(path: Path, *, group: str, module_name: str) -> list[Check]:
    """Import one check file and collect its Check values.

    Raises CheckFileError, one line with file and line, for a file that does not import or holds no check.
    """
    module = import_file(path, module_name, CheckFileError, HINT)
    checks = [value for value in vars(module).values() if isinstance(value, Check)]
    if not checks:
        raise CheckFileError(f"{path}:1: no function in this file is decorated with @check")
    return [replace(check, group=group, path=str(path)) for check in checks]


def built_in_checks() -> list[Check]:
    """Every check that LaunchGuard ships, plan first, load last."""
    roots = [Path(entry) for entry in launchguard.checks.__path__]
    found = []
    for group in launchguard.checks.GROUPS:
        for root in roots:
            for path in python_files(root / group):
                found += load_check_file(path, group=group, module_name=f"launchguard.checks.{group}.{path.stem}")
    return found


def options_in_force(check_id: str, campaign: Campaign) -> dict[str, Any]:
    """The options of a built-in check as a campaign's manifest leaves them, for whoever acts on them outside of it.

    Raises KeyError for an id that no built-in check has.
    """
    for group in launchguard.checks.GROUPS:
        for root in launchguard.checks.__path__:
            path = Path(root, group, f"{check_id.replace('-', '_')}.py")
            if path.is_file():
                checks = load_check_file(path, group=group, module_name=f"launchguard.checks.{group}.{path.stem}")
                return next(check for check in checks if check.id == check_id).options_in_force(campaign)
    raise KeyError(check_id)


def group_of(check: Check) -> str:
    """The group of a check outside the built-in folders, by the evidence it judges."""
    groups = (KINDS[name].group for name in check.evidence)
    return next((group for group in groups if group != "plan"), "plan")


def user_checks(folder: Path) -> list[Check]:
    """The checks of one of the user's folders, its sub-folders included."""
    if not folder.is_dir():
        raise CheckFileError(f"{folder}: there is no such folder of checks")
    found = []
    for path in all_python_files(folder):
        name = module_name("launchguard_user_checks", folder, path)
        found += [replace(c, group=group_of(c)) for c in load_check_file(path, group="", module_name=name)]
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
        if check.id in OF_THE_JUDGE:
            raise CheckFileError(f"{check.path}:1: the id {check.id} is already taken by the judge itself")
        if check.id in seen:
            raise CheckFileError(f"{check.path}:1: the id {check.id} is already taken by {seen[check.id].path}")
        seen[check.id] = check
