"""Loading check files: the built-in ones and a user's own, through the same door."""

from pathlib import Path

import pytest

from launchguard.checking.check import check
from launchguard.checking.files import load_checks
from launchguard.errors import CheckFileError
from launchguard.model.verdict import Finding
from launchguard.model.visit import Hop, Visit

GOOD = '''
from collections.abc import Iterator
from launchguard import Finding, Visit, check

@check("{id}", severity="warn", owner="web")
def own(visit: Visit, *, at_most: int = 3) -> Iterator[Finding]:
    """The page is {id}.

    Why: we say so.
    Fix: make it so.
    Source: the house.
    """
    if len(visit.hops) > at_most:
        yield Finding("{{measured}} hops", measured=len(visit.hops))
'''


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_users_check_loads_beside_the_built_in_ones(tmp_path: Path) -> None:
    write(tmp_path, "few_hops.py", GOOD.format(id="few-hops"))
    write(tmp_path, "sub/other.py", GOOD.format(id="other"))
    write(tmp_path, "_helper.py", "raise RuntimeError('never imported')")
    write(tmp_path, "test_few_hops.py", "raise RuntimeError('never imported')")
    built_in = load_checks()
    mine = [c for c in load_checks([tmp_path]) if c.id not in {b.id for b in built_in}]
    assert sorted(c.id for c in mine) == ["few-hops", "other"]
    (few,) = [c for c in mine if c.id == "few-hops"]
    assert (few.group, few.evidence, few.owner) == ("page", ("Visit",), "web")
    assert (few.title, few.why, few.fix) == ("The page is few-hops.", "we say so.", "make it so.")
    assert [(o.name, o.type, o.default) for o in few.options] == [("at_most", int, 3)]
    url = "http://127.0.0.1/"
    visit = Visit(page=url, url=url, hops=(Hop(url, 302),) * 4)
    assert [a.message for a in few(visit) if isinstance(a, Finding)] == ["4 hops"]
    assert few(visit, at_most=4) == []


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("x = 1\nthis is: not Python\n", 2, "SyntaxError"),
        ("x = 1\n\nraise ValueError('broken')\n", 3, "ValueError: broken"),
        ("import no_such_module_anywhere\n", 1, "ModuleNotFoundError"),
        ("import sys\nsys.exit(0)\n", 2, "SystemExit"),
        ("x = 1\n", 1, "no function in this file"),
        (GOOD.format(id="Not Kebab"), 5, "not kebab-case"),
        (GOOD.format(id="x").replace("Why: we say so.\n", ""), 5, "has no why"),
        (GOOD.format(id="x").replace("at_most: int = 3", "at_most: int"), 5, "at_most needs a default"),
        (GOOD.format(id="x").replace("visit: Visit", "visit: str"), 5, "is no evidence"),
    ],
)
def test_a_broken_file_is_one_line_with_its_place(tmp_path: Path, text: str, line: int, says: str) -> None:
    path = write(tmp_path, "broken.py", text)
    with pytest.raises(CheckFileError) as caught:
        load_checks([tmp_path])
    assert caught.value.exit_code == 2
    assert caught.value.message.startswith(f"{path}:{line}: ")
    assert says in caught.value.message
    assert "\n" not in caught.value.message


def test_an_id_is_taken_once(tmp_path: Path) -> None:
    write(tmp_path, "a.py", GOOD.format(id="same"))
    write(tmp_path, "b.py", GOOD.format(id="same"))
    with pytest.raises(CheckFileError, match=r"id same is already taken by .*a\.py"):
        load_checks([tmp_path])


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CheckFileError, match="no such folder"):
        load_checks([tmp_path / "nowhere"])


def test_importing_a_check_module_registers_nothing() -> None:
    before = [c.id for c in load_checks()]

    @check("lonely", severity="warn", owner="web")
    def lonely(visit: Visit) -> None:
        """Nothing is asked.

        Why: to see.
        Fix: none.
        Source: this test.
        """

    assert lonely.id == "lonely"
    assert [c.id for c in load_checks()] == before
