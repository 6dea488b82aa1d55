"""What is likely behind failures, by when and how they come: hand-built runs with a ramp and a hold at 50/s."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from launchguard import Finding, causes
from launchguard.model.load_plan import Phase, VisitResult
from launchguard.model.load_run import LoadRun
from launchguard.testing import a_campaign, a_load_run
from tests.checks.conftest import Judge


def a_run(bad: Any, *, took_s: Any = 0.1, refused_s: float = 0.1) -> LoadRun:
    """70 s: a ramp of 10 s and a hold of 60 s, in which these visits are refused."""
    run = a_load_run(planned=3500, seconds=70.0)
    phases = (Phase("ramp", 0.0, 10.0, 10.0, 50.0), Phase("hold", 10.0, 70.0, 50.0, 50.0, judged=True))
    return replace(
        run,
        plan=replace(run.plan, phases=phases),
        result=np.where(bad, VisitResult.STATUS, VisitResult.OK).astype(np.uint8),
        status=np.where(bad, 503, 200).astype(np.uint16),
        done_s=run.sent_s + np.where(bad, refused_s, took_s),
    )


NUMBER = np.arange(3500)
DUE = NUMBER * 0.02
DRAWN = np.random.default_rng(3).random(3500)
PASSED = (NUMBER % 50 < 20) | (DUE < 10)
CROWDED = np.minimum(DUE * 0.03, 3.0)

PATTERNS = {
    "outage": a_run(DUE > 33),
    "down": a_run(DUE >= 0),
    "limit": a_run(~PASSED, took_s=0.2, refused_s=0.002),
    "every-nth": a_run(NUMBER % 50 == 49),
    "some": a_run(DRAWN < 0.2),
    "": a_run((DRAWN < 0.3) & (DUE > 25), took_s=CROWDED, refused_s=3.0),
}


@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_has_its_cause(name: str) -> None:
    cause = causes.likely_cause(PATTERNS[name])
    assert (cause.name if cause else "") == name


@pytest.mark.parametrize(
    "run",
    [
        a_run(DUE < 0),
        a_run(NUMBER >= 3497),
        a_run(DUE > 33, took_s=CROWDED),  # the page was near its limit before: it was the crowd
        a_load_run(planned=8, failed=8),
    ],
    ids=["all is well", "too few", "slow before", "hardly any visits"],
)
def test_where_nothing_tells_nothing_is_said(run: LoadRun) -> None:
    assert causes.likely_cause(run) is None


@pytest.mark.parametrize(
    ("name", "seen", "fix"),
    [
        ("outage", "likely: from second 33", "the rate is not why"),
        ("limit", "20 visits/s passed in every second", "allow-list the machine"),
        ("every-nth", "every 50th visit failed", "a lower rate does not help"),
    ],
)
def test_the_finding_says_it(judged: Judge, name: str, seen: str, fix: str) -> None:
    (finding,) = judged("failures", PATTERNS[name], a_campaign())
    assert isinstance(finding, Finding)
    assert seen in finding.evidence
    assert fix in finding.fix
