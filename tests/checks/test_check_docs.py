"""Every check documents itself, and checks/README.md is made from those texts."""

import inspect
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from launchguard import Check, Finding, Unknown
from launchguard.checking.docs import check_as_mapping, check_as_markdown, check_as_text, readme, setting
from launchguard.checking.docstring import Example, read_docstring
from launchguard.checking.files import built_in_checks
from launchguard.testing import judge_example

ROOT = Path(__file__).parents[2]
FIRST_SEVENTEEN = {
    "plan": {"launch-time", "channel-plausible", "half-baked"},
    "page": {
        "reachable", "tls-valid", "tls-expiry", "redirect-chain", "http-status", "params-lost", "contains",
        "placeholder", "viewport", "page-weight", "compression",
    },
    "load": {"failures", "latency", "arrivals-started"},
}  # fmt: skip
OWNERS = {"marketing", "web", "infra", "engineering", "analytics"}


@pytest.fixture(params=built_in_checks(), ids=lambda check: check.id)
def each(request: pytest.FixtureRequest) -> Check:
    check: Check = request.param
    return check


def test_the_first_seventeen_are_there() -> None:
    groups: dict[str, set[str]] = {}
    for check in built_in_checks():
        groups.setdefault(check.group, set()).add(check.id)
    assert all(groups[name] >= ids for name, ids in FIRST_SEVENTEEN.items())


def test_a_check_lives_in_a_small_file_of_its_name(each: Check) -> None:
    path = Path(each.path)
    assert path.stem == each.id.replace("-", "_")
    assert path.parent.name == each.group
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 120


def test_a_docstring_says_what_why_fix_and_source(each: Check) -> None:
    for text in (each.title, each.why, each.fix, each.source):
        assert text.endswith("."), text
    assert each.title[0].isupper()
    assert each.owner in OWNERS


def test_every_rendering_holds_the_whole_docstring(each: Check) -> None:
    for text in (check_as_text(each), check_as_markdown(each), json.dumps(check_as_mapping(each), ensure_ascii=False)):
        for part in (each.id, each.severity, each.owner):
            assert part in text
        assert each.example is not None
        for part in (each.title, each.why, each.fix, each.source, each.example.bad, each.example.good):
            assert part in text or json.dumps(part, ensure_ascii=False)[1:-1] in text
        assert all(option.name in text for option in each.options)


def test_options_have_a_type_and_a_default_that_a_manifest_can_hold(each: Check) -> None:
    for option in each.options:
        assert isinstance(option.default, int | float | str | bool | tuple)
        assert f"{option.name}: " in setting(each)


def test_its_example_finds_the_bad_case_and_not_the_good_one(each: Check) -> None:
    assert each.example is not None, f'{each.id}: give its docstring "Example:", with "Bad: ..." and "Good: ..."'
    says = Finding if "Finding" in str(inspect.signature(each.function).return_annotation) else Unknown
    assert any(isinstance(answer, says) for answer in judge_example(each, each.example.bad))
    assert judge_example(each, each.example.good) == []


def test_an_example_is_two_lines_or_none() -> None:
    parts = "It passes.\n\nWhy: w.\nFix: f.\nSource: s.\n"
    assert read_docstring(parts).example is None
    both = read_docstring(f"{parts}Example:\n    Bad: a_visit(body='Fix: it')\n    Good: a_visit()\n")
    assert both.example == Example("a_visit(body='Fix: it')", "a_visit()")
    assert both.source == "s."
    for wrong in ("    Bad: a_visit()\n", "    Good: a_visit()\n", "    a_visit()\n"):
        with pytest.raises(ValueError, match="not two lines"):
            read_docstring(f"{parts}Example:\n{wrong}")


def test_every_check_is_tested(each: Check) -> None:
    texts = [path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py")]
    assert any(f'"{each.id}"' in text for text in texts)


def test_the_readme_is_up_to_date() -> None:
    written = (ROOT / "checks" / "README.md").read_text(encoding="utf-8")
    assert written == readme(built_in_checks()), "run `make docs`"


def test_a_pipe_in_a_text_stays_inside_its_cell(all_checks: dict[str, Check]) -> None:
    from dataclasses import replace

    row: Callable[[str], str] = lambda title: readme([replace(all_checks["viewport"], title=title)])  # noqa: E731
    assert r"a \| b" in row("a | b")
