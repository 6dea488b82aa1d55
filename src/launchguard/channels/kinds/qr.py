"""A QR code on a screen: people scan while it is shown."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from launchguard.channels.curves import Gamma
from launchguard.model.channel import Assumed, Channel, Firing, Stream
from launchguard.model.units import Count, Ratio, Seconds
from launchguard.words import count, duration, percent

REACTION = Gamma(2.0, 15.0)


class Qr(Channel):
    """A code shown from `at` on for `on_screen`; `scans` are given, or viewers x scan_rate."""

    kind: Literal["qr"] = "qr"
    scans: Annotated[Count | None, Field(description="how many people scan it")] = None
    viewers: Annotated[Count | None, Field(description="people who see it")] = None
    scan_rate: Annotated[Ratio, Field(description="share of the viewers that scan")] = 0.0005
    on_screen: Annotated[Seconds, Field(description="how long it is shown")] = 30.0

    example: ClassVar[dict[str, str]] = {"viewers": "1_000_000", "on_screen": "60s"}
    sigma: ClassVar[float] = 0.8
    reach_key: ClassVar[str] = "scans"
    assumed: ClassVar[dict[str, Assumed]] = {
        "scan_rate": Assumed("scans per viewer", percent, "assumed; no benchmark was found"),
        "on_screen": Assumed("time on screen", duration, "assumed"),
    }
    shape: ClassVar[tuple[str, str]] = ("evenly while it is shown, then gamma, shape 2, scale 15 s", "assumed")

    @property
    def applies(self) -> tuple[str, ...]:
        """Without the scan rate when the scans are given."""
        return ("on_screen",) if self.scans is not None else ("scan_rate", "on_screen")

    @property
    def reach(self) -> float | None:
        """The scans if given, otherwise the viewers."""
        return self.scans if self.scans is not None else self.viewers

    @property
    def response_rate(self) -> float | None:
        """The share of the viewers that scan; None with scans."""
        return None if self.scans is not None or self.viewers is None else self.scan_rate

    def streams(self, _firing: Firing, /) -> Iterator[Stream]:
        """Scans."""
        if self.reach is not None:
            yield Stream(self.responses, REACTION, window_s=self.on_screen, support_s=40 * REACTION.scale_s)

    def words(self) -> str:
        """Viewers x scan rate = visits, and the time on screen."""
        if self.reach is None:
            return "neither scans nor viewers are known"
        if self.scans is not None:
            return f"{count(self.scans)} scans; shown for {duration(self.on_screen)}"
        return (
            f"{count(self.viewers or 0)} viewers x {percent(self.scan_rate)} = {count(self.responses)} visits; "
            f"shown for {duration(self.on_screen)}"
        )
