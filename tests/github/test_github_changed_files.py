"""Which files an event changes: as the API lists them, or as git does where that list may be cut off."""

import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from launchguard.errors import LaunchGuardError
from launchguard.github.client import Client
from launchguard.github.context import Job, git
from launchguard.github.selection import changed_files, concerned, matching, read_candidates
from tests.github.fake_api import REPOSITORY, FakeGitHub

LISTED_AT_MOST = 3000
"""So many files of a pull request GitHub lists (its REST API's documentation); a list of that length may be cut."""


def run_git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=Ana", "-c", "user.email=ana@example.test", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, "-C", str(folder), *arguments], check=True, capture_output=True, timeout=60)


@pytest.fixture
def job(tmp_path: Path) -> Job:
    """A repository whose last commit changes one file, renames one, deletes one and adds one in a folder."""
    run_git(tmp_path, "init", "--initial-branch=main")
    for name in ("kept.yml", "changed.yml", "old name.yml", "gone.yml"):
        (tmp_path / name).write_text(f"name: {name}\n" * 20, encoding="utf-8")
    run_git(tmp_path, "add", ".")
    run_git(tmp_path, "commit", "-m", "before")
    base = git(tmp_path, "rev-parse", "HEAD")
    (tmp_path / "changed.yml").write_text("name: other\n", encoding="utf-8")
    (tmp_path / "old name.yml").rename(tmp_path / "ñew.yml")
    (tmp_path / "gone.yml").unlink()
    (tmp_path / "campaigns").mkdir()
    (tmp_path / "campaigns" / "added.yml").write_text("x: 1\n", encoding="utf-8")
    run_git(tmp_path, "add", ".")
    run_git(tmp_path, "commit", "-m", "after")
    return Job(
        event="pull_request",
        repository=REPOSITORY,
        api_url="",
        run_url="",
        workspace=tmp_path,
        head_sha="a" * 40,
        pull_number=7,
        base_ref="main",
        diff_base=base or "",
        covers_head=True,
        foreign=False,
    )


OF_GIT = {"changed.yml", "old name.yml", "ñew.yml", "gone.yml", "campaigns/added.yml"}


def names(job: Job, client: Client | None) -> set[str] | None:
    found = changed_files(job, client, job.workspace)
    return None if found is None else {str(Path(name).relative_to(job.workspace.resolve())) for name in found}


def listed(github: FakeGitHub, *entries: dict[str, Any]) -> None:
    github.pull_files.extend({"sha": "b" * 40, "status": "modified", **entry} for entry in entries)


@pytest.mark.parametrize("count", [1, 99, 100, 101, LISTED_AT_MOST - 1])
def test_the_list_of_the_api_counts_while_it_is_whole(job: Job, client: Client, github: FakeGitHub, count: int) -> None:
    listed(github, *({"filename": f"file-{number}.yml"} for number in range(count)))
    assert names(job, client) == {f"file-{number}.yml" for number in range(count)}


@pytest.mark.parametrize("count", [LISTED_AT_MOST, LISTED_AT_MOST + 1])
def test_a_list_that_may_be_cut_off_is_not_believed(job: Job, client: Client, github: FakeGitHub, count: int) -> None:
    listed(github, *({"filename": f"file-{number}.yml"} for number in range(count)))
    assert names(job, client) == OF_GIT


def test_a_list_that_may_be_cut_off_says_nothing_where_git_cannot_either(
    job: Job, client: Client, github: FakeGitHub
) -> None:
    listed(github, *({"filename": f"file-{number}.yml"} for number in range(LISTED_AT_MOST)))
    for base in ("", "f" * 40, "--output=x"):
        assert changed_files(replace(job, diff_base=base), client, job.workspace) is None


def test_a_renamed_file_counts_under_both_names(job: Job, client: Client, github: FakeGitHub) -> None:
    """A manifest that names the old place has changed, too: what it named is no longer there."""
    listed(
        github,
        {"filename": "journeys/new.py", "previous_filename": "journeys/old.py", "status": "renamed"},
        {"filename": "plain.yml"},
    )
    assert names(job, client) == {"journeys/new.py", "journeys/old.py", "plain.yml"}
    assert {"old name.yml", "ñew.yml"} <= (names(job, None) or set())


