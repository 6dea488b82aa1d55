"""The parts of a manifest. What a key means stands beside it."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from launchguard.model.units import Day, EnvName, Flag, Number, Ratio, Seconds, Url, WebHost, format_duration, shown

Text = Annotated[str, Field(min_length=1)]


class Part(BaseModel):
    """A part of the manifest: immutable, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _between(low_s: float, high_s: float) -> AfterValidator:
    """Seconds from `low_s` to `high_s`, both included."""

    def bounded(seconds: float) -> float:
        if not low_s <= seconds <= high_s:
            raise ValueError(
                f"{format_duration(seconds)} is not between {format_duration(low_s)} and {format_duration(high_s)}"
            )
        return seconds

    return AfterValidator(bounded)


def _matching(pattern: str, what: str, example: str) -> AfterValidator:
    def matched(text: str) -> str:
        if not re.fullmatch(pattern, text, re.ASCII):
            raise ValueError(f"{shown(text)} is not {what}; write it like {example}")
        return text

    return AfterValidator(matched)


Locale = Annotated[str, _matching(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", "a language tag", "es-ES")]
HeaderName = Annotated[str, _matching(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", "the name of a header", "X-Preview-Token")]


class Page(Part):
    """A landing page. `share` is its part of the campaign's visits (0-1); None: what the others leave.

    `contains` are texts that a visitor must find on it; `expected_final` is where its redirects may end.
    """

    url: Url
    contains: tuple[Text, ...] = ()
    locale: Locale = ""
    share: Ratio | None = None
    expected_final: str = ""


class Owners(Part):
    """Who answers for the campaign: a handle, a team or a telephone number."""

    marketing: str = ""
    engineering: str = ""
    on_call: str = ""


class Limits(Part):
    """What the site must meet at the peak: seconds, a ratio (0-1), and capacity over peak."""

    p95: Annotated[Seconds, _between(0.001, 300)] = 0.8
    errors: Ratio = 0.01
    headroom: Number = 1.33


class Load(Part):
    """How the load is sent. Durations in seconds; `timeout` is one visit's deadline.

    `shape` is how the peak comes: `hold` climbs to it and stays, `forecast` sends the forecast's own rates around the
    peak, `spike` jumps to it from a tenth, `step` climbs in quarters, `soak` holds ten times as long. `recovery` is how
    long a quarter of the peak follows, to see whether the page comes back.

    `returning` is the share of visitors that keep a connection and cookies; `assets` fetches what a browser would.
    `journey` is a locustfile whose users visit instead, `data` a CSV file with a row for each of their visits.
    """

    ramp: Annotated[Seconds, _between(0, 3600)] = 10.0
    warm_up: Annotated[Seconds, _between(0, 3600)] = 5.0
    hold: Annotated[Seconds, _between(1, 6 * 3600)] = 60.0
    drain: Annotated[Seconds, _between(0, 600)] = 10.0
    recovery: Annotated[Seconds, _between(0, 3600)] = 0.0
    shape: Literal["hold", "forecast", "spike", "step", "soak"] = "hold"
    timeout: Annotated[Seconds, _between(0.1, 300)] = 10.0
    arrivals: Literal["poisson", "uniform"] = "poisson"
    returning: Ratio = 0.0
    journey: str = ""
    data: str = ""
    assets: Flag = False
    find_capacity: Flag = False

    @model_validator(mode="after")
    def _fit_together(self) -> "Load":
        if self.data and not self.journey:
            raise ValueError("has `data` but no `journey` that would read it; add the journey, or remove `data`")
        if self.assets and self.journey:
            raise ValueError("has `assets` and a `journey`, which requests what it wants itself; remove one of them")
        return self


class System(Part):
    """A system that the campaign depends on."""

    host: WebHost
    owner: str = ""
    kind: str = ""


class Access(Part):
    """How a protected preview lets us in: a header's name, or basic authentication; the value is in the environment."""

    host: WebHost
    header: HeaderName = ""
    basic: Flag = False
    from_env: EnvName

    @model_validator(mode="after")
    def _one_way_in(self) -> "Access":
        if bool(self.header) == self.basic:
            raise ValueError(
                "needs exactly one of `header` and `basic`; write `header: X-Preview-Token` or `basic: true`"
            )
        return self


class Measurement(Part):
    """How success will be measured."""

    kpis: tuple[Text, ...] = ()
    events: tuple[Text, ...] = ()
    analytics: str = ""
    baseline: str = ""
    owner: str = ""


class Approval(Part):
    """Who agreed, when."""

    role: Text
    by: Text
    date: Day


class Deliverable(Part):
    """What has to be ready, by whom and when."""

    what: Text
    owner: str = ""
    due: Day | None = None
    must_have: Flag = True
    done: Flag = False


class Expedite(Part):
    """Why this campaign may skip its lead time, and who said so."""

    reason: Text
    approver: Text


class Sunset(Part):
    """What happens to the pages after the end."""

    date: Day | None = None
    redirect_to: Url = ""


class Waiver(Part):
    """A finding that somebody accepted until a date, that day included; `page` "" means every page."""

    check: Text
    page: str = ""
    reason: Text
    approved_by: Text
    expires: Day
    ticket: str = ""


Touch = Literal["personal_data", "card_payment", "third_party_data"]
