"""Who approved exactly this commit, of those whom the base branch names."""

from collections.abc import Iterable
from typing import Any

from launchguard.github.client import Client
from launchguard.trust.base import login

DECISIVE = ("APPROVED", "CHANGES_REQUESTED", "DISMISSED")
"""A comment leaves a reviewer's earlier decision as it was; each of these replaces it."""


def approved_by(client: Client, pull: int, head: str, approvers: Iterable[str]) -> list[str]:
    """The approvers whose last decision is APPROVED for the commit `head`. Raises GitHubError.

    An approval of another commit does not count, and neither does one by anybody else. Teams cannot be resolved
    with a job's token, so an approver is a person's login.
    """
    wanted = {login(name) for name in approvers}
    last: dict[str, dict[str, Any]] = {}
    for review in client.reviews(pull):
        user = review.get("user")
        if review.get("state") in DECISIVE and isinstance(user, dict) and user.get("login"):
            last[login(str(user["login"]))] = review
    return sorted(
        name
        for name, review in last.items()
        if name in wanted and review["state"] == "APPROVED" and review.get("commit_id") == head
    )
