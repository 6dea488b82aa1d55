"""Paid search: ads on a search engine's result pages."""

from typing import ClassVar, Literal

from launchguard.channels.kinds._steady import Steady


class Search(Steady):
    """`clicks_per_day` from ads on a search engine, or budget_per_day / cost_per_click if that is less."""

    kind: Literal["search"] = "search"
    example: ClassVar[dict[str, str]] = {"clicks_per_day": "40_000"}
