"""Whether a campaign is under way on a host: load would then compete with its visitors."""

from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlsplit

from launchguard.model.campaign import Campaign
from launchguard.web.hosts import origin_of


def live_campaign(host: str, campaigns: Iterable[Campaign], start: datetime, end: datetime) -> Campaign | None:
    """The first campaign with a page on `host` that is live at some moment from `start` to `end`.

    A campaign is live from its launch to its end, both included; one without an end stays live. Ports do not
    matter, because whatever listens on them shares the host.
    """
    return next((c for c in campaigns if _overlaps(c, start, end) and host in _hosts(c)), None)


def _overlaps(campaign: Campaign, start: datetime, end: datetime) -> bool:
    return campaign.launch <= end and (campaign.ends is None or start <= campaign.ends)


def _hosts(campaign: Campaign) -> set[str]:
    return {urlsplit(origin_of(page.url)).hostname or "" for page in campaign.pages}
