"""Numbers for people: one way to write each, and nowhere else."""

import ast
import math
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchguard import words

ROOT = Path(__file__).parents[2]
SRC = ROOT / "src" / "launchguard"
# A format spec that makes a number (PEP 3101); a date's pattern and an alignment of text are none.
NUMERIC = re.compile(r"(?:.?[<>=^])?[-+ ]?z?#?0?\d*([,_]?)(\.\d+[,_]?)?([a-zA-Z%]?)")
# A space begins no spec of a template: `{sigma: 0.3}` is a mapping of YAML.
TEMPLATE = re.compile(r"\{[\w.\[\]]*(?:![rsa])?:(?! )((?:[^{}]|\{\w*\})+)\}")
PERCENT = re.compile(r"%(?:\(\w+\))?[-+ #0]*(?:\d+|\*)?(?:\.(?:\d+|\*))?[hlL]?([a-zA-Z%])")
PERCENT_DIGITS = re.compile(r"%\.\d+[efgEFG]")

# What is read back by a program, and why.
FOR_PROGRAMS = {
    "channels/recording.py": "digits of a date that somebody wrote without dashes",
    "checking/docs.py": "a manifest's own spelling",
    "forecast/output/svg.py": "coordinates of a picture",
    "forecast/output/tabular.py": "JSON and CSV",
    "model/quantities.py": "a manifest's own spelling, which its parser reads back",
    "model/readings.py": "a number as a manifest has to spell it",
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
    ("text", "expected"),
    [
        (words.rate(3410), "3,410 visits/s"),
        (words.rate(2_010_000), "2,010,000 visits/s"),
        (words.per_second(0.25), "0.25/s"),
        (words.percent(0.0312), "3.12 %"),
        (words.percent(1), "100 %"),
        (words.multiple(2.276), "x2.28"),
        (words.count(5518.4), "5,518"),
        (words.about(2876), "about 2,900"),
        (words.about(0.42), "about 0.42"),
        (words.tenths(1204.04), "1,204.0"),
        (words.plural(1, "warning"), "1 warning"),
        (words.plural(3000, "warning"), "3,000 warnings"),
        (words.milliseconds(310.4), "310 ms"),
        (words.milliseconds(999.4), "999 ms"),
        (words.milliseconds(999.6), "1 s"),
        (words.milliseconds(1000), "1 s"),
        (words.milliseconds(2410), "2.41 s"),
        (words.milliseconds(-999.6), "-1 s"),
        (words.exact(12_500), "12,500"),
        (words.exact(100), "100"),
        (words.exact(0.5), "0.5"),
        (words.exact(1234.567), "1,234.57"),
        (words.compared_ms(2410, 800), ("2.41 s", "800 ms")),
        (words.compared_ms(2004, 2000), ("2,004 ms", "2,000 ms")),
        (words.compared_ms(2000.4, 2000), ("2,000.4 ms", "2,000 ms")),
        (words.compared_ms(2000, 2000), ("2 s", "2 s")),
        (words.duration(0.25), "250 ms"),
        (words.duration(45), "45 s"),
        (words.duration(1655), "27 min 35 s"),
        (words.duration(3 * 3600), "3 h"),
        (words.duration(52 * 3600), "2 d 4 h"),
        (words.duration(1e9), "11,574 d 1 h"),
        (words.duration(0), "0 s"),
        (words.duration(59.99999), "1 min"),
        (words.duration(59.9999), "59.9999 s"),
        (words.duration(3599.6), "1 h"),
        (words.duration(0.9999999), "1 s"),
        (words.duration(0.999999), "999.999 ms"),
        (words.duration(-0.25), "-250 ms"),
        (words.duration(-59.99999), "-1 min"),
        (words.duration(-90), "-1 min 30 s"),
    ],
)
def test_every_other_figure(text: str | tuple[str, str], expected: str | tuple[str, str]) -> None:
    assert text == expected


EVERY = (
    words.about, words.count, words.duration, words.exact, words.milliseconds, words.multiple, words.number,
    words.per_second, words.percent, words.rate, words.tenths,
)  # fmt: skip
UNITS = {
    words.multiple: "x0", words.percent: "0 %", words.rate: "0 visits/s", words.per_second: "0/s",
    words.duration: "0 s", words.milliseconds: "0 ms", words.tenths: "0.0", words.about: "about 0",
}  # fmt: skip


@pytest.mark.parametrize("write", EVERY, ids=lambda write: write.__name__)
def test_what_is_no_figure_is_a_word_without_a_unit(write: Callable[[float | None], str]) -> None:
    assert write(None) == write(math.nan) == "unknown"
    assert write(math.inf) == "unlimited"
    assert write(-math.inf) == "-unlimited"


@pytest.mark.parametrize("write", EVERY, ids=lambda write: write.__name__)
def test_nothing_has_no_sign(write: Callable[[float | None], str]) -> None:
    assert write(-0.0) == write(0.0) == UNITS.get(write, "0")


