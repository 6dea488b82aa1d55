"""Which files the change of an event touches: as git says, else as the API lists them, else nobody knows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from launchguard.errors import GitHubError
from launchguard.github.beginnings import text_at
from launchguard.github.client import MOST_PAGES, PER_PAGE, Client
from launchguard.github.context import Job
from launchguard.github.git import fetched, git, is_shallow, why_silent


@dataclass(frozen=True)
class Changes:
    """The files that differ, as absolute paths, a renamed one under both names; `moved` says what became of those.

    `files` is None when nobody can say, for the reason `why`.
    """

    files: frozenset[str] | None
    moved: Mapping[str, str] = field(default_factory=dict)
    why: str = ""


def changes_of(job: Job, client: Client | None, root: Path) -> Changes:
    """What the event changes in the repository whose working copy is at `root`.

    Git is asked first: it compares what is checked out, also where that is no longer the newest commit. No answer of
    one way is replaced by a narrower one of another.
    """
    if job.began.why_none:
        return Changes(None, why=job.began.why_none)
    listed = job.pull_number is not None and job.event != "merge_group"
    found = _through_git(job, root) if job.covers_head or not listed else None
    if found is None and listed and client is not None:
        found = _through_api(job, client)
    if found is None:
        shallow = "the history is cut off before the change began (fetch-depth: 0 helps)"
        return Changes(None, why=why_silent(root) or (shallow if is_shallow(root) else "its beginning cannot be read"))
    names, moved = found
    moved = {_absolute(root, old): _absolute(root, new) for old, new in moved.items()}
    return Changes(frozenset(_absolute(root, name) for name in names), moved)


def _absolute(root: Path, name: str) -> str:
    return str((root / name).resolve())


Found = tuple[set[str], dict[str, str]]


def _through_git(job: Job, root: Path) -> Found | None:
    """The files that differ between the beginning and the checked-out commit."""
    start = _merged_into(job, root) or _start(job, root)
    if not start:
        return None
    # Where the history is cut off, the place at which two lines parted may be taken for an older one.
    forked = job.began.forked and not is_shallow(root)
    for compared in ([f"{start}...HEAD"] if forked else []) + [f"{start}..HEAD"]:
        names = git(root, "diff", "--name-only", "-z", "--no-renames", "--end-of-options", compared)
        if names is not None:
            moved = git(root, "diff", "--name-status", "-z", "-M", "--diff-filter=R", "--end-of-options", compared)
            words = (moved or "").split("\0")
            return {name for name in names.split("\0") if name}, dict(zip(words[1::3], words[2::3], strict=False))
    return None


def _merged_into(job: Job, root: Path) -> str:
    """The base that GitHub merged the pull request's commit into, where that merge is checked out; else ""."""
    if git(root, "rev-parse", "--verify", "--quiet", "HEAD^2") != job.head_sha:
        return ""
    return git(root, "rev-parse", "--verify", "--quiet", "HEAD^1") or ""


def _start(job: Job, root: Path) -> str:
    """The beginning's commit, fetched where the clone does not have it; "" where it is gone."""
    if job.began.branch:
        remote = git(root, "rev-parse", "--verify", "--quiet", f"refs/remotes/origin/{job.began.branch}")
        return fetched(root, f"refs/heads/{job.began.branch}") or remote or ""
    here = git(root, "cat-file", "-e", f"{job.began.commit}^{{commit}}") is not None
    return job.began.commit if here else fetched(root, job.began.commit) or ""


def _through_api(job: Job, client: Client) -> Found | None:
    """The pull request's files; None when GitHub's list may be cut off, or is that of a newer commit."""
    assert job.pull_number is not None
    try:
        if text_at(client.pull(job.pull_number), "head", "sha") != job.head_sha:
            return None
        entries = list(client.pull_files(job.pull_number))
    except GitHubError:
        return None
    if len(entries) >= MOST_PAGES * PER_PAGE:
        return None
    pairs = [(text_at(entry, "previous_filename"), text_at(entry, "filename")) for entry in entries]
    moved = {old: new for old, new in pairs if old and new}
    return {name for pair in pairs for name in pair if name}, moved
