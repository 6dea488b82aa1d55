"""A post in a social network: half of its visits come within 41 minutes, the rest over days."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field

from launchguard.channels.curves import Box, Seismic
from launchguard.model.channel import Assumed, Channel, Firing, Stream
from launchguard.model.units import Count, Ratio
from launchguard.words import count, percent

PREVIEW_S = 300.0
"""Link previews are fetched within five minutes of a post (measured on about 400 Mastodon servers)."""


def _below_one(share: float) -> float:
    if share >= 1:
        raise ValueError("with 100 % every visit brings another one and the post never ends; write it like 30%")
    return share


class Post(Channel):
    """What a post brings: its own visits / (1 - resharing), by the SEISMIC kernel (Zhao et al., KDD 2015)."""

    resharing: Annotated[
        Ratio, AfterValidator(_below_one), Field(description="share of the visits that bring one more by resharing")
    ] = 0.0
    previews: Annotated[Count, Field(description="servers that fetch the link for a preview")] = 0

    sigma: ClassVar[float] = 0.8
    shape: ClassVar[tuple[str, str]] = (
        "SEISMIC kernel: 19 % in 5 min, half in 41 min, 78 % in 24 h",
        "Zhao et al., KDD 2015: retweets",
    )

    def streams(self, _firing: Firing, /) -> Iterator[Stream]:
        """People, and the servers that fetch a preview."""
        if self.reach is not None:
            yield Stream(self.responses / (1 - self.resharing), Seismic())
        if self.previews:
            yield Stream(self.previews, Box(PREVIEW_S), support_s=PREVIEW_S, label="link previews")

    def reshared(self) -> str:
        """The end of the arithmetic in words; "" without resharing."""
        if not self.resharing:
            return ""
        total = count(self.responses / (1 - self.resharing))
        return f", with {percent(self.resharing)} of the visits bringing another one {total}"


class Social(Post):
    """An organic post that brings `visits`."""

    kind: Literal["social"] = "social"
    visits: Annotated[Count | None, Field(description="visits that the post itself brings")] = None

    example: ClassVar[dict[str, str]] = {"visits": "8_000"}
    reach_key: ClassVar[str] = "visits"
    assumed: ClassVar[dict[str, Assumed]] = {
        "resharing": Assumed("visits that bring another one by resharing", percent, "assumed: not reshared")
    }

    def words(self) -> str:
        """The visits, with what resharing adds."""
        return (
            "the number of visits is unknown"
            if self.visits is None
            else f"{count(self.visits)} visits{self.reshared()}"
        )
