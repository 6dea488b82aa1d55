"""The figures of one report agree: no count is negative, sums hold, the first line and the finding say the same."""

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from launchguard.checking.files import load_checks
from launchguard.judging.headline import headline
from launchguard.judging.judge import decide, judge
from launchguard.model.evidence import Evidence
from launchguard.model.load_figures import LoadStats
from launchguard.model.load_plan import Phase, VisitResult
from launchguard.model.load_run import LoadRun
from launchguard.model.result import RunResult
from launchguard.model.verdict import Decision, Finding, Scope, Verdict
from launchguard.report.formats.json.render import render as as_json
from launchguard.report.load_table import load_lines
from launchguard.testing import a_campaign, a_clock, a_forecast, a_load_run
from launchguard.words import count
from tests.report.conftest import verdict as a_verdict

ROOT = Path(__file__).parents[2]
PAGES = tuple(f"https://shop.acme.test/{name}" for name in ("one", "two", "three"))
CHECKS = [check for check in load_checks() if check.id in ("failures", "latency")]
CAMPAIGN = a_campaign(pages=[{"url": page} for page in PAGES])
COUNTS = ("planned", "started", "ok", "failed", "unanswered", "dropped", "cut")
BAD = [int(kind) for kind in VisitResult if kind >= VisitResult.DNS]


@st.composite
def runs(draw: st.DrawFn) -> LoadRun:
    """A run of a ramp, a hold and perhaps a recovery, stopped or not, in which anything may have become of a visit."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    planned, pages = draw(st.integers(1, 600)), draw(st.integers(1, 3))
    run = a_load_run(planned=planned, seconds=60.0, pages=PAGES[:pages], p95_ms=draw(st.sampled_from([50.0, 3000.0])))
    phases = [Phase("ramp", 0.0, 10.0, 0.0, 5.0), Phase("hold", 10.0, 50.0, 5.0, 5.0, judged=True)]
    phases += [Phase("recovery", 50.0, 60.0, 1.0, 1.0)]
    wrong = draw(st.sampled_from([0.0, 0.01, 0.3, 1.0]))
    result = np.where(random.random(planned) < wrong, random.choice([*BAD, 2], planned), 1).astype(np.uint8)
    ended = draw(st.none() | st.floats(0.5, 60.0))
    stopped = "" if ended is None else "stopped after some s: too many failed"
    if ended is not None:
        in_flight = (run.intended_s >= ended - draw(st.floats(0.0, 5.0))) & (random.random(planned) < 0.5)
        result = np.where(in_flight, VisitResult.CUT, result)
        result = np.where(run.intended_s >= ended, VisitResult.DROPPED, result).astype(np.uint8)
    sent = np.where(result == VisitResult.DROPPED, np.nan, run.intended_s)
    age = np.where(result == VisitResult.UNANSWERED, 10.0, random.random(planned) * draw(st.sampled_from([0.5, 8.0])))
    status = np.where(result == VisitResult.STATUS, random.choice([429, 503], planned), 200).astype(np.uint16)
    plan = replace(run.plan, phases=tuple(phases))
    return replace(
        run, plan=plan, result=result, sent_s=sent, done_s=sent + age, status=status, ended_s=ended, stopped=stopped
    )


def a_verdict_of(run: LoadRun) -> tuple[Verdict, list[Finding]]:
    """What the checks of load say, and the first line."""
    pages = [{"url": target.page} for target in run.plan.targets]
    seen = Evidence(campaign=a_campaign(pages=pages), clock=a_clock(), forecast=a_forecast(CAMPAIGN), load=run)
    outcomes = judge(CHECKS, seen)
    line = headline(decide(outcomes), Scope.FULL, outcomes, seen)
    found = [finding for outcome in outcomes for finding in outcome.findings if finding.severity == "block"]
    return replace(a_verdict(decide(outcomes), line, *outcomes), load=run, forecast=seen.forecast), found


def assert_sound(stats: LoadStats) -> None:
    parts = {name: getattr(stats, name) for name in (*COUNTS, "forgotten", "bad", "ended")}
    assert min(parts.values()) >= 0, parts
    assert stats.planned == stats.started + stats.dropped
    assert stats.started == stats.ok + stats.failed + stats.forgotten + stats.cut
    assert stats.ended == stats.ok + stats.bad
    assert stats.bad == sum(stats.failures_by_kind.values())


@given(runs())
def test_no_count_is_negative_and_all_sums_hold(run: LoadRun) -> None:
    whole, judged = run.stats(phase=None), run.stats()
    phases = [figures.stats for figures in run.per_phase()]
    pages = [run.stats(page=target.page) for target in run.plan.targets]
    for stats in (whole, judged, *phases, *pages):
        assert_sound(stats)
    for name in COUNTS:
        assert sum(getattr(stats, name) for stats in phases) == getattr(whole, name)
        assert sum(getattr(stats, name) for stats in pages) == getattr(judged, name)


@given(runs())
def test_the_table_and_the_json_say_the_same(run: LoadRun) -> None:
    verdict, _ = a_verdict_of(run)
    load = json.loads(as_json(RunResult((verdict,))))["load"]
    table = {name: cells for name, *cells in load_lines(verdict)}
    for column, part in ((0, load), (1, load["judged"])):
        assert part["planned"] == part["started"] + part["dropped"]
        assert part["started"] == part["ok"] + part["failed"] + part["unanswered"]
        told = {"planned": "planned", "started": "started", "ok": "answered correctly", "failed": "failed"}
        for key, name in told.items():
            assert table[name][column] == count(part[key])
        assert table["never answered"][column] == count(part["unanswered"] - part["cut"])
    assert load["judged"]["answered_per_s"] == load["answered_per_s"]
    assert load["judged"]["latency_ms"] == load["latency_ms"]
    assert not [cell for cells in table.values() for cell in cells if cell.startswith("-") and cell != "-"]


@given(runs())
@example(replace(a_load_run(planned=3000, failed=600, pages=PAGES[:1])))
def test_the_first_line_and_the_finding_say_the_same_numbers(run: LoadRun) -> None:
    verdict, found = a_verdict_of(run)
    assume(verdict.decision is Decision.NO_GO)
    first = found[0]
    if first.reason == "failures":
        bad, seen = re.findall(r"([\d,]+) of ([\d,]+) visitors", verdict.headline)[0]
        fields = {name: int(str(first.fields[name]).replace(",", "")) for name in ("failed", "unanswered", "started")}
        assert int(bad.replace(",", "")) == fields["failed"] + fields["unanswered"]
        assert int(seen.replace(",", "")) == fields["started"]
    else:
        assert f"waited {first.fields['waited']} or longer" in verdict.headline
        phase = run.stats(page=first.subject or None)
        assert phase.latency_ms
        assert phase.latency_ms.p95 == pytest.approx(float(str(first.measured)), abs=0.5)


def test_nobody_but_the_figures_subtracts_what_was_cut() -> None:
    """Subtracted in two places it was once subtracted twice; `forgotten`, `bad` and `ended` do it."""
    files = [*(ROOT / "src").rglob("*.py"), *(ROOT / "checks").rglob("*.py")]
    assert [path.name for path in files if re.search(r"- *\w+\.cut\b", path.read_text())] == ["load_figures.py"]
