"""The figures of a verdict as Markdown: what was measured, level by level, the forecast, and what was assumed."""

from collections.abc import Iterator, Sequence

from launchguard.model.verdict import Verdict
from launchguard.report import facts
from launchguard.report.formats.markdown.chart import mermaid
from launchguard.report.levels import markdown_levels
from launchguard.report.numbers import PAGE_HEADER, number_rows, page_lines
from launchguard.report.requests import STEP_HEADER, step_lines
from launchguard.words import count, moment, number
from launchguard.words.hostile import markdown_code as code
from launchguard.words.hostile import markdown_text as text


def markdown_numbers(verdict: Verdict, *, tables: bool) -> Iterator[str]:
    """Yield the lines of the figures, with `tables` those of the pages, the levels and the channels too."""
    yield from ("### The numbers", "", "| | |", "| --- | --- |")
    yield from (f"| **{label}** | {text(sentence, 2_000)} |" for label, sentence in number_rows(verdict))
    yield ""
    if tables:
        yield from _measured(verdict)
        yield from _forecast(verdict)


def _measured(verdict: Verdict) -> Iterator[str]:
    lines = page_lines(verdict)
    if lines:
        yield from _table(PAGE_HEADER, lines[:100])
    steps = step_lines(verdict)
    if steps:
        yield from _table(STEP_HEADER, steps)
    if verdict.capacity and verdict.capacity.levels:
        yield from (*markdown_levels(verdict.capacity.levels[:100]), "")


def _forecast(verdict: Verdict) -> Iterator[str]:
    if not verdict.forecast:
        return
    yield from (mermaid(verdict.forecast), "")
    header = ("Channel", "Visits", "Own peak, visits/s", "When", "Share of the peak")
    channels = [
        (
            c.name,
            number(c.known(c.visits)),
            number(c.known(c.peak_per_s)),
            moment(c.peak_at) if c.reach_known else "unknown",
            f"{count(100 * c.share_of_peak)} %" if c.reach_known else "unknown",
        )
        for c in verdict.forecast.channels[:100]
    ]
    yield from _table(header, channels)


def _table(header: Sequence[str], lines: Sequence[Sequence[str]]) -> Iterator[str]:
    yield "| " + " | ".join(header) + " |"
    yield "| --- |" + " ---: |" * (len(header) - 1)
    for line in lines:
        yield "| " + " | ".join((code(line[0], 300), *(text(cell, 300) for cell in line[1:]))) + " |"
    yield ""


def fine_and_assumed(verdict: Verdict, found: facts.Sections) -> Iterator[str]:
    """Yield what was fine, and every assumption, folded."""
    fine = facts.fine_checks(found.fine)
    lines = [
        f"- {text(title)} ({code(name, 100)}{f', {pages} pages' if pages > 1 else ''})" for name, title, pages in fine
    ]
    yield from _details(f"What was fine: {len(fine)}", lines)
    assumptions = verdict.forecast.assumptions if verdict.forecast else ()
    lines = [
        f"- {text(a.what)}: **{text(a.value)}**. Source: {text(a.source)}. Instead: {text(a.override)}"
        for a in assumptions[:200]
    ]
    yield from _details(f"Assumptions: {len(assumptions)}", lines)


def _details(title: str, lines: Sequence[str]) -> Iterator[str]:
    """A folded list; the blank line after the summary makes its inside Markdown again."""
    if lines:
        yield from ("<details>", f"<summary>{title}</summary>", "", *lines, "", "</details>", "")
