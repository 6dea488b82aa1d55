"""The action in pull requests, executed by act against a fake GitHub."""

import json

import pytest

from launchguard.site import Site
from tests.action.acting import MANIFEST, Consumer, workflow
from tests.github.fake_api import TOKEN, FakeGitHub, review

FLOW = ".github/workflows/check.yml"
SPRING = "campaigns/spring.yml"
SMOKE = {"smoke-only": "true"}


def spring(url: str, more: str = "") -> str:
    """The campaign's manifest."""
    return MANIFEST.format(name="Spring sale", url=url) + more


def shop(consumer: Consumer, manifest: str, **inputs: str) -> None:
    """A repository with one campaign and a workflow."""
    consumer.write({FLOW: workflow(inputs), SPRING: manifest})


@pytest.mark.load
def test_a_go_is_commented_and_leaves_everything(consumer: Consumer, github: FakeGitHub, site: Site) -> None:
    shop(consumer, spring(f"{site.url}/spring"))
    ran = consumer.act_well("pull_request", consumer.pull_request(), "check.yml")
    assert ran.exit_code == 0, ran.log
    assert ran.outputs["verdict"] == "go"
    assert ran.outputs["exit-code"] == "0"
    assert ran.outputs["comment-url"] == github.comments[0]["html_url"]
    assert json.loads(ran.outputs["reasons"]) == []
    assert json.loads(ran.reports["report.json"])["load"]["started"] > 0
    assert ran.summary.splitlines()[0].startswith("## ✅ GO")
    assert github.comments[0]["body"].startswith("<!-- launchguard:default go ")


def test_a_no_go_fails_the_job_and_leaves_everything_that_explains_it(
    consumer: Consumer, github: FakeGitHub, site: Site
) -> None:
    inputs = {**SMOKE, "status": "true", "sarif-file": "out/lg.sarif", "junit-file": "lg.xml"}
    shop(consumer, spring(f"{site.url}/broken"), **inputs)
    ran = consumer.act("pull_request", consumer.pull_request(), "check.yml")
    assert ran.exit_code == 1
    assert ran.outputs["verdict"] == "no-go"
    assert ran.outputs["exit-code"] == "1"
    assert any("503" in reason for reason in json.loads(ran.outputs["reasons"]))
    assert json.loads(ran.reports["report.json"])["verdict"] == "no-go"
    assert "NO-GO" in ran.reports["summary.md"]
    assert ran.reports["summary.md"].strip() in ran.summary
    assert "503" in github.comments[0]["body"]
    marked = [entry["kvPairs"] for entry in ran.commands("error")]
    assert marked
    assert all(place["file"] == SPRING and int(place["line"]) >= 1 for place in marked)
    assert [(status["context"], status["state"], status["sha"]) for status in github.statuses] == [
        ("launchguard/Spring sale", "failure", consumer.head)
    ]

    shop(consumer, spring(f"{site.url}/spring"), **SMOKE)
    healed = consumer.act("pull_request", consumer.pull_request(), "check.yml")
    assert healed.exit_code == 0, healed.log
    assert len(github.comments) == 1
    assert len(github.calls_to("POST", "comments")) == 1
    assert len(github.calls_to("PATCH", "comments")) == 1
    assert "All is well again" in github.comments[0]["body"]


def test_a_fork_gets_a_notice_instead_of_a_comment(consumer: Consumer, github: FakeGitHub, site: Site) -> None:
    github.fail("POST", "comments$", 403)
    shop(consumer, spring(f"{site.url}/spring"), **SMOKE)
    ran = consumer.act("pull_request", consumer.pull_request(fork=True), "check.yml")
    assert ran.exit_code == 0, ran.log
    assert ran.outputs["verdict"] == "go"
    assert ran.outputs["comment-url"] == ""
    assert "no comment" in ran.notices
    assert "GO" in ran.summary


def test_fail_on_never_and_a_broken_api_change_no_verdict(consumer: Consumer, github: FakeGitHub, site: Site) -> None:
    for method in ("GET", "POST", "PATCH"):
        github.fail(method, "comments", 404)
        github.fail(method, "statuses", 404)
    # A token that the runner does not know as a secret, so nothing masks it in the log.
    inputs = {**SMOKE, "status": "true", "fail-on": "never", "github-token": TOKEN}
    shop(consumer, spring(f"{site.url}/broken"), **inputs)
    ran = consumer.act("pull_request", consumer.pull_request(), "check.yml", token="")
    assert ran.exit_code == 0, ran.log
    assert (ran.outputs["verdict"], ran.outputs["exit-code"]) == ("no-go", "1")
    assert "no comment" in ran.notices
    assert "no commit status" in ran.notices
    assert TOKEN not in ran.log + "".join(ran.reports.values())


