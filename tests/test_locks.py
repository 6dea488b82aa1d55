"""What is installed is locked: one resolution for development, the action and the installer, with hashes, no index."""

import re
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
LOCKS = ("dev", "action", "uv")


def entries(lock: str) -> list[str]:
    """The entries of a lock: the requirement with its hashes, one text each."""
    text = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
    return re.split(r"\n(?=\S)", text.strip())


def pinned(lock: str) -> dict[tuple[str, str, str], frozenset[str]]:
    """(name, version, marker) -> hashes."""
    found: dict[tuple[str, str, str], frozenset[str]] = {}
    for entry in entries(lock):
        first, *rest = (line.strip().removesuffix("\\").strip() for line in entry.splitlines())
        requirement = Requirement(first)
        (pin,) = requirement.specifier
        assert pin.operator == "=="
        key = (canonicalize_name(requirement.name), pin.version, str(requirement.marker or ""))
        found[key] = frozenset(line.removeprefix("--hash=") for line in rest)
    return found


def project() -> tuple[list[Requirement], list[Requirement], list[Requirement]]:
    """What pyproject.toml asks for: dependencies, development tools, and what builds a wheel."""
    data = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = (data["project"]["dependencies"], data["dependency-groups"]["dev"], data["build-system"]["requires"])
    dependencies, tools, build = ([Requirement(text) for text in group] for group in groups)
    return dependencies, tools, build


@pytest.mark.parametrize("lock", LOCKS)
def test_every_entry_has_hashes_and_no_address_stands_in_a_lock(lock: str) -> None:
    for entry in entries(lock):
        assert re.search(r"^    --hash=sha256:[0-9a-f]{64}", entry, re.MULTILINE), entry
        assert not re.search(r"://|index-url|find-links|@ |#", entry), entry


@pytest.mark.parametrize("lock", ["action", "uv"])
def test_it_is_a_part_of_what_the_tests_run_with(lock: str) -> None:
    whole = {(name, pin): hashes for (name, pin, _), hashes in pinned("dev").items()}
    part = pinned(lock)
    assert part
    for (name, pin, _), hashes in part.items():
        assert whole.get((name, pin)) == hashes, f"{name}=={pin}"


def test_all_that_the_project_asks_for_is_locked_as_it_allows() -> None:
    dependencies, tools, build = project()
    for lock, wanted in (("dev", [*dependencies, *tools, *build]), ("action", dependencies)):
        versions: dict[str, list[str]] = {}
        for name, pin, _ in pinned(lock):
            versions.setdefault(name, []).append(pin)
        for requirement in wanted:
            name = canonicalize_name(requirement.name)
            assert name in versions, f"{requirement} is not in {lock}.txt; `make lock`"
            assert all(requirement.specifier.contains(pin) for pin in versions[name]), f"{requirement} in {lock}.txt"


def test_the_tests_run_with_versions_that_the_project_allows() -> None:
    """Not always the locked ones: the lowest and the newest have runs of their own."""
    dependencies, _, _ = project()
    for requirement in dependencies:
        assert requirement.specifier.contains(version(requirement.name)), requirement
