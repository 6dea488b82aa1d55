"""Which files an event changes: one row for each kind of event, in real repositories, with and without an API."""

import json
import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from launchguard.github.beginnings import ROWS, Event
from launchguard.github.changes import Changes, changes_of
from launchguard.github.client import Client
from launchguard.github.context import read_job
from launchguard.github.git import git, why_silent
from tests.github.fake_api import REPOSITORY, FakeGitHub

LISTED_AT_MOST = 3000
"""So many files of a pull request GitHub lists (its REST API's documentation); a list of that length may be cut."""

ZEROS = "0" * 40
HOME = {"full_name": REPOSITORY, "default_branch": "main"}


def run_git(folder: Path, *arguments: str) -> str:
    who = ("-c", "user.name=Ana", "-c", "user.email=ana@example.test", "-c", "commit.gpgsign=false")
    command = ["git", *who, "-C", str(folder), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout.strip()


@dataclass
class Story:
    """What happened on GitHub: its repository, and the commits by name."""

    origin: Path
    commits: dict[str, str]
    clones: Path

    def clone(self, commit: str, *, depth: int = 0) -> Path:
        """A checkout of one commit, its history whole or cut off, as actions/checkout makes it."""
        folder = self.clones / f"clone-{len(list(self.clones.iterdir()))}"
        run_git(self.clones, "init", "--quiet", "--initial-branch=x", str(folder))
        run_git(folder, "remote", "add", "origin", self.origin.as_uri())
        depths = [f"--depth={depth}"] if depth else []
        refs = [self.commits[commit]] if depth else [self.commits[commit], "+refs/heads/*:refs/remotes/origin/*"]
        run_git(folder, "fetch", "--quiet", "--no-tags", *depths, "origin", *refs)
        run_git(folder, "checkout", "--quiet", "--detach", self.commits[commit])
        return folder

    def pull_request(self, head: str, *, base: str = "base", before: str = "", name: str = "pull_request") -> Event:
        """A pull request for main whose head is a commit; `before` makes it a `synchronize`."""
        repo = {"full_name": REPOSITORY}
        ends = {
            "head": {"sha": self.commits[head], "repo": repo},
            "base": {"ref": "main", "sha": self.commits[base], "repo": repo},
        }
        pushed = {"before": self.commits[before], "after": self.commits[head]} if before else {}
        return Event(name, "refs/pull/7/merge", {"pull_request": {"number": 7, **ends}, "repository": HOME, **pushed})

    def push(self, ref: str, before: str, after: str) -> Event:
        commits = {"before": self.commits.get(before, before), "after": self.commits[after]}
        return Event("push", ref, {"repository": HOME, **commits})

    def queue(self, base: str, head: str) -> Event:
        ref = f"refs/heads/gh-readonly-queue/main/pr-7-{self.commits[base]}"
        group = {"base_ref": "refs/heads/main", "base_sha": self.commits[base], "head_ref": ref}
        return Event("merge_group", ref, {"merge_group": {**group, "head_sha": self.commits[head]}, "repository": HOME})

    def plain(self, name: str, ref: str = "refs/heads/main") -> Event:
        return Event(name, ref, {"repository": HOME})


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """main: root, base, later, forced away by `forced`. topic, from base: first (a manifest), second (a text), third.

    `merge` is GitHub's merge of second into later, `queued` that of another pull request behind it.
    """
    folder = tmp_path_factory.mktemp("story")
    origin = folder / "origin"
    run_git(folder, "init", "--quiet", "--initial-branch=main", str(origin))
    run_git(origin, "config", "uploadpack.allowAnySHA1InWant", "true")
    commits: dict[str, str] = {}

    def commit(name: str, files: dict[str, str | None]) -> None:
        for path, text in files.items():
            file = origin / path
            file.parent.mkdir(parents=True, exist_ok=True)
            if text is None:
                file.unlink()
            else:
                file.write_text(text, encoding="utf-8")
        run_git(origin, "add", "--all")
        run_git(origin, "commit", "--quiet", "--allow-empty", "-m", name)
        commits[name] = run_git(origin, "rev-parse", "HEAD")

    def merge(name: str, into: str, what: str) -> None:
        run_git(origin, "checkout", "--quiet", "--detach", commits[into])
        run_git(origin, "merge", "--quiet", "--no-ff", "-m", name, commits[what])
        commits[name] = run_git(origin, "rev-parse", "HEAD")

    long = "name: x\n" * 20
    commit("root", {"README.md": "x\n", "old name.yml": long, "gone.yml": f"{long}gone: 1\n"})
    commit("base", {"main.yml": "x: 1\n"})
    run_git(origin, "checkout", "--quiet", "-b", "topic")
    commit("first", {"campaigns/bad.yml": "x: 1\n", "old name.yml": None, "ñew.yml": long, "gone.yml": None})
    commit("second", {"notes.txt": "x\n"})
    commit("third", {"more.txt": "x\n"})
    run_git(origin, "checkout", "--quiet", "main")
    commit("later", {"elsewhere.yml": "x: 1\n"})
    merge("merge", "later", "second")
    run_git(origin, "checkout", "--quiet", "-b", "other", commits["base"])
    commit("of-other", {"other.yml": "x: 1\n"})
    merge("queued", "merge", "of-other")
    run_git(origin, "checkout", "--quiet", "--detach", commits["base"])
    commit("forced", {"forced.yml": "x: 1\n"})
    run_git(origin, "branch", "kept", commits["queued"])  # so that nothing is swept away
    (folder / "clones").mkdir()
    return Story(origin, commits, folder / "clones")


FIRST = {"campaigns/bad.yml", "old name.yml", "ñew.yml", "gone.yml"}
PULL = FIRST | {"notes.txt"}
TO_MAIN, TO_TOPIC = "refs/heads/main", "refs/heads/topic"
Happened = Callable[[Story], Event]

# what is checked out, the event -> the files that count as changed, or why nobody can say
EVENTS: dict[str, tuple[str, Happened, set[str] | str]] = {
    "a pull request's first push": ("first", lambda s: s.pull_request("first"), FIRST),
    "its second push hides nothing": ("second", lambda s: s.pull_request("second", before="first"), PULL),
    "the merge, with a base that has moved on": ("merge", lambda s: s.pull_request("second", before="first"), PULL),
    "an older commit, run again": ("first", lambda s: s.pull_request("first"), FIRST),
    "a review": ("second", lambda s: s.pull_request("second", name="pull_request_review"), PULL),
    "target, with the head": ("second", lambda s: s.pull_request("second", name="pull_request_target"), PULL),
    "merge queue": ("merge", lambda s: s.queue("later", "merge"), PULL),
    "merge queue, behind another": ("queued", lambda s: s.queue("later", "queued"), PULL | {"other.yml"}),
    "push": ("later", lambda s: s.push(TO_MAIN, "base", "later"), {"elsewhere.yml"}),
    "forced push": ("forced", lambda s: s.push(TO_MAIN, "later", "forced"), {"elsewhere.yml", "forced.yml"}),
    "forced push, before is gone": ("forced", lambda s: s.push(TO_MAIN, "e" * 40, "forced"), "its beginning"),
    "first push of the default branch": ("base", lambda s: s.push(TO_MAIN, ZEROS, "base"), "the branch is new"),
    "first push of a branch": ("first", lambda s: s.push(TO_TOPIC, ZEROS, "first"), FIRST),
    "second push of a branch": ("second", lambda s: s.push(TO_TOPIC, "first", "second"), PULL),
    "forced push of a branch": ("second", lambda s: s.push(TO_TOPIC, "e" * 40, "second"), PULL),
    "tag": ("later", lambda s: s.push("refs/tags/v1", ZEROS, "later"), "a tag names no change"),
    "schedule": ("later", lambda s: s.plain("schedule"), "schedule names no change"),
    "by hand": ("second", lambda s: s.plain("workflow_dispatch", TO_TOPIC), "workflow_dispatch names no change"),
}


def changes(
    event: Event, folder: Path, tmp_path: Path, client: Client | None = None, *, sha: str | None = None
) -> Changes:
    """What the job of an event finds in a checkout, from the environment and the payload that GitHub would give it."""
    (tmp_path / "event.json").write_text(json.dumps(event.payload))
    env = {
        "GITHUB_EVENT_NAME": event.name,
        "GITHUB_REPOSITORY": REPOSITORY,
        "GITHUB_REF": event.ref,
        "GITHUB_SHA": git(folder, "rev-parse", "HEAD") or "" if sha is None else sha,
        "GITHUB_EVENT_PATH": str(tmp_path / "event.json"),
        "GITHUB_WORKSPACE": str(folder),
    }
    return changes_of(read_job(env, folder), client, folder)


def names(found: Changes, folder: Path) -> set[str] | None:
    return None if found.files is None else {str(Path(name).relative_to(folder.resolve())) for name in found.files}


def listed(github: FakeGitHub, *entries: dict[str, Any]) -> None:
    github.pull_files.extend({"sha": "b" * 40, "status": "modified", **entry} for entry in entries)


@pytest.mark.parametrize("api", ["no token", "no answer", "the newest commit's files"])
@pytest.mark.parametrize("kind", EVENTS)
def test_a_whole_clone_says_it_by_itself(
    story: Story, kind: str, api: str, client: Client, github: FakeGitHub, tmp_path: Path
) -> None:
    if api == "no answer":
        github.fail("GET", "", 502)
    github.pull_head = story.commits["third"]
    listed(github, {"filename": "more.txt"})
    checked_out, happened, expected = EVENTS[kind]
    folder = story.clone(checked_out)
    found = changes(happened(story), folder, tmp_path, None if api == "no token" else client)
    if isinstance(expected, str):
        assert found.files is None
        assert found.why.startswith(expected)
    else:
        assert names(found, folder) == expected
        assert not found.why


@pytest.mark.parametrize("kind", EVENTS)
def test_a_clone_that_is_cut_off_says_no_less(story: Story, kind: str, tmp_path: Path) -> None:
    """What it lacks is fetched. It may name what moved on in the base as well, never fewer files."""
    checked_out, happened, expected = EVENTS[kind]
    folder = story.clone(checked_out, depth=1)
    found = names(changes(happened(story), folder, tmp_path), folder)
    assert found is None if isinstance(expected, str) else found is not None and found >= expected


@pytest.mark.parametrize("checked_out", ["second", "merge"])
def test_without_origin_a_clone_that_is_cut_off_asks_the_api(
    story: Story, checked_out: str, client: Client, github: FakeGitHub, tmp_path: Path
) -> None:
    folder = story.clone(checked_out, depth=1)
    run_git(folder, "remote", "remove", "origin")
    event = story.pull_request("second", before="first")
    found = changes(event, folder, tmp_path)
    assert found.files is None
    assert "fetch-depth: 0" in found.why
    github.pull_head = story.commits["second"]
    listed(github, {"filename": "new.yml", "previous_filename": "old.yml"}, {"filename": "plain.yml"})
    found = changes(event, folder, tmp_path, client)
    assert names(found, folder) == {"new.yml", "old.yml", "plain.yml"}
    assert [Path(old).name for old in found.moved] == ["old.yml"]


@pytest.mark.parametrize(
    ("count", "head", "believed"),
    [
        (1, "second", True),
        (101, "second", True),
        (LISTED_AT_MOST - 1, "second", True),
        (LISTED_AT_MOST, "second", False),
        (LISTED_AT_MOST + 1, "second", False),
        (1, "third", False),
    ],
)
def test_the_list_of_the_api_counts_while_it_is_whole_and_of_this_commit(
    story: Story, client: Client, github: FakeGitHub, tmp_path: Path, count: int, head: str, believed: bool
) -> None:
    listed(github, *({"filename": f"file-{number}.yml"} for number in range(count)))
    github.pull_head = story.commits[head]
    found = names(changes(story.pull_request("second"), tmp_path, tmp_path, client), tmp_path)
    assert found == ({f"file-{number}.yml" for number in range(count)} if believed else None)


def test_the_base_code_of_a_target_event_is_not_taken_for_the_pull_requests(
    story: Story, client: Client, github: FakeGitHub, tmp_path: Path
) -> None:
    """What is checked out there does not differ from the base, and says nothing about the pull request."""
    folder = story.clone("base")
    event = story.pull_request("second", name="pull_request_target")
    assert changes(event, folder, tmp_path).files is None
    github.pull_head = story.commits["second"]
    listed(github, {"filename": "campaigns/bad.yml"})
    assert names(changes(event, folder, tmp_path, client), folder) == {"campaigns/bad.yml"}


def test_a_renamed_file_counts_under_both_names(story: Story, tmp_path: Path) -> None:
    folder = story.clone("second")
    found = changes(story.pull_request("second"), folder, tmp_path)
    assert {Path(old).name: Path(new).name for old, new in found.moved.items()} == {"old name.yml": "ñew.yml"}


def test_every_row_of_the_table_has_its_event(story: Story) -> None:
    events = [happened(story) for _, happened, _ in EVENTS.values()]
    first = [next(row.kind for row in ROWS if row.applies(event)) for event in events]
    assert set(first) == {row.kind for row in ROWS}


@pytest.mark.parametrize("base", ["", ZEROS, "--output=x", "HEAD", "main", 7, None])
def test_a_beginning_that_is_no_commit_is_none(story: Story, tmp_path: Path, base: Any) -> None:
    event = story.pull_request("second")
    event.payload["pull_request"]["base"]["sha"] = base
    assert changes(event, story.clone("second"), tmp_path).why == "the event names no base"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_checkout_of_another_user_is_read_all_the_same(story: Story, tmp_path: Path) -> None:
    """As in a job that runs in a container: the runner checked it out, root works in it."""
    folder = story.clone("second")
    for path in (folder, *folder.rglob("*")):
        os.chown(path, 65534, 65534, follow_symlinks=False)
    assert subprocess.run(["git", "-C", folder, "rev-parse", "HEAD"], capture_output=True, check=False).returncode
    assert names(changes(story.pull_request("second", before="first"), folder, tmp_path), folder) == PULL
    assert why_silent(folder) == ""


@pytest.mark.parametrize(
    ("says", "why"),
    [
        ("fatal: detected dubious ownership in repository at '/x'", "dubious ownership"),
        ("fatal: not a git repository (or any of the parent directories): .git", "check it out first"),
        ("fatal: bad object HEAD", "cannot read the checked-out commit"),
        (None, "could not be started"),
    ],
)
def test_why_git_is_silent_is_said(
    story: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, says: str | None, why: str
) -> None:
    """An older git does not let one command trust a folder, so it still refuses."""
    folder = story.clone("second")
    (tmp_path / "bin").mkdir()
    if says is not None:
        (tmp_path / "bin" / "git").write_text(f'#!/bin/sh\necho "{says}" >&2\nexit 128\n')
        (tmp_path / "bin" / "git").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    found = changes(story.pull_request("second"), folder, tmp_path, sha=story.commits["second"])
    assert found.files is None
    assert why in found.why


def test_git_gets_no_token_and_starts_nothing_of_the_repositorys(
    story: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = story.clone("second")
    spy = tmp_path / "spy"
    spy.write_text(f"#!/bin/sh\nenv > {tmp_path}/seen\n")
    spy.chmod(0o755)
    run_git(folder, "config", "core.fsmonitor", str(spy))
    monkeypatch.setenv("LG_GITHUB_TOKEN", "a secret")
    git(folder, "status")
    assert not (tmp_path / "seen").exists()
    run_git(folder, "config", "alias.spy", f"!{spy}")
    git(folder, "spy")
    assert "a secret" not in (tmp_path / "seen").read_text()
