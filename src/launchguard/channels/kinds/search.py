"""Paid search: ads on a search engine's result pages."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from launchguard.channels.kinds._steady import Steady


class Search(Steady):
    """`clicks_per_day` from ads on a search engine, or budget_per_day / cost_per_click if that is less."""

    kind: Literal["search"] = "search"
    platform: Annotated[
        Literal["google", "microsoft"], Field(description="whose ads they are; it names the id in every click's link")
    ] = "google"

    example: ClassVar[dict[str, str]] = {"clicks_per_day": "40_000"}

    @property
    def bought_at(self) -> str:
        """Whose ads they are."""
        return self.platform
