"""The terminal's report: order, width, colour, and text that cannot act."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from rich.cells import cell_len

from launchguard.model.result import RunResult
from launchguard.report.formats.text.render import MAX_ENTRIES, MAX_GROUPS, render

Build = Callable[[str], RunResult]


@pytest.mark.parametrize("width", [50, 80, 100])
@pytest.mark.parametrize("name", ["go-with-warnings", "no-go-from-load", "several", "hostile", "draft"])
def test_no_line_is_wider_than_the_terminal(build: Build, name: str, width: int) -> None:
    assert max(cell_len(line) for line in render(build(name), width=width).splitlines()) <= width


def test_the_decision_comes_first_then_what_blocks(build: Build) -> None:
    lines = render(build("no-go-from-load"), width=100).splitlines()
    assert lines[0].startswith("NO-GO: at the peak of 92 visits/s on Monday")
    titles = [line.split("─")[0].strip() for line in lines if re.match(r"\w.*──$", line)]
    assert titles == [
        "What blocks: 4",
        "The change that would make it safe",
        "What warns: 1",
        "The numbers",
        "What was fine: 1",
        "Not checked",
    ]


def test_it_says_how_many_never_got_an_answer(build: Build) -> None:
    text = " ".join(render(build("no-go-from-load"), width=100).split())
    assert "planned 225 200 started 224 199 answered correctly 162 137 failed 21 21" in text
    assert "of them: wrong status 11 11 of them: time-out 10 10 never answered 41 41 never sent 1 1" in text
    assert "wrong status, for example 503 from /spring" in text


def test_pages_with_the_same_trouble_share_why_and_fix(build: Build) -> None:
    text = render(build("no-go-from-load"), width=100)
    assert text.count("answered 404, expected 200") == 2
    assert text.count("Fix   Correct what decides http-status") == 1


def test_an_unknown_tells_its_own_fix(build: Build) -> None:
    text = " ".join(render(build("unknown-not-authorized")).split())
    assert "What could not be measured: 1" in text
    assert "Fix Add to .launchguard.yml: load: {hosts: {shop.example.test: {max_rate: 120/s}}}" in text


def test_a_partial_run_says_so(build: Build) -> None:
    text = " ".join(render(build("smoke-only")).split())
    assert text.startswith("GO (smoke only: load not measured)")
    assert "This is no launch verdict." in text
    assert "The run was interrupted" in text
    assert "failures: load was not measured in this run" in text


def test_waived_findings_stay_visible_with_their_reason(build: Build) -> None:
    text = " ".join(render(build("waived")).split())
    assert "answered 302, expected 200 (waived: the shop redirects until the launch (approved by @cto" in text
    assert "What blocks" not in text


def test_several_end_with_a_table_and_the_worst_exit_code(build: Build) -> None:
    tail = render(build("several")).split("All 3 campaigns")[1]
    assert re.findall(r"NO-GO|GO|UNKNOWN", tail) == ["GO", "NO-GO", "UNKNOWN"]
    assert tail.rstrip().endswith("Exit code 1, the worst of 3.")


def test_colour_is_only_there_when_it_is_asked_for(build: Build) -> None:
    colored, plain = render(build("no-go-from-load"), color=True), render(build("no-go-from-load"))
    assert colored.startswith("\x1b[1;31mNO-GO")
    assert "\x1b" not in plain
    assert [line.rstrip() for line in re.sub(r"\x1b\[[\d;]*m", "", colored).splitlines()] == plain.splitlines()


@pytest.mark.parametrize("color", [False, True])
def test_hostile_text_is_printed_and_does_nothing(build: Build, color: bool) -> None:
    text = re.sub(r"\x1b\[[\d;]*m", "", render(build("hostile"), color=color))  # our own colours
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", text)
    assert not re.search(r"^\s*::|##\[", text, re.MULTILINE)
    assert "<script>alert(1)</script>" in text


def test_rich_markup_from_a_page_stays_text(build: Build) -> None:
    (verdict,) = build("waived")
    text = render(RunResult((replace(verdict, headline="GO: [bold red]not a style[/] :smile:"),)), color=True)
    assert "[bold red]not a style[/] :smile:" in text


def test_a_screen_shows_the_first_of_thousands(build: Build) -> None:
    text = " ".join(render(build("many")).split())
    assert f"and {2500 - MAX_ENTRIES:,} more in the JSON report" in text
    assert f"and {2500 - (MAX_GROUPS - 1):,} more in the JSON report" in text
