"""Imports point down only, and the command line starts without the heavy libraries."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parents[1]
SRC = ROOT / "src" / "launchguard"

# Each room may import itself, `errors`, the version, and the rooms listed here. A room that is not listed fails.
MAY_IMPORT: dict[str, set[str]] = {
    "__init__": {"*"},
    "__main__": {"cli"},
    "errors": {"words"},
    "journey": set(),
    "testing": {"channels", "checking", "forecast", "model", "site", "web"},
    "words": set(),
    "numbers": set(),
    "system": set(),
    "web": {"words"},
    "model": {"numbers", "web", "words"},
    "checks": set(),
    "channels": {"model", "numbers", "system", "words"},
    "checking": {"checks", "model", "numbers", "system", "words"},
    "manifest": {"channels", "checking", "model", "words"},
    "forecast": {"channels", "model", "numbers", "web", "words"},
    "probe": {"model", "web", "words"},
    "authorize": {"model", "probe", "web", "words"},
    "load": {"authorize", "journey", "model", "numbers", "probe", "system", "web", "words"},
    "judging": {"checking", "forecast", "model", "numbers", "web", "words"},
    "trust": {"channels", "checking", "manifest", "model", "web"},
    "run": {
        "authorize",
        "checking",
        "forecast",
        "judging",
        "load",
        "manifest",
        "model",
        "numbers",
        "probe",
        "web",
        "words",
    },
    "dryrun": {
        "authorize",
        "checking",
        "forecast",
        "judging",
        "load",
        "manifest",
        "model",
        "probe",
        "report",
        "run",
        "words",
    },
    "report": {"model", "words"},
    "github": {"manifest", "model", "report", "system", "trust", "words"},
    "site": set(),
    "demo": {"manifest", "model", "run", "site"},
    "cli": {"*"},
}
MOST_LOOSE = 5

# Names that several modules may have, because each is found by that very name in its file.
MEANT_TWICE = {
    "command": "the command of a module of cli",
    "main": "what `python -m` starts",
    "render": "what makes a report of a format",
    "begin": "what Locust calls in a locustfile",
    "conduct": "what Locust calls in a locustfile",
    "Nobody": "the user that a locustfile has to name",
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


def room_of(module: str) -> str:
    return module.split(".")[1] if "." in module else "__init__"


def modules() -> dict[str, Path]:
    """The package's modules by their full names."""
    found = {}
    for path in sorted(SRC.rglob("*.py")):
        parts = ("launchguard", *path.relative_to(SRC).with_suffix("").parts)
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()


