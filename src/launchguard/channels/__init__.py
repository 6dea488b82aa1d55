"""The kinds of channels: one module each, with its keys in the manifest and its arrival curve."""

from collections.abc import Mapping

from launchguard.channels.affiliate import Affiliate
from launchguard.channels.base import Channel
from launchguard.channels.curve import Curve
from launchguard.channels.email import Email
from launchguard.channels.flash import Flash
from launchguard.channels.influencer import Influencer
from launchguard.channels.newsletter import Newsletter
from launchguard.channels.paid_social import PaidSocial
from launchguard.channels.poster import Poster
from launchguard.channels.push import Push
from launchguard.channels.qr import Qr
from launchguard.channels.rate import Rate
from launchguard.channels.search import Search
from launchguard.channels.sms import Sms
from launchguard.channels.social import Social
from launchguard.channels.tv import Tv

__all__ = [
    "KINDS",
    "Affiliate",
    "Channel",
    "Curve",
    "Email",
    "Flash",
    "Influencer",
    "Kinds",
    "Newsletter",
    "PaidSocial",
    "Poster",
    "Push",
    "Qr",
    "Rate",
    "Search",
    "Sms",
    "Social",
    "Tv",
]

Kinds = Mapping[str, type[Channel]]
"""Kinds of channels by the words that a manifest uses."""

KINDS: Kinds = {
    "email": Email,
    "newsletter": Newsletter,
    "push": Push,
    "sms": Sms,
    "tv": Tv,
    "qr": Qr,
    "social": Social,
    "influencer": Influencer,
    "search": Search,
    "paid_social": PaidSocial,
    "affiliate": Affiliate,
    "poster": Poster,
    "flash": Flash,
    "rate": Rate,
    "curve": Curve,
}
"""The kinds that LaunchGuard brings; a user's own come beside them, see `launchguard.channelfiles`."""
