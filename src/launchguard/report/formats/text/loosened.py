"""The table "What this change loosens" for a terminal."""

from collections.abc import Iterator

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from launchguard.model.verdict import Verdict
from launchguard.report.formats.text.numbers import TABLE_WIDTH, heading, two_columns
from launchguard.report.loosening import COLUMNS, TITLE, loosening_left, loosening_rows
from launchguard.words.hostile import clip, plain

MAX_CELL = 200


def text_loosening(verdict: Verdict, width: int) -> Iterator[RenderableType]:
    """Yield the table, a list where it is narrow, and nothing where nothing is loosened."""
    if not verdict.loosening:
        return
    yield heading(f"{TITLE}: {len(verdict.loosening)}", "yellow")
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold", padding=(0, 1))
    for name in COLUMNS:
        table.add_column(name, overflow="fold")
    grid = two_columns()
    for row in loosening_rows(verdict):
        what, was, now, state = (clip(plain(cell), MAX_CELL) for cell in row)
        table.add_row(*(Text(cell) for cell in (what, was, now)), Text(state, style="yellow"))
        grid.add_row(Text("·", style="dim"), Text(f"{what}: {was} -> {now}" + (f" ({state})" if state else "")))
    yield table if width >= TABLE_WIDTH else grid
    if left := loosening_left(verdict):
        yield Text(f"\n{left}")