def test_a_manifest_whose_file_was_renamed_away_is_concerned(job: Job, client: Client, github: FakeGitHub) -> None:
    text = "launchguard: 1\nname: S\nlaunch: 2027-03-01 09:00 UTC\npages: [{url: https://shop.acme.test/}]\n"
    (job.workspace / "campaigns" / "added.yml").write_text(text + "load: {journey: ../journeys/old.py}\n")
    listed(github, {"filename": "journeys/new.py", "previous_filename": "journeys/old.py", "status": "renamed"})
    candidates = read_candidates(matching(["campaigns"], job.workspace, job.workspace), job.workspace)
    changed = changed_files(job, client, job.workspace)
    assert changed is not None
    assert [one.path for one in concerned(candidates, changed, [])] == ["campaigns/added.yml"]


@pytest.mark.parametrize(
    "over",
    [{"pull_number": None}, {"event": "merge_group"}],
    ids=["no pull request", "a merge queue, where the list is that of one pull request of several"],
)
def test_git_says_it_where_the_api_would_list_something_else(
    job: Job, client: Client, github: FakeGitHub, over: dict[str, Any]
) -> None:
    listed(github, {"filename": "file.yml"})
    assert names(replace(job, **over), client) == OF_GIT
    assert github.calls == []


def test_git_says_it_without_a_client_or_an_answer(job: Job, client: Client, github: FakeGitHub) -> None:
    assert names(job, None) == OF_GIT
    github.fail("GET", "files$", 404)
    assert names(job, client) == OF_GIT
    assert names(replace(job, diff_base=""), None) is None


def test_nothing_changed_is_not_the_same_as_nobody_knows(job: Job) -> None:
    assert names(replace(job, diff_base="HEAD"), None) == set()


@pytest.mark.parametrize(
    ("patterns", "says"),
    [
        (["nothing/*.yml", "*.json"], "no manifest matches nothing/*.yml, *.json"),
        (["x" * 5000], "no manifest can be at x"),
        (["../outside.yml"], r"../outside.yml leads out of the workspace"),
        (["link.yml"], r"link.yml leads out of the workspace"),
    ],
)
def test_what_cannot_be_judged_is_refused_with_what_to_do(tmp_path: Path, patterns: list[str], says: str) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "outside.yml").write_text("")
    (inside / "link.yml").symlink_to(tmp_path / "outside.yml")
    with pytest.raises(LaunchGuardError) as refused:
        matching(patterns, inside, inside)
    assert refused.value.message.startswith(says)
    assert len(refused.value.message) < 1100
    assert refused.value.hint or "can be at" in says


def test_what_is_told_of_a_pattern_is_bounded(tmp_path: Path) -> None:
    with pytest.raises(LaunchGuardError) as refused:
        matching(["x" * 5000], tmp_path, tmp_path)
    assert refused.value.message == f"no manifest can be at {'x' * 199}…: File name too long"
    with pytest.raises(LaunchGuardError) as refused:
        matching(["y" * 100] * 50, tmp_path, tmp_path)
    listed = refused.value.message.removeprefix("no manifest matches ")
    assert (len(listed), listed[-2:]) == (1000, "y…")


@pytest.mark.parametrize("folder", ["BOX", "BOX/", "BOX//"])
def test_a_folder_of_any_name_stands_for_its_manifests(tmp_path: Path, folder: str) -> None:
    (tmp_path / "BOX" / "deep").mkdir(parents=True)
    (tmp_path / "BOX" / "deep" / "a.yml").write_text("")
    assert [str(Path(name)) for name in matching([folder], tmp_path, tmp_path)] == ["BOX/deep/a.yml"]


def test_a_folder_beside_the_workspaces_own_is_inside_of_it(tmp_path: Path) -> None:
    """`working-directory` may be a folder of the workspace, and a pattern may lead back up within it."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.yml").write_text("")
    assert matching(["../a.yml"], tmp_path / "sub", tmp_path) == ["../a.yml"]


def test_each_manifest_is_read_once_whatever_matches_it(tmp_path: Path) -> None:
    for name in ("b.yml", "a.yml", "c.txt"):
        (tmp_path / name).write_text("")
    (tmp_path / "folder.yml").mkdir()
    assert matching(["b.yml", "*.yml", "b.yml"], tmp_path, tmp_path) == ["b.yml", "a.yml"]
