"""The verdict as Markdown: a job summary, or a comment; both fit their size limits by leaving out count findings."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from launchguard.model.result import RunResult
from launchguard.model.verdict import Verdict
from launchguard.report import facts
from launchguard.report.formats.markdown.loosened import markdown_loosening
from launchguard.report.formats.markdown.numbers import fine_and_assumed, markdown_numbers
from launchguard.report.formats.markdown.whole import ICONS, Sorted, not_judged, overview
from launchguard.report.judged import not_judged_line
from launchguard.words import moment, plural, rate
from launchguard.words.hostile import markdown_code as code
from launchguard.words.hostile import markdown_text as text
from launchguard.words.hostile import plain_lines

MAX_BYTES = 900 * 1024
"""GitHub drops a step's count summary beyond 1 MiB."""

MAX_CHARS = 65_536
"""GitHub refuses a longer comment."""


@dataclass
class _Budget:
    """How much to show: findings still to be spent, and whether tables, charts and lists come along."""

    findings: int
    appendix: bool = True

    def take(self, wanted: int) -> int:
        granted = min(wanted, self.findings)
        self.findings -= granted
        return granted


def render(result: RunResult) -> str:
    """The job summary at its usual limit."""
    return render_markdown(result)


def render_markdown(result: RunResult, *, max_bytes: int = MAX_BYTES) -> str:
    """The job summary in at most `max_bytes` of UTF-8, with "N more" where findings were left out."""
    return _fit(result, lambda document: len(document.encode()) <= max_bytes)


def render_comment(result: RunResult, *, max_chars: int = MAX_CHARS) -> str:
    """The same for a comment in at most `max_chars`, counted in UTF-16 units so that no reader counts more."""
    return _fit(result, lambda document: len(document.encode("utf-16-le")) // 2 <= max_chars)


def _fit(result: RunResult, fits: Callable[[str], bool]) -> str:
    """The most that fits: everything, fewer findings, no appendix, at last only headlines."""
    sorted_ = [(verdict, facts.sections(verdict)) for verdict in result]
    total = sum(facts.entry_count(groups) for _, found in sorted_ for groups in _finding_sections(found))
    for appendix in (True, False):
        best = _largest(total, partial(_at_most, result, sorted_, appendix), fits)
        if best is not None:
            return best
    return _largest(len(result), partial(_headlines, result), fits) or ""


def _largest(upper: int, build: Callable[[int], str], fits: Callable[[str], bool]) -> str | None:
    """The document with the most items that fits, by bisection; None when not even the empty one does."""
    count = build(upper)
    if fits(count):
        return count
    low, best = 0, build(0)
    if not fits(best):
        return None
    upper -= 1
    while low < upper:
        middle = (low + upper + 1) // 2
        document = build(middle)
        if fits(document):
            low, best = middle, document
        else:
            upper = middle - 1
    return best


def _at_most(result: RunResult, verdicts: Sorted, appendix: bool, findings: int) -> str:
    return _document(result, verdicts, _Budget(findings, appendix))


def _finding_sections(found: facts.Sections) -> tuple[tuple[facts.FindingGroup, ...], ...]:
    return found.blocks, found.warns, found.unknowns, found.waived, found.notes


def _document(result: RunResult, verdicts: Sorted, budget: _Budget) -> str:
    lines = [*overview(result, verdicts), *not_judged(result)]
    for verdict, found in verdicts:
        lines += _verdict(verdict, found, budget)
    return "\n".join(lines).rstrip() + "\n"


def _headlines(result: RunResult, shown: int) -> str:
    lines = [*not_judged(result), *(f"- {ICONS[v.decision]} {text(v.headline)}" for v in result[:shown])]
    if shown < len(result):
        lines.append(f"- {plural(len(result) - shown, 'more campaign')} in the JSON report")
    return "\n".join(lines) + "\n"


def _verdict(verdict: Verdict, found: facts.Sections, budget: _Budget) -> Iterator[str]:
    yield f"## {ICONS[verdict.decision]} {text(verdict.headline)}"
    yield ""
    about = [f"**{text(verdict.campaign.name, 200)}**", code(verdict.manifest, 300) if verdict.manifest else ""]
    yield " · ".join(part for part in (*about, f"launch {moment(verdict.campaign.launch)}") if part)
    yield ""
    looked, judged, sent = facts.not_looked_at(verdict), not_judged_line(verdict), facts.secrets_note(verdict.secrets)
    for note in (text(looked), text(judged), facts.scope_note(verdict), text(sent)):
        if note:
            yield from (f"> {note}", "")
    yield from _section("What blocks", found.blocks, budget)
    yield from _advice(verdict)
    yield from _section("What warns", found.warns, budget)
    yield from _section("What could not be measured", found.unknowns, budget)
    yield from markdown_loosening(verdict)
    yield from _bullets("Questions to the campaign's owners", verdict.questions)
    yield from _section("Waived", found.waived, budget)
    yield from markdown_numbers(verdict, tables=budget.appendix)
    yield from _section("Worth knowing", found.notes, budget)
    yield from _bullets("Not checked", facts.not_checked(verdict))
    if budget.appendix:
        yield from fine_and_assumed(verdict, found)
    versions = ", ".join(f"{name} {version}" for name, version in verdict.versions.items())
    yield f"Run {code(verdict.run_id, 100)}, seed {verdict.seed}" + (f", {text(versions, 300)}" if versions else "")
    yield ""


def _section(title: str, groups: Sequence[facts.FindingGroup], budget: _Budget) -> Iterator[str]:
    total = facts.entry_count(groups)
    if not total:
        return
    yield from (f"### {title}: {total}", "")
    shown = 0
    for group in groups:
        granted = budget.take(len(group.entries))
        if granted:
            yield from _group(group, granted)
            shown += granted
    if shown < total:
        yield f"- {plural(total - shown, 'more', 'more')} in the JSON report"
    yield ""


def _group(group: facts.FindingGroup, shown: int) -> Iterator[str]:
    """One check's findings, then why, fix and owner once."""
    for entry in group.entries[:shown]:
        where = [code(entry.page, 500) if entry.page else "", f"manifest line {entry.line}" if entry.line else ""]
        yield " · ".join(part for part in (f"- **{text(entry.message)}**", *where) if part)
        if entry.evidence:
            yield f"  - Seen: {code(entry.evidence, 500)}"
    for label, value in (("Why", group.why), ("Fix", group.fix)):
        if value:
            first, *rest = plain_lines(value)
            yield f"  - **{label}:** {text(first)}"
            yield from _fenced(rest)
    yield f"  - **Owner:** {text(group.owner, 200)}, check {code(group.check, 100)}"


def _fenced(lines: Sequence[str]) -> Iterator[str]:
    """Lines to copy, inside a list entry; a backtick, which could end the fence, becomes an apostrophe."""
    if lines:
        yield from ("", "    ```yaml", *("    " + line.replace("`", "'")[:500] for line in lines[:20]), "    ```", "")


def _advice(verdict: Verdict) -> Iterator[str]:
    if not verdict.advice:
        return
    yield from ("### The change that would make it safe", "")
    for advice in verdict.advice[:20]:
        yield f"- {text(advice.text)}"
        change = f"{code(advice.change, 500)}, " if advice.change else ""
        yield f"  - **Change:** {change}peak {rate(advice.peak_after_per_s)}"
    yield ""


def _bullets(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield from (f"### {title}", "", *(f"- {text(line)}" for line in lines[:50]))
        if len(lines) > 50:
            yield f"- {plural(len(lines) - 50, 'more', 'more')}"
        yield ""
