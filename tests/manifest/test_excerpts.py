"""The line with its caret: below the right character, on hostile lines too; and marks of word processors by name."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchguard.errors import ManifestError
from launchguard.manifest import load_manifest
from launchguard.manifest.excerpts import excerpt_at
from launchguard.manifest.tree import Position

GOOD = """\
name: Spring
launch: 2027-03-01 09:00 Europe/Madrid
pages:
  - url: https://shop.nordlicht.example/spring
    contains: [Spring]
channels:
  - tv: {responders: 300, at: +30m}
"""


def refused(folder: Path, text: str) -> ManifestError:
    (folder / "a.yml").write_bytes(text.encode())
    with pytest.raises(ManifestError) as caught:
        load_manifest(folder / "a.yml")
    return caught.value


@pytest.mark.parametrize(
    ("right", "wrong", "says", "at"),
    [
        ("https://shop", "“https://shop", "begins with “ (U+201C, left double quotation mark), which is no quote", "“"),
        ("+30m", "–30m", "begins with – (U+2013, en dash), which is no minus to a program; write -", "–"),
        ("300,", "300—,", "ends with — (U+2014, em dash)", "300"),
        ("    contains", "\u00a0\u00a0 contains", "begins with (U+00A0, no-break space), which is no space", "  "),
        ("    contains", "\u00a0   contains: [x]\n\u00a0  contains", "(U+00A0, no-break space)", "  "),
        ("name: Spring", "name: Spring\nstatus: draft\u00a0", "ends with (U+00A0, no-break space)", "draft"),
        ("name: Spring", "name: Spring\n“ticket”: a", "begins with “", "“"),
        ("responders: 300", "responders: 300, name: Spring, summer", "a comma ends a value inside of braces", ""),
        ("[Spring]", "[@home]", 'put it in quotes, like "@home"', "@home]"),
    ],
)
def test_marks_at_the_edge_are_named_at_their_place(tmp_path: Path, right: str, wrong: str, says: str, at: str) -> None:
    error = refused(tmp_path, GOOD.replace(right, wrong, 1))
    assert says in error.problems[0]
    line, caret = error.excerpts[error.problems[0]].split("\n")
    assert line[caret.index("^") :].startswith(at)


def test_text_may_begin_with_what_a_number_may_not(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(
        GOOD.replace("name: Spring", "name: “Spring” – sale").replace("[Spring]", "[«Hoy»]")
    )
    campaign = load_manifest(tmp_path / "a.yml").campaign
    assert (campaign.name, campaign.pages[0].contains) == ("“Spring” – sale", ("«Hoy»",))


def test_a_password_is_in_no_excerpt(tmp_path: Path) -> None:
    error = refused(tmp_path, GOOD.replace("https://shop", "https://ana:geheim@shop"))
    assert "user name or password" in error.problems[0]
    assert "geheim" not in str(error.excerpts)


@given(line=st.text(max_size=200), column=st.integers(1, 300))
def test_an_excerpt_is_two_harmless_lines(line: str, column: int) -> None:
    shown, caret = excerpt_at(line, Position("a.yml", 3, column)).split("\n")
    assert shown.isprintable()
    assert "##[" not in shown
    assert caret.startswith("       | ")
    assert caret.strip(" |") == "^"
    assert len(shown) < 130


def test_a_caret_stands_below_wide_characters_too() -> None:
    line, caret = excerpt_at("名前: x", Position("a.yml", 1, 5)).split("\n")
    assert caret.index("^") == line.index("x") + 2
