"""A QR code in the street: on posters and packages, where scans follow footfall."""

from typing import ClassVar, Literal

from launchguard.channels.kinds._steady import Steady


class Poster(Steady):
    """A QR code in the street, with the keys of `search`."""

    kind: Literal["poster"] = "poster"
    example: ClassVar[dict[str, str]] = {"clicks_per_day": "100"}
