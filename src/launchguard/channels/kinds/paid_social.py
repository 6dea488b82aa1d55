"""Paid social: ads in a social network."""

from typing import ClassVar, Literal

from launchguard.channels.kinds._steady import Steady


class PaidSocial(Steady):
    """Paid social, with the keys of `search`."""

    kind: Literal["paid_social"] = "paid_social"
    example: ClassVar[dict[str, str]] = {"budget_per_day": "500", "cost_per_click": "0.5"}
