"""What the action promises on GitHub, executed by act: fork and same repository, with and without a token."""

import json
import os
from typing import Any

import pytest

from launchguard.github.comment import SHARED
from launchguard.site import Site
from tests.action.acting import CHECKOUT, MANIFEST, Consumer, workflow
from tests.github.fake_api import TOKEN, FakeGitHub

FLOW = ".github/workflows/check.yml"
SMOKE = {"smoke-only": "true"}
CALL = "launchguard/launchguard@v1"


def campaign(name: str, url: str) -> str:
    return MANIFEST.format(name=name, url=url)


def calls(inputs: dict[str, dict[str, str]], *, before: str = "true", **job: Any) -> str:
    """A workflow that calls the action once for each name, and keeps what each call says in a file of that name."""
    names = list(inputs)
    steps = [
        {"uses": CHECKOUT},
        {"run": before},
        *({"uses": CALL, "id": name, "continue-on-error": True, "with": inputs[name]} for name in names),
        {
            "run": "\n".join(f"""printf '%s' "$OUT_{name}" > "$RESULTS/{name}\"""" for name in names),
            "env": {
                f"OUT_{name}": f"${{{{ steps.{name}.outputs.verdict }}}} ${{{{ steps.{name}.outputs.reasons }}}}"
                for name in names
            },
        },
    ]
    return json.dumps(
        {"on": ["pull_request"], "jobs": {"launchguard": {"runs-on": "ubuntu-latest", "steps": steps, **job}}}
    )


@pytest.mark.parametrize("token", [TOKEN, ""], ids=["token", "no token"])
@pytest.mark.parametrize("fork", [False, True], ids=["same repository", "fork"])
def test_whoever_asks_gets_the_same_answers(
    consumer: Consumer, github: FakeGitHub, site: Site, fork: bool, token: str
) -> None:
    """A manifest that changed, one that was hidden, none at all, and a preview without an address."""
    if fork:
        github.fail("POST", "comments$|statuses", 403)
    inputs = {
        "changed": {**SMOKE, "changed-only": "true", "name": "changed"},
        "nothing": {"changed-only": "true", "manifests": "nowhere/**/*.yml", "name": "nothing"},
        "preview": {**SMOKE, "base-url": "", "name": "preview"},
    }
    for call in inputs.values():
        call["github-token"] = token
    manifests = {f"campaigns/{name}.yml": campaign(name, f"{site.url}/{name}") for name in ("spring", "autumn")}
    consumer.write({FLOW: calls(inputs), **manifests})
    consumer.base = consumer.head
    (consumer.repository / "campaigns" / "autumn.yml").rename(consumer.repository / "campaigns" / ".autumn.yml")
    consumer.write({"campaigns/spring.yml": manifests["campaigns/spring.yml"] + "# first push\n"})
    consumer.write({"README.md": "second push"})
    payload = consumer.pull_request(fork=fork) | {"action": "synchronize", "before": consumer.before}
    ran = consumer.act("pull_request", payload, "check.yml", token=token)
    assert ran.exit_code == 0, ran.log
    # Without a token the clone has no origin to read the base's rules from; smoke needs none.
    assert ran.reports["changed"].startswith("go "), ran.log
    assert "campaigns/.autumn.yml, which is hidden" in ran.reports["changed"]
    assert ran.reports["nothing"].startswith("go ")
    assert "no manifest matches nowhere" in ran.reports["nothing"]
    assert ran.reports["preview"].startswith("error ")
    assert "no preview to look at" in ran.reports["preview"]
    for text in ("which is hidden", "no manifest matches nowhere", "no preview to look at"):
        assert text in ran.summary.replace("\\", "")
    if token and not fork:
        assert [comment["body"].split()[1:3] for comment in github.comments] == [
            ["launchguard:changed", "go"],
            ["launchguard:nothing", "go"],
            ["launchguard:preview", "error"],
        ]
        assert all(f"For commit {consumer.head}" in comment["body"] for comment in github.comments)
    else:
        assert not github.comments
        assert ran.notices.count("it needs `pull-requests: write`" if token else "no comment: there is no") == 3


def test_a_comment_of_a_newer_run_stays(consumer: Consumer, github: FakeGitHub, site: Site) -> None:
    """As when an older commit's run is started again, or is the slower one."""
    newer = f"<!-- launchguard:default no-go {'c' * 40} 999999999999.1 abcd -->\nnewer"
    github.add_comment(newer)
    consumer.write({FLOW: workflow(SMOKE), "campaigns/a.yml": campaign("A", f"{site.url}/a")})
    ran = consumer.act("pull_request", consumer.pull_request(), "check.yml")
    assert ran.exit_code == 0, ran.log
    assert [comment["body"] for comment in github.comments] == [newer]
    assert "the comment stays as it is" in ran.notices
    assert ran.outputs["comment-url"] == github.comments[0]["html_url"]


def test_legs_of_a_matrix_without_a_name_are_told(consumer: Consumer, github: FakeGitHub, site: Site) -> None:
    """The worse verdict stands, whichever leg is the last."""
    flow = calls(
        {"leg": {**SMOKE, "manifests": "${{ matrix.shop }}.yml", "github-token": TOKEN}},
        strategy={"matrix": {"shop": ["a", "b"]}, "max-parallel": 1},
    )
    consumer.write({FLOW: flow, "a.yml": campaign("A", f"{site.url}/broken"), "b.yml": campaign("B", f"{site.url}/b")})
    ran = consumer.act("pull_request", consumer.pull_request(), "check.yml")
    assert ran.exit_code == 0, ran.log
    assert "`name` of its own" in ran.notices
    told = [comment["body"] for comment in github.comments]
    assert any(text.startswith("<!-- launchguard:default no-go ") for text in told)
    assert len(told) == 2 or SHARED in told[0]


def test_a_rate_limit_is_called_one(consumer: Consumer, github: FakeGitHub, site: Site) -> None:
    limit = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "99999999999"}
    github.fail("POST", "comments$", 403, limit)
    github.fail("POST", "statuses", 422)
    consumer.write({FLOW: workflow({**SMOKE, "status": "true"}), "campaigns/a.yml": campaign("A", f"{site.url}/a")})
    ran = consumer.act("pull_request", consumer.pull_request(), "check.yml")
    assert ran.exit_code == 0, ran.log
    assert "rate limit is used up" in ran.notices
    assert "did not take what was sent" in ran.notices
    assert "forks" not in ran.notices


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_job_in_a_container_has_another_users_checkout_and_no_home(
    consumer: Consumer, github: FakeGitHub, site: Site
) -> None:
    github.fail("GET", "pulls", 403)
    inputs = {"one": {**SMOKE, "changed-only": "true", "github-token": TOKEN}}
    others = {f"campaigns/{name}.yml": campaign(name, f"http://localhost:1/{name}") for name in ("b", "c")}
    consumer.write({FLOW: calls(inputs, before="chown -R 65534:65534 ."), **others})
    consumer.base = consumer.head
    consumer.write({"campaigns/a.yml": campaign("A", f"{site.url}/a")})
    consumer.env["HOME"] = "/nonexistent"
    ran = consumer.act("pull_request", consumer.pull_request(), "check.yml")
    assert ran.exit_code == 0, ran.log
    assert ran.reports["one"].startswith("go "), ran.log
    assert "what changed cannot be told" not in ran.notices
