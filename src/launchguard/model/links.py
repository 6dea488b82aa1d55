"""What the links of a campaign carry besides its pages' own parameters, and which of it differs for every visitor."""

from collections.abc import Collection
from urllib.parse import parse_qsl, urlsplit

from launchguard.model.campaign import Campaign
from launchguard.model.channel import Channel
from launchguard.web.click_ids import RECIPIENT
from launchguard.web.link_faults import meant_pairs
from launchguard.web.utm import UTM, Pairs, meant_name, utm_pairs, with_utm


def leading_to(campaign: Campaign, page: str) -> list[Channel]:
    """The channels whose links lead to a page, by its URL in the manifest."""
    return [channel for channel in campaign.channels if channel.page in ("", page)]


def visited_link(campaign: Campaign, page: str) -> str:
    """A page's URL as an idle visitor's link has it: with the `utm` of the first channel that leads there with one."""
    first = next((channel for channel in leading_to(campaign, page) if channel.utm), None)
    return with_utm(page, utm_pairs(first.utm)) if first else page


def links_to(campaign: Campaign, page: str) -> list[tuple[str, Pairs]]:
    """Each channel that leads to a page by its label ("" where none does), with the parameters of its links."""
    own = dict(meant_pairs(page))
    channels = leading_to(campaign, page)
    return [(one.label, tuple((own | dict(utm_pairs(one.utm))).items())) for one in channels] or [
        ("", tuple(own.items()))
    ]


def utm_values(campaign: Campaign) -> Pairs:
    """Every value that its pages' URLs and its channels give a utm parameter, each pair once; ids are no words."""
    pairs = [pair for page in campaign.pages for pair in meant_pairs(page.url)]
    pairs += [pair for channel in campaign.channels for pair in utm_pairs(channel.utm)]
    meant = ((meant_name(name), value) for name, value in pairs if value.strip())
    return tuple(dict.fromkeys((name, value) for name, value in meant if name in UTM and name != "utm_id"))


def link_parameters(campaign: Campaign, page: str) -> tuple[str, ...]:
    """The parameters by which a cache may keep a page apart: utm, its channels' ids, RECIPIENT where that is open.

    Each once. Empty where nothing in the links differs from one visitor, or one channel, to another.
    """
    channels = leading_to(campaign, page)
    names = [name for name, _ in parse_qsl(urlsplit(page).query) if name.lower().startswith("utm_")]
    names += [name for channel in channels for name, _ in utm_pairs(channel.utm)]
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
