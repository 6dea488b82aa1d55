"""Push notifications: half of the opens come within 7 minutes on iOS and within 48 minutes on Android."""

import math
from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from launchguard.channels.curves import Exponential
from launchguard.model.channel import Assumed, Channel, Firing, Stream
from launchguard.model.units import Count, Ratio, Seconds
from launchguard.words import count, duration, percent

Platform = Literal["ios", "android"]

OPENS: dict[Platform, Exponential] = {
    "ios": Exponential(7 * 60 / math.log(2)),
    "android": Exponential(48 * 60 / math.log(2)),
}
OPEN_RATES: dict[Platform, float] = {"ios": 0.0177, "android": 0.0348}
"""Direct opens per push (1.5 billion pushes, January 2015 to March 2016, Leanplum)."""


class Push(Channel):
    """A push to `devices`; `mixed` is half iOS, half Android."""

    kind: Literal["push"] = "push"
    devices: Annotated[Count | None, Field(description="how many devices get it")] = None
    open_rate: Annotated[Ratio | None, Field(description="share of the devices that open it")] = None
    platform: Annotated[
        Literal["ios", "android", "mixed"],
        Field(description="ios, android or mixed; they differ in how soon they open"),
    ] = "mixed"
    send_over: Annotated[Seconds, Field(description="how long the sending takes")] = 60.0

    example: ClassVar[dict[str, str]] = {"devices": "300_000", "platform": "ios", "at": "+30m"}
    reach_key: ClassVar[str] = "devices"
    links_may_differ: ClassVar[bool] = True
    rate_range: ClassVar[tuple[float, float] | None] = (0.005, 0.15)
    assumed: ClassVar[dict[str, Assumed]] = {
        "open_rate": Assumed("open rate", percent, "benchmark: Leanplum 2015-2016, 1.77 % iOS and 3.48 % Android"),
        "send_over": Assumed("send window", duration, "assumed; ask who sends it"),
    }
    shape: ClassVar[tuple[str, str]] = (
        "exponential, median 7 min (iOS), 48 min (Android)",
        "medians: Leanplum 2016; the shape is assumed",
    )

    @property
    def platforms(self) -> tuple[Platform, ...]:
        """The platforms that it goes to, in equal parts."""
        return ("ios", "android") if self.platform == "mixed" else (self.platform,)

    @property
    def response_rate(self) -> float:
        """The open rate: given, or the platforms' mean."""
        if self.open_rate is not None:
            return self.open_rate
        return sum(OPEN_RATES[platform] for platform in self.platforms) / len(self.platforms)

    def default_of(self, key: str) -> float:
        """The open rate depends on the platform."""
        return self.response_rate if key == "open_rate" else super().default_of(key)

    def streams(self, _firing: Firing, /) -> Iterator[Stream]:
        """Opens, one stream for each platform."""
        if self.devices is None:
            return
        part = self.devices / len(self.platforms)
        for platform in self.platforms:
            rate = OPEN_RATES[platform] if self.open_rate is None else self.open_rate
            yield Stream(part * rate, OPENS[platform], window_s=self.send_over)

    def words(self) -> str:
        """Devices x open rate = visits, and the send window."""
        if self.devices is None:
            return "the number of devices is unknown"
        return (
            f"{count(self.devices)} devices ({self.platform}) x {percent(self.response_rate)} = "
            f"{count(self.responses)} visits; sent over {duration(self.send_over)}"
        )
