"""What ad platforms add to the address of every click: one list for all who send, keep, strip or judge it."""

from typing import Literal, NamedTuple, get_args

ClickId = Literal["gclid", "gbraid", "wbraid", "fbclid", "msclkid", "ttclid", "li_fat_id"]
"""Those that a channel may name, and that a page is tried with."""

TRIED: tuple[str, ...] = get_args(ClickId)

ChannelKind = Literal["search", "paid_social", ""]


class ClickIdentifier(NamedTuple):
    """One parameter: its name in lower case, the platform that adds it, whose that is, and what buys clicks there.

    `channel` is the kind of channel that a campaign's clicks with it belong to, "" where none of the manifest's fits.
    """

    name: str
    platform: str
    owner: str
    channel: ChannelKind


_KNOWN = (
    ClickIdentifier("gclid", "Google Ads", "Google", "search"),
    ClickIdentifier("gbraid", "Google Ads", "Google", "search"),
    ClickIdentifier("wbraid", "Google Ads", "Google", "search"),
    ClickIdentifier("gad_source", "Google Ads", "Google", "search"),
    ClickIdentifier("gad_campaignid", "Google Ads", "Google", "search"),
    ClickIdentifier("dclid", "Google Marketing Platform", "Google", "search"),
    ClickIdentifier("srsltid", "Google Merchant Center", "Google", ""),
    ClickIdentifier("msclkid", "Microsoft Advertising", "Microsoft", "search"),
    ClickIdentifier("yclid", "Yandex Direct", "Yandex", "search"),
    ClickIdentifier("fbclid", "Meta Ads", "Meta", "paid_social"),
    ClickIdentifier("ttclid", "TikTok Ads", "ByteDance", "paid_social"),
    ClickIdentifier("li_fat_id", "LinkedIn Ads", "Microsoft", "paid_social"),
    ClickIdentifier("twclid", "X Ads", "X", "paid_social"),
    ClickIdentifier("epik", "Pinterest Ads", "Pinterest", "paid_social"),
    ClickIdentifier("sccid", "Snapchat Ads", "Snap", "paid_social"),
    ClickIdentifier("rdt_cid", "Reddit Ads", "Reddit", "paid_social"),
    ClickIdentifier("qclid", "Quora Ads", "Quora", "paid_social"),
    ClickIdentifier("tblci", "Taboola", "Taboola", ""),
    ClickIdentifier("dicbo", "Outbrain", "Teads", ""),
)

CLICK_IDENTIFIERS: dict[str, ClickIdentifier] = {one.name: one for one in _KNOWN}
"""By name. Sources: each platform's help on auto-tagging or on the parameters of its clicks."""


def is_tracking(parameter: str) -> bool:
    """Whether a parameter is there for measuring: utm_*, or an identifier that a platform adds to every click."""
    name = parameter.lower()
    return name.startswith("utm_") or name in CLICK_IDENTIFIERS
