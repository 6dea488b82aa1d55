"""What a check says (Finding), what became of it (Outcome) and what was decided (Verdict)."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from launchguard.model.campaign import Campaign
    from launchguard.model.capacity import Advice, Capacity
    from launchguard.model.confided import SentSecret
    from launchguard.model.forecast import Forecast
    from launchguard.model.load_run import LoadRun
    from launchguard.model.loosening import Loosening

Severity = Literal["block", "warn", "info"]

OF_THE_JUDGE = frozenset({"loosening", "page-seen", "still-a-draft", "waiver"})
"""Ids of outcomes that no check gives: the judge adds them, so that no check can be asked for alone by them."""


class Status(StrEnum):
    """What one check concluded about one piece of evidence."""

    PASS = "pass"  # noqa: S105 - not a password
    WARN = "warn"
    BLOCK = "block"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"
    WAIVED = "waived"


class Decision(StrEnum):
    """The verdict's JSON strings."""

    GO = "go"
    NO_GO = "no-go"
    UNKNOWN = "unknown"
    DRAFT = "draft"


class Scope(StrEnum):
    """How much of the evidence a verdict rests on; only `full` is a launch verdict."""

    FULL = "full"
    SMOKE = "smoke"
    LOAD = "load"
    PARTIAL = "partial"


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: a message template and its fields, complete when the check yields it.

    `template` is formatted with `measured`, `expected` and `fields`, so that it can be translated.
    `subject` names the thing (a header, a parameter, a host) and enters the fingerprint; volatile
    values such as times and counts do not. `line` is a line of the manifest (1-based). `unseen` is what nobody could
    look at: the report's third line says it.
    """

    template: str
    measured: object = None
    expected: object = None
    subject: str = ""
    reason: str = ""
    evidence: str = ""
    fix: str = ""
    line: int | None = None
    severity: Severity | None = None
    fields: Mapping[str, object] = field(default_factory=dict)
    unseen: str = ""

    @property
    def message(self) -> str:
        """The sentence that a report shows."""
        return self.template.format(measured=self.measured, expected=self.expected, **self.fields)

    def fingerprint(self, check: str, page: str) -> str:
        """Name this finding across runs: 16 hex digits of check, page, reason and subject."""
        text = "\0".join((check, page, self.reason or self.template, self.subject))
        return hashlib.sha256(text.encode(errors="backslashreplace")).hexdigest()[:16]


@dataclass(frozen=True)
class Unknown:
    """A check's answer when its evidence cannot carry a conclusion; `reason` is a full sentence."""

    reason: str
    fix: str = ""


@dataclass(frozen=True)
class NotApplicable:
    """A check's answer when its question does not arise here. `unseen` is what nobody looked at because of that."""

    reason: str
    unseen: str = ""


Answer = Finding | Unknown | NotApplicable


@dataclass(frozen=True)
class Outcome:
    """One check on one piece of evidence. `page` is the manifest's URL, or "" for the whole campaign."""

    check: str
    status: Status
    severity: Severity
    owner: str
    title: str
    page: str = ""
    reason: str = ""
    why: str = ""
    fix: str = ""
    findings: tuple[Finding, ...] = ()
    unseen: str = ""


@dataclass(frozen=True)
class Verdict:
    """The decision on one campaign, with everything that it rests on.

    `headline` is the first line of every report, in plain words; `partial` says that the run was cut short;
    `questions` are what the manifest leaves open, the most telling first; `manifest` is its path. `secrets` are those
    that requests carried. `not_judged` are the keys that it and the configuration set and that nobody judges yet;
    `options` are those options and severities of checks, by the checks' ids, that differ from what the checks declare.
    `loosening` is what the change loosens against its base, where one is given.
    """

    decision: Decision
    exit_code: int
    scope: Scope
    headline: str
    campaign: "Campaign"
    outcomes: tuple[Outcome, ...]
    run_id: str
    created_at: datetime
    seed: int
    forecast: "Forecast | None" = None
    load: "LoadRun | None" = None
    capacity: "Capacity | None" = None
    advice: tuple["Advice", ...] = ()
    questions: tuple[str, ...] = ()
    manifest: str = ""
    manifest_sha256: str = ""
    partial: bool = False
    secrets: "tuple[SentSecret, ...]" = ()
    loosening: "tuple[Loosening, ...]" = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    not_judged: tuple[str, ...] = ()
    options: Mapping[str, Mapping[str, object]] = field(default_factory=dict)

    def with_status(self, *statuses: Status) -> list[Outcome]:
        """The outcomes with one of these statuses, in report order."""
        return [o for o in self.outcomes if o.status in statuses]


def worst_exit_code(codes: Iterable[int]) -> int:
    """Several manifests in one run: the worst of 130 > 2 > 1 > 3 > 0.

    A code that LaunchGuard does not end with, like 137 of a process that was killed, is worse than all of these.
    """
    return min(codes, key=worst_order, default=0)


def worst_order(code: int) -> int:
    """The place of an exit code among these, the worst first."""
    order = (130, 2, 1, 3, 0)
    return order.index(code) if code in order else -1


def jsonable(value: object) -> Any:
    """A finding's measured or expected value as JSON can hold it."""
    if isinstance(value, str | int | float | bool) or value is None:
        return value
    if isinstance(value, Mapping):
        return {str(k): jsonable(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [jsonable(v) for v in value]
    return str(value)
