"""The action in pull requests, executed by act against a fake GitHub."""

import json

import pytest

from launchguard.site import Site
from tests.action.acting import MANIFEST, Consumer, workflow
from tests.github.fake_api import FakeGitHub

FLOW = ".github/workflows/check.yml"


def shop(consumer: Consumer, url: str, **inputs: str) -> None:
    """A repository with one campaign and a workflow."""
    consumer.write({FLOW: workflow(inputs), "campaigns/spring.yml": MANIFEST.format(name="Spring sale", url=url)})


def test_a_go_is_commented_once_and_updated_in_place(consumer: Consumer, github: FakeGitHub, site: Site) -> None:
    shop(consumer, f"{site.url}/spring")
    first = consumer.act("pull_request", consumer.pull_request(), "check.yml")
    assert first.exit_code == 0, first.log
    assert first.outputs["verdict"] == "go"
    assert first.outputs["exit-code"] == "0"
    assert first.outputs["comment-url"] == github.comments[0]["html_url"]
    assert json.loads(first.outputs["reasons"]) == []
    assert json.loads(first.reports["report.json"])["load"]["started"] > 0
    assert "GO" in first.summary.splitlines()[0]

    second = consumer.act("pull_request", consumer.pull_request(), "check.yml")
    assert second.exit_code == 0, second.log
    assert len(github.comments) == 1
    assert len(github.calls_to("POST", "comments")) == 1
    assert len(github.calls_to("PATCH", "comments")) == 1
    assert github.comments[0]["body"].startswith("<!-- launchguard:default go -->")
