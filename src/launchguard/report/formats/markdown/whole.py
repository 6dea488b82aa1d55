"""All that was asked for in one call as Markdown: a table of it, and what has no verdict with the reason."""

from collections.abc import Iterator, Sequence

from launchguard.model.result import RunResult
from launchguard.model.verdict import Decision, Verdict
from launchguard.report import facts
from launchguard.words import number, plural
from launchguard.words.hostile import markdown_code as code
from launchguard.words.hostile import markdown_text as text

ICONS = {Decision.GO: "✅", Decision.NO_GO: "⛔", Decision.UNKNOWN: "❔", Decision.DRAFT: "📝"}
OPEN = "🚫"
"""Before what has no verdict."""

MOST_ROWS = 100

Sorted = Sequence[tuple[Verdict, facts.Sections]]
"""Each verdict with its outcomes in the order of reading."""


def overview(result: RunResult, verdicts: Sorted) -> Iterator[str]:
    """Yield the lines of a title and a table, where there is more to tell than one verdict."""
    if result.asked == len(result) == 1:
        return
    word = facts.word_of(result)
    icon = next((ICONS[v.decision] for v in result if facts.WORDS[v.decision] == word), OPEN)
    counted = f"{plural(result.asked, 'campaign')}, the worst counts" if result.asked > 1 else text(result.note)
    yield f"# {icon} {word}: {counted}"
    yield ""
    if result.asked < 2:
        return
    yield "| Campaign | Verdict | Peak, visits/s | Blocks | Warnings |"
    yield "| --- | --- | ---: | ---: | ---: |"
    for verdict, found in verdicts:
        peak = number(verdict.forecast.known(verdict.forecast.peak_per_s)) if verdict.forecast else "-"
        word = f"{ICONS[verdict.decision]} {facts.WORDS[verdict.decision]}{', interrupted' * verdict.partial}"
        counts = f"{facts.entry_count(found.blocks)} | {facts.entry_count(found.warns)}"
        yield f"| {text(verdict.campaign.name, 200)} | {word} | {peak} | {counts} |"
    for row in result.not_judged[:MOST_ROWS]:
        yield f"| {code(row.manifest, 200)} | {OPEN} {row.state.words} | - | - | - |"
    yield ""


def not_judged(result: RunResult) -> Iterator[str]:
    """Yield the lines of a list of what has no verdict, then the exit code where no verdict alone explains it."""
    if result.not_judged:
        yield from (f"### Not judged: {len(result.not_judged)}", "")
        for row in result.not_judged[:MOST_ROWS]:
            yield f"- {code(row.manifest, 200)} {row.state.words}: {text(row.why, 600)}"
        left = len(result.not_judged) - MOST_ROWS
        if left > 0:
            yield f"- {plural(left, 'more', 'more')} in the JSON report"
        yield ""
    yield from (f"- {text(problem, 600)}" for problem in result.problems)
    if result.not_judged or result.problems:
        yield from ("", facts.exit_line(result), "")