def test_a_pull_request_cannot_authorize_its_own_target(consumer: Consumer, github: FakeGitHub, site: Site) -> None:
    here, other = site.url.removeprefix("http://"), "192.0.2.1"  # an address of nobody (RFC 5737)
    github.files["main", ".launchguard.yml"] = f"load: {{hosts: {{'{here}': {{max_rate: 1/s}}}}}}\n"
    rule = "{max_rate: 1000/s, production: false}"
    own = f"load: {{hosts: {{'{here}': {rule}, {other}: {rule}}}}}\nprivate_hosts: [{other}]\nchecks_from: [own]\n"
    evil = 'import os, pathlib\npathlib.Path(os.environ["RESULTS"], "executed").write_text("x")\n'
    consumer.write({".launchguard.yml": own, "own/evil.py": evil})
    consumer.write({"campaigns/other.yml": MANIFEST.format(name="Other", url=f"http://{other}/x")})
    shop(consumer, spring(f"{site.url}/own-target"))
    ran = consumer.act("pull_request", consumer.pull_request(), "check.yml")
    assert ran.exit_code == 1
    assert (ran.outputs["verdict"], ran.outputs["exit-code"]) == ("unknown", "3"), ran.log
    assert "more than the 1/s" in ran.outputs["reasons"]
    judged = {one["campaign"]["name"]: one for one in json.loads(ran.reports["report.json"])["verdicts"]}
    assert [judged[name]["load"] for name in ("Spring sale", "Other")] == [None, None]
    assert site.arrivals("/own-target") < 10  # the looks of an idle visitor, no load
    assert "executed" not in ran.reports


def test_without_the_base_branch_there_is_no_load(consumer: Consumer, github: FakeGitHub, site: Site) -> None:
    github.fail("GET", "contents|branches", 403)
    shop(consumer, spring(f"{site.url}/no-base"), **{"fail-on": "no-go"})
    ran = consumer.act("pull_request", consumer.pull_request(), "check.yml")
    assert ran.exit_code == 0, ran.log
    assert ran.outputs["verdict"] == "unknown"
    assert "could not be read" in ran.notices
    assert site.arrivals("/no-base") < 10


def test_a_waiver_needs_the_base_branch_or_an_approver(consumer: Consumer, github: FakeGitHub, site: Site) -> None:
    waiver = (
        "waivers:\n  - {check: http-status, reason: known, approved_by: mallory, expires: 2027-03-02}\n"
        "  - {check: reachable, reason: known, approved_by: mallory, expires: 2027-03-02}\n"
    )
    github.files["main", ".launchguard.yml"] = 'approvers: ["@ana"]\n'
    shop(consumer, spring(f"{site.url}/broken", waiver), **SMOKE)
    github.reviews = [review("mallory", "APPROVED", consumer.head), review("ana", "APPROVED", "0" * 40)]
    ran = consumer.act("pull_request", consumer.pull_request(), "check.yml")
    assert ran.outputs["verdict"] == "no-go", ran.log
    assert "does not count" in ran.log

    github.reviews.append(review("Ana", "APPROVED", consumer.head))
    approved = consumer.act("pull_request", consumer.pull_request(), "check.yml")
    assert approved.outputs["verdict"] == "go", approved.log


SPY = """
import os, pathlib
from launchguard import Campaign, Finding, check

@check("spy", severity="warn", owner="web")
def spy(campaign: Campaign):
    \'\'\'Nothing.

    Why: w.
    Fix: f.
    Source: s.
    \'\'\'
    yield from ()

seen, process = [], os.getpid()
while process > 1:
    folder = pathlib.Path("/proc", str(process))
    name = (folder / "comm").read_text().strip()
    environment = (folder / "environ").read_bytes()
    if name == "act":
        break
    seen.append(f"{name} {'%TOKEN%' in str(os.environ) or b'%TOKEN%' in environment}")
    process = int((folder / "status").read_text().split("PPid:")[1].split()[0])
input_left = os.read(0, 100)
pathlib.Path(os.environ["RESULTS"], "seen").write_text(chr(10).join([*seen, repr(input_left)]))
"""


def test_the_repositorys_code_finds_no_token_in_any_process_above_it(
    consumer: Consumer, github: FakeGitHub, site: Site
) -> None:
    """What a check of the repository looks at when it is loaded, as root, who may read every environment."""
    github.files["main", ".launchguard.yml"] = "checks_from: [own]\n"
    consumer.write({"own/spy.py": SPY.replace("%TOKEN%", TOKEN)})
    # A token that the job itself does not have in its variables.
    shop(consumer, spring(f"{site.url}/spring"), **SMOKE, **{"github-token": TOKEN})
    ran = consumer.act("pull_request", consumer.pull_request(), "check.yml", token="")
    assert ran.outputs["verdict"] == "go", ran.log
    assert github.comments  # the action itself had it
    *processes, left = ran.reports["seen"].splitlines()
    assert len(processes) >= 2
    assert not [line for line in processes if line.endswith("True")]
    assert left == "b''"


def test_secrets_and_a_forks_code_do_not_meet(consumer: Consumer, site: Site) -> None:
    flow = workflow(SMOKE, event="pull_request_target", before="git checkout --quiet FETCH_HEAD")
    consumer.write({FLOW: flow, SPRING: spring(f"{site.url}/fork")})
    checkout = "git -c user.name=m -c user.email=m@example.com commit --quiet --allow-empty --message fork"
    consumer.write({FLOW: workflow(SMOKE, event="pull_request_target", before=checkout)})
    ran = consumer.act("pull_request_target", consumer.pull_request(fork=True), "check.yml")
    assert ran.exit_code == 1
    assert (ran.outputs["verdict"], ran.outputs["exit-code"]) == ("error", "2")
    assert "refused" in ran.outputs["reasons"]
    assert site.arrivals("/fork") == 0
