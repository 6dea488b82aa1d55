"""Imports point down only, and the command line starts without the heavy libraries."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SRC = ROOT / "src" / "launchguard"

# Each part may import itself and the parts listed here. A part that is not listed fails the test.
MAY_IMPORT = {
    "errors": set(),
    "model": {"channels"},
    "channels": {"errors", "model", "special", "statistics", "userfiles"},
    "checking": {"errors", "model"},
    "userfiles": {"errors"},
    "signals": set(),
    "checkfiles": {"checking", "checks", "errors", "userfiles"},
    "channeldocs": {"channels", "statistics"},
    "channelfiles": {"channels", "errors", "userfiles"},
    "checks": set(),
    "waivers": {"model"},
    "judge": {"checking", "model", "waivers"},
    "headline": {"advice", "model"},
    "html": set(),
    "walls": {"html", "model"},
    "special": set(),
    "statistics": {"special"},
    "samples": {"model", "statistics"},
    "manifest": {"channels", "checking", "errors", "model"},
    "forecast": {"channels", "errors", "model", "special", "statistics"},
    "probe": {"errors", "model"},
    "trackers": set(),
    "authorize": {"errors", "model", "probe", "trackers"},
    "journey": set(),
    "redaction": set(),
    "load": {"errors", "model", "authorize", "journey", "probe", "redaction", "statistics", "signals"},
    "capacity": {"errors", "load", "model", "statistics"},
    "advice": {"forecast", "model", "statistics"},
    "run": {"advice", "checking", "errors", "forecast", "headline", "judge", "manifest", "model"},
    "tools": {"authorize", "capacity", "errors", "load", "model", "probe", "run"},
    "dryrun": {
        "authorize",
        "capacity",
        "checking",
        "forecast",
        "headline",
        "load",
        "manifest",
        "model",
        "probe",
        "report",
        "run",
        "tools",
    },
    "checkdocs": {"checkfiles", "checking"},
    "report": {"errors", "model", "redaction"},
    "base": {"errors", "manifest", "model"},
    "github": {"base", "errors", "manifest", "model", "report", "signals"},
    "site": {"errors"},
    "demo": {"errors", "manifest", "model", "run", "site"},
    "testing": {"channels", "checking", "forecast", "model", "site"},
    "cli": {"*"},
    "__main__": {"cli"},
    "__init__": {"*"},
}
HEAVY = {
    "locust",
    "gevent",
    "pydantic",
    "requests",
    "numpy",
    "rich",
    "yaml",
    "playwright",
    "selectolax",
    "cryptography",
}


def part_of(module: str) -> str:
    return module.split(".")[1] if "." in module else "__init__"


def imported_modules(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"launchguard.{alias.name}" for alias in node.names] if node.module == "launchguard" else []
            yield from names or [node.module]


def modules() -> list[tuple[str, Path]]:
    found = []
    for path in sorted(SRC.rglob("*.py")):
        parts = path.relative_to(SRC).with_suffix("").parts
        found.append((parts[0], path))
    return found


@pytest.mark.parametrize(("part", "path"), modules(), ids=lambda value: str(value).removeprefix(str(SRC) + "/"))
def test_imports_point_down(part: str, path: Path) -> None:
    assert part in MAY_IMPORT, f"{part} is new: say in this test what it may import"
    allowed = MAY_IMPORT[part] | {part, "__version__", "errors"}
    if "*" in allowed:
        return
    wrong = [
        name
        for name in imported_modules(ast.parse(path.read_text(encoding="utf-8")))
        if name.startswith("launchguard.") and part_of(name) not in allowed
    ]
    assert not wrong, f"{path.relative_to(ROOT)} may not import {wrong}"


@pytest.mark.parametrize("path", sorted((ROOT / "checks").rglob("*.py")), ids=lambda p: p.stem)
def test_checks_import_only_public_names(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("launchguard"):
            assert node.module in ("launchguard", "launchguard.html", "launchguard.statistics", "launchguard.walls"), (
                node.module
            )


def modules_after(code: str) -> set[str]:
    script = f"{code}\nimport json, sys\nprint(json.dumps([m.partition('.')[0] for m in sys.modules]))"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    return set(json.loads(ran.stdout.splitlines()[-1]))


def test_the_command_line_imports_nothing_heavy() -> None:
    assert not modules_after("import launchguard.cli") & HEAVY


def test_help_imports_nothing_heavy() -> None:
    code = "import launchguard.cli\ntry:\n    launchguard.cli.main(['--help'])\nexcept SystemExit:\n    pass"
    assert not modules_after(code) & HEAVY


def test_the_public_names_are_all_there() -> None:
    import launchguard

    assert {name: getattr(launchguard, name) for name in launchguard.__all__}.keys() == set(launchguard.__all__)
    with pytest.raises(AttributeError, match="no attribute"):
        getattr(launchguard, "nothing_of_the_kind")  # noqa: B009 - mypy knows that it is not there


def test_locust_is_imported_in_its_subprocess_only() -> None:
    importers = {
        str(path.relative_to(SRC))
        for _, path in modules()
        if any(
            name.partition(".")[0] in ("locust", "gevent", "geventhttpclient")
            for name in imported_modules(ast.parse(path.read_text(encoding="utf-8")))
        )
    }
    inside = ("load/sending/", "load/journeys/", "load/workers/", "load/calibration/trial.py")
    assert importers
    assert all(name.startswith(inside) for name in importers), importers
    assert "gevent" not in modules_after("import launchguard.run, launchguard.load")
