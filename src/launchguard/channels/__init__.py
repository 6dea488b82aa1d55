"""Kinds of channels: how people hear of a campaign, and in which curve they then come."""

from launchguard.channels.files import built_in_kinds, load_kinds
from launchguard.model.channel import Channel, Kinds

__all__ = ["Channel", "Kinds", "built_in_kinds", "load_kinds"]
