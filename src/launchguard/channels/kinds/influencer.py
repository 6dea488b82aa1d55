"""An influencer's post: viewers times the rate at which they follow its link."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from launchguard.channels.kinds.social import Post
from launchguard.model.channel import Assumed
from launchguard.model.units import Count, Ratio
from launchguard.words import count, percent


class Influencer(Post):
    """A post that `viewers` see; it spreads as any post."""

    kind: Literal["influencer"] = "influencer"
    viewers: Annotated[Count | None, Field(description="people who see the post or the story")] = None
    click_rate: Annotated[Ratio, Field(description="share of the viewers that follow the link")] = 0.03

    example: ClassVar[dict[str, str]] = {"viewers": "100_000"}
    reach_key: ClassVar[str] = "viewers"
    rate_range: ClassVar[tuple[float, float] | None] = (0.003, 0.05)
    assumed: ClassVar[dict[str, Assumed]] = {
        "click_rate": Assumed("clicks per viewer", percent, "benchmark: 2-5 % for a story link, 1-3 % for a bio link"),
        "resharing": Assumed("visits that bring another one by resharing", percent, "assumed: not reshared"),
    }

    @property
    def response_rate(self) -> float:
        """The click rate."""
        return self.click_rate

    def words(self) -> str:
        """Viewers x click rate = visits, with what resharing adds."""
        if self.viewers is None:
            return "the number of viewers is unknown"
        clicks = f"{count(self.viewers)} viewers x {percent(self.click_rate)} = {count(self.responses)} visits"
        return clicks + self.reshared()
