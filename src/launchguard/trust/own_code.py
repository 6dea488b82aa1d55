"""The repository's own checks, kinds of channels and journeys: what a change takes out of them, or writes anew.

Nothing is imported here: the base's files are only parsed.
"""

import ast
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from launchguard.model.loosening import GONE, Loosening

SOFTNESS = ("block", "warn", "info")
UNKNOWN_CHANGE = "other code"


def compare_code(base: Path, folders: Iterable[str], files: Iterable[str]) -> Iterator[Loosening]:
    """Yield what became of the files that the base has: in `folders` every .py file, and each of `files`.

    All are absolute paths in the working directory; the base has its copies at the same relative paths. A check that
    went with its file, or out of it, and one that only warns now, turn a block off.
    """
    folders = [folder for folder in map(os.path.relpath, dict.fromkeys(folders)) if not folder.startswith("..")]
    listed = [str(path.relative_to(base)) for folder in folders for path in _python_files(base / folder)]
    written = _checks_in(path for folder in folders for path in _python_files(Path(folder)))
    for path in listed:
        yield from _checks_of(path, base, written)
    for path in dict.fromkeys([*listed, *map(os.path.relpath, filter(None, files))]):
        was, now = _bytes(base / path), _bytes(Path(path))
        if was is not None and now is None:
            yield Loosening(path, "a file", GONE)
        elif was is not None and was != now:
            yield Loosening(path, "the base's code", UNKNOWN_CHANGE)


def _python_files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*.py")) if path.is_file()]


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _checks_of(path: str, base: Path, now: Mapping[str, str]) -> Iterator[Loosening]:
    """Yield the checks of one of the base's files that are in no file any more, or that are softer now."""
    for check, severity in _checks_in([base / path]).items():
        if check not in now:
            yield Loosening(f"checks.{check}", severity, GONE, turns_off=severity == "block")
        elif SOFTNESS.index(now[check]) > SOFTNESS.index(severity):
            yield Loosening(f"checks.{check}.severity", severity, now[check], turns_off=severity == "block")


def _checks_in(paths: Iterable[Path]) -> dict[str, str]:
    """The ids of the checks that some files define, with their severities ("block" where that is no plain word)."""
    found: dict[str, str] = {}
    for path in paths:
        try:
            tree = ast.parse(_bytes(path) or b"")
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            if _last_name(call.func) == "check" and call.args and isinstance(call.args[0], ast.Constant):
                said = {keyword.arg: keyword.value for keyword in call.keywords}.get("severity")
                severity = said.value if isinstance(said, ast.Constant) else ""
                found[str(call.args[0].value)] = severity if severity in SOFTNESS else "block"
    return found


def _last_name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
