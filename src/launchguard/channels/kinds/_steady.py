"""Channels that have no burst: so many clicks a day, following the hours of the day."""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar

from pydantic import Field, model_validator

from launchguard.channels.curves import DAY_S, Daily, day_integral
from launchguard.model.channel import Channel, Firing, Stream
from launchguard.model.units import Count, Money
from launchguard.model.wordings import split_money
from launchguard.words import count


class Steady(Channel):
    """`clicks_per_day` from `at` to the campaign's end, at most what the budget buys."""

    clicks_per_day: Annotated[Count | None, Field(description="clicks on an average day")] = None
    budget_per_day: Annotated[Money | None, Field(ge=0, description="what may be spent in a day")] = None
    cost_per_click: Annotated[Money | None, Field(gt=0, description="price of one click, in the budget's currency")] = (
        None
    )

    reach_key: ClassVar[str] = "clicks_per_day"
    shape: ClassVar[tuple[str, str]] = (
        "flat, times the hours of the day: 1.6 x the mean at 20:00",
        "peak to mean of a global site, robustperception.io; the hour is assumed",
    )

    @model_validator(mode="before")
    @classmethod
    def _one_currency(cls, data: Any) -> Any:
        said = {key: split_money(str(data.get(key, "")))[1] for key in ("budget_per_day", "cost_per_click")}
        if len(set(filter(None, said.values()))) > 1:
            both = " and ".join(f"`{key}` in {currency}" for key, currency in said.items())
            raise ValueError(f"has {both}; write both in one currency")
        return data

    @property
    def bought_per_day(self) -> float | None:
        """Clicks that the budget pays for; None without a budget and a price."""
        if self.budget_per_day is None or self.cost_per_click is None:
            return None
        return self.budget_per_day / self.cost_per_click

    @property
    def reach(self) -> float | None:
        """Clicks a day: the given ones, at most the bought ones."""
        known = [n for n in (self.clicks_per_day, self.bought_per_day) if n is not None]
        return min(known, default=None)

    def streams(self, firing: Firing, /) -> Iterator[Stream]:
        """Clicks until the campaign ends; nothing when it is over already."""
        import numpy as np

        length = firing.until_end_s
        if self.reach is None or length <= 0:
            return
        days = float(day_integral(np.array([length]), firing.local_hour)[0]) / DAY_S
        yield Stream(self.reach * days, Daily(length, firing.local_hour), support_s=length)

    def words(self) -> str:
        """Clicks a day, and the limit that the budget sets."""
        if self.reach is None:
            return "the number of clicks a day is unknown"
        text = f"{count(self.reach)} clicks a day"
        bought = self.bought_per_day
        return f"{text}, which is what the budget pays for" if bought == self.reach else text
