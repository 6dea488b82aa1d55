"""The sticky comment: one per name, found again by its marker and its author, and updated in place."""

from typing import Any

from launchguard.errors import GitHubError
from launchguard.github.client import Client
from launchguard.words.hostile import clip

LONGEST = 65_536
"""GitHub refuses a longer body."""


def publish_comment(client: Client, pull: int, body: str, *, name: str, decision: str) -> str:
    """Create or update the comment of this name, and return its address. Raises GitHubError.

    A first answer that got lost may have created the comment, so it is looked for before a second is made.
    """
    before = find_comment(client, pull, name)
    text = compose(body, name=name, decision=decision, before=_decision_in(before))
    if before is None:
        try:
            return _address(client.create_comment(pull, text))
        except GitHubError as error:
            if 0 < error.status < 500:
                raise
            before = find_comment(client, pull, name)
            if before is None:
                return _address(client.create_comment(pull, text))
    return _address(client.update_comment(before["id"], text))


def find_comment(client: Client, pull: int, name: str) -> dict[str, Any] | None:
    """The comment of this name. Only a bot's counts: a person could have written the marker."""
    start = f"<!-- launchguard:{name} "
    for comment in client.comments(pull):
        by_bot = (comment.get("user") or {}).get("type") == "Bot"
        if by_bot and (comment.get("body") or "").startswith(start):
            return comment
    return None


def compose(body: str, *, name: str, decision: str, before: str) -> str:
    """The comment's text; `before` is the decision that it showed until now, or ""."""
    lines = [f"<!-- launchguard:{name} {decision} -->"]
    if decision == "go" and before not in ("", "go"):
        lines += ["All is well again: what was reported here before is settled.", ""]
    text = "\n".join(lines) + "\n" + body
    return clip(text, LONGEST)


def _decision_in(comment: dict[str, Any] | None) -> str:
    words = ((comment or {}).get("body") or "").split(maxsplit=3)[:3]
    return words[2] if len(words) == 3 else ""


def _address(comment: dict[str, Any]) -> str:
    return str(comment.get("html_url") or "")
