"""What changed, and what shares a host with it."""

from pathlib import Path

import pytest

from launchguard.errors import LaunchGuardError
from launchguard.github.selection import concerned, matching, read_candidates

MANIFEST = """\
launchguard: 1
name: {name}
launch: 2027-03-01 09:00 Europe/Madrid
pages:
  - url: {url}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "campaigns" / "2027").mkdir(parents=True)
    (tmp_path / "journeys").mkdir()
    (tmp_path / "journeys" / "checkout.py").write_text("")
    pages = {
        "a": "https://Shop.example.com/a",
        "b": "https://shop.example.com.:443/b",
        "c": "https://other.example.com/",
    }
    for name, url in pages.items():
        (tmp_path / "campaigns" / f"{name}.yml").write_text(MANIFEST.format(name=name, url=url))
    (tmp_path / "base.yml").write_text("owners: {marketing: ana}\n")
    extended = "extends: ../../base.yml\nload: {journey: ../../journeys/checkout.py}\n"
    child = MANIFEST.format(name="d", url="https://third.example.com/") + extended
    (tmp_path / "campaigns" / "2027" / "d.yml").write_text(child)
    (tmp_path / "campaigns" / "broken.yml").write_text("launchguard: [")
    return tmp_path


ALL = ["campaigns/2027/d.yml", "campaigns/a.yml", "campaigns/b.yml", "campaigns/broken.yml", "campaigns/c.yml"]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ([], []),
        (["README.md", "journeys/README.md", "other/.launchguard.yml"], []),
        ([".launchguard.yml"], ALL),
        (["campaigns/c.yml"], ["campaigns/broken.yml", "campaigns/c.yml"]),
        (["campaigns/a.yml"], ["campaigns/a.yml", "campaigns/b.yml", "campaigns/broken.yml"]),
        (["campaigns/broken.yml"], ["campaigns/broken.yml"]),
        (["base.yml"], ["campaigns/2027/d.yml", "campaigns/broken.yml"]),
        (["journeys/checkout.py"], ["campaigns/2027/d.yml", "campaigns/broken.yml"]),
        (["journeys/shared/basket.py"], ["campaigns/2027/d.yml", "campaigns/broken.yml"]),
        (["basket.py", "journeys-of-others/basket.py"], []),
        (["checks/own.py"], ALL),
        (["checks-of-others/own.py"], []),
    ],
)
def test_what_a_change_concerns(folder: Path, changed: list[str], expected: list[str]) -> None:
    candidates = read_candidates(matching(["campaigns/**/*.yml"], folder, folder), folder)
    files = frozenset(str((folder / name).resolve()) for name in changed)
    of_all = [folder / "checks", folder / ".launchguard.yml"]
    assert sorted(one.path for one in concerned(candidates, files, of_all)) == expected


def test_channels_of_the_repository_are_not_imported_beside_the_token(folder: Path) -> None:
    (folder / "channels").mkdir()
    (folder / "channels" / "radio.py").write_text("raise SystemExit('imported')")
    (folder / ".launchguard.yml").write_text("channels_from: [channels]\n")
    own = MANIFEST.format(name="e", url="https://shop.example.com/e") + "channels: [{radio: {listeners: 5}}]\n"
    (folder / "campaigns" / "e.yml").write_text(own)
    (candidate,) = read_candidates(["campaigns/e.yml"], folder)
    assert candidate.hosts == {"shop.example.com"}


@pytest.mark.parametrize(
    ("patterns", "expected"),
    [
        (["campaigns/**/*.yml"], ALL),
        (["campaigns"], ALL),
        (["campaigns/"], ALL),
        (["campaigns/a.yml", "campaigns/?.yml"], ["campaigns/a.yml", "campaigns/b.yml", "campaigns/c.yml"]),
        (["a [1].yml"], ["a [1].yml"]),
    ],
)
def test_what_patterns_match(folder: Path, patterns: list[str], expected: list[str]) -> None:
    (folder / "a [1].yml").write_text("")
    assert sorted(matching(patterns, folder, folder)) == expected


@pytest.mark.parametrize("patterns", [["**/*.yml"], ["**/*.yaml"], ["**/?.yml"], ["."], ["./"]])
def test_a_manifest_may_end_in_yaml_and_be_written_in_capitals(tmp_path: Path, patterns: list[str]) -> None:
    (tmp_path / ".d.yml").write_text("")
    for name in ("a.yml", "b.yaml", "c.YML"):
        (tmp_path / name).write_text("")
    assert [Path(name).name for name in matching(patterns, tmp_path, tmp_path)] == ["a.yml", "b.yaml", "c.YML"]
    assert matching(["[ab].yml", ".d.yml", "*.txt", "a.yaml"], tmp_path, tmp_path) == ["a.yml", "b.yaml", ".d.yml"]


def test_no_manifest_is_none(tmp_path: Path) -> None:
    assert matching(["nothing/*.yml", "*.json", "none.yml"], tmp_path, tmp_path) == []


@pytest.mark.parametrize(
    ("patterns", "says"),
    [
        (["x" * 5000], "no manifest can be at x"),
        (["../outside.yml"], r"../outside.yml leads out of the workspace"),
        (["link.yml"], r"link.yml leads out of the workspace"),
    ],
)
def test_what_cannot_be_judged_is_refused_with_what_to_do(tmp_path: Path, patterns: list[str], says: str) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "outside.yml").write_text("")
    (inside / "link.yml").symlink_to(tmp_path / "outside.yml")
    with pytest.raises(LaunchGuardError) as refused:
        matching(patterns, inside, inside)
    assert refused.value.message.startswith(says)
    assert len(refused.value.message) < 1100
    assert refused.value.hint or "can be at" in says


def test_what_is_told_of_a_pattern_is_bounded(tmp_path: Path) -> None:
    with pytest.raises(LaunchGuardError) as refused:
        matching(["x" * 5000], tmp_path, tmp_path)
    assert refused.value.message == f"no manifest can be at {'x' * 199}…: File name too long"


@pytest.mark.parametrize("folder", ["BOX", "BOX/", "BOX//"])
def test_a_folder_of_any_name_stands_for_its_manifests(tmp_path: Path, folder: str) -> None:
    (tmp_path / "BOX" / "deep").mkdir(parents=True)
    (tmp_path / "BOX" / "deep" / "a.yml").write_text("")
    assert [str(Path(name)) for name in matching([folder], tmp_path, tmp_path)] == ["BOX/deep/a.yml"]


def test_a_folder_beside_the_workspaces_own_is_inside_of_it(tmp_path: Path) -> None:
    """`working-directory` may be a folder of the workspace, and a pattern may lead back up within it."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.yml").write_text("")
    assert matching(["../a.yml"], tmp_path / "sub", tmp_path) == ["../a.yml"]


def test_each_manifest_is_read_once_whatever_matches_it(tmp_path: Path) -> None:
    for name in ("b.yml", "a.yml", "c.txt"):
        (tmp_path / name).write_text("")
    (tmp_path / "folder.yml").mkdir()
    assert matching(["b.yml", "*.yml", "b.yml"], tmp_path, tmp_path) == ["b.yml", "a.yml"]
