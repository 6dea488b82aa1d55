"""Affiliates: links on partners' pages."""

from typing import Literal

from launchguard.channels.kinds._steady import Steady


class Affiliate(Steady):
    """Affiliates, with the keys of `search`."""

    kind: Literal["affiliate"] = "affiliate"
