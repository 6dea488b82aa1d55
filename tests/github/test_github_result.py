"""What the run left: the worse of report and exit code, and never a GO without a report."""

import json
from pathlib import Path
from typing import Any

import pytest

from launchguard.errors import LaunchGuardError
from launchguard.github.annotations import annotations
from launchguard.github.child import problems_in
from launchguard.github.result import Problem, failed, read_result

GOLDEN = Path(__file__).parents[1] / "report" / "golden"
CODES = {"go": 0, "draft": 0, "no-go": 1, "unknown": 3}


def verdict(decision: str, *outcomes: dict[str, Any], name: str = "Spring sale") -> dict[str, Any]:
    campaign = {"name": name, "manifest": "campaigns/a.yml"}
    code = CODES[decision]
    if not outcomes:
        outcomes = (outcome({"no-go": "block", "unknown": "unknown"}.get(decision, "pass")),)
    return {"verdict": decision, "exit_code": code, "scope": "full", "campaign": campaign, "outcomes": list(outcomes)}


def outcome(status: str, severity: str = "block", message: str = "wrong") -> dict[str, Any]:
    finding = {"message": message, "why": "because", "fix": "mend it", "line": 4}
    found = [] if status == "unknown" else [finding]
    about = {"check": "http-status", "page": "http://x/", "reason": "no data" if status == "unknown" else ""}
    return {"status": status, "severity": severity, "findings": found, **about}


def write(path: Path, *documents: dict[str, Any]) -> Path:
    whole = documents[0] if len(documents) == 1 else {"verdicts": list(documents)}
    path.write_text(json.dumps(whole))
    return path


@pytest.mark.parametrize(
    ("documents", "exit_code", "decision", "code"),
    [
        ([verdict("go")], 0, "go", 0),
        ([verdict("no-go")], 1, "no-go", 1),
        ([verdict("no-go")], 0, "no-go", 1),
        ([verdict("go")], 3, "unknown", 3),
        ([verdict("go"), verdict("unknown"), verdict("no-go")], 1, "no-go", 1),
        ([verdict("draft")], 0, "draft", 0),
        ([verdict("draft"), verdict("go")], 0, "go", 0),
        ([verdict("draft"), verdict("unknown")], 3, "unknown", 3),
        ([verdict("go")], 130, "error", 130),
        ([], 2, "error", 2),
    ],
)
def test_the_worse_counts(
    tmp_path: Path, documents: list[dict[str, Any]], exit_code: int, decision: str, code: int
) -> None:
    result = read_result(write(tmp_path / "report.json", *documents), exit_code, [])
    assert (result.decision, result.exit_code) == (decision, code)


@pytest.mark.parametrize("text", [None, "", "{", "[]", "{}", '{"verdicts": [{}]}', '{"verdicts": 3}', "null", "\xff"])
@pytest.mark.parametrize(("exit_code", "expected"), [(0, ("unknown", 3)), (1, ("unknown", 3)), (137, ("error", 137))])
def test_no_report_is_never_a_go(tmp_path: Path, text: str | None, exit_code: int, expected: tuple[str, int]) -> None:
    path = tmp_path / "report.json"
    if text is not None:
        path.write_bytes(text.encode("latin-1"))
    result = read_result(path, exit_code, [])
    assert (result.decision, result.exit_code) == expected


@pytest.mark.parametrize(
    ("decision", "outcomes", "over", "believed"),
    [
        ("go", [outcome("pass"), outcome("block")], {}, False),
        ("go", [outcome("pass"), outcome("unknown")], {}, False),
        ("go", [outcome("skipped")], {}, False),
        ("unknown", [outcome("block")], {}, False),
        ("no-go", [outcome("block")], {"exit_code": 0}, False),
        ("unknown", [outcome("unknown")], {"exit_code": 0}, False),
        ("nonsense", [outcome("pass")], {"exit_code": 0}, False),
        ("go", [outcome("pass"), outcome("warn", "warn"), outcome("unknown", "warn"), outcome("waived")], {}, True),
        ("unknown", [outcome("pass")], {}, True),  # stricter than its outcomes: a draft shortly before its launch
        ("unknown", [outcome("pass")], {"exit_code": 130}, True),
        ("draft", [outcome("block")], {}, True),
        ("no-go", [outcome("block")], {}, True),
    ],
)
def test_a_report_that_is_better_than_its_outcomes_is_not_believed(
    tmp_path: Path, decision: str, outcomes: list[dict[str, Any]], over: dict[str, Any], believed: bool
) -> None:
    """Code of the repository runs where the report is written; a forged GO at least has to forge every outcome."""
    forged = verdict("go") | {"verdict": decision, "outcomes": outcomes, "exit_code": CODES.get(decision, 0)} | over
    for documents in ([forged], [verdict("go"), forged]):
        result = read_result(write(tmp_path / "report.json", *documents), forged["exit_code"], [])
        assert (result.exit_code == 2) is not believed
        assert any("not believed" in reason for reason in result.reasons) is not believed


