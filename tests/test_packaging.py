"""The wheel is whole and typed; the built-in checks load from it, from an editable install and from a checkout."""

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

import launchguard

ROOT = Path(__file__).parents[1]
LIST = (
    "import json, launchguard\n"
    "from launchguard.checking.files import load_checks\n"
    "print(json.dumps({'home': launchguard.__file__, 'ids': sorted(c.id for c in load_checks())}))"
)


def listed(python: Path | str, **env: str) -> tuple[str, list[str]]:
    clean = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    ran = subprocess.run(
        [str(python), "-c", LIST],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
        env={**clean, **env},
        cwd="/",
    )
    answer = json.loads(ran.stdout)
    return answer["home"], answer["ids"]


@pytest.fixture(scope="module")
def expected() -> list[str]:
    files = [p for p in (ROOT / "checks").glob("*/*.py") if not p.name.startswith("_")]
    ids = sorted(path.stem.replace("_", "-") for path in files)
    assert len(ids) >= 17
    return ids


def test_an_editable_install_has_the_checks(expected: list[str]) -> None:
    home, ids = listed(sys.executable)
    assert home.startswith(str(ROOT))
    assert ids == expected


def test_a_plain_checkout_has_the_checks(expected: list[str], tmp_path: Path) -> None:
    files = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "src", "checks"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in files.stdout.splitlines():
        source = ROOT / name
        if source.is_file():
            target = tmp_path / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())
    home, ids = listed(sys.executable, PYTHONPATH=str(tmp_path / "src"))
    assert home.startswith(str(tmp_path))
    assert ids == expected


@pytest.fixture(scope="module")
def wheel_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clean environment with the wheel in it, built and run with the locked versions."""
    folder = tmp_path_factory.mktemp("wheel")
    build = ("build", "--quiet", "--wheel", "--no-build-isolation", "--python", sys.executable)
    uv(*build, "--out-dir", folder, ROOT)
    venv.create(folder / "env", with_pip=False)
    python = folder / "env" / "bin" / "python"
    (wheel,) = folder.glob("*.whl")
    install = ("pip", "install", "--quiet", "--python", python)
    uv(*install, "--require-hashes", "--requirement", ROOT / "requirements" / "action.txt")
    uv(*install, "--no-deps", wheel)
    return python


def uv(*arguments: str | Path) -> None:
    command = [Path(sys.executable).with_name("uv"), *arguments]
    subprocess.run(command, check=True, timeout=300)


@pytest.mark.timeout(600)
def test_a_wheel_has_the_checks(expected: list[str], wheel_python: Path) -> None:
    home, ids = listed(wheel_python)
    assert not home.startswith(str(ROOT))
    assert ids == expected
    top_level = subprocess.run(
        [str(wheel_python), "-c", "import importlib.util; print(importlib.util.find_spec('checks'))"],
        capture_output=True,
        text=True,
        check=True,
        cwd="/",
    )
    assert top_level.stdout.strip() == "None"
    version = subprocess.run(
        [str(wheel_python.with_name("launchguard")), "--version"], capture_output=True, text=True, check=True
    )
    assert version.stdout == f"launchguard, version {launchguard.__version__}\n"
    told = "import importlib.metadata as m; print(m.version('launchguard'))"
    packaged = subprocess.run([str(wheel_python), "-c", told], capture_output=True, text=True, check=True, cwd="/")
    assert packaged.stdout.strip() == launchguard.__version__


WITH_A_MISTAKE = """\
from collections.abc import Iterator

from launchguard import Finding, Visit, check


@check("own", severity="warn", owner="web")
def own(visit: Visit) -> Iterator[Finding]:
    \"\"\"It is typed.\"\"\"
    if visit.url + 1:
        yield Finding("{measured}", measured=visit.status)
"""


@pytest.mark.timeout(600)
def test_a_check_of_ones_own_is_typed_against_the_wheel(wheel_python: Path, tmp_path: Path) -> None:
    """What the starter writes passes mypy's strict mode, and a mistake is seen: nothing of it is `Any`."""
    command = [str(wheel_python.with_name("launchguard")), "new-check", "own-check"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=60)
    (starter,) = tmp_path.rglob("own_check.py")
    mistaken = tmp_path / "mistaken.py"
    mistaken.write_text(WITH_A_MISTAKE, encoding="utf-8")
    mypy = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--python-executable", str(wheel_python)]
    ran = subprocess.run(
        [*mypy, str(starter), str(mistaken)], cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False
    )
    assert ran.stdout.startswith('mistaken.py:9: error: Unsupported operand types for + ("str" and "int")'), ran.stdout
    assert ran.stdout.splitlines()[-1] == "Found 1 error in 1 file (checked 2 source files)"
