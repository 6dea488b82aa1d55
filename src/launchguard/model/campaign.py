"""Campaign: one manifest, typed. `parts` and `surroundings` hold its parts, `config` the repository's configuration."""

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator

from launchguard.model import rules
from launchguard.model.channel import Channel
from launchguard.model.channel_entry import ChannelEntry
from launchguard.model.config import Freeze, HostRule, LoadRules, RepositoryConfig
from launchguard.model.keys import described
from launchguard.model.load_keys import Load
from launchguard.model.parts import Access, Limits, Owners, Page, Part, Text, Waiver
from launchguard.model.surroundings import Approval, Deliverable, Expedite, Measurement, Sunset, System, Touch
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

    launchguard: Annotated[Literal["1"], described("the version of this format", use="loading", example="1")] = "1"
    extends: Annotated[
        str, described("a file whose keys count where this one has none", use="loading", example="shop.yml")
    ] = ""
    name: Annotated[
        str,
        Field(min_length=1, max_length=200),
        described("what the campaign is called", use="shown", example="Spring sale"),
    ]
    launch: Annotated[Instant, described("when it starts", "launch-time", "past-launch", "tls-expiry", use="sent")]
    ends: Annotated[
        Instant | None,
        described(
            "when it ends",
            "launch-time",
            "past-launch",
            "tls-expiry",
            use="sent",
            example="2027-03-04 23:59 Europe/Madrid",
        ),
    ] = None
    status: Annotated[
        Literal["draft", "ready"],
        described("a draft gets its open questions and no verdict", use="verdict", example="draft"),
    ] = "ready"
    owners: Annotated[Owners, described("who answers for what")] = Owners()
    ticket: Annotated[str, described("where the work is planned", example="WEB-123")] = ""
    pages: Annotated[
        tuple[Page, ...],
        Field(min_length=1, max_length=1000),
        described("where the clicks lead", use="sent", example="[{url: https://shop.example.com/spring}]"),
    ]
    channels: Annotated[
        tuple[ChannelEntry, ...],
        Field(max_length=1000),
        described(
            "how people hear of it, each with its reach",
            "channel-plausible",
            "launch-time",
            "past-launch",
            use="sent",
            example="[{sms: {recipients: 10_000}}]",
        ),
    ] = ()
    baseline: Annotated[
        PerSecond,
        described("visits that the pages get on a usual day, besides the campaign", use="sent", example="3/s"),
    ] = 0.0
    limits: Annotated[Limits, described("what the pages must meet at the peak")] = Limits()
    load: Annotated[Load, described("how the load is sent")] = Load()
    checks: Annotated[
        dict[str, dict[str, Any]],
        described(
            "options and `severity` of checks, by their ids", use="verdict", example="{http-status: {expect: 200}}"
        ),
    ] = Field(default_factory=dict)
    organic: Annotated[Flag, described("whether it is to be found by search engines", example="yes")] = False
    systems: Annotated[tuple[System, ...], described("systems that it depends on")] = ()
    touches: Annotated[
        tuple[Touch, ...], described("what it handles that others have to agree to", example="[personal_data]")
    ] = ()
    vendors: Annotated[tuple[Text, ...], described("whose services it uses", example="[Mailwerk]")] = ()
    first_party_hosts: Annotated[
        tuple[WebHost, ...],
        described("hosts of one's own that redirects may end on", "redirect-chain", example="[cdn.example.com]"),
    ] = ()
    access: Annotated[tuple[Access, ...], described("how a protected preview lets LaunchGuard in")] = ()
    staging: Annotated[
        Url, described("where the pages stand before the launch", example="https://staging.example.com")
    ] = ""
    fallback: Annotated[
        str, described("what is shown when the page does not hold", example="the static page on the CDN")
    ] = ""
    measurement: Annotated[Measurement, described("how success will be measured")] = Measurement()
    approvals: Annotated[tuple[Approval, ...], described("who agreed, when")] = ()
    deliverables: Annotated[tuple[Deliverable, ...], described("what has to be ready, by whom and when")] = ()
    expedite: Annotated[Expedite | None, described("why it may skip its lead time, and who said so")] = None
    effort_hours: Annotated[Number | None, described("hours of work that it takes", example="24")] = None
    budget: Annotated[str, described("what it may cost", example='"40,000 EUR"')] = ""
    embargo_until: Annotated[
        Instant | None, described("until when nobody may see it", example="2027-03-01 08:00 Europe/Madrid")
    ] = None
    sunset: Annotated[Sunset, described("what happens to the pages after the end")] = Sunset()
    renewal: Annotated[
        Literal["automatic", "manual"],
        described("how the pages' certificates are renewed", "tls-expiry", example="manual"),
    ] = "automatic"
    expected_final: Annotated[
        str, described("where the redirects of every page may end", example="https://shop.example.com/")
    ] = ""
    waivers: Annotated[tuple[Waiver, ...], described("findings that somebody accepted until a day")] = ()

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

    @model_validator(mode="after")
    def _slow_can_be_told(self) -> "Campaign":
        rules.require_p95_within(self.limits.p95, self.load.timeout)
        return self

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
