"""Television: a spot brings a burst of seconds, an editorial mention one of minutes."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from launchguard.channels.curves import Box, Gamma
from launchguard.model.channel import Assumed, Channel, Firing, Stream
from launchguard.model.units import Count, Ratio, Seconds
from launchguard.words import count, duration, percent

SHAPE = 2.86
LAG_S = 13.0
"""The burst peaks 13 s after the spot ends (Kitts et al., 2014)."""
EDITORIAL = Gamma(2.0, 300.0)
REST_S = 3 * 86400.0
SPANS = 40.0
"""After so many scales of the gamma curve fewer than one in 10^14 are missing."""


class Tv(Channel):
    """A spot that starts, or an editorial segment that ends, at `at`.

    `responders` are those who come at once. With `viewers` these are viewers x visit_rate x immediate, and the other
    responders come evenly over three days. Spot: gamma of shape 2.86 whose mode lies 13 s after the spot (75 % of the
    response in two minutes: 40,000 insertions, Du, Xu and Wilbur, 2017).
    """

    kind: Literal["tv"] = "tv"
    responders: Annotated[Count | None, Field(description="people who visit at once because of it")] = None
    viewers: Annotated[Count | None, Field(description="people who see it")] = None
    visit_rate: Annotated[Ratio, Field(description="share of the viewers that visit")] = 0.001
    immediate: Annotated[Ratio, Field(description="share of those visitors that come at once")] = 0.35
    spot: Annotated[Seconds, Field(description="length of the spot")] = 30.0
    format: Annotated[
        Literal["spot", "editorial"], Field(description="spot, or editorial for a mention in a programme")
    ] = "spot"

    example: ClassVar[dict[str, str]] = {"responders": "3_000", "spot": "30s", "at": "2027-03-01 21:04"}
    sigma: ClassVar[float] = 0.8
    rate_range: ClassVar[tuple[float, float] | None] = (0.0001, 0.02)
    reach_key: ClassVar[str] = "responders"
    assumed: ClassVar[dict[str, Assumed]] = {
        "visit_rate": Assumed("visits per viewer", percent, "assumed; no usable benchmark exists"),
        "immediate": Assumed("visitors that come at once", percent, "20-35 %: TBX 2009, the upper end"),
        "spot": Assumed("length of the spot", duration, "assumed"),
    }

    @property
    def arrival(self) -> tuple[str, str]:
        """The burst of a spot is measured, the editorial one is not."""
        if self.format == "editorial":
            return "gamma, shape 2, scale 300 s", "assumed; concurrent users peaked 10 min after a programme"
        return "gamma, shape 2.86, mode 13 s after the spot", "fitted to Kitts 2014 and Du, Xu and Wilbur 2017"

    @property
    def applies(self) -> tuple[str, ...]:
        """Without the viewers' keys when the responders are given, and without the spot in an editorial."""
        viewers = () if self.responders is not None else ("visit_rate", "immediate")
        return viewers + (("spot",) if self.format == "spot" else ())

    @property
    def reach(self) -> float | None:
        """The responders if given, otherwise the viewers."""
        return self.responders if self.responders is not None else self.viewers

    @property
    def response_rate(self) -> float | None:
        """The share of the viewers that visit; None with responders."""
        return None if self.responders is not None or self.viewers is None else self.visit_rate

    def streams(self, _firing: Firing, /) -> Iterator[Stream]:
        """Who comes at once, and with `viewers` the rest."""
        if self.reach is None:
            return
        burst = EDITORIAL if self.format == "editorial" else Gamma(SHAPE, (self.spot + LAG_S) / (SHAPE - 1))
        at_once = self.responses if self.responders is not None else self.responses * self.immediate
        yield Stream(at_once, burst, support_s=SPANS * burst.scale_s)
        if self.responses > at_once:
            yield Stream(self.responses - at_once, Box(REST_S), support_s=REST_S, label="later visitors")

    def words(self) -> str:
        """Viewers x rate x immediate = visits at once."""
        if self.reach is None:
            return "neither responders nor viewers are known"
        if self.responders is not None:
            return f"{count(self.responders)} responders"
        return (
            f"{count(self.viewers or 0)} viewers x {percent(self.visit_rate)} = {count(self.responses)} visits, "
            f"{percent(self.immediate)} of them at once"
        )
