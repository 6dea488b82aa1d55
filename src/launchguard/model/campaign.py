"""Campaign: one manifest, typed. What a key means stands beside it; nothing here reads files or clocks."""

import datetime as dt
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from launchguard.channels.base import Channel
from launchguard.model.units import Count, Instant, Number, PerSecond, Ratio, Seconds


class Part(BaseModel):
    """A part of the manifest: immutable, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Page(Part):
    """A landing page. `share` is its part of the campaign's visits (0-1); None: what the others leave."""

    url: str
    contains: tuple[str, ...] = ()
    locale: str = ""
    share: Ratio | None = None
    expected_final: str = ""


class Owners(Part):
    """Who answers for the campaign."""

    marketing: str = ""
    engineering: str = ""
    on_call: str = ""


class Limits(Part):
    """What the site must meet at the peak: seconds, ratios (0-1), and capacity over peak."""

    p95: Seconds = 0.8
    errors: Ratio = 0.01
    headroom: Number = 1.33


class Load(Part):
    """How the load is sent. Durations in seconds."""

    ramp: Seconds = 10.0
    warm_up: Seconds = 5.0
    hold: Seconds = 60.0
    drain: Seconds = 10.0
    timeout: Seconds = 10.0
    arrivals: Literal["poisson", "uniform"] = "poisson"
    returning: Ratio = 0.0
    journey: str = ""
    assets: bool = False
    find_capacity: bool = False


class System(Part):
    """A system that the campaign depends on."""

    host: str
    owner: str = ""
    kind: str = ""


class Access(Part):
    """How a protected preview lets us in: a header's name, or basic authentication; the value is in the environment."""

    host: str
    header: str = ""
    basic: bool = False
    from_env: str


class Measurement(Part):
    """How success will be measured."""

    kpis: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    analytics: str = ""
    baseline: str = ""
    owner: str = ""


class Approval(Part):
    """Who agreed, when."""

    role: str
    by: str
    date: dt.date


class Deliverable(Part):
    """What has to be ready, by whom and when."""

    what: str
    owner: str = ""
    due: dt.date | None = None
    must_have: bool = True
    done: bool = False


class Expedite(Part):
    """Why this campaign may skip its lead time, and who said so."""

    reason: str
    approver: str


class Sunset(Part):
    """What happens to the pages after the end."""

    date: dt.date | None = None
    redirect_to: str = ""


class Waiver(Part):
    """A finding that somebody accepted until a date."""

    check: str
    page: str = ""
    reason: str
    approved_by: str
    expires: dt.date
    ticket: str = ""


Touch = Literal["personal_data", "card_payment", "third_party_data"]


class Campaign(Part):
    """One campaign manifest. Times are aware datetimes in the zone that the manifest names."""

    launchguard: Literal["1"] = "1"
    name: Annotated[str, Field(min_length=1)]
    launch: Instant
    ends: Instant | None = None
    status: Literal["draft", "ready"] = "ready"
    owners: Owners = Owners()
    ticket: str = ""
    pages: Annotated[tuple[Page, ...], Field(min_length=1)]
    channels: tuple[Channel, ...] = ()
    baseline: PerSecond = 0.0
    limits: Limits = Limits()
    load: Load = Load()
    checks: dict[str, dict[str, str]] = {}
    organic: bool = False
    systems: tuple[System, ...] = ()
    touches: tuple[Touch, ...] = ()
    vendors: tuple[str, ...] = ()
    first_party_hosts: tuple[str, ...] = ()
    access: tuple[Access, ...] = ()
    staging: str = ""
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
    waivers: tuple[Waiver, ...] = ()

    @property
    def shares(self) -> dict[str, float]:
        """Each page's share of the visits (0-1, summing to 1): what has none splits what the others leave."""
        given = sum(page.share for page in self.pages if page.share is not None)
        open_pages = sum(page.share is None for page in self.pages)
        rest = max(0.0, 1.0 - given) / open_pages if open_pages else 0.0
        return {page.url: rest if page.share is None else page.share for page in self.pages}

    def fires_at(self, channel: Channel) -> dt.datetime:
        """When a channel's trigger happens, in the launch's zone."""
        return channel.at.resolve(self.launch)


class HostRule(Part):
    """What one host may receive."""

    max_rate: PerSecond
    production: bool = True
    hours: str = ""


class LoadRules(Part):
    """Which hosts may receive load."""

    hosts: dict[str, HostRule] = {}


class RepositoryConfig(Part):
    """`.launchguard.yml`: what belongs to the repository and not to one campaign."""

    load: LoadRules = LoadRules()
    limits: Limits = Limits()
    lead_times: dict[str, Seconds] = {}
    hours_per_month: Number | None = None
    required_approvals: tuple[str, ...] = ()
    landing_paths: tuple[str, ...] = ()
    checks_from: tuple[str, ...] = ()
    private_hosts: tuple[str, ...] = ()
    secrets: dict[str, tuple[str, ...]] = {}
