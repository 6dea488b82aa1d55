"""Paid social: ads in a social network."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from launchguard.channels.kinds._steady import Steady


class PaidSocial(Steady):
    """Paid social, with the keys of `search`."""

    kind: Literal["paid_social"] = "paid_social"
    platform: Annotated[
        Literal["meta", "tiktok", "linkedin", "x", "pinterest", "snapchat"],
        Field(description="which network it is; it names the id in every click's link"),
    ] = "meta"

    example: ClassVar[dict[str, str]] = {"budget_per_day": "500", "cost_per_click": "0.5"}

    @property
    def bought_at(self) -> str:
        """Whose ads they are."""
        return self.platform
