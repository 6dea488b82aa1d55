"""What the links of a campaign carry besides its pages' own parameters, and which of it differs for every visitor."""

from collections.abc import Collection
from urllib.parse import parse_qsl, urlsplit

from launchguard.model.campaign import Campaign
from launchguard.model.channel import Channel
from launchguard.web.click_ids import RECIPIENT


def leading_to(campaign: Campaign, page: str) -> list[Channel]:
    """The channels whose links lead to a page, by its URL in the manifest."""
    return [channel for channel in campaign.channels if channel.page in ("", page)]


def link_parameters(campaign: Campaign, page: str) -> tuple[str, ...]:
    """The parameters by which a cache may keep a page apart: utm, its channels' ids, RECIPIENT where that is open.

    Each once. Empty where nothing in the links differs from one visitor, or one channel, to another.
    """
    channels = leading_to(campaign, page)
    names = [name for name, _ in parse_qsl(urlsplit(page).query) if name.lower().startswith("utm_")]
    names += [channel.id_parameter for channel in channels if channel.id_parameter]
    names += [RECIPIENT] * any(channel.left_open for channel in channels)
    return tuple(dict.fromkeys(names))


def with_open_ids(campaign: Campaign, pages: Collection[str]) -> Campaign:
    """The campaign with an id of its own in every link to these pages of which nobody has said that it carries none."""
    channels = tuple(
        channel.model_copy(update={"click_id": RECIPIENT})
        if channel.left_open and any(channel in leading_to(campaign, page) for page in pages)
        else channel
        for channel in campaign.channels
    )
    return campaign.model_copy(update={"channels": channels})
