"""Whose rules count, whose code this is, which commit: one row for each kind of event."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from launchguard.errors import LaunchGuardError
from launchguard.github.context import Job, read_job

HOME = {"full_name": "acme/shop", "default_branch": "main"}
FORK = {"full_name": "mallory/shop"}
HEAD = "b" * 40


def pull(repo: Any = HOME) -> dict[str, Any]:
    return {"number": 7, "head": {"sha": HEAD, "repo": repo}, "base": {"ref": "release", "sha": "c" * 40, "repo": HOME}}


def run_from(repo: Any) -> dict[str, Any]:
    return {"head_sha": HEAD, "head_repository": repo}


QUEUE = {
    "base_ref": "refs/heads/main",
    "base_sha": "c" * 40,
    "head_ref": f"refs/heads/gh-readonly-queue/main/pr-12-{'d' * 40}",
}
MAIN, TOPIC = "refs/heads/main", "refs/heads/topic"

# event, GITHUB_REF, payload, is the event's commit checked out -> base_ref, foreign, pull_number, head is HEAD
EVENTS: dict[str, tuple[str, str, dict[str, Any], bool, str | None, bool, int | None, bool]] = {
    "own pull request": ("pull_request", "", {"pull_request": pull()}, True, "release", False, 7, True),
    "fork": ("pull_request", "", {"pull_request": pull(FORK)}, True, "release", True, 7, True),
    "deleted fork": ("pull_request", "", {"pull_request": pull(None)}, True, "release", True, 7, True),
    "review": ("pull_request_review", "", {"pull_request": pull()}, True, "release", False, 7, True),
    "target, base code": ("pull_request_target", MAIN, {"pull_request": pull(FORK)}, True, "release", False, 7, True),
    "target, fork code": ("pull_request_target", MAIN, {"pull_request": pull(FORK)}, False, "release", True, 7, True),
    "target, own code": ("pull_request_target", MAIN, {"pull_request": pull()}, False, "release", False, 7, True),
    "workflow_run, own code": ("workflow_run", MAIN, {"workflow_run": run_from(FORK)}, True, None, False, None, True),
    "workflow_run, fork": ("workflow_run", MAIN, {"workflow_run": run_from(FORK)}, False, "main", True, None, True),
    "workflow_run, other": ("workflow_run", MAIN, {"workflow_run": run_from(HOME)}, False, "main", False, None, True),
    "comment, own code": ("issue_comment", MAIN, {"issue": {}}, True, None, False, None, False),
    "comment, other code": ("issue_comment", MAIN, {"issue": {}}, False, "main", True, None, False),
    "merge queue": ("merge_group", "refs/heads/q", {"merge_group": QUEUE}, True, "main", False, 12, False),
    "push to main": ("push", MAIN, {"before": "c" * 40}, True, None, False, None, False),
    "push to a branch": ("push", TOPIC, {"before": "c" * 40}, True, "main", False, None, False),
    "push, other code": ("push", MAIN, {"before": "c" * 40}, False, "main", False, None, False),
    "tag": ("push", "refs/tags/v1", {}, True, "main", False, None, False),
    "schedule": ("schedule", MAIN, {"repository": {}}, True, None, False, None, False),
    "by hand on a branch": ("workflow_dispatch", TOPIC, {}, True, "main", False, None, False),
    "deployment": ("deployment_status", "", {"deployment": {}}, True, "main", False, None, False),
    "nothing known": ("workflow_dispatch", MAIN, {"repository": {}}, True, "", False, None, False),
}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("checkout")
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.com"]
    subprocess.run(["git", "init", "--quiet", str(folder)], check=True)
    subprocess.run(["git", "-C", str(folder), *identity, "commit", "-q", "--allow-empty", "-m", "x"], check=True)
    found = subprocess.run(["git", "-C", str(folder), "rev-parse", "HEAD"], check=True, capture_output=True, text=True)
    return folder, found.stdout.strip()


def job_for(event: str, ref: str, payload: dict[str, Any], sha: str, folder: Path, tmp_path: Path) -> Job:
    path = tmp_path / "event.json"
    path.write_text(json.dumps({"repository": HOME, **payload}))
    env = {
        "GITHUB_EVENT_NAME": event,
        "GITHUB_REPOSITORY": "acme/shop",
        "GITHUB_REF": ref,
        "GITHUB_SHA": sha,
        "GITHUB_EVENT_PATH": str(path),
        "GITHUB_WORKSPACE": str(folder),
    }
    return read_job(env, folder)


@pytest.mark.parametrize("name", EVENTS)
def test_events(name: str, checkout: tuple[Path, str], tmp_path: Path) -> None:
    event, ref, payload, own, base_ref, foreign, number, is_head = EVENTS[name]
    folder, commit = checkout
    sha = commit if own else "e" * 40
    job = job_for(event, ref, payload, sha, folder, tmp_path)
    assert (job.base_ref, job.foreign, job.pull_number) == (base_ref, foreign, number)
    assert job.head_sha == (HEAD if is_head else sha)


@pytest.mark.parametrize("event", ["pull_request_target", "workflow_run", "issue_comment"])
@pytest.mark.parametrize("laid_over", ["a changed file", "a new file", "nothing"])
def test_a_forks_files_laid_over_the_bases_are_foreign(tmp_path: Path, event: str, laid_over: str) -> None:
    """HEAD is still the base's commit after `git checkout FETCH_HEAD -- .` or an artifact that was unpacked there."""
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.com"]
    folder = tmp_path / "checkout"
    subprocess.run(["git", "init", "--quiet", str(folder)], check=True)
    (folder / "check.py").write_text("x = 1\n")
    (folder / ".gitignore").write_text("build/\n")
    subprocess.run(["git", "-C", str(folder), "add", "--all"], check=True)
    subprocess.run(["git", "-C", str(folder), *identity, "commit", "-q", "-m", "x"], check=True)
    head = subprocess.run(["git", "-C", str(folder), "rev-parse", "HEAD"], check=True, capture_output=True, text=True)
    (folder / "build").mkdir()
    (folder / "build" / "page.html").write_text("what a build leaves")
    if laid_over != "nothing":
        (folder / ("check.py" if laid_over == "a changed file" else "new.py")).write_text("x = 2\n")
    payload = {"pull_request": pull(FORK), "workflow_run": run_from(FORK), "issue": {}}
    about = {"pull_request_target": "pull_request", "workflow_run": "workflow_run", "issue_comment": "issue"}[event]
    job = job_for(event, MAIN, {about: payload[about]}, head.stdout.strip(), folder, tmp_path)
    assert job.foreign is (laid_over != "nothing")
    assert (job.base_ref is None) is (laid_over == "nothing" and event != "pull_request_target")


