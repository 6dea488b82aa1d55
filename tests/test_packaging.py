"""The built-in checks load from a wheel, from an editable install and from a plain checkout."""

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

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
    """A clean environment with the wheel in it."""
    folder = tmp_path_factory.mktemp("wheel")
    uv = Path(sys.executable).with_name("uv")
    subprocess.run(
        [str(uv), "build", "--quiet", "--wheel", "--out-dir", str(folder), str(ROOT)], check=True, timeout=180
    )
    venv.create(folder / "env", with_pip=False)
    python = folder / "env" / "bin" / "python"
    (wheel,) = folder.glob("*.whl")
    subprocess.run([str(uv), "pip", "install", "--quiet", "--python", str(python), str(wheel)], check=True, timeout=300)
    return python


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
    assert version.stdout.startswith("launchguard, version ")
