"""The table "What this change loosens" in Markdown."""

from collections.abc import Iterator

from launchguard.model.verdict import Verdict
from launchguard.report.loosening import COLUMNS, TITLE, loosening_left, loosening_rows
from launchguard.words.hostile import markdown_text as text

MAX_CELL = 300


def markdown_loosening(verdict: Verdict) -> Iterator[str]:
    """Yield the lines of the table; nothing where nothing is loosened."""
    if not verdict.loosening:
        return
    yield from (f"### {TITLE}: {len(verdict.loosening)}", "")
    yield from (f"| {' | '.join(COLUMNS)} |", "| --- | --- | --- | --- |")
    yield from (f"| {' | '.join(text(cell, MAX_CELL) for cell in row)} |" for row in loosening_rows(verdict))
    if left := loosening_left(verdict):
        yield from ("", left)
    yield ""
