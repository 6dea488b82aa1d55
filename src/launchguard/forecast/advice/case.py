"""A campaign that needs more than its site holds, and whether a changed one still does."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from launchguard.forecast.advice.search import PeakGoal
from launchguard.forecast.schedule import seconds_since
from launchguard.forecast.total import forecast_campaign
from launchguard.model.campaign import Campaign
from launchguard.model.channel import Channel
from launchguard.model.forecast import Forecast, PageForecast
from launchguard.web.hosts import host_and_port


@dataclass(frozen=True)
class Case:
    """A campaign that needs more than it may: all of it, or what it sends to one `host`."""

    campaign: Campaign
    forecast: Forecast
    goal: PeakGoal
    host: str = ""

    def peaks(self, forecast: Forecast) -> tuple[float, float]:
        """Median and P95 peak (visits/s) of the part that is looked at."""
        part: Forecast | PageForecast = forecast
        if self.host:
            part = {one.host: one for one in forecast.hosts}[self.host]
        return part.peak_per_s, part.peak_p95_per_s

    def needed(self, forecast: Forecast) -> float:
        """What the site has to hold (visits/s)."""
        return self.goal.needed(*self.peaks(forecast))

    def weight(self, shares: Mapping[str, float]) -> float:
        """The part (0-1) of a channel that goes to the host."""
        return 1.0 if not self.host else sum(part for url, part in shares.items() if host_and_port(url) == self.host)

    def left_s(self, channel: Channel) -> float:
        """Seconds from a channel's trigger to the campaign's end; infinite without one."""
        if self.campaign.ends is None:
            return math.inf
        return seconds_since(self.campaign.fires_at(channel), self.campaign.ends)

    def replaced(self, index: int, *channels: Channel) -> Campaign:
        """The campaign with one channel exchanged."""
        present = self.campaign.channels
        return self.campaign.model_copy(update={"channels": (*present[:index], *channels, *present[index + 1 :])})

    def verified(self, changed: Campaign) -> Forecast | None:
        """The changed campaign's forecast if it meets the goal."""
        forecast = forecast_campaign(changed)
        return forecast if self.needed(forecast) <= self.goal.allowed_per_s else None