def test_nothing_to_judge_is_a_go_that_says_so(tmp_path: Path) -> None:
    result = read_result(write(tmp_path / "report.json", *[], {"verdicts": []}), 0, [])
    assert result.decision == "go"
    assert result.reasons == ["every campaign is over: there is nothing to judge"]


def test_problems_are_worst_first_and_only_what_asks_for_something(tmp_path: Path) -> None:
    report = verdict("no-go", outcome("warn", "warn"), outcome("unknown", "warn"), outcome("pass"), outcome("unknown"))
    (judged,) = read_result(write(tmp_path / "report.json", report), 1, []).judged
    assert [(p.level, p.message) for p in judged.problems] == [("error", "no data"), ("warning", "wrong")]
    assert judged.sentence == "NO-GO: no data"


def test_reasons_are_short_and_few(tmp_path: Path) -> None:
    report = verdict("no-go", *(outcome("block", message=f"{n}\n" + "x" * 900) for n in range(5000)))
    result = read_result(write(tmp_path / "report.json", report), 1, [])
    assert len(result.reasons) == 50
    assert max(map(len, result.reasons)) == 500
    assert not any("\n" in reason for reason in result.reasons)
    assert result.judged[0].sentence.endswith("(and 4,999 more)")


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.json")), ids=lambda path: path.stem)
def test_every_golden_report_can_be_read(path: Path) -> None:
    document = json.loads(path.read_text())
    documents = document.get("verdicts", [document])
    result = read_result(path, 0, [])
    assert [judged.decision for judged in result.judged] == [one["verdict"] for one in documents]


def test_a_refusal_is_told_with_its_hint() -> None:
    result = failed(LaunchGuardError("no manifest matches x", hint="Write one."))
    assert (result.decision, result.exit_code) == ("error", 2)
    assert result.reasons == ["no manifest matches x Write one."]


def test_complaints_on_the_error_output_have_their_place() -> None:
    lines = [
        "forecast: Spring sale: forecasting the traffic",
        "campaigns/a.yml:4:1: edns: is not a key; did you mean ends?",
        "campaigns/a:b, 100%.yml:2:3: is empty",
        "note: campaigns/a.yml:2:3: a note that quotes a complaint",
        "Error: no manifest found",
        "Hint: Name a file.",
    ]
    assert problems_in(lines) == [
        Problem(
            "error", "manifest", "edns: is not a key; did you mean ends?", path="campaigns/a.yml", line=4, column=1
        ),
        Problem("error", "manifest", "is empty", path="campaigns/a:b, 100%.yml", line=2, column=3),
        Problem("error", "run", "no manifest found"),
    ]
    (_, strange) = annotations(problems_in(lines[:3]))
    assert strange.startswith("::error file=campaigns/a%3Ab%2C 100%25.yml,line=2,col=3,title=")


@pytest.mark.parametrize(("code", "number"), [(137, "9"), (143, "15")])
def test_a_killed_run_has_words(tmp_path: Path, code: int, number: str) -> None:
    why = "the run has not ended by itself: it was killed, or is still under way; last seen sending the load"
    row = {"manifest": "campaigns/a.yml", "state": "interrupted", "why": why, "exit_code": 130}
    report = tmp_path / "report.json"
    report.write_text(json.dumps({"exit_code": 130, "verdicts": [verdict("go")], "not_judged": [row]}))
    result = read_result(report, code, [])
    assert (result.decision, result.exit_code) == ("error", code)
    assert [one.campaign for one in result.judged] == ["Spring sale"]
    killed, open_row = result.reasons
    assert killed.startswith(f"the run was killed by signal {number} (exit code {code})")
    assert open_row == f"campaigns/a.yml: {why}"


def test_rows_without_a_verdict_are_reasons(tmp_path: Path) -> None:
    rows = [
        {"manifest": "campaigns/a.yml", "state": "unreadable", "why": "told on standard error", "exit_code": 2},
        {"manifest": "campaigns/b.yml", "state": "over", "why": "it ended", "exit_code": 0},
        {"manifest": "campaigns/c.yml", "state": "not-reached", "why": "nothing was sent", "exit_code": 2},
    ]
    report = tmp_path / "report.json"
    report.write_text(json.dumps({"exit_code": 2, "verdicts": [], "not_judged": rows}))
    result = read_result(report, 2, [])
    assert (result.decision, result.exit_code) == ("error", 2)
    assert result.reasons == ["campaigns/c.yml: nothing was sent"]
