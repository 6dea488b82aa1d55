"""The verdict as SARIF 2.1.0 for code scanning: findings on the manifest's own lines."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from launchguard import __version__
from launchguard.model.result import NotJudged, RunResult
from launchguard.model.verdict import Finding, Outcome, Status, Verdict
from launchguard.report.judged import judged_by_sentence
from launchguard.report.loosening import TITLE, loosening_sentence
from launchguard.words.hostile import plain

WHY = "a change may ask for less than its base did; whoever reviews it should know"
FIX = "review it like any other line of the change"

MAX_RESULTS = 5_000
"""GitHub keeps the top 5,000 results of a run; the worst come first here."""

_LEVELS = {"block": "error", "warn": "warning", "info": "note"}
_ORDER = {"error": 0, "warning": 1, "note": 2}

Json = dict[str, Any]


def render(result: RunResult) -> str:
    """One run with a rule per check and a result per finding; an unknown is a result, a waiver a suppression.

    What was not judged is a notification of the tool.
    """
    outcomes = [(verdict, outcome) for verdict in result for outcome in verdict.outcomes]
    outcomes += [(verdict, _loosened(verdict)) for verdict in result if verdict.loosening]
    told = [(v, o) for v, o in outcomes if o.status not in (Status.PASS, Status.SKIPPED) or o.findings]
    rules = {o.check: o for _, o in told}
    places = {check: index for index, check in enumerate(rules)}
    results = [r for v, o in told for r in _results(v, o, places[o.check])]
    results.sort(key=lambda one: ("suppressions" in one, _ORDER[one["level"]]))
    driver = {"name": "LaunchGuard", "version": __version__, "rules": [_rule(o) for o in rules.values()]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(result)],
        "results": results[:MAX_RESULTS],
        "properties": {"launchguard": [_told(verdict) for verdict in result]},
    }
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    return json.dumps({"$schema": schema, "version": "2.1.0", "runs": [run]}, indent=2, allow_nan=False) + "\n"


def _invocation(result: RunResult) -> Json:
    """How the command ended: unsuccessful where something that was asked for stopped it."""
    notes = [_notification(row) for row in result.not_judged]
    notes += [{"level": "error", "message": {"text": plain(problem)}} for problem in result.problems]
    stopped = any(note["level"] == "error" for note in notes)
    invocation: Json = {"executionSuccessful": not stopped, "exitCode": result.exit_code}
    return {**invocation, "toolExecutionNotifications": notes} if notes else invocation


def _notification(row: NotJudged) -> Json:
    uri = quote(row.manifest.replace("\\", "/"), errors="replace") or "launchguard"
    return {
        "level": "error" if row.exit_code else "note",
        "message": {"text": plain(f"{row.manifest}: {row.state.words}: {row.why}")},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": uri}}}],
    }


def _loosened(verdict: Verdict) -> Outcome:
    """What the change loosens as notes on the manifest's lines; what needs an approval is an outcome already."""
    findings = [
        Finding("{row}", subject=row.what, line=row.line, severity="info", fields={"row": loosening_sentence(row)})
        for row in verdict.loosening
    ]
    return Outcome(
        "what-it-loosens", Status.PASS, "info", "engineering", TITLE, why=WHY, fix=FIX, findings=tuple(findings)
    )


def _told(verdict: Verdict) -> Json:
    """What a result cannot hold: by what a verdict was judged, and which keys nobody judges yet."""
    return {
        "manifest": plain(verdict.manifest),
        "secretsSent": [plain(f"{secret.name} to {secret.host}") for secret in verdict.secrets],
        "verdict": verdict.decision.value,
        "judgedBy": plain(judged_by_sentence(verdict)),
        "notJudgedYet": [plain(key) for key in verdict.not_judged],
    }


def _rule(outcome: Outcome) -> Json:
    return {
        "id": outcome.check,
        "shortDescription": {"text": plain(outcome.title) or outcome.check},
        "fullDescription": {"text": plain(outcome.why) or outcome.check},
        "help": {"text": f"{plain(outcome.why)} Fix: {plain(outcome.fix)} Owner: {plain(outcome.owner)}."},
        "defaultConfiguration": {"level": _LEVELS[outcome.severity]},
    }


def _results(verdict: Verdict, outcome: Outcome, rule: int) -> Iterator[Json]:
    """Yield the outcome's findings, and its reason where that is what it has to say."""
    findings = list(outcome.findings)
    if outcome.status is Status.UNKNOWN or not findings:
        severity = outcome.severity
        findings.append(Finding("{reason}", reason="unknown", severity=severity, fields={"reason": _reason(outcome)}))
    for finding in findings:
        result = {
            "ruleId": outcome.check,
            "ruleIndex": rule,
            "level": _LEVELS[finding.severity or outcome.severity],
            "message": {"text": _message(outcome, finding)},
            "locations": [_location(verdict, finding)],
            "partialFingerprints": {"launchguard/v1": finding.fingerprint(outcome.check, outcome.page)},
        }
        if outcome.status is Status.WAIVED:
            result["suppressions"] = [{"kind": "external", "justification": plain(outcome.reason)}]
        yield result


def _reason(outcome: Outcome) -> str:
    return f"could not be measured: {outcome.reason}" if outcome.status is Status.UNKNOWN else outcome.title


def _message(outcome: Outcome, finding: Finding) -> str:
    """One line; square brackets would be links in SARIF."""
    text = plain(f"{finding.message} {f'({outcome.page})' if outcome.page else ''}")
    return text.replace("[", "(").replace("]", ")")


def _location(verdict: Verdict, finding: Finding) -> Json:
    """The manifest's line, or its first line for what has no line of its own."""
    uri = quote(verdict.manifest.replace("\\", "/"), errors="replace") or "launchguard"
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": uri},
            "region": {"startLine": finding.line or 1},
        }
    }