@given(st.sampled_from(EVERY), st.floats(min_value=-1e12, max_value=1e12))
def test_a_figure_below_nothing_is_the_same_with_its_sign(write: Callable[[float | None], str], value: float) -> None:
    text, opposite = write(value), write(-value)
    assert "e" not in re.sub("[a-z]{2,}", "", text)
    assert not re.search(r"-[0.,]*(?![\d.,])", text)
    digits = [t.replace("-", "") for t in (text, opposite)]
    assert digits[0] == digits[1]


@given(st.sampled_from([words.duration, words.milliseconds]), st.floats(min_value=1e-3, max_value=1e6))
def test_a_time_is_written_in_the_unit_that_fits(write: Callable[[float | None], str], value: float) -> None:
    """Never 1,000 ms, 60 s or 60 min."""
    figures = dict(reversed(part) for part in re.findall(r"([\d.,]+) (\w+)", write(value)))
    amounts = {unit: float(text.replace(",", "")) for unit, text in figures.items()}
    assert amounts.get("ms", 0) < 1000
    assert write is words.milliseconds or amounts.get("s", 0) < 60
    assert amounts.get("min", 0) < 60
    assert amounts.get("h", 0) < 24


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


def decides_digits(spec: str) -> bool:
    """Whether a format spec groups, rounds or scales: what only words may do; `02d`, `d`, `>10` and dates do not."""
    found = NUMERIC.fullmatch(spec)
    return bool(found and (found[1] or (found[2] and found[3] != "s") or found[3] in tuple("eEfFgGn%")))


def written(spec: ast.expr) -> str:
    """A format spec as it stands in an f-string; what is put in when it runs counts as a digit."""
    assert isinstance(spec, ast.JoinedStr)
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "1" for part in spec.values)


def formatted(tree: ast.AST) -> Iterator[str]:
    """The numeric format specs of f-strings and format(), of templates with fields, and of the operator %."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FormattedValue) and node.format_spec is not None:
            spec = written(node.format_spec)
            if decides_digits(spec):
                yield f"line {node.lineno}: {spec}"
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "format":
            yield f"line {node.lineno}: format()"
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod) and isinstance(node.left, ast.Constant):
            template = node.left.value if isinstance(node.left.value, str) else ""
            if set(PERCENT.findall(template)) & set("eEfFgG") and not PERCENT_DIGITS.search(template):
                yield f"line {node.lineno}: {template}"
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            for spec in TEMPLATE.findall(node.value):
                if decides_digits(re.sub(r"\{\w*\}", "1", spec)):
                    yield f"line {node.lineno}: {{:{spec}}}"
            if PERCENT_DIGITS.search(node.value):
                yield f"line {node.lineno}: {node.value}"


@pytest.mark.parametrize(
    "code",
    [
        "f'{x:.3g}'", "f'{x:,}'", "f'{x:_}'", "f'{y:.0%}'", "f'{y:%}'", "f'{x:f}'", "f'{x:8f}'", "f'{x:n}'", "f'{x:g}'",
        "f'{x:+.1f}'", "f'{x:>10,.1f}'", "f'{x:010.2f}'", "f'{x:z.1f}'", "f'{x:.3}'", "f'{x!r:.2e}'",
        "f'{x:.{d}f}'", "f'{x:{w}.{d}f}'", "f'{x:{w}f}'", "f'{x:.1f} {when:%Y-%m-%d}'",
        "format(x, '.2f')", "c = '{kb:,.0f} kB'", "'{:.3g}'.format(x)", "'{0:.3g}'.format(x)",
        "'{a.b:.3g}'.format(a=a)", "'{a[0]:f}'.format(a=a)", "'{x!s:.3}'.format(x=x)",
        "'{:.{d}f}'.format(x, d=d)", "'{:{}f}'.format(x, w)",
        "'%.3g' % x", "'%f' % x", "'%5.1f ms' % x", "'%(x)g' % {'x': x}", "'%.*f' % (d, x)", "T = 'at %.1f/s'",
    ],
)  # fmt: skip
def test_the_search_sees_what_it_forbids(code: str) -> None:
    assert len(list(formatted(ast.parse(code)))) == 1


@pytest.mark.parametrize(
    "code",
    [
        "f'{n}'", "f'{n:d}'", "f'{n:02d}'", "f'{name:>10}'", "f'{name:<{w}}'", "f'{name:.10s}'", "f'{name!r}'",
        "f'{n:x}'", "f'{when:%Y-%m-%d}'", "f'{when:%b %Y, %H:%M}'", "f'{when:%H:%M:%S.%f}'", "f'{when:{pattern}}'",
        "'{n:02d}'.format(n=n)", "'{when:%Y-%m-%d}'.format(when=when)", "'{name}: {a.b}'",
        "'{sigma: 0.3}'", "'a{fill:#f0f6fc}'",
        "'%Y-%m-%d %H:%M:%S.%f'", "when.strftime('%G-%e %f')", "'%s: %d and 5 %% for %r' % (a, b, c)", "n % 7",
        "'the limit is 5 % for all'",
    ],
)  # fmt: skip
def test_the_search_leaves_other_formats_alone(code: str) -> None:
    assert list(formatted(ast.parse(code))) == []


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
