"""Where the change of an event began: one row for each kind of event, because a field means another thing in each."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

COMMIT = re.compile(r"(?!0+$)[0-9a-f]{40,64}")
"""A commit's name; all zeros stand for none."""


@dataclass(frozen=True)
class Event:
    """What happened: the event's name, the ref that it happened to, and its payload."""

    name: str
    ref: str
    payload: Mapping[str, Any]

    def commit(self, *keys: str) -> str:
        """The commit at a path of keys, or ""."""
        found = text_at(self.payload, *keys)
        return found if COMMIT.fullmatch(found) else ""

    @property
    def default_branch(self) -> str:
        """The repository's default branch, or "" when the event does not say."""
        return text_at(self.payload, "repository", "default_branch")


@dataclass(frozen=True)
class Beginning:
    """What the checked-out files are compared with: a commit, or the newest commit of a branch.

    `forked`: with the commit where both parted. `why_none` says why there is nothing to compare with.
    """

    commit: str = ""
    branch: str = ""
    forked: bool = False
    why_none: str = ""


@dataclass(frozen=True)
class Row:
    """A kind of event; the first row that applies counts."""

    kind: str
    applies: Callable[[Event], bool]
    began: Callable[[Event], Beginning]


ROWS: tuple[Row, ...] = (
    Row(
        # `before` of a `synchronize` is the last push of the same pull request: what came before that would be unseen.
        "pull request",
        lambda event: isinstance(event.payload.get("pull_request"), Mapping),
        lambda event: _of_commit(event.commit("pull_request", "base", "sha"), "the event names no base", forked=True),
    ),
    Row(
        "merge queue",
        lambda event: event.name == "merge_group",
        lambda event: _of_commit(event.commit("merge_group", "base_sha"), "the event names no base"),
    ),
    Row(
        "tag",
        lambda event: event.ref.startswith("refs/tags/"),
        lambda _: Beginning(why_none="a tag names no change"),
    ),
    Row(
        # `before` would be the branch's last push here, too; what it adds to the default branch is the change.
        "push to another branch",
        lambda event: event.name == "push" and event.ref != f"refs/heads/{event.default_branch}",
        lambda event: (
            Beginning(branch=event.default_branch, forked=True)
            if event.default_branch
            else Beginning(why_none="the event names no default branch")
        ),
    ),
    Row(
        "push to the default branch",
        lambda event: event.name == "push",
        lambda event: _of_commit(event.commit("before"), "the branch is new"),
    ),
    Row("anything else", lambda _: True, lambda event: Beginning(why_none=f"{event.name} names no change")),
)


def beginning(event: Event) -> Beginning:
    """Where the change of an event began."""
    return next(row for row in ROWS if row.applies(event)).began(event)


def _of_commit(commit: str, why_none: str, *, forked: bool = False) -> Beginning:
    return Beginning(commit=commit, forked=forked) if commit else Beginning(why_none=why_none)


def text_at(value: Any, *keys: str) -> str:
    """The string at a path of keys, or ""."""
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, str) else ""
