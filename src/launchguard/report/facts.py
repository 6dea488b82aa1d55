"""What a reader needs from a verdict, sorted once for every format that people read."""

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from launchguard.model.result import RunResult
from launchguard.model.verdict import OF_THE_JUDGE, Decision, Finding, Outcome, Scope, Status, Verdict

if TYPE_CHECKING:
    from launchguard.model.confided import SentSecret
    from launchguard.model.load_figures import LoadStats
    from launchguard.model.load_run import LoadRun

WORDS = {Decision.GO: "GO", Decision.NO_GO: "NO-GO", Decision.UNKNOWN: "UNKNOWN", Decision.DRAFT: "DRAFT"}
CODES = {0: "GO", 1: "NO-GO", 2: "ERROR", 3: "UNKNOWN", 130: "INTERRUPTED"}

EXIT_CODES_OF_VERDICTS = (0, 1, 3)

_SCOPES = {
    Scope.SMOKE: "Smoke only: load was not measured. This is no launch verdict.",
    Scope.LOAD: "Load only: the pages were not looked at one by one. This is no launch verdict.",
    Scope.PARTIAL: "Only some checks ran. This is no launch verdict.",
}


@dataclass(frozen=True)
class Entry:
    """One thing to read: a finding, or the reason of an outcome that has none."""

    message: str
    page: str = ""
    evidence: str = ""
    line: int | None = None


@dataclass(frozen=True)
class FindingGroup:
    """Entries of one check that share their why, fix and owner."""

    check: str
    why: str
    fix: str
    owner: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Sections:
    """A verdict's outcomes in the order of reading."""

    blocks: tuple[FindingGroup, ...]
    warns: tuple[FindingGroup, ...]
    unknowns: tuple[FindingGroup, ...]
    waived: tuple[FindingGroup, ...]
    notes: tuple[FindingGroup, ...]
    fine: tuple[Outcome, ...]


@dataclass(frozen=True)
class LoadFigures:
    """A load run's figures: counts of the whole run, rates and times of the judged phases, in all and per page."""

    total: "LoadStats"
    judged: "LoadStats"
    pages: "tuple[tuple[str, LoadStats], ...]"


def sections(verdict: Verdict) -> Sections:
    """Sort every finding by what it means for the launch; an unknown outcome speaks through its reason."""
    found: dict[str, list[tuple[Outcome, Entry, str]]] = {k: [] for k in ("block", "warn", "unknown", "waived", "info")}
    for outcome in verdict.outcomes:
        for kind, entry, fix in _entries(outcome):
            found[kind].append((outcome, entry, fix))
    return Sections(
        blocks=_groups(found["block"]),
        warns=_groups(found["warn"]),
        unknowns=_groups(found["unknown"]),
        waived=_groups(found["waived"]),
        notes=_groups(found["info"]),
        fine=tuple(verdict.with_status(Status.PASS)),
    )


def _entries(outcome: Outcome) -> Iterator[tuple[str, Entry, str]]:
    """Yield (kind, entry, fix) for what an outcome has to say."""
    if outcome.status is Status.SKIPPED:
        return
    if outcome.status is Status.UNKNOWN:
        yield "unknown", Entry(outcome.reason or outcome.title, outcome.page), outcome.fix
    elif not outcome.findings and outcome.status is not Status.PASS:
        yield outcome.status.value, Entry(outcome.reason or f"not met: {outcome.title}", outcome.page), outcome.fix
    for finding in outcome.findings:
        waived = outcome.status is Status.WAIVED
        kind = "waived" if waived else finding.severity or outcome.severity
        yield kind, _entry(outcome, finding), finding.fix or outcome.fix


def _entry(outcome: Outcome, finding: Finding) -> Entry:
    note = f" ({outcome.reason})" if outcome.reason and outcome.status is not Status.UNKNOWN else ""
    if outcome.status is Status.WAIVED:
        note = f" (waived: {outcome.reason})"
    return Entry(finding.message + note, outcome.page, finding.evidence, finding.line)


