"""A flash sale or a ticket drop: people wait and reload, press at the second, and come for minutes after."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from launchguard.channels.curves import Box, Exponential
from launchguard.model.channel import Assumed, Channel, Firing, Stream
from launchguard.model.units import Count, Ratio, Seconds
from launchguard.words import count, duration, percent


class Flash(Channel):
    """`waiters` reload the page before `at`; then the share `burst` comes within `burst_over`, the rest by `tail`."""

    kind: Literal["flash"] = "flash"
    waiters: Annotated[Count | None, Field(description="people who wait for the start, say the registrations")] = None
    wait: Annotated[Seconds, Field(description="how long before the start they begin to reload")] = 300.0
    reload_every: Annotated[Seconds, Field(gt=0, description="how long between two reloads of one person")] = 30.0
    burst: Annotated[Ratio, Field(description="share that comes at the start")] = 0.5
    burst_over: Annotated[Seconds, Field(description="how long that burst takes")] = 10.0
    tail: Annotated[Seconds, Field(gt=0, description="time constant of those who come later")] = 600.0

    example: ClassVar[dict[str, str]] = {"waiters": "20_000"}
    sigma: ClassVar[float] = 0.8
    reach_key: ClassVar[str] = "waiters"
    assumed: ClassVar[dict[str, Assumed]] = {
        "wait": Assumed("reloading begins before the start", duration, "assumed"),
        "reload_every": Assumed("one person reloads every", duration, "assumed"),
        "burst": Assumed("share that comes at the start", percent, "assumed; ask for the registrations of past sales"),
        "burst_over": Assumed("the burst takes", duration, "assumed"),
        "tail": Assumed("the others come with a time constant of", duration, "assumed"),
    }
    shape: ClassVar[tuple[str, str]] = ("waiting, burst and exponential tail", "assumed")

    def streams(self, _firing: Firing, /) -> Iterator[Stream]:
        """Reloads while waiting, the burst, the tail."""
        if self.waiters is None:
            return
        if self.wait > 0:
            reloads = self.waiters / self.reload_every * self.wait
            yield Stream(
                reloads, Box(self.wait), starts_s=-self.wait, support_s=self.wait, label="reloads while waiting"
            )
        yield Stream(self.responses * self.burst, Box(0.0), window_s=self.burst_over, support_s=0.0)
        yield Stream(self.responses * (1 - self.burst), Exponential(self.tail))

    def words(self) -> str:
        """Who waits, and who comes when."""
        if self.waiters is None:
            return "the number of waiting people is unknown"
        return (
            f"{count(self.waiters)} people wait and reload every {duration(self.reload_every)}; "
            f"{percent(self.burst)} come within {duration(self.burst_over)} of the start"
        )
