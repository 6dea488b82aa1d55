"""The workflows to copy, executed by act as they stand."""

import json
import shutil
from pathlib import Path

import pytest

from launchguard.site import Site
from tests.action.acting import MANIFEST, ROOT, Consumer
from tests.github.fake_api import FakeGitHub

EXAMPLES = ROOT / "examples" / "workflows"


def shop(consumer: Consumer, example: str, url: str, **scripts: str) -> None:
    """A repository with one campaign, an example, and scripts that may be executed."""
    folder = consumer.repository / ".github" / "workflows"
    folder.mkdir(parents=True)
    shutil.copy(EXAMPLES / example, folder)
    for name, text in scripts.items():
        path = consumer.repository / "scripts" / f"{name.replace('_', '-')}.sh"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        path.chmod(0o755)
    consumer.write({"campaigns/spring.yml": MANIFEST.format(name="Spring sale", url=url)})


@pytest.mark.load
def test_pull_request(consumer: Consumer, github: FakeGitHub, site: Site) -> None:
    consumer.temp = None
    shop(consumer, "pull-request.yml", f"{site.url}/spring")
    github.pull_files = [{"filename": "campaigns/spring.yml"}]
    ran = consumer.act_well("pull_request", consumer.pull_request(), "pull-request.yml")
    assert ran.exit_code == 0, ran.log
    assert github.comments[0]["body"].startswith("<!-- launchguard:default go ")


@pytest.mark.load
def test_preview(consumer: Consumer, github: FakeGitHub, site: Site) -> None:
    shop(consumer, "preview.yml", "https://shop.acme.test/spring", deploy_preview=f"echo {site.url}")
    ran = consumer.act_well("pull_request", consumer.pull_request(), "preview.yml")
    assert ran.exit_code == 0, ran.log
    assert github.comments[0]["body"].startswith("<!-- launchguard:preview go ")


@pytest.mark.parametrize("script", ["exit 1", "echo {url}; exit 1"])
def test_a_failed_preview_fails_the_job_that_is_required(
    consumer: Consumer, github: FakeGitHub, site: Site, script: str
) -> None:
    shop(consumer, "preview.yml", f"{site.url}/previewed", deploy_preview=script.format(url=site.url))
    ran = consumer.act("pull_request", consumer.pull_request(), "preview.yml")
    assert ran.exit_code == 1
    assert "no preview to look at" in ran.summary.replace("\\", "")
    assert github.comments[0]["body"].startswith("<!-- launchguard:preview error ")
    assert site.arrivals("/previewed") == 0


def test_merge_queue(consumer: Consumer, github: FakeGitHub, site: Site) -> None:
    shop(consumer, "merge-queue.yml", f"{site.url}/queued")
    home = {"full_name": "acme/shop", "default_branch": "main"}
    head_ref = f"refs/heads/gh-readonly-queue/main/pr-7-{consumer.head}"
    group = {"base_ref": "refs/heads/main", "base_sha": "0" * 40, "head_ref": head_ref, "head_sha": consumer.head}
    ran = consumer.act("merge_group", {"merge_group": group, "repository": home}, "merge-queue.yml")
    assert ran.exit_code == 0, ran.log
    assert "smoke only" in ran.summary
    assert 0 < site.arrivals("/queued") < 10


@pytest.mark.load
@pytest.mark.parametrize(("path", "deployed"), [("/spring", True), ("/broken", False)])
def test_deploy_after_go(consumer: Consumer, site: Site, path: str, deployed: bool) -> None:
    shop(consumer, "deploy-after-go.yml", f"{site.url}{path}", deploy='echo deployed > "$RESULTS/deployed"')
    payload = {"ref": "refs/heads/main", "repository": {"full_name": "acme/shop", "default_branch": "main"}}
    ran = consumer.act_well("push", payload, "deploy-after-go.yml")
    assert (ran.exit_code == 0) is deployed, ran.log
    assert ("deployed" in ran.reports) is deployed


def test_every_example_is_executed_here() -> None:
    here = Path(__file__).read_text(encoding="utf-8")
    names = [path.name for path in EXAMPLES.iterdir()]
    assert names
    assert all(json.dumps(name) in here for name in names)