def test_a_checked_out_head_is_covered_by_its_reviews(checkout: tuple[Path, str], tmp_path: Path) -> None:
    folder, commit = checkout
    change = pull()
    assert not job_for("pull_request", "", {"pull_request": change}, "e" * 40, folder, tmp_path).covers_head
    change["head"]["sha"] = commit
    assert job_for("pull_request", "", {"pull_request": change}, "e" * 40, folder, tmp_path).covers_head


def test_without_git_nothing_speaks_for_itself(tmp_path: Path) -> None:
    job = job_for("push", MAIN, {}, "a" * 40, tmp_path, tmp_path)
    assert (job.base_ref, job.covers_head) == ("main", False)


@pytest.mark.parametrize("text", ["", "{", "\x00"])
def test_an_event_that_cannot_be_read_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "event.json"
    path.write_text(text)
    env = {"GITHUB_EVENT_NAME": "push", "GITHUB_REPOSITORY": "acme/shop", "GITHUB_EVENT_PATH": str(path)}
    with pytest.raises(LaunchGuardError, match="cannot be read"):
        read_job(env, tmp_path)


@pytest.mark.parametrize(
    "payload",
    [
        "[]",
        "null",
        '{"pull_request": 3, "merge_group": [], "before": {}}',
        '{"pull_request": {"number": "7"}}',
        '{"pull_request": {"number": 7.5, "head": [], "base": {"ref": 4}}, "repository": "x"}',
    ],
)
def test_an_event_without_sense_names_no_branch_and_no_pull_request(tmp_path: Path, payload: str) -> None:
    path = tmp_path / "event.json"
    path.write_text(payload)
    env = {"GITHUB_EVENT_NAME": "pull_request", "GITHUB_REPOSITORY": "acme/shop", "GITHUB_EVENT_PATH": str(path)}
    job = read_job(env, tmp_path)
    assert (job.base_ref, job.pull_number, job.began.commit) == ("", None, "")


def test_outside_of_a_job_there_is_a_hint(tmp_path: Path) -> None:
    with pytest.raises(LaunchGuardError, match="no GitHub job") as caught:
        read_job({}, tmp_path)
    assert "launchguard run" in caught.value.hint
