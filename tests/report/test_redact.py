"""Secrets in every spelling leave the reports."""

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote

import pytest

from launchguard.model.result import RunResult
from launchguard.report import REPORTS
from launchguard.report.redact import redact_result
from launchguard.words.redaction import HIDDEN, redact

Build = Callable[[str], RunResult]

TOKEN = 't0k/en+with "quotes" & <marks>=='
PAIR = "ana:correct horse"


@pytest.mark.parametrize(
    "spelling",
    [
        TOKEN,
        quote(TOKEN),
        quote(TOKEN, safe=""),
        json.dumps(TOKEN),
        f"X-Preview: {TOKEN}",
        base64.b64encode(PAIR.encode()).decode(),
        f"Authorization: Basic {base64.b64encode(PAIR.encode()).decode().rstrip('=')}",
        "https://ana:correct%20horse@shop.example.test/",
        "correct horse",
    ],
)
def test_every_spelling_is_hidden(spelling: str) -> None:
    hidden = redact(f"before {spelling} after", [TOKEN, PAIR])
    assert HIDDEN in hidden
    assert not any(part in hidden for part in ("t0k", "horse", base64.b64encode(PAIR.encode()).decode()[:12]))
    assert hidden.startswith("before ")
    assert hidden.endswith(" after")


def test_nothing_else_changes() -> None:
    assert redact("nothing to hide: a b c", ["", "a", "other"]) == "nothing to hide: a b c"


@pytest.mark.parametrize("report", REPORTS)
def test_a_secret_that_wraps_or_is_escaped_is_hidden_too(build: Build, report: str) -> None:
    secret = "s3cret_*" * 20
    (verdict,) = build("no-go-from-load")
    outcomes = [replace(o, reason=secret, page=f"https://x.test/?k={secret}") for o in verdict.outcomes]
    findings = [replace(f, evidence=secret, measured=[secret]) for o in outcomes for f in o.findings]
    outcomes = [replace(o, findings=tuple(findings)) for o in outcomes]
    assert verdict.load
    load = replace(verdict.load, stopped=secret, examples={"status": secret})
    leaky = replace(verdict, headline=secret, outcomes=tuple(outcomes), load=load)
    assert "s3cret" in REPORTS[report](RunResult((leaky,)))
    assert "s3cret" not in REPORTS[report](redact_result(RunResult((leaky,)), [secret]))


def test_a_verdict_without_secrets_stays_what_it_is(build: Build) -> None:
    (verdict,) = build("go-with-warnings")
    (same,) = redact_result(RunResult((verdict,)), ["absent-secret"])
    assert same.outcomes == verdict.outcomes
    assert same.decision is verdict.decision
