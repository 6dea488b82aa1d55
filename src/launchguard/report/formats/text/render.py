"""The verdict for a terminal: the decision first, then what blocks, what to do about it, and the numbers."""

import io
from collections.abc import Iterator, Sequence

from rich.console import Console, RenderableType
from rich.console import Group as Stack
from rich.padding import Padding
from rich.rule import Rule
from rich.text import Text

from launchguard.model.result import RunResult
from launchguard.model.verdict import Verdict
from launchguard.report import facts
from launchguard.report.formats.text.loosened import text_loosening
from launchguard.report.formats.text.numbers import heading, text_numbers, two_columns
from launchguard.report.formats.text.summary import COLORS, text_summary
from launchguard.report.judged import not_judged_line
from launchguard.words import moment, plural, rate
from launchguard.words.hostile import clip, plain, plain_lines

MAX_LENGTH = 600
"""Characters of one sentence; a page can make a message of any length."""

MAX_GROUPS = 40
"""Checks of one section that a screen shows."""

MAX_ENTRIES = 20
"""Findings of one check that a screen shows; the JSON report holds all."""


def render(result: RunResult, *, width: int = 80, color: bool = False) -> str:
    """All verdicts one below the other, `width` columns wide, then a table of all that was asked for; at last the code.

    What was not judged comes first in one line, where it decides the exit code.
    """
    out = io.StringIO()
    console = Console(
        file=out,
        width=max(width, 30),
        force_terminal=color,
        color_system="standard" if color else None,
        no_color=not color,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )
    if result.note:
        console.print(Text(plain(f"{facts.word_of(result)}: {result.note}"), style="bold"))
    for position, verdict in enumerate(result):
        if position or result.note:
            console.print()
            console.print(Rule(characters="━", style="dim"))
        for part in _parts(verdict, console.width):
            console.print(part)
    for part in text_summary(result):
        console.print(part)
    return "".join(line.rstrip() + "\n" for line in out.getvalue().splitlines())


def _parts(verdict: Verdict, width: int) -> Iterator[RenderableType]:
    found = facts.sections(verdict)
    yield Text(plain(verdict.headline), style=f"bold {COLORS[verdict.decision]}")
    yield Text(_subtitle(verdict), style="dim")
    looked, judged, sent = facts.not_looked_at(verdict), not_judged_line(verdict), facts.secrets_note(verdict.secrets)
    for note in (looked, judged, facts.scope_note(verdict), sent):
        if note:
            yield Text(plain(note), style="yellow")
    yield from _section("What blocks", "✗", "red", found.blocks)
    yield from _advice(verdict)
    yield from _section("What warns", "!", "yellow", found.warns)
    yield from _section("What could not be measured", "?", "yellow", found.unknowns)
    yield from text_loosening(verdict, width)
    yield from _lines("Questions to the campaign's owners", verdict.questions)
    yield from _section("Waived", "~", "cyan", found.waived)
    yield from text_numbers(verdict, width)
    yield from _section("Worth knowing", "i", "cyan", found.notes)
    yield from _fine(found)
    yield from _lines("Not checked", facts.not_checked(verdict))
    yield Text()
    yield Text(_footer(verdict), style="dim")


def _subtitle(verdict: Verdict) -> str:
    parts = [verdict.campaign.name, verdict.manifest, f"launch {moment(verdict.campaign.launch)}"]
    return " · ".join(plain(part) for part in parts if part)


def _footer(verdict: Verdict) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in verdict.versions.items())
    parts = [f"run {verdict.run_id}", f"seed {verdict.seed}", versions]
    return " · ".join(plain(part) for part in parts if part)


def _section(title: str, mark: str, style: str, groups: Sequence[facts.FindingGroup]) -> Iterator[RenderableType]:
    if not groups:
        return
    yield heading(f"{title}: {facts.entry_count(groups)}", style)
    for position, group in enumerate(groups[:MAX_GROUPS]):
        if position:
            yield Text()
        yield _finding(mark, style, group)
    left = facts.entry_count(groups[MAX_GROUPS:])
    if left:
        yield Text(f"\nand {plural(left, 'more', 'more')} in the JSON report")


def _finding(mark: str, style: str, group: facts.FindingGroup) -> RenderableType:
    """One check: its sentences with their pages, then why and fix and who owns it, once."""
    grid = two_columns()
    for entry in group.entries[:MAX_ENTRIES]:
        grid.add_row(Text(mark, style=f"bold {style}"), Text(clip(plain(entry.message), MAX_LENGTH), style="bold"))
        where = [plain(entry.page), f"manifest line {entry.line}" if entry.line else ""]
        if any(where):
            grid.add_row("", Text(" · ".join(part for part in where if part), style="dim"))
        if entry.evidence:
            grid.add_row("", Text(f"seen: {clip(plain(entry.evidence), MAX_LENGTH)}", style="dim"))
    if len(group.entries) > MAX_ENTRIES:
        grid.add_row("", Text(f"and {plural(len(group.entries) - MAX_ENTRIES, 'more', 'more')} in the JSON report"))
    details = two_columns()
    for label, text in (("Why", group.why), ("Fix", group.fix), ("Owner", f"{group.owner} · check {group.check}")):
        if text:
            details.add_row(Text(label, style="cyan"), Text("\n".join(plain_lines(text))))
    return Stack(grid, Padding(details, (0, 0, 0, 2)))


def _advice(verdict: Verdict) -> Iterator[RenderableType]:
    if not verdict.advice:
        return
    yield heading("The change that would make it safe", "green")
    grid = two_columns()
    for advice in verdict.advice:
        grid.add_row(Text("→", style="bold green"), Text(plain(advice.text)))
        effect = f"peak {rate(advice.peak_after_per_s)}"
        grid.add_row("", Text(f"{plain(advice.change)}  ({effect})" if advice.change else effect, style="dim"))
    yield grid


def _lines(title: str, lines: Sequence[str]) -> Iterator[RenderableType]:
    if not lines:
        return
    yield heading(title, "default")
    grid = two_columns()
    for line in lines:
        grid.add_row(Text("·", style="dim"), Text(plain(line)))
    yield grid


def _fine(found: facts.Sections) -> Iterator[RenderableType]:
    if not found.fine:
        return
    checks = facts.fine_checks(found.fine)
    yield heading(f"What was fine: {len(checks)}", "green")
    grid = two_columns()
    for check, title, pages in checks:
        where = f" ({plural(pages, 'page')})" if pages > 1 else ""
        line = Text(plain(title))
        line.append(f"  {plain(check)}{where}", style="dim")
        grid.add_row(Text("✓", style="green"), line)
    yield grid
