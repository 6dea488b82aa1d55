"""What came of the run, read from the JSON report that it left: the same words for every place that shows them."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from launchguard.errors import LaunchGuardError
from launchguard.model.verdict import worst_exit_code
from launchguard.words import count
from launchguard.words.hostile import clip, plain

DECISIONS = {0: "go", 1: "no-go", 3: "unknown"}
"""The `verdict` output by exit code; every other code is "error": there is no verdict."""

WORDS = {"go": "GO", "no-go": "NO-GO", "unknown": "UNKNOWN", "draft": "DRAFT", "error": "ERROR"}

NO_REPORT = "the run left no report that can be read, so nothing is known about this launch"


@dataclass(frozen=True)
class Problem:
    """One thing to show: `level` is "error" (it blocks) or "warning"; `path` and `line` are where to correct it."""

    level: str
    check: str
    message: str
    path: str = ""
    line: int | None = None
    column: int | None = None
    page: str = ""
    why: str = ""
    fix: str = ""


@dataclass(frozen=True)
class JudgedCampaign:
    """One campaign's verdict, worst problem first."""

    campaign: str
    decision: str
    scope: str
    problems: tuple[Problem, ...]

    @property
    def sentence(self) -> str:
        """The decision and the first reason, on one line."""
        partial = f" ({self.scope} only)" if self.scope != "full" and self.decision != "draft" else ""
        reasons = [problem for problem in self.problems if problem.level == "error"]
        more = f" (and {count(len(reasons) - 1)} more)" if len(reasons) > 1 else ""
        reason = f": {reasons[0].message}{more}" if reasons else ""
        return plain(f"{WORDS.get(self.decision, self.decision)}{partial}{reason}")


@dataclass(frozen=True)
class Result:
    """The whole run: `decision` is the action's `verdict` output, `exit_code` that of the command line.

    `gone` says which manifests the change takes away.
    """

    decision: str
    exit_code: int
    judged: tuple[JudgedCampaign, ...] = ()
    problems: tuple[Problem, ...] = ()
    note: str = ""
    gone: tuple[str, ...] = ()

    @property
    def reasons(self) -> list[str]:
        """Why it is not GO, in plain sentences; for a GO, the note that explains it. What is gone is told with both."""
        found = [f"{j.campaign}: {p.check}: {p.message}" for j in self.judged for p in j.problems if p.level == "error"]
        found += [problem.message for problem in self.problems]
        return [clip(plain(text), 500) for text in [*(found or [self.note]), *self.gone] if text][:50]


def failed(error: LaunchGuardError) -> Result:
    """A run that ended before it could judge anything."""
    hint = f" {error.hint}" if error.hint else ""
    return Result("error", error.exit_code, problems=(Problem("error", "action", f"{error.message}{hint}"),))


def read_result(report: Path, exit_code: int, problems: Sequence[Problem]) -> Result:
    """Combine the report with the exit code of the run that should have written it; the worse of the two counts.

    An exit code that claims a verdict is UNKNOWN without a readable report. A report whose outcomes are worse than its
    decision is an error: whoever wrote it, the judge did not.
    """
    try:
        documents = _documents(json.loads(report.read_text(encoding="utf-8")))
        code = worst_exit_code([exit_code, *(int(document["exit_code"]) for document in documents)])
        judged = tuple(_judged(document) for document in documents)
        forged = next((text for document in documents if (text := contradiction(document))), "")
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        if exit_code in DECISIONS:
            return Result("unknown", 3, problems=(*problems, Problem("error", "report", NO_REPORT)))
        documents, code, judged, forged = [], exit_code, (), ""
    if forged:
        return Result("error", 2, problems=(*problems, Problem("error", "report", forged)))
    decision = DECISIONS.get(code, "error")
    if judged and code == 0 and all(one.decision == "draft" for one in judged):
        decision = "draft"
    note = "every campaign is over: there is nothing to judge" if decision == "go" and not judged else ""
    return Result(decision, code, judged, tuple(problems), note)


def contradiction(document: Mapping[str, Any]) -> str:
    """How a verdict's decision is better than its own outcomes or its exit code allow, in a sentence; else ""."""
    name, verdict, code = document["campaign"]["name"], document["verdict"], int(document["exit_code"])
    judged = [(o["status"], o["severity"]) for o in document["outcomes"] if o["status"] != "skipped"]
    blocked = any(status == "block" for status, _ in judged)
    unknown = not judged or ("unknown", "block") in judged
    if verdict == "go" and (blocked or unknown):
        found = "blocks" if blocked else "stays unknown"
    elif verdict == "unknown" and blocked:
        found = "blocks"
    elif code in DECISIONS and DECISIONS[code] != ("go" if verdict == "draft" else verdict):
        return f"the report of {name} says {WORDS.get(verdict, verdict)} and exit code {code}, so it is not believed"
    else:
        return ""
    return f"the report of {name} says {WORDS[verdict]} while an outcome in it {found}, so it is not believed"


def _documents(report: Any) -> list[dict[str, Any]]:
    """One verdict, or several in a list."""
    found: list[dict[str, Any]] = report.get("verdicts", [report])
    return found


def _judged(document: Mapping[str, Any]) -> JudgedCampaign:
    campaign = document["campaign"]
    problems = [problem for outcome in document["outcomes"] for problem in _problems(outcome, campaign["manifest"])]
    problems.sort(key=lambda problem: problem.level != "error")
    return JudgedCampaign(campaign["name"], document["verdict"], document["scope"], tuple(problems))


def _problems(outcome: Mapping[str, Any], manifest: str) -> Iterator[Problem]:
    """What an outcome asks somebody to correct; an unknown of a check that only warns asks nothing."""
    status, severity = outcome["status"], outcome["severity"]
    if status not in ("block", "warn") and (status, severity) != ("unknown", "block"):
        return
    level = "warning" if status == "warn" else "error"
    about = {"check": outcome["check"], "path": manifest, "page": outcome["page"]}
    if status == "unknown" or not outcome["findings"]:
        yield Problem(level, message=outcome["reason"] or f"{outcome['check']}: {status}", **about)
        return
    for finding in outcome["findings"]:
        texts = {"why": finding["why"], "fix": finding["fix"], "line": finding["line"]}
        yield Problem(level, message=finding["message"], **about, **texts)
