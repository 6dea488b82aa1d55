"""Campaign: one manifest, typed. Its parts are in `parts`, the repository's configuration in `config`."""

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationInfo, field_validator

from launchguard.model import rules
from launchguard.model.channel import Channel
from launchguard.model.channel_entry import ChannelEntry
from launchguard.model.config import Freeze, HostRule, LoadRules, RepositoryConfig
from launchguard.model.parts import (
    Access,
    Approval,
    Deliverable,
    Expedite,
    Limits,
    Load,
    Measurement,
    Owners,
    Page,
    Part,
    Sunset,
    System,
    Text,
    Touch,
    Waiver,
)
from launchguard.model.units import Flag, Instant, Number, PerSecond, Url, WebHost
from launchguard.web.hosts import host_of, origin_of

__all__ = [
    "Access",
    "Approval",
    "Campaign",
    "Channel",
    "Deliverable",
    "Expedite",
    "Freeze",
    "HostRule",
    "Limits",
    "Load",
    "LoadRules",
    "Measurement",
    "Owners",
    "Page",
    "RepositoryConfig",
    "Sunset",
    "System",
    "Waiver",
]


class Campaign(Part):
    """One campaign manifest. Times are aware datetimes in the zone that the manifest names.

    `channels` and `waivers` name pages by their full URL once they are validated. `checks` maps a check's id to
    its options, typed as the check declares them, and to "severity".
    """

    launchguard: Literal["1"] = "1"
    extends: str = ""
    name: Annotated[str, Field(min_length=1, max_length=200, examples=["Spring sale"])]
    launch: Instant
    ends: Instant | None = None
    status: Literal["draft", "ready"] = "ready"
    owners: Owners = Owners()
    ticket: str = ""
    pages: Annotated[
        tuple[Page, ...], Field(min_length=1, max_length=1000, examples=["[{url: https://shop.example.com/spring}]"])
    ]
    channels: Annotated[tuple[ChannelEntry, ...], Field(max_length=1000)] = ()
    baseline: PerSecond = 0.0
    limits: Limits = Limits()
    load: Load = Load()
    checks: dict[str, dict[str, Any]] = Field(default_factory=dict)
    organic: Flag = False
    systems: tuple[System, ...] = ()
    touches: tuple[Touch, ...] = ()
    vendors: tuple[Text, ...] = ()
    first_party_hosts: tuple[WebHost, ...] = ()
    access: tuple[Access, ...] = ()
    staging: Url = ""
    fallback: str = ""
    measurement: Measurement = Measurement()
    approvals: tuple[Approval, ...] = ()
    deliverables: tuple[Deliverable, ...] = ()
    expedite: Expedite | None = None
    effort_hours: Number | None = None
    budget: str = ""
    embargo_until: Instant | None = None
    sunset: Sunset = Sunset()
    renewal: Literal["automatic", "manual"] = "automatic"
    expected_final: str = ""
    waivers: tuple[Waiver, ...] = ()

    @field_validator("ends")
    @classmethod
    def _ends_after_launch(cls, ends: dt.datetime | None, info: ValidationInfo) -> dt.datetime | None:
        rules.require_end_after(ends, info.data.get("launch"))
        return ends

    @field_validator("pages")
    @classmethod
    def _pages_add_up(cls, pages: tuple[Page, ...]) -> tuple[Page, ...]:
        rules.require_distinct([page.url for page in pages])
        rules.require_shares([page.share for page in pages])
        return pages

    @field_validator("channels")
    @classmethod
    def _channels_fit(cls, channels: tuple[Channel, ...], info: ValidationInfo) -> tuple[Channel, ...]:
        urls = [page.url for page in info.data.get("pages", ())]
        return rules.settle_channels(channels, urls, info.data.get("launch"), info.data.get("ends"))

    @field_validator("waivers")
    @classmethod
    def _waivers_fit(cls, waivers: tuple[Waiver, ...], info: ValidationInfo) -> tuple[Waiver, ...]:
        urls = [page.url for page in info.data.get("pages", ())]
        last = info.data.get("ends") or info.data.get("launch")
        pages = rules.settle_waivers([(w.page, w.expires) for w in waivers], urls, last)
        return tuple(w.model_copy(update={"page": page}) for w, page in zip(waivers, pages, strict=True))

    @property
    def shares(self) -> dict[str, float]:
        """Each page's share of the visits (0-1, summing to 1): what has none splits what the others leave."""
        given = sum(page.share for page in self.pages if page.share is not None)
        open_pages = sum(page.share is None for page in self.pages)
        rest = max(0.0, 1.0 - given) / open_pages if open_pages else 0.0
        return {page.url: rest if page.share is None else page.share for page in self.pages}

    @property
    def hosts(self) -> frozenset[str]:
        """The hosts of its pages, in one spelling, without ports: whatever listens on them shares the host."""
        return frozenset(host_of(origin_of(page.url)) for page in self.pages)

    def fires_at(self, channel: Channel) -> dt.datetime:
        """When a channel's trigger happens, in the launch's zone."""
        return channel.at.resolve(self.launch)
