"""The sticky comment: one per name, found again by its marker and its author, and updated in place."""

import re
from dataclasses import dataclass
from typing import Any

from launchguard.errors import GitHubError
from launchguard.github.beginnings import text_at
from launchguard.github.client import Client
from launchguard.words.hostile import clip

LONGEST = 65_536
"""GitHub refuses a longer body."""

WRONG = ("unknown", "no-go", "error")
"""Decisions that stop a launch, the worse the later; what is none of these was no fault that could be settled."""

SHARED = (
    "Several calls of one run write this comment, and the worst of them stands here: give each call a `name` of its "
    "own, in a matrix one that is made of its values."
)

_MARKER = re.compile(
    r"<!-- launchguard:(?P<name>\S+) (?P<decision>\S+)"
    r"(?: (?P<commit>[0-9a-f]+|-) (?P<run>\d{1,18})\.(?P<attempt>\d{1,9}) (?P<call>\w+))? -->"
)


@dataclass(frozen=True)
class Telling:
    """Who speaks of which commit: the workflow run, its attempt, and a word that no other call of the action has.

    GitHub numbers runs in the order in which they were asked for, and a run that is started again keeps its number; so
    the larger number speaks of the newer commit.
    """

    commit: str
    run: int
    attempt: int
    call: str


@dataclass(frozen=True)
class Marker:
    """The first line of a comment: what it says, and who told it; None before version 1 named that."""

    name: str
    decision: str
    telling: Telling | None

    def __str__(self) -> str:
        told = self.telling
        who = f" {told.commit or '-'} {told.run}.{told.attempt} {told.call}" if told else ""
        return f"<!-- launchguard:{self.name} {self.decision}{who} -->"


def publish_comment(client: Client, pull: int, body: str, *, name: str, decision: str, telling: Telling) -> list[str]:
    """Create or update the comment of this name. Returns its address, and what is to be told about it, if anything.

    What a newer run wrote stays. Of several calls of one run the worst decision stays. A first answer that got lost
    may have created the comment, so it is looked for before a second is made. Raises GitHubError.
    """
    before = find_comment(client, pull, name)
    mine = Marker(name, decision, telling)
    if before is None:
        try:
            made = client.create_comment(pull, compose(body, mine, before=None))
        except GitHubError as error:
            if 0 < error.status < 500:
                raise
            before = find_comment(client, pull, name)
            made = before or client.create_comment(pull, compose(body, mine, before=None))
        if before is None:
            first = find_comment(client, pull, name) or made
            return [_address(made), *([SHARED] if first.get("id") != made.get("id") else [])]
    last = marker_of(before)
    assert last is not None
    newer = _newer(client, pull, last.telling, telling)
    return [_address(before), newer] if newer else _update(client, before, body, mine, last)


def _newer(client: Client, pull: int, last: Telling | None, mine: Telling) -> str:
    """Why what stands there is newer than what this run has to say; "" where it is not."""
    if last is None:
        return ""
    if _order(last) > _order(mine):
        return f"a newer run has told of commit {last.commit[:7]} there, so the comment stays as it is"
    if mine.commit and last.commit and mine.commit != last.commit:
        newest = text_at(client.pull(pull), "head", "sha")
        if newest != mine.commit:
            return f"{mine.commit[:7]} is not the newest commit of the pull request, so the comment stays as it is"
    return ""


def _update(client: Client, before: dict[str, Any], body: str, mine: Marker, last: Marker) -> list[str]:
    if not shared(last, mine):
        return [_address(client.update_comment(before["id"], compose(body, mine, before=last)))]
    text = str(before["body"]) if _worse(last.decision, mine.decision) else compose(body, mine, before=last)
    if SHARED not in text:
        text = clip(f"{text[: LONGEST - len(SHARED) - 2]}\n\n{SHARED}", LONGEST)
    return [_address(client.update_comment(before["id"], text)), SHARED]


def find_comment(client: Client, pull: int, name: str) -> dict[str, Any] | None:
    """The comment of this name. Only a bot's counts: a person could have written the marker."""
    for comment in client.comments(pull):
        by_bot = (comment.get("user") or {}).get("type") == "Bot"
        marker = marker_of(comment)
        if by_bot and marker is not None and marker.name == name:
            return comment
    return None


def marker_of(comment: dict[str, Any]) -> Marker | None:
    """What a comment's first line says, or None when it is no marker."""
    found = _MARKER.match(comment.get("body") or "")
    if found is None:
        return None
    told = (
        Telling(found["commit"].strip("-"), int(found["run"]), int(found["attempt"]), found["call"])
        if found["call"]
        else None
    )
    return Marker(found["name"], found["decision"], told)


def shared(last: Marker, mine: Marker) -> bool:
    """Whether another call of the very same run wrote there: a leg of a matrix, or a second step."""
    if last.telling is None or mine.telling is None or not mine.telling.run:
        return False
    same_run = _order(last.telling) == _order(mine.telling) and last.telling.commit == mine.telling.commit
    return same_run and last.telling.call != mine.telling.call


def compose(body: str, marker: Marker, *, before: Marker | None) -> str:
    """The comment's text; `before` is the marker that it had until now, unless another call of this run wrote it."""
    lines = [str(marker)]
    settled = before is not None and before.decision in WRONG and not shared(before, marker)
    if marker.decision == "go" and settled:
        lines += ["All is well again: what was reported here before is settled.", ""]
    return clip("\n".join(lines) + "\n" + body, LONGEST)


def _order(telling: Telling) -> tuple[int, int]:
    return telling.run, telling.attempt


def _worse(one: str, other: str) -> bool:
    """Whether `one` is worse news than `other`."""
    rank = {decision: number for number, decision in enumerate(WRONG, 1)}
    return rank.get(one, 0) > rank.get(other, 0)


def _address(comment: dict[str, Any]) -> str:
    return str(comment.get("html_url") or "")
