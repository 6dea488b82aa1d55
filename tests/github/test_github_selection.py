"""What changed, and what shares a host with it."""

from pathlib import Path

import pytest

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
        (["README.md", ".launchguard.yml"], []),
        (["campaigns/c.yml"], ["campaigns/broken.yml", "campaigns/c.yml"]),
        (["campaigns/a.yml"], ["campaigns/a.yml", "campaigns/b.yml", "campaigns/broken.yml"]),
        (["campaigns/broken.yml"], ["campaigns/broken.yml"]),
        (["base.yml"], ["campaigns/2027/d.yml", "campaigns/broken.yml"]),
        (["journeys/checkout.py"], ["campaigns/2027/d.yml", "campaigns/broken.yml"]),
        (["checks/own.py"], ALL),
        (["checks-of-others/own.py"], []),
    ],
)
def test_what_a_change_concerns(folder: Path, changed: list[str], expected: list[str]) -> None:
    candidates = read_candidates(matching(["campaigns/**/*.yml"], folder, folder), folder)
    files = frozenset(str((folder / name).resolve()) for name in changed)
    assert sorted(one.path for one in concerned(candidates, files, [folder / "checks"])) == expected


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
