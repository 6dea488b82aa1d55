"""A check's options have their defaults in its signature only; whoever acts on them outside of the check follows."""

import shutil
from pathlib import Path

import pytest

import launchguard.checks
from launchguard.checking.files import load_checks, options_in_force
from launchguard.judging.advice import advise_on
from launchguard.judging.judge import judge
from launchguard.model.capacity import Capacity, Level
from launchguard.model.evidence import Evidence
from launchguard.run import Request
from launchguard.run.planning import plan_of, scope_of
from launchguard.testing import a_campaign, a_clock, a_forecast

CAMPAIGN = a_campaign(channels=[{"kind": "rate", "rate": "40/s"}])
FORECAST = a_forecast(CAMPAIGN)


@pytest.fixture
def edit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "type[Edit]":
    """Checks whose files may be edited."""
    shutil.copytree(Path(__file__).parents[2] / "checks", tmp_path / "checks")
    monkeypatch.setattr(launchguard.checks, "__path__", [str(tmp_path / "checks")])
    monkeypatch.setattr(Edit, "folder", tmp_path / "checks", raising=False)
    return Edit


class Edit:
    """Replace a text that stands once in a check's file.

    The new text has another length: within a second, Python tells a changed file from its cache by the size alone.
    """

    folder: Path

    def __init__(self, path: str, old: str, new: str) -> None:
        text = (self.folder / path).read_text(encoding="utf-8")
        assert text.count(old) == 1
        (self.folder / path).write_text(text.replace(old, new), encoding="utf-8")


def told(held_per_s: float) -> tuple[list[str], list[str]]:
    """What the gate says of pages that hold so many visits/s at a peak of 40/s, and the capacity that is advised."""
    capacity = Capacity(held_per_s, held_per_s, 1.05 * held_per_s, "", (Level(held_per_s, 30, 1, 0, 100, holds=True),))
    evidence = Evidence(campaign=CAMPAIGN, clock=a_clock(), forecast=FORECAST, capacity=capacity)
    outcomes = judge([check for check in load_checks() if check.id == "headroom"], evidence)
    changes = [advice.change for advice in advise_on(outcomes, evidence) if advice.change.startswith("capacity")]
    return [finding.reason for outcome in outcomes for finding in outcome.findings], changes


def test_the_gate_the_search_and_the_advice_follow_the_signature(edit: "type[Edit]") -> None:
    assert told(70.0) == (["tight"], ["capacity: 80/s"])
    assert scope_of(CAMPAIGN, FORECAST).largest_per_s == 80
    edit("load/headroom.py", "warn_below: float = 2.0", "warn_below: float = 3.00")
    assert told(100.0) == (["tight"], ["capacity: 120/s"])
    assert scope_of(CAMPAIGN, FORECAST).largest_per_s == 120
    edit("load/headroom.py", "block_below_p95: float = 1.0", "block_below_p95: float = 5.000")
    assert told(100.0) == (["short"], ["capacity: 200/s"])
    assert scope_of(CAMPAIGN, FORECAST).largest_per_s == 200


def test_the_load_expects_the_status_that_the_check_expects(edit: "type[Edit]") -> None:
    def expected(**checks: dict[str, int]) -> int:
        campaign = CAMPAIGN.model_copy(update={"checks": {k.replace("_", "-"): v for k, v in checks.items()}})
        return plan_of(campaign, FORECAST, Request(seed=1, run_id="r")).targets[0].expect_status

    assert (expected(), expected(http_status={"expect": 204})) == (200, 204)
    edit("page/http_status.py", "expect: int = 200", "expect: int = 2_03")
    assert (expected(), expected(http_status={"expect": 204})) == (203, 204)


def test_the_manifest_overlays_the_signature() -> None:
    assert options_in_force("headroom", CAMPAIGN) == {"warn_below": 2.0, "block_below_p95": 1.0}
    given = CAMPAIGN.model_copy(update={"checks": {"headroom": {"warn_below": 1.5, "severity": "warn"}}})
    assert options_in_force("headroom", given) == {"warn_below": 1.5, "block_below_p95": 1.0}
    with pytest.raises(KeyError, match="no-such-check"):
        options_in_force("no-such-check", CAMPAIGN)
