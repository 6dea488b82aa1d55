"""Affiliates: links on partners' pages."""

from typing import ClassVar, Literal

from launchguard.channels.kinds._steady import Steady


class Affiliate(Steady):
    """Affiliates, with the keys of `search`."""

    kind: Literal["affiliate"] = "affiliate"
    example: ClassVar[dict[str, str]] = {"clicks_per_day": "100"}
