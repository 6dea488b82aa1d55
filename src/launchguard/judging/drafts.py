"""Drafts: when they are judged, and what is said of one that is about to launch."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from launchguard.checking.standing import STILL_A_DRAFT
from launchguard.model.campaign import Campaign
from launchguard.model.verdict import Outcome, Status
from launchguard.words import duration

HOUR_S = 3600.0
DRAFT_UNTIL = timedelta(hours=72)
"""A draft is judged from this long before its launch, and is at best unknown."""


def is_early_draft(campaign: Campaign, now: datetime) -> bool:
    """Whether a campaign is a draft whose launch is far enough away that it need not be judged."""
    return campaign.status == "draft" and campaign.launch - now > DRAFT_UNTIL


def still_a_draft(campaign: Campaign, now: datetime) -> Iterator[Outcome]:
    """A draft that is about to launch is unknown, however good its pages are."""
    if campaign.status != "draft" or is_early_draft(campaign, now):
        return
    left_s = (campaign.launch - now).total_seconds()
    away = duration(_whole_hours(abs(left_s)))
    when = f"it launches in {away}" if left_s > 0 else f"it launched {away} ago"
    yield STILL_A_DRAFT.outcome(Status.UNKNOWN, reason=f"{when} and is still a draft")


def _whole_hours(seconds: float) -> float:
    """As people say it: 19 h 59 min are 20 h; what is less than an hour is told in whole seconds."""
    return round(seconds / HOUR_S) * HOUR_S if seconds >= HOUR_S else round(seconds)