def imported_modules(tree: ast.AST, *, for_types: bool = True) -> Iterator[str]:
    """What a module imports at its top or inside of functions; a submodule counts as itself, not as its package."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test) and not for_types:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for name in (f"{node.module}.{alias.name}" for alias in node.names):
                yield name if name in MODULES else node.module
        else:
            yield from imported_modules(node, for_types=for_types)


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", MODULES)
def test_imports_point_down(name: str) -> None:
    room = room_of(name) if name != "launchguard" else "__init__"
    assert room in MAY_IMPORT, f"{room} is new: say in this test what it may import"
    allowed = MAY_IMPORT[room] | {room, "__init__", "errors"}
    if "*" in allowed:
        return
    imported = imported_modules(parsed(MODULES[name]))
    wrong = [other for other in imported if other.startswith("launchguard") and room_of(other) not in allowed]
    assert not wrong, f"{name} may not import {wrong}"


def circle_in(graph: dict[str, set[str]]) -> list[str]:
    """A way that leads from a node back to itself; [] without one."""
    done: set[str] = set()

    def walk(node: str, way: list[str]) -> list[str]:
        if node in way:
            return [*way[way.index(node) :], node]
        if node in done:
            return []
        found = next((c for other in sorted(graph.get(node, ())) if (c := walk(other, [*way, node]))), [])
        done.add(node)
        return found

    return next((circle for node in sorted(graph) if (circle := walk(node, []))), [])


def test_a_circle_is_seen() -> None:
    assert circle_in({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]
    assert circle_in({"a": {"b", "c"}, "b": {"c"}}) == []


def test_no_import_goes_in_a_circle() -> None:
    graph = {
        name: {other for other in imported_modules(parsed(path), for_types=False) if other in MODULES} - {name}
        for name, path in MODULES.items()
        if name != "launchguard"  # its names load on first use
    }
    assert not circle_in(graph)
    rooms: dict[str, set[str]] = {}
    for name, path in MODULES.items():
        if name != "launchguard":
            others = {room_of(other) for other in imported_modules(parsed(path)) if other in MODULES}
            rooms.setdefault(room_of(name), set()).update(others - {room_of(name), "__init__"})
    assert not circle_in(rooms)


def test_few_modules_lie_loose() -> None:
    loose = [path.name for path in SRC.glob("*.py")]
    assert len(loose) <= MOST_LOOSE, f"{loose}: give each a room"


def test_a_public_name_means_one_thing() -> None:
    homes: dict[str, list[str]] = {}
    for name, path in MODULES.items():
        for node in parsed(path).body:
            if isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_"):
                homes.setdefault(node.name, []).append(name)
    twice = {name: where for name, where in homes.items() if len(where) > 1 and name not in MEANT_TWICE}
    assert not twice, f"say the part in the name, like CapacityScope: {twice}"
    assert not {name for name in MEANT_TWICE if len(homes.get(name, ())) < 2}, "no longer there twice"


def test_modules_read_at_a_glance() -> None:
    sizes = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in MODULES.items()}
    assert max(sizes.values()) <= 250, max(sizes, key=lambda name: sizes[name])
    real = [size for size in sizes.values() if size > 10]
    assert median(real) <= 90


@pytest.mark.parametrize("path", sorted((ROOT / "checks").rglob("*.py")), ids=lambda p: p.stem)
def test_checks_import_only_public_names(path: Path) -> None:
    import launchguard

    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("launchguard"):
            assert node.module == "launchguard", node.module
            assert {alias.name for alias in node.names} <= set(launchguard.__all__)
        elif isinstance(node, ast.Import):
            assert not any(alias.name.startswith("launchguard") for alias in node.names)


def url_taken_apart(tree: ast.AST) -> Iterator[str]:
    """What a module works out of a URL by hand: its host, its netloc, a scheme's own port."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in ("hostname", "netloc"):
            yield f"line {node.lineno}: .{node.attr}"
        elif isinstance(node, ast.Constant) and node.value == 443 and type(node.value) is int:
            yield f"line {node.lineno}: 443"


def test_what_takes_a_url_apart_by_hand_is_seen() -> None:
    assert (
        len(list(url_taken_apart(ast.parse("a = urlsplit(url).hostname or b.netloc\nport = 443 if tls else 80")))) == 3
    )


@pytest.mark.parametrize(
    "path",
    [path for name, path in MODULES.items() if room_of(name) != "web"] + sorted((ROOT / "checks").rglob("*.py")),
    ids=lambda path: path.stem,
)
def test_hosts_and_ports_are_read_in_one_room(path: Path) -> None:
    found = list(url_taken_apart(parsed(path)))
    assert not found, f"{path}: {found}: launchguard.web.hosts has it"


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
        for path in MODULES.values()
        if any(
            name.partition(".")[0] in ("locust", "gevent", "geventhttpclient")
            for name in imported_modules(parsed(path))
        )
    }
    inside = ("load/sending/", "load/journeys/", "load/workers/", "load/calibration/trial.py")
    assert importers
    assert all(name.startswith(inside) for name in importers), importers
    assert "gevent" not in modules_after("import launchguard.run, launchguard.load")


def test_what_is_printed_goes_through_one_door() -> None:
    """`cli/output.py` and the errors make it harmless; whoever echoes by himself forgets that once."""
    doors = {"cli/output.py", "errors.py", "cli/progress.py", "site/__main__.py", "system/seal.py"}
    echoing = {
        path.relative_to(SRC).as_posix()
        for path in MODULES.values()
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("click.echo", "click.secho", "print")
        if not any(keyword.arg == "file" and ast.unparse(keyword.value) == "out" for keyword in node.keywords)
    }
    assert echoing <= doors, echoing - doors
