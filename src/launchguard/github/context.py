"""What the event says: whose code this is, which branch it goes to, which commit and pull request it concerns."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from launchguard.errors import LaunchGuardError
from launchguard.github.beginnings import Beginning, Event, beginning, text_at
from launchguard.github.git import git
from launchguard.github.inputs import folder_named

PRIVILEGED = ("pull_request_target", "workflow_run", "issue_comment")
"""Events that run with the repository's secrets although somebody outside it may have caused them."""

MOST_EVENT_BYTES = 30_000_000
"""GitHub sends no event of more than 25 MB."""

_QUEUED_PULL = re.compile(r"/pr-(\d+)-[0-9a-f]{40}$")


@dataclass(frozen=True)
class Job:
    """The job that this process runs in.

    `base_ref` is the branch whose `.launchguard.yml` counts; None: the checked-out files are that branch's own.
    `head_sha` is the commit that a status and a review must name. `began` is where the change of this event began.
    `covers_head` says that what is checked out is the commit, or the merge of it, that a review of the pull request's
    newest commit speaks about. `foreign` says that the checked-out code is, or may be, that of
    somebody without write access.
    """

    event: str
    repository: str
    api_url: str
    run_url: str
    run_id: int
    attempt: int
    workspace: Path
    head_sha: str
    pull_number: int | None
    base_ref: str | None
    began: Beginning
    covers_head: bool
    foreign: bool

    @property
    def privileged(self) -> bool:
        """True when secrets are present by the nature of the event."""
        return self.event in PRIVILEGED


def read_job(env: Mapping[str, str], folder: Path) -> Job:
    """Read the environment and the event's payload. Raises LaunchGuardError outside of a GitHub job."""
    event, repository = env.get("GITHUB_EVENT_NAME", ""), env.get("GITHUB_REPOSITORY", "")
    if not event or not re.fullmatch(r"[\w.-]+/[\w.-]+", repository):
        raise LaunchGuardError(
            "this is no GitHub job: GITHUB_EVENT_NAME and GITHUB_REPOSITORY are not set",
            hint="Elsewhere, use `launchguard run`.",
        )
    payload = _payload(env)
    sha = env.get("GITHUB_SHA", "")
    checked_out = git(folder, "rev-parse", "HEAD")
    own_checkout = bool(sha) and checked_out == sha and (event not in PRIVILEGED or _is_clean(folder))
    run_url = f"{env.get('GITHUB_SERVER_URL', '')}/{repository}/actions/runs/{env.get('GITHUB_RUN_ID', '')}"
    return Job(
        event=event,
        repository=repository,
        api_url=env.get("GITHUB_API_URL", "") or "https://api.github.com",
        run_url=run_url,
        run_id=_number(env, "GITHUB_RUN_ID"),
        attempt=_number(env, "GITHUB_RUN_ATTEMPT"),
        workspace=folder_named(env.get("GITHUB_WORKSPACE", "")) or folder.resolve(),
        head_sha=text_at(payload, "pull_request", "head", "sha") or text_at(payload, "workflow_run", "head_sha") or sha,
        pull_number=_pull_number(payload),
        base_ref=_base_ref(env, payload, own_checkout=own_checkout),
        began=beginning(Event(event, env.get("GITHUB_REF", ""), payload)),
        covers_head=(own_checkout and event not in PRIVILEGED)
        or (bool(checked_out) and checked_out == text_at(payload, "pull_request", "head", "sha")),
        foreign=_foreign(event, payload, own_checkout=own_checkout),
    )


def _is_clean(folder: Path) -> bool:
    """Whether the files are those of the commit: a step may have laid a fork's over them, as an artifact or a checkout.

    Files that the commit's own .gitignore names do not count: they are what a build leaves.
    """
    return git(folder, "status", "--porcelain", "--untracked-files=all") == ""


def _number(env: Mapping[str, str], name: str) -> int:
    """A number that GitHub gives every job; 0 where there is none."""
    text = env.get(name, "")
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else 0


def _payload(env: Mapping[str, str]) -> dict[str, Any]:
    """The event as GitHub wrote it for this job; without one, everything about it counts as unknown."""
    path = env.get("GITHUB_EVENT_PATH", "")
    try:
        payload = json.loads(_bounded(Path(path))) if path else {}
    except (OSError, ValueError, RecursionError) as error:
        raise LaunchGuardError(f"the event of this job cannot be read: {error}") from error
    return payload if isinstance(payload, dict) else {}


def _bounded(path: Path) -> bytes:
    with path.open("rb") as file:
        data = file.read(MOST_EVENT_BYTES + 1)
    if len(data) > MOST_EVENT_BYTES:
        raise ValueError("it is larger than any event")
    return data


def _pull_number(payload: Mapping[str, Any]) -> int | None:
    queued = _QUEUED_PULL.search(text_at(payload, "merge_group", "head_ref"))
    pull = payload.get("pull_request")
    number = int(queued[1]) if queued else pull.get("number") if isinstance(pull, dict) else None
    return number if isinstance(number, int) else None


def _base_ref(env: Mapping[str, str], payload: Mapping[str, Any], *, own_checkout: bool) -> str | None:
    """The branch that a change goes to, or the default branch; "" when the event names none.

    Only the default branch's own commit, checked out as the event named it, may speak for itself.
    """
    base = text_at(payload, "pull_request", "base", "ref") or text_at(payload, "merge_group", "base_ref")
    if base:
        return base.removeprefix("refs/heads/")
    default = text_at(payload, "repository", "default_branch")
    on_default = env.get("GITHUB_EVENT_NAME") == "schedule" or (
        default != "" and env.get("GITHUB_REF") == f"refs/heads/{default}"
    )
    return None if on_default and own_checkout else default


def _foreign(event: str, payload: Mapping[str, Any], *, own_checkout: bool) -> bool:
    """True when the checked-out code may come from a fork.

    In the events that run with secrets, the event's own commit is the repository's; any other commit that a
    workflow checked out is judged by where the pull request or the run came from.
    """
    if event in PRIVILEGED and own_checkout:
        return False
    home = text_at(payload, "repository", "full_name") or text_at(payload, "pull_request", "base", "repo", "full_name")
    if event == "issue_comment":
        return True
    key = ("workflow_run", "head_repository") if event == "workflow_run" else ("pull_request", "head", "repo")
    if not payload.get(key[0]):
        return False
    return text_at(payload, *key, "full_name") != home or not home
