"""Neighbours: the other campaigns that were asked for in the same call, with their peaks and their utm values."""

from dataclasses import dataclass, replace

from launchguard.model.campaign import Campaign
from launchguard.model.forecast import Forecast, HostPeak
from launchguard.model.links import utm_values
from launchguard.web.utm import Pairs


@dataclass(frozen=True)
class Neighbour:
    """Another campaign: its name, its manifest's path, whether it is still a draft, and its peak on each host.

    `utm` are the values that its links give utm parameters.
    """

    name: str
    manifest: str
    draft: bool
    peaks: tuple[HostPeak, ...]
    utm: Pairs = ()

    @classmethod
    def of(cls, campaign: Campaign, manifest: str, forecast: Forecast) -> "Neighbour":
        """A campaign with its manifest's path and its forecast."""
        return cls(campaign.name, manifest, campaign.status == "draft", forecast.host_peaks, utm_values(campaign))


@dataclass(frozen=True)
class Neighbours:
    """All campaigns that were asked for together, but for the one that is judged; () where it was asked for alone."""

    campaigns: tuple[Neighbour, ...] = ()

    def besides(self, manifest: str) -> "Neighbours":
        """Those of other manifests than the one at this path."""
        return replace(self, campaigns=tuple(one for one in self.campaigns if one.manifest != manifest))


NO_NEIGHBOURS = Neighbours()
"""Of a campaign that was asked for alone."""
