"""The job summary and the comment: what stands where, size limits, and text that cannot act."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from launchguard.model.result import RunResult
from launchguard.model.verdict import Verdict
from launchguard.report.formats.markdown.render import render_comment, render_markdown
from launchguard.words.hostile import markdown_code, markdown_text

Build = Callable[[str], RunResult]

OUR_HTML = re.compile(r"</?(?:details|summary|code)>")


def tokens(markdown: str) -> list[Token]:
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    flat: list[Token] = []
    for token in parser.parse(markdown):
        flat += [token, *(token.children or [])]
    return flat


def assert_neutral(markdown: str) -> None:
    """No link, image or foreign HTML comes out of a parser, and nothing that GitHub turns into one afterwards."""
    seen = tokens(markdown)
    assert not [t.type for t in seen if t.type in ("link_open", "image", "s_open", "em_open")]
    for html in (t.content for t in seen if t.type in ("html_inline", "html_block")):
        assert not re.search("<", OUR_HTML.sub("", html)), html
    prose, inside_code = "", False
    for token in seen:
        inside_code = {"<code>": True, "</code>": False}.get(token.content.strip(), inside_code)
        if token.type == "text" and not inside_code:
            prose += token.content + "\n"
    assert not re.search(r"@\w|#\d|GH-\d|https?://|www\.\w|^::|##\[", prose, re.MULTILINE)


def test_the_verdict_is_the_first_line_and_then_what_blocks(build: Build) -> None:
    text = render_markdown(build("no-go-from-load"))
    assert text.startswith("## ⛔ NO-GO: at the peak of 92 visits/s")
    headings = re.findall(r"^### (.*)$", text, re.MULTILINE)
    assert headings == [
        "What blocks: 4",
        "The change that would make it safe",
        "What warns: 1",
        "The numbers",
        "Not checked",
    ]
    assert "**Why:**" in text
    assert "**Fix:**" in text


def test_the_chart_has_a_table_beside_it(build: Build) -> None:
    text = render_markdown(build("no-go-from-load"))
    chart = text.split("```mermaid\n")[1].split("```")[0]
    points = [float(point) for point in chart.split("line [")[1].split("]")[0].split(", ")]
    assert chart.startswith("xychart-beta\n")
    assert len(points) == 60
    assert max(points) == pytest.approx(92.0, rel=0.001)
    assert "| `teaser` | 10,000 | 61.2 |" in text


def test_assumptions_are_folded(build: Build) -> None:
    details = render_markdown(build("go-with-warnings")).split("<summary>Assumptions: 2</summary>")[1]
    assert "- push response: **9 %**. Source: a vendor's benchmark, assumed." in details.split("</details>")[0]


def test_several_begin_with_an_overview(build: Build) -> None:
    text = render_markdown(build("several"))
    assert text.startswith("# ⛔ NO-GO: 3 campaigns, the worst counts\n\n| Campaign |")
    assert text.count("\n## ") == 3


@pytest.mark.parametrize("name", ["hostile", "waived", "no-go-from-load", "several"])
def test_nothing_from_a_page_acts(build: Build, name: str) -> None:
    assert_neutral(render_markdown(build(name)))


@given(st.text(alphabet=st.characters() | st.sampled_from("`|\\<>[]()!@#*_~&:-.\n1 "), max_size=80))
def test_no_text_acts_as_prose_or_code(text: str) -> None:
    assert_neutral(f"- {markdown_text(text)}\n")
    assert_neutral(f"| a | b |\n| --- | --- |\n| {markdown_text(text)} | {markdown_code(text)} |\n")


@given(st.text(alphabet=st.characters() | st.sampled_from("`|\\ "), max_size=60))
def test_a_table_keeps_its_columns(text: str) -> None:
    row = f"| a | b | c |\n| --- | --- | --- |\n| {markdown_text(text)} | {markdown_code(text)} | end |\n"
    seen = [token for token in tokens(row) if token.type in ("td_open", "tr_open", "inline")]
    assert [token.type for token in seen].count("td_open") == 3
    assert [token.type for token in seen].count("tr_open") == 2
    assert seen[-1].content == "end"


@pytest.mark.parametrize(
    ("render", "size"),
    [
        (render_markdown, lambda text: len(text.encode()) / (900 * 1024)),
        (render_comment, lambda text: len(text) / 65_536),
    ],
)
def test_five_thousand_findings_fit_as_whole_findings(
    build: Build, render: Callable[[Sequence[Verdict]], str], size: Callable[[str], float]
) -> None:
    text = render(build("many"))
    assert 0.9 < size(text) <= 1
    shown = len(re.findall(r"^- \*\*answered ", text, re.MULTILINE))
    more = re.search(r"^- ([\d,]+) more in the JSON report$", text, re.MULTILINE)
    assert more
    assert shown + int(more.group(1).replace(",", "")) == 5_000
    assert "### Not checked" in text
    assert_neutral(text)


def test_the_smallest_comments_keep_the_headlines(build: Build) -> None:
    many = RunResult(tuple(replace(v, run_id=str(n)) for n in range(40) for v in build("several")))
    text = render_comment(many, max_chars=2_000)
    assert len(text) <= 2_000
    assert text.startswith("- ✅ GO: ")
    assert re.search(r"^- \d+ more campaigns in the JSON report$", text, re.MULTILINE)
    without_appendix = render_comment(build("go-with-warnings"), max_chars=2_600)
    assert "### What warns: 2" in without_appendix
    assert "mermaid" not in without_appendix
