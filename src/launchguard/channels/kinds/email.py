"""E-mail to a list: people click over hours, link scanners fetch every link as the mail arrives."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from launchguard.channels.curves import Box, LogLogistic
from launchguard.model.channel import Assumed, Channel, Firing, Stream
from launchguard.model.units import Count, Ratio, Seconds
from launchguard.words import count, duration, percent

CLICKS = LogLogistic(median_s=9936.0, shape=0.67)


class Mail(Channel):
    """A mail to `recipients`, sent evenly over `send_over`.

    Clicks are log-logistic with a median of 2.76 h and k = 0.67, which meets 33.6 % in 1 h, 51.4 % in 3 h and 81 % in
    24 h (5.5 billion mails, July 2019 to June 2020, GetResponse). Scanners: recipients x scanners x links requests over
    the send window.
    """

    recipients: Annotated[Count | None, Field(description="how many mails are sent")] = None
    click_rate: Annotated[Ratio, Field(description="share of the recipients that click")] = 0.0189
    send_over: Annotated[Seconds, Field(description="how long the sending takes")] = 600.0
    scanners: Annotated[Ratio, Field(description="share of the recipients whose mail filter fetches the links")] = 0.005
    links: Annotated[Count, Field(description="links to the campaign's site in one mail")] = 1

    reach_key: ClassVar[str] = "recipients"
    links_may_differ: ClassVar[bool] = True
    rate_range: ClassVar[tuple[float, float] | None] = (0.003, 0.10)
    assumed: ClassVar[dict[str, Assumed]] = {
        "click_rate": Assumed("click rate", percent, "benchmark: clicks per delivered mail, GetResponse 2023, world"),
        "send_over": Assumed("send window", duration, "assumed; ask who sends it"),
        "scanners": Assumed(
            "recipients behind a link scanner", percent, "derived: bots are 10-30 % of clicks; up to 20 % in B2B"
        ),
        "links": Assumed("links to the site in one mail", count, "assumed"),
    }
    shape: ClassVar[tuple[str, str]] = (
        "log-logistic, median 2.76 h, k 0.67",
        "fitted to 5.5 billion mails, GetResponse 2019-2020",
    )

    @property
    def response_rate(self) -> float:
        """The click rate."""
        return self.click_rate

    def streams(self, _firing: Firing, /) -> Iterator[Stream]:
        """Clicks, and the scanners' requests as a term of their own."""
        if self.recipients is None:
            return
        yield Stream(self.responses, CLICKS, window_s=self.send_over)
        scans = self.recipients * self.scanners * self.links
        if scans:
            yield Stream(scans, Box(0.0), window_s=self.send_over, support_s=0.0, label="mail scanners")

    def words(self) -> str:
        """Recipients x click rate = visits, and the send window."""
        if self.recipients is None:
            return "the number of recipients is unknown"
        return (
            f"{count(self.recipients)} mails x {percent(self.click_rate)} = {count(self.responses)} visits; "
            f"sent over {duration(self.send_over)}"
        )


class Email(Mail):
    """A mail to one's own list."""

    kind: Literal["email"] = "email"
    example: ClassVar[dict[str, str]] = {"recipients": "500_000", "click_rate": "2%", "send_over": "20m"}
