"""A rate that somebody knows: so many visits a second."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from launchguard.channels.curves import Box
from launchguard.model.channel import Channel, Firing, Stream
from launchguard.model.units import PerSecond, Seconds
from launchguard.words import duration, per_second


class Rate(Channel):
    """`rate` from `at` on, for `duration` or to the campaign's end."""

    kind: Literal["rate"] = "rate"
    rate: Annotated[PerSecond | None, Field(description="visits per second")] = None
    duration: Annotated[Seconds | None, Field(description="how long; to the campaign's end, when not given")] = None

    example: ClassVar[dict[str, str]] = {"rate": "40/s"}
    sigma: ClassVar[float] = 0.0
    reach_key: ClassVar[str] = "rate"

    def streams(self, firing: Firing, /) -> Iterator[Stream]:
        """The rate as a box."""
        length = firing.until_end_s if self.duration is None else self.duration
        if self.rate is not None and length > 0:
            yield Stream(self.rate * length, Box(length), support_s=length)

    def words(self) -> str:
        """The rate, and for how long."""
        if self.rate is None:
            return "the rate is unknown"
        return f"{per_second(self.rate)} " + (
            "to the end" if self.duration is None else f"for {duration(self.duration)}"
        )
