"""What `make mutants` leaves out, and what it asks for."""

import ast
import importlib.util
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def script() -> Any:
    spec = importlib.util.spec_from_file_location("mutants_script", ROOT / "scripts" / "mutants.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # where a dataclass looks its own module up
    spec.loader.exec_module(module)
    return module


def function(text: str) -> ast.FunctionDef:
    (found,) = ast.parse(text).body
    assert isinstance(found, ast.FunctionDef)
    return found


ORIGINAL = """def f(x):
    if x > 1:
        raise ValueError(f"{x} is too many", "write fewer of them")
    return {"status": x}
"""


@pytest.mark.parametrize(
    ("old", "new", "text_only"),
    [
        ("write fewer of them", "XXwrite fewer of themXX", True),
        ("is too many", "IS TOO MANY", True),
        ('"write fewer of them"', "None", False),
        ("{x} is", "{None} is", False),
        ("status", "XXstatusXX", False),
        ("x > 1", "x >= 1", False),
    ],
)
def test_a_mutant_of_a_messages_text_is_told_from_others(script: Any, old: str, new: str, text_only: bool) -> None:
    before, after = function(ORIGINAL), function(ORIGINAL.replace(old, new).replace("def f", "def f__mutmut_1"))
    assert (script.blanked(before) == script.blanked(after)) == text_only
    was, now = script.changed_lines(before, after)
    assert was != now
    assert len(was.splitlines()) == 1


@pytest.mark.parametrize(
    ("status", "over", "kind"),
    [
        ("killed", {}, "killed"),
        ("timeout", {}, "killed"),
        ("survived", {}, "survived"),
        ("no tests", {}, "survived"),
        ("suspicious", {}, "survived"),
        ("not checked", {}, "untried"),
        ("survived", {"text_only": True}, "text"),
        ("survived", {"was": "a", "now": "b"}, "equivalent"),
        ("survived", {"was": "a", "now": "c"}, "survived"),
        ("killed", {"was": "a", "now": "b"}, "killed"),
    ],
)
def test_what_counts(script: Any, status: str, over: dict[str, Any], kind: str) -> None:
    mutant = script.Mutant(
        **{"name": "m.x", "module": "m", "was": "", "now": "", "text_only": False, **over}, status=status
    )
    assert script.kind_of(mutant, {("m", "a", "b")}) == kind


def test_the_score_is_of_what_has_to_die(script: Any) -> None:
    assert script.score(Counter(killed=19, survived=1, text=50, equivalent=5)) == 0.95
    assert script.score(Counter(text=5)) == 1.0


def test_every_equivalent_has_a_reason_and_a_module_that_is_there(script: Any) -> None:
    listed = script.read_equivalent()
    assert listed
    for module, was, now in listed:
        assert (ROOT / "src" / f"{module.replace('.', '/')}.py").is_file()
        assert was != now
