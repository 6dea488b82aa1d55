"""Commit statuses: one per campaign, for branch protection and for a look at the list of commits."""

from launchguard.github.client import Client
from launchguard.github.result import JudgedCampaign
from launchguard.words.hostile import clip, plain

STATES = {"go": "success", "draft": "success", "no-go": "failure"}
"""Every other decision is "error": there is no verdict, and that is neither a success nor a failure."""

LONGEST = 140
"""Characters of a description (GitHub answers 422 above)."""


def publish_status(client: Client, sha: str, judged: list[JudgedCampaign], *, name: str, target_url: str) -> None:
    """Set `launchguard/<campaign>` on a commit; `name` stands between them when there is one. Raises GitHubError.

    The newest status of a context counts, so of two campaigns with one name the worse one comes last.
    """
    order = ("success", "failure", "error")
    for one in sorted(judged, key=lambda item: order.index(_state(item))):
        context = "/".join(part for part in ("launchguard", name, clip(plain(one.campaign), 100)) if part)
        client.create_status(
            sha,
            state=_state(one),
            context=context,
            description=clip(one.sentence, LONGEST),
            target_url=target_url,
        )


def _state(judged: JudgedCampaign) -> str:
    return STATES.get(judged.decision, "error")
