"""The end of the terminal's report: everything that was asked for at a glance, and the exit code."""

from collections.abc import Iterator

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from launchguard.model.result import NotJudged, RunResult
from launchguard.model.verdict import Decision, Verdict
from launchguard.report import facts
from launchguard.report.formats.text.numbers import heading, two_columns
from launchguard.words import number, plural
from launchguard.words.hostile import clip, plain

COLORS = {Decision.GO: "green", Decision.NO_GO: "red", Decision.UNKNOWN: "yellow", Decision.DRAFT: "cyan"}
MAX_LENGTH = 600


def text_summary(result: RunResult) -> Iterator[RenderableType]:
    """Yield a table where more than one manifest was asked for, why those without a verdict have none, and the code."""
    if result.asked > 1:
        yield heading(f"All {plural(result.asked, 'campaign')}", "default")
        yield _table(result)
    if result.not_judged:
        yield heading(f"Not judged: {len(result.not_judged)}", "yellow")
        grid = two_columns()
        for row in result.not_judged:
            grid.add_row(Text("·", style="dim"), Text(plain(row.manifest), style="bold"))
            grid.add_row("", Text(clip(plain(f"{row.state.words}: {row.why}"), MAX_LENGTH)))
        yield grid
    for problem in result.problems:
        yield Text(f"\n{clip(plain(problem), MAX_LENGTH)}", style="yellow")
    yield Text(f"\n{facts.exit_line(result)}")


def _table(result: RunResult) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold", padding=(0, 1))
    for name in ("Campaign", "Verdict", "Peak/s", "Blocks", "Warns"):
        table.add_column(name, justify="left" if name in ("Campaign", "Verdict") else "right", overflow="fold")
    for verdict in result:
        table.add_row(*_verdict_row(verdict))
    for row in result.not_judged:
        table.add_row(*_open_row(row))
    return table


def _verdict_row(verdict: Verdict) -> tuple[Text | str, ...]:
    found = facts.sections(verdict)
    peak = number(verdict.forecast.known(verdict.forecast.peak_per_s)) if verdict.forecast else "-"
    word = Text(facts.WORDS[verdict.decision], style=f"bold {COLORS[verdict.decision]}")
    word.append(", interrupted" if verdict.partial else "")
    counts = (str(facts.entry_count(found.blocks)), str(facts.entry_count(found.warns)))
    return Text(plain(verdict.campaign.name)), word, peak, *counts


def _open_row(row: NotJudged) -> tuple[Text | str, ...]:
    return Text(plain(row.manifest)), Text(row.state.words, style="yellow"), "-", "-", "-"
