"""The workflows to copy give the run a budget that fits into the job's time, and into which a usual campaign fits."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from launchguard.cli.setup import load_setup
from launchguard.model.quantities import parse_duration
from launchguard.run import Request
from launchguard.run.timing import time_of

ROOT = Path(__file__).parents[2]
FILES = sorted([*(ROOT / "examples" / "workflows").glob("*.yml"), ROOT / "src/launchguard/templates/workflow.yml"])
DOCUMENTS = (ROOT / "README.md", ROOT / "docs" / "github-action.md")
AROUND_S = 240.0
"""Checking out, installing the action (about a minute without a cache), and publishing."""


def workflows() -> Iterator[Any]:
    for path in FILES:
        yield pytest.param(path.read_text(encoding="utf-8"), id=path.name)
    for path in DOCUMENTS:
        blocks = re.findall(r"```yaml\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL)
        for number, block in enumerate(block for block in blocks if "launchguard/launchguard@" in block):
            yield pytest.param(block, id=f"{path.name}-{number}")


@pytest.mark.parametrize("text", list(workflows()))
def test_the_budgets_of_a_job_fit_into_its_time(text: str) -> None:
    jobs = yaml.safe_load(text)["jobs"].values()
    calls = 0
    for job in jobs:
        steps = [step for step in job["steps"] if str(step.get("uses", "")).startswith("launchguard/launchguard@")]
        needed_s = sum(parse_duration(step["with"]["budget"]) for step in steps) + AROUND_S * bool(steps)
        assert needed_s <= 60 * job["timeout-minutes"]
        calls += len(steps)
    assert calls


def test_a_usual_campaign_fits_into_the_smallest_budget() -> None:
    setup = load_setup(None)
    budgets = [parse_duration(text) for path in FILES for text in re.findall(r"budget: (\w+)", path.read_text())]
    for name in ("spring-sale.yml", "ticket-drop.yml", "outlet-weekend.yml"):
        campaign = setup.read(ROOT / "examples" / "campaigns" / name).campaign
        assert time_of(campaign, setup.checks, Request(1, "r")).at_most_s <= min(budgets)
