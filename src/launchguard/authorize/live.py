"""Whether a campaign is under way on a host: load would then compete with its visitors."""

from collections.abc import Iterable
from datetime import datetime

from launchguard.model.campaign import Campaign


def live_campaign(host: str, campaigns: Iterable[Campaign], start: datetime, end: datetime) -> Campaign | None:
    """The first campaign with a page on `host` that is live at some moment from `start` to `end`.

    A campaign is live from its launch to its end, both included; one without an end stays live. Ports do not
    matter, because whatever listens on them shares the host.
    """
    return next((c for c in campaigns if _overlaps(c, start, end) and host in c.hosts), None)


def _overlaps(campaign: Campaign, start: datetime, end: datetime) -> bool:
    return campaign.launch <= end and (campaign.ends is None or start <= campaign.ends)
