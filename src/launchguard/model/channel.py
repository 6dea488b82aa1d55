"""What every channel has in common: its keys in the manifest, and the streams of visits that it causes.

A kind of channel is one module: a `Channel` subclass that types its keys and yields its streams. The number of
visits and the shape of their arrival are all it has to know; the forecast does the rest.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import BeforeValidator, ConfigDict, Field

from launchguard.model.answers import AnsweredKeys
from launchguard.model.forecast import Assumption
from launchguard.model.keys import described
from launchguard.model.units import Number, Trigger, When
from launchguard.numbers.statistics import lognormal_factor
from launchguard.web.click_ids import NONE, OF_PLATFORM, parse_click_id
from launchguard.words import count, exact, multiple, percent

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


@dataclass(frozen=True)
class Stream:
    """Visits that one cause brings: how many, and how they spread over time.

    `cdf` maps seconds since `starts_s` (seconds after the channel's trigger) to the share (0-1) that has arrived when
    everybody is triggered at once, as a new array: 0 before 0, and 1 from `support_s` on. `window_s` is the send window
    over which the trigger itself is spread evenly (0: at once). `label` is "" for the people and names any other cause.
    `knots_s` are seconds where the rate jumps, so that no peak between two grid points is missed.
    """

    visits: float
    cdf: "Callable[[Array], Array]"
    window_s: float = 0.0
    starts_s: float = 0.0
    support_s: float = math.inf
    label: str = ""
    knots_s: tuple[float, ...] = ()


@dataclass(frozen=True)
class Firing:
    """What a channel may know of the campaign: seconds from its trigger to the end, and the local hour (0-24) there."""

    until_end_s: float
    local_hour: float


@dataclass(frozen=True)
class Assumed:
    """A field whose default is a benchmark or a guess: what it is, how to print it, and where it comes from."""

    what: str
    show: Callable[[float], str]
    source: str


ClickId = Annotated[str, BeforeValidator(parse_click_id)]
"""The name of a query parameter, or "none"."""


class Channel(AnsweredKeys):
    """The keys that every channel may carry; a kind of channel is a subclass in a module of its own."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    kind: str
    name: Annotated[
        str,
        described("how the report calls it; two channels of one kind need names", use="shown", example="teaser"),
    ] = ""
    page: Annotated[
        str,
        described(
            "the url of the page that it leads to; otherwise the pages' shares",
            "cache-key-split",
            "campaign-link",
            use="sent",
            example="/spring",
        ),
    ] = ""
    at: Annotated[
        When, described("when it starts; the launch, when not given", "launch-time", "past-launch", use="sent")
    ] = Trigger(offset_s=0.0)
    utm: Annotated[
        dict[str, str],
        described(
            "the utm parameters of its links, like {source: newsletter}; its visits carry them",
            "campaign-link",
            "utm-taxonomy",
            use="sent",
            example="{utm_content: hero}",
        ),
    ] = Field(default_factory=dict)
    click_id: Annotated[
        ClickId | None,
        described(
            "the parameter with an id of its own in every click's or recipient's link, or none; the load has it too",
            "cache-key-split",
            use="sent",
            example="mc_eid",
        ),
    ] = None
    uncertainty: Annotated[
        Number | None,
        Field(ge=0, le=3),
        described("sigma of the visits' lognormal distribution; 0 for a certain number", use="sent", example="0.3"),
    ] = None

    example: ClassVar[dict[str, str]] = {}
    """Its keys as a manifest may have them, for `explain` and the documentation: {"recipients": "500_000"}."""
    sigma: ClassVar[float] = 0.5
    """Lognormal uncertainty of the number of visits when the manifest gives none."""
    reach_key: ClassVar[str] = ""
    """The key that holds how many people are reached; "" for kinds that count visits directly."""
    rate_range: ClassVar[tuple[float, float] | None] = None
    """Response rates (0-1) outside of which a plan is implausible; None where no rate enters."""
    assumed: ClassVar[dict[str, Assumed]] = {}
    """Fields whose default is an assumption."""
    shape: ClassVar[tuple[str, str]] = ("", "")
    """The arrival curve in words, and its source."""
    links_may_differ: ClassVar[bool] = False
    """Whether who sends it often gives each recipient's link an id of its own."""
    defined_in: ClassVar[str] = ""
    """The file that defines a user's own kind; "" for the kinds that LaunchGuard brings."""

    @property
    def label(self) -> str:
        """The name for reports."""
        return self.name or self.kind

    @property
    def id_parameter(self) -> str:
        """The parameter with an id of its own in every visit's link; "" where there is none, or nobody has said so."""
        said = self.own_id if self.click_id is None else self.click_id
        return "" if said == NONE else said

    @property
    def own_id(self) -> str:
        """What the platform adds to every click without being asked; "" for nothing that is known."""
        return OF_PLATFORM.get(self.bought_at, "")

    @property
    def bought_at(self) -> str:
        """The platform that sells the clicks; "" where none does."""
        return ""

    @property
    def left_open(self) -> bool:
        """Whether its links often carry an id for each recipient, and nobody has said whether these do."""
        return self.links_may_differ and self.click_id is None

    @property
    def spread(self) -> float:
        """The sigma in force: the manifest's `uncertainty`, or the kind's."""
        return self.sigma if self.uncertainty is None else self.uncertainty

    @property
    def factor_p95(self) -> float:
        """How many times the median number of visits one campaign in twenty exceeds: exp(1.645 sigma)."""
        return lognormal_factor(self.spread)

    @property
    def reach(self) -> float | None:
        """How many people, devices or visits it counts from; None when nobody says, or when no key holds that."""
        value: float | None = getattr(self, self.reach_key) if self.reach_key else None
        return value

    @property
    def reach_unknown(self) -> bool:
        """Whether the manifest leaves out whom it reaches, so that it counts as no visits."""
        return bool(self.reach_key) and self.reach is None

    @property
    def response_rate(self) -> float | None:
        """The share (0-1) of the reach that visits; None where the reach counts visits already."""
        return None

    @property
    def responses(self) -> float:
        """Reach x response rate, in the unit of the reach; 0 when the reach is unknown."""
        rate = self.response_rate
        return (self.reach or 0.0) * (1.0 if rate is None else rate)

    @property
    def applies(self) -> tuple[str, ...]:
        """The keys of `assumed` that enter the arithmetic with what the manifest gives."""
        return tuple(self.assumed)

    @property
    def arrival(self) -> tuple[str, str]:
        """The arrival curve in force: in words, and its source."""
        return self.shape

    @property
    def asks(self) -> tuple[str, ...]:
        """Keys that are missing or were left to an assumed default; an unknown reach comes first."""
        missing = (self.reach_key,) if self.reach_unknown else ()
        return missing + tuple(key for key in self.applies if key not in self.model_fields_set)

    def streams(self, firing: Firing, /) -> Iterator[Stream]:
        """Yield what arrives because of this channel; nothing when its reach is unknown."""
        raise NotImplementedError(f"{type(self).__name__} does not say what arrives")

    def assumptions(self) -> Iterator[Assumption]:
        """Yield every number that the manifest left to a default, and the shape and spread of the arrivals."""
        for key in self.applies:
            if key not in self.model_fields_set:
                assumed = self.assumed[key]
                yield Assumption(
                    f"{self.label}: {assumed.what}",
                    assumed.show(self.default_of(key)),
                    assumed.source,
                    f"{self.kind}: {{{key}: ...}}",
                )
        what, source = self.arrival
        if what:
            yield Assumption(f"{self.label}: how arrivals spread", what, source, "curve: {file: last-year.csv}")
        if self.uncertainty is None and self.sigma > 0:
            yield Assumption(
                f"{self.label}: one campaign in twenty brings more than",
                f"{multiple(self.factor_p95)} the forecast",
                f"assumed for this kind of channel: lognormal, sigma {exact(self.sigma)}",
                f"{self.kind}: {{uncertainty: 0.3}}",
            )

    def default_of(self, key: str) -> float:
        """The number in force for a field that the manifest left out."""
        return float(getattr(self, key))

    def typical_of(self, key: str) -> str:
        """What is usual for a key, what it moves and its source, as the end of a sentence; "" where nobody knows."""
        known = self.assumed.get(key)
        usual = f"; {known.show(self.default_of(key))} is taken until then ({known.source})" if known else ""
        if self.rate_range is None or not key.endswith("_rate"):
            return usual
        low, high = self.rate_range
        moves = f", {count(self.reach * low)} to {count(self.reach * high)} visits" if self.reach else ""
        return f"; usual are {percent(low)} to {percent(high)}{moves}{usual}"

    def words(self) -> str:
        """The arithmetic in words: "500,000 mails x 2 % = 10,000 visits"; "" lets the forecast count the visits."""
        return ""


Kinds = Mapping[str, type[Channel]]
"""Kinds of channels by the words that a manifest uses."""
