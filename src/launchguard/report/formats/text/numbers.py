"""The figures of a verdict for a terminal: what was sent and answered, and every level of a search."""

from collections.abc import Iterator, Sequence

from rich import box
from rich.console import Group as Stack
from rich.console import RenderableType
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from launchguard.model.verdict import Verdict
from launchguard.report.levels import LEVEL_HEADER, level_line
from launchguard.report.numbers import PAGE_HEADER, number_rows, page_lines
from launchguard.report.requests import STEP_HEADER, step_lines
from launchguard.words.hostile import plain

TABLE_WIDTH = 72
"""A narrower terminal gets lists where a table would break its words."""


def heading(title: str, style: str) -> RenderableType:
    """A section's title on a line of its own."""
    return Stack(Text(), Rule(Text(title, style=f"bold {style}"), align="left", characters="─", style="dim"))


def two_columns() -> Table:
    """A mark or a label, and beside it what is as wide as the rest of the screen."""
    grid = Table.grid(padding=(0, 1), expand=True)
    grid.add_column(no_wrap=True)
    grid.add_column(ratio=1, overflow="fold")
    return grid


def text_numbers(verdict: Verdict, width: int) -> Iterator[RenderableType]:
    """Yield the figures, and the tables of pages, steps and levels; `width` is the screen's, in columns."""
    yield heading("The numbers", "default")
    grid = two_columns()
    for label, text in number_rows(verdict):
        grid.add_row(Text(label, style="cyan"), Text(plain(text)))
    yield grid
    lines = page_lines(verdict)
    if lines:
        yield Text("\nLoad per page", style="cyan")
        yield _as_table(PAGE_HEADER, lines) if width >= TABLE_WIDTH else _as_list(PAGE_HEADER, lines)
    steps = step_lines(verdict)
    if steps:
        yield Text("\nThe journey, step by step", style="cyan")
        yield _as_table(STEP_HEADER, steps) if width >= TABLE_WIDTH else _as_list(STEP_HEADER, steps)
    if verdict.capacity and verdict.capacity.levels:
        yield Text("\nSearch for the capacity", style="cyan")
        levels = [level_line(level) for level in verdict.capacity.levels]
        yield _levels(levels) if width >= TABLE_WIDTH else _as_list(LEVEL_HEADER, levels)


def _as_table(header: Sequence[str], lines: Sequence[Sequence[str]]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold", padding=(0, 1))
    for position, name in enumerate(header):
        table.add_column(Text(name), justify="right" if position else "left", no_wrap=position > 0, overflow="fold")
    for line in lines:
        table.add_row(*(Text(plain(cell)) for cell in line))
    return table


def _levels(lines: Sequence[Sequence[str]]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold", padding=(0, 1))
    for name in LEVEL_HEADER:
        last = name == LEVEL_HEADER[-1]
        table.add_column(name, justify="left" if last else "right", no_wrap=not last, overflow="fold")
    for line in lines:
        table.add_row(*(Text(cell) for cell in line))
    return table


def _as_list(header: Sequence[str], lines: Sequence[Sequence[str]]) -> Table:
    """The same where a table would not fit: a name, and below it its figures."""
    grid = two_columns()
    for first, *cells in lines:
        grid.add_row(Text("·", style="dim"), Text(plain(first)))
        named = zip(header[1:], cells, strict=True)
        figures = ", ".join(f"{name.lower()} {plain(cell)}" for name, cell in named if cell)
        grid.add_row("", Text(figures, style="dim"))
    return grid