def _groups(found: Sequence[tuple[Outcome, Entry, str]]) -> tuple[FindingGroup, ...]:
    """Group in order of first appearance."""
    grouped: dict[tuple[str, str, str, str], list[Entry]] = {}
    for outcome, entry, fix in found:
        grouped.setdefault((outcome.check, outcome.why, fix, outcome.owner), []).append(entry)
    return tuple(FindingGroup(*key, entries=tuple(entries)) for key, entries in grouped.items())


def entry_count(groups: Sequence[FindingGroup]) -> int:
    """How many entries a section has."""
    return sum(len(group.entries) for group in groups)


def fine_checks(outcomes: Sequence[Outcome]) -> list[tuple[str, str, int]]:
    """(check, its passing state, pages that it looked at) for every check that passed somewhere."""
    found: dict[str, tuple[str, int]] = {}
    for outcome in outcomes:
        title, pages = found.get(outcome.check, (outcome.title, 0))
        found[outcome.check] = (title, pages + bool(outcome.page))
    return [(check, title, pages) for check, (title, pages) in found.items()]


def not_checked(verdict: Verdict) -> list[str]:
    """What this verdict says nothing about, and why, one sentence each."""
    found: dict[str, dict[str, None]] = {}
    for outcome in verdict.with_status(Status.SKIPPED):
        found.setdefault(outcome.reason or "it did not apply", {})[outcome.check] = None
    lines = [f"{', '.join(checks)}: {reason}" for reason, checks in found.items()]
    if verdict.load is None:
        lines.append("load: none was sent, so nothing is known about the pages under traffic")
    if verdict.capacity is None and not any(outcome.check == "headroom" for outcome in verdict.outcomes):
        lines.append("capacity: how much more than the peak the pages hold was not searched")
    return lines


def not_looked_at(verdict: Verdict) -> str:
    """What a visitor sees and nobody looked at, as the report's third line says it; "" where nothing is open."""
    found = list(dict.fromkeys(outcome.unseen for outcome in verdict.outcomes if outcome.unseen))
    return f"Not looked at: {', '.join(found)}" if found else ""


def word_of(result: RunResult) -> str:
    """The word for the whole of a run: its worst verdict's, or what kept the worst row from one."""
    worst = next((verdict for verdict in result if verdict.exit_code == result.worst), None)
    if worst is not None and result.worst in EXIT_CODES_OF_VERDICTS:
        return WORDS[worst.decision]
    return CODES.get(result.worst, "ERROR") if result.worst else "NOTHING TO JUDGE"


def exit_line(result: RunResult) -> str:
    """The last line of a report: the process's own exit code, and whose it is."""
    if result.ends_with not in (None, result.worst):
        return f"Exit code {result.ends_with}; the worst of {result.asked} is {result.worst}."
    return f"Exit code {result.exit_code}" + (f", the worst of {result.asked}." if result.asked > 1 else ".")


def secrets_note(secrets: "Sequence[SentSecret]") -> str:
    """Which secrets requests carried where, by their names; "" for none."""
    sent = ", ".join(f"{secret.name} to {secret.host}" for secret in secrets)
    return f"Secrets sent: {sent}" if sent else ""


def scope_note(verdict: Verdict) -> str:
    """What a partial or interrupted run left out; "" for a full one."""
    notes = [_SCOPES.get(verdict.scope, "")]
    if verdict.partial:
        notes.append("The run was interrupted; what follows is what it had seen until then.")
    return " ".join(note for note in notes if note)


def rerun(verdict: Verdict, check: str) -> str:
    """The command that asks one question again; the whole run where the judge itself said something."""
    only = "" if check in OF_THE_JUDGE else f" --only {check}"
    return f"launchguard run {shlex.quote(verdict.manifest or 'MANIFEST')}{only} --seed {verdict.seed}"


def load_figures(run: "LoadRun") -> LoadFigures:
    """Count a load run: whole, judged, and judged per page (one row per page of the manifest)."""
    pages = dict.fromkeys(target.page for target in run.plan.targets)
    return LoadFigures(
        total=run.stats(phase=None),
        judged=run.stats(),
        pages=tuple((page, run.stats(page=page)) for page in pages),
    )
