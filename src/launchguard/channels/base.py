"""What every channel has in common: its keys in the manifest, and the streams of visits that it causes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from pydantic import BaseModel, ConfigDict

from launchguard.model.forecast import Assumption
from launchguard.model.units import Trigger, When

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


@dataclass(frozen=True)
class Stream:
    """Visits that one cause brings: how many, and how they spread over time.

    `cdf` maps seconds since the trigger to the share (0-1) that has arrived, for an instant trigger; `window_s` is
    the send window over which the trigger itself is spread evenly (0: at once). `support_s` is (first, last)
    second outside which nothing that matters arrives. `rate_per_s`, when given, is a steady rate instead.
    """

    label: str
    visits: float
    cdf: "Callable[[Array], Array]"
    support_s: tuple[float, float]
    window_s: float = 0.0
    sigma: float = 0.0


class Channel(BaseModel):
    """The keys that every channel may carry; a kind of channel is a subclass in a module of its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str
    name: str = ""
    page: str = ""
    at: When = Trigger(offset_s=0.0)
    utm: dict[str, str] = {}

    sigma: ClassVar[float] = 0.5
    """Lognormal uncertainty of the number of visits (FORECAST 5.7)."""

    @property
    def label(self) -> str:
        """The name for reports."""
        return self.name or self.kind

    def streams(self) -> Iterator[Stream]:
        """Yield what arrives because of this channel."""
        raise NotImplementedError(f"{type(self).__name__} does not say what arrives")

    def assumptions(self) -> Iterator[Assumption]:
        """Yield every number that the manifest left to a default."""
        return iter(())

    def words(self) -> str:
        """The arithmetic in words: "500,000 mails x 2 % = 10,000 visits"."""
        return ""
