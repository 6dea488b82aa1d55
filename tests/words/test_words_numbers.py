"""Numbers for people: one way to write each, and nowhere else."""

import ast
import math
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchguard import words

ROOT = Path(__file__).parents[2]
SRC = ROOT / "src" / "launchguard"
NUMERIC = re.compile(r"[,_]|\.\d+[efgEFG%]?|[efgEFG%]$")

# What is read back by a program, and why.
FOR_PROGRAMS = {
    "channels/recording.py": "digits of a date that somebody wrote without dashes",
    "checking/docs.py": "a manifest's own spelling",
    "forecast/output/svg.py": "coordinates of a picture",
    "forecast/output/tabular.py": "JSON and CSV",
    "model/quantities.py": "a manifest's own spelling, which its parser reads back",
    "web/request.py": "the weights of a header that is sent",
    "report/formats/markdown/chart.py": "points of a chart",
}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"), (0.0001234, "0.0001"), (0.0012, "0.0012"), (0.24, "0.24"), (1.005, "1"), (6.372, "6.37"),
        (64.23, "64.2"), (99.96, "100"), (123.4, "123"), (999.5, "1,000"), (999.4, "999"),
        (1000, "1,000"), (3410, "3,410"),
        (2_010_000, "2,010,000"), (-6.372, "-6.37"), (-1650.4, "-1,650"), (1e-12, "0.000000000001"),
        (math.inf, "unlimited"), (-math.inf, "-unlimited"), (math.nan, "unknown"), (None, "unknown"),
    ],
)  # fmt: skip
def test_a_number(value: float | None, text: str) -> None:
    assert words.number(value) == text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        (words.rate(3410), "3,410 visits/s"),
        (words.rate(2_010_000), "2,010,000 visits/s"),
        (words.per_second(0.25), "0.25/s"),
        (words.percent(0.0312), "3.12 %"),
        (words.percent(1), "100 %"),
        (words.multiple(2.276), "x2.28"),
        (words.count(5518.4), "5,518"),
        (words.about(2876), "about 2,900"),
        (words.tenths(1204.04), "1,204.0"),
        (words.plural(1, "warning"), "1 warning"),
        (words.plural(3000, "warning"), "3,000 warnings"),
        (words.milliseconds(310.4), "310 ms"),
        (words.milliseconds(2410), "2.41 s"),
        (words.exact(12_500), "12,500"),
        (words.exact(100), "100"),
        (words.exact(0.5), "0.5"),
        (words.exact(1234.567), "1,234.57"),
        (words.duration(0.25), "250 ms"),
        (words.duration(45), "45 s"),
        (words.duration(1655), "27 min 35 s"),
        (words.duration(3 * 3600), "3 h"),
        (words.duration(52 * 3600), "2 d 4 h"),
    ],
)
def test_every_other_figure(text: str, written: str) -> None:
    assert text == written


@given(st.floats(min_value=0, max_value=1e15))
def test_no_exponent_and_three_digits_that_mean_the_value(value: float) -> None:
    text = words.number(value)
    assert "e" not in text.lower()
    read = float(text.replace(",", ""))
    assert abs(read - value) <= max(0.005 * value, 0.5 * (value >= 100), 0.5 * value * (value < 0.001))


@given(st.floats(min_value=0, max_value=1e12), st.floats(min_value=0, max_value=1e12))
def test_more_is_never_written_as_less(one: float, other: float) -> None:
    low, high = (float(words.number(value).replace(",", "")) for value in sorted((one, other)))
    assert low <= high


def formatted(tree: ast.AST) -> Iterator[str]:
    """The numeric format specs of f-strings and format(), and of templates with fields."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FormattedValue) and node.format_spec is not None:
            spec = ast.unparse(node.format_spec).strip("f'\"")
            if "%" not in spec[:-1] and NUMERIC.search(spec):
                yield f"line {node.lineno}: {spec}"
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "format":
            yield f"line {node.lineno}: format()"
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            for spec in re.findall(r"\{[a-z_]\w*:([^{}]+)\}", node.value):
                if re.fullmatch(r"[,_]?(?:\.\d+)?[efgEFG%]?", spec):
                    yield f"line {node.lineno}: {{:{spec}}}"


def test_the_search_sees_what_it_forbids() -> None:
    tree = ast.parse(
        "a = f'{x:.3g} {y:,} {z:.0%} {when:%Y-%m-%d} {name:>10}'; b = format(x, '.2f'); c = '{kb:,.0f} kB'"
    )
    assert len(list(formatted(tree))) == 5


@pytest.mark.parametrize(
    "path",
    [p for p in sorted(SRC.rglob("*.py")) if p.parent != SRC / "words"] + sorted((ROOT / "checks").rglob("*.py")),
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_numbers_for_people_are_written_in_words_only(path: Path) -> None:
    found = list(formatted(ast.parse(path.read_text(encoding="utf-8"))))
    if path.is_relative_to(SRC) and str(path.relative_to(SRC)) in FOR_PROGRAMS:
        assert found, "nothing to except any more: take it off the list"
    else:
        assert not found, "launchguard.words writes numbers"
