"""What the documents point at is there: links with their headings, and paths of this repository."""

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), ROOT / "checks" / "README.md"])
OURS = ("benchmarks/", "checks/", "docs/", "examples/", "requirements/", "scripts/", "src/", "tests/", ".github/")

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_CODE = re.compile(r"`([^`\n]+)`")
_BLOCK = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_WRITTEN_BY_A_RECIPE = re.compile(r"^`([^`\n]+)`[^`\n]*:\n\n```python$|^Made: `([^`]+)`", re.MULTILINE)


def anchors(document: str) -> set[str]:
    """The anchors that GitHub gives the headings."""
    headings = re.findall(r"^#+ (.*)$", _BLOCK.sub("", document), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def wrong_links(path: Path) -> list[str]:
    wrong = []
    for link in _LINK.findall(_BLOCK.sub("", path.read_text(encoding="utf-8"))):
        if "://" in link or link.startswith("mailto:"):
            continue
        name, _, anchor = unquote(link).partition("#")
        target = path.parent / name if name else path
        if not target.exists() or (anchor and anchor not in anchors(target.read_text(encoding="utf-8"))):
            wrong.append(link)
    return wrong


def wrong_paths(path: Path) -> list[str]:
    """Paths in code that are not there; `<id>` and `*` stand for anything, `file:12` for a line of it."""
    text = path.read_text(encoding="utf-8")
    planned = {name for found in _WRITTEN_BY_A_RECIPE.findall(text) for name in found}
    named = {name.partition(":")[0] for name in _CODE.findall(_BLOCK.sub("", text)) if name.startswith(OURS)}
    patterns = {re.sub(r"<[^>]*>", "*", name) for name in named - planned if " " not in name}
    return sorted(pattern for pattern in patterns if not any(ROOT.glob(pattern)))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_what_a_document_points_at_is_there(path: Path) -> None:
    assert (wrong_links(path), wrong_paths(path)) == ([], [])


def test_what_is_missing_is_seen(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# One two\n[a](#one-two) [b](#three) [c](none.md) `src/nothing.py` `src/launchguard/*.py`\n")
    assert wrong_links(page) == ["#three", "none.md"]
    assert wrong_paths(page) == ["src/nothing.py"]


def test_every_promise_of_trust_names_the_tests_that_hold_it() -> None:
    text = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    rows = [line for line in text.partition("## What holds it")[2].splitlines() if line.startswith("| ")][2:]
    assert len(rows) > 20
    for row in rows:
        *_, last = row.strip("| ").split(" | ")
        named = _CODE.findall(last)
        files = [ROOT / name for name in named if name.startswith("tests/")]
        assert files, row
        for file in files:
            assert file.name.startswith("test_") and "def test_" in file.read_text(encoding="utf-8"), file
