"""The parts of a manifest. What a key means stands beside it."""

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from launchguard.model.keys import described
from launchguard.model.units import (
    Day,
    EnvName,
    Flag,
    Number,
    Ratio,
    Seconds,
    Url,
    WebHost,
    format_duration,
    format_ratio,
    shown,
)

Text = Annotated[str, Field(min_length=1)]


class Part(BaseModel):
    """A part of the manifest: immutable, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def between(low_s: float, high_s: float) -> AfterValidator:
    """Seconds from `low_s` to `high_s`, both included."""

    def bounded(seconds: float) -> float:
        if not low_s <= seconds <= high_s:
            raise ValueError(
                f"{format_duration(seconds)} is not between {format_duration(low_s)} and {format_duration(high_s)}"
            )
        return seconds

    return AfterValidator(bounded)


MOST_ERRORS = 0.5
"""A page that fails every second visitor does not hold, whatever anybody allows it."""


def _sane_errors(ratio: float) -> float:
    if ratio > MOST_ERRORS:
        raise ValueError(
            f"{format_ratio(ratio)} would let a page pass that fails more than every second visitor; write at most "
            f"{format_ratio(MOST_ERRORS)}, like 1%"
        )
    return ratio


def _matching(pattern: str, what: str, example: str) -> AfterValidator:
    def matched(text: str) -> str:
        if not re.fullmatch(pattern, text, re.ASCII):
            raise ValueError(f"{shown(text)} is not {what}; write it like {example}")
        return text

    return AfterValidator(matched)


Locale = Annotated[str, _matching(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", "a language tag", "es-ES")]
HeaderName = Annotated[str, _matching(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", "the name of a header", "X-Preview-Token")]


class Page(Part):
    """A landing page."""

    url: Annotated[
        Url,
        described(
            "where a click leads, with the parameters that its links carry",
            "campaign-link",
            "redirect-chain",
            "utm-taxonomy",
            use="sent",
        ),
    ]
    contains: Annotated[
        tuple[Text, ...],
        described(
            "texts that a visitor must find on it",
            "addresses",
            "contains",
            "is-the-page",
            "phones",
            example="[Spring sale]",
        ),
    ] = ()
    locale: Annotated[Locale, described("the language that its visitors read", use="sent", example="es-ES")] = ""
    share: Annotated[
        Ratio | None,
        described("its part of the visits; what the others leave, when not given", use="sent", example="70%"),
    ] = None
    expected_final: Annotated[
        str,
        described(
            "where its redirects may end, * for any text; its own site, when not given",
            "redirect-chain",
            example="https://shop.example.com/es/*",
        ),
    ] = ""


class Owners(Part):
    """Who answers for the campaign: a handle, a team or a telephone number."""

    marketing: Annotated[str, described("who answers for the campaign", example='"@ana"')] = ""
    engineering: Annotated[str, described("who answers for the pages", example='"@web-team"')] = ""
    on_call: Annotated[str, described("who can be called on launch day", example="+34 600 555 010")] = ""


class Limits(Part):
    """What the site must meet at the peak: seconds, a ratio (0-1), and capacity over peak."""

    p95: Annotated[
        Seconds,
        between(0.001, 300),
        described(
            "19 of 20 visitors have the page within it", "climbing", "latency", "recovery", use="sent", example="800ms"
        ),
    ] = 0.8
    errors: Annotated[
        Ratio,
        AfterValidator(_sane_errors),
        described(
            "the share of visits that may get no correct answer",
            "different-answers",
            "failures",
            "recovery",
            use="sent",
            example="1%",
        ),
    ] = 0.01
    headroom: Annotated[
        Number, described("how many times the median peak the pages must hold", "headroom", use="sent", example="1.33")
    ] = 1.33


class Access(Part):
    """How a protected preview lets us in: a header's name, or basic authentication; the value is in the environment."""

    host: Annotated[WebHost, described("the protected host", "reachable", use="sent", example="staging.example.com")]
    header: Annotated[
        HeaderName, described("the header that carries the secret", use="sent", example="X-Preview-Token")
    ] = ""
    basic: Annotated[
        Flag, described("the secret is `user:password` of basic authentication", use="sent", example="yes")
    ] = False
    from_env: Annotated[EnvName, described("the variable that holds the secret", use="sent", example="PREVIEW_TOKEN")]

    @model_validator(mode="after")
    def _one_way_in(self) -> "Access":
        if bool(self.header) == self.basic:
            raise ValueError(
                "needs exactly one of `header` and `basic`; write `header: X-Preview-Token` or `basic: true`"
            )
        return self


class Waiver(Part):
    """A finding that somebody accepted until a date, that day included; `page` "" means every page."""

    check: Annotated[
        Text, described("the id of the check whose finding is accepted", use="verdict", example="page-weight")
    ]
    page: Annotated[
        str, described("the page that it is accepted on; every page, when not given", use="verdict", example="/terms")
    ] = ""
    reason: Annotated[Text, described("why", use="shown", example="the terms are one long document")]
    approved_by: Annotated[Text, described("who accepted it", use="shown", example='"@eva"')]
    expires: Annotated[Day, described("the last day that it counts", use="verdict")]
    ticket: Annotated[str, described("where it was decided", example="WEB-130")] = ""
