"""SMS: 43 % of the responses come in the first quarter of an hour."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from launchguard.channels.curves import Exponential
from launchguard.model.channel import Assumed, Channel, Firing, Stream
from launchguard.model.units import Count, Ratio, Seconds
from launchguard.words import count, duration, percent

CLICKS = Exponential(26.7 * 60)


class Sms(Channel):
    """A text message to `recipients` (about 1 billion messages, 2013, Dynmark: 43 % of responses in 15 min)."""

    kind: Literal["sms"] = "sms"
    recipients: Annotated[Count | None, Field(description="how many messages are sent")] = None
    click_rate: Annotated[Ratio, Field(description="share of the recipients that click")] = 0.106
    send_over: Annotated[Seconds, Field(description="how long the sending takes")] = 300.0

    example: ClassVar[dict[str, str]] = {"recipients": "10_000"}
    reach_key: ClassVar[str] = "recipients"
    links_may_differ: ClassVar[bool] = True
    rate_range: ClassVar[tuple[float, float] | None] = (0.02, 0.20)
    assumed: ClassVar[dict[str, Assumed]] = {
        "click_rate": Assumed("click rate", percent, "benchmark: Omnisend 2020; 4 % over all industries in 2013"),
        "send_over": Assumed("send window", duration, "assumed; ask who sends it"),
    }
    shape: ClassVar[tuple[str, str]] = (
        "exponential, 43 % in 15 min",
        "fitted to 1 billion messages, Dynmark 2013; the shape is assumed",
    )

    @property
    def response_rate(self) -> float:
        """The click rate."""
        return self.click_rate

    def streams(self, _firing: Firing, /) -> Iterator[Stream]:
        """Clicks."""
        if self.recipients is not None:
            yield Stream(self.responses, CLICKS, window_s=self.send_over)

    def words(self) -> str:
        """Recipients x click rate = visits, and the send window."""
        if self.recipients is None:
            return "the number of recipients is unknown"
        return (
            f"{count(self.recipients)} messages x {percent(self.click_rate)} = {count(self.responses)} visits; "
            f"sent over {duration(self.send_over)}"
        )
