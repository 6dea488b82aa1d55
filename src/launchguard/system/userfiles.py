"""Importing a user's own Python files, checks and kinds of channels alike."""

import importlib.util
import sys
import traceback
from pathlib import Path
from types import ModuleType

from launchguard.errors import LaunchGuardError


def python_files(folder: Path) -> list[Path]:
    """The files of one folder that are meant to be loaded: helpers (`_name.py`) and tests are not."""
    return sorted(p for p in folder.glob("*.py") if not p.name.startswith(("_", "test_")))


def all_python_files(folder: Path) -> list[Path]:
    """The same of a folder and everything below it."""
    return sorted({file for sub in (folder, *folder.rglob("*/")) for file in python_files(sub)})


def module_name(prefix: str, folder: Path, path: Path) -> str:
    """What a file of `folder` is called as a module: its way from there, below `prefix`."""
    return ".".join((prefix, *path.relative_to(folder).with_suffix("").parts))


def import_file(path: Path, name: str, refusal: type[LaunchGuardError], hint: str) -> ModuleType:
    """Import one file as the module `name`. Raises `refusal`, one line with file and line, when it does not import."""
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # annotations that are text are looked up there
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        raise refusal(f"{blamed(error, path)}: {type(error).__name__}: {error}", hint=hint) from error
    return module


def blamed(error: BaseException, path: Path) -> str:
    """`file:line` of what raised in `path`; line 1 when the error came from elsewhere."""
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return f"{path}:{error.lineno or 1}"
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    return f"{path}:{(lines[-1] if lines else 1) or 1}"
