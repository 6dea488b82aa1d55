"""The key `load` of a manifest: how the load is sent."""

from typing import Annotated, Literal

from pydantic import model_validator

from launchguard.model.keys import described
from launchguard.model.load_plan import LINGER_S
from launchguard.model.parts import Part, between
from launchguard.model.units import Flag, Ratio, Seconds, Wish

PHONES = 0.64
"""Smartphones' share of 20 billion sessions on 900 companies' sites (Contentsquare, 2021 Digital Experience Benchmark).

The shares of page views say the same: 64.35 % mobile in May 2025 (StatCounter).
"""


class Load(Part):
    """How the load is sent; durations in seconds."""

    ramp: Annotated[Seconds, between(0, 3600), described("the climb to the peak", use="sent", example="10s")] = 10.0
    warm_up: Annotated[
        Seconds, between(0, 3600), described("at the peak's rate before anything is judged", use="sent", example="5s")
    ] = 5.0
    hold: Annotated[
        Seconds, between(1, 6 * 3600), described("the judged time at the peak", use="sent", example="60s")
    ] = 60.0
    drain: Annotated[
        Seconds, between(0, 600), described("how long the last answers are waited for", use="sent", example="10s")
    ] = 10.0
    recovery: Annotated[
        Seconds,
        between(0, 3600),
        described("a quarter of the peak after it, to see whether the page comes back", use="sent", example="30s"),
    ] = 0.0
    shape: Annotated[
        Literal["hold", "forecast", "spike", "step", "soak"],
        described(
            "how the peak comes: hold climbs to it and stays, forecast sends the forecast's own rates around the peak, "
            "spike jumps to it from a tenth, step climbs in quarters, soak holds ten times as long",
            use="sent",
            example="spike",
        ),
    ] = "hold"
    timeout: Annotated[Seconds, between(0.1, 300), described("one visit's deadline", use="sent", example="10s")] = 10.0
    arrivals: Annotated[
        Literal["poisson", "uniform"],
        described("how visits follow each other: by chance, as people do, or evenly", use="sent", example="poisson"),
    ] = "poisson"
    returning: Annotated[
        Ratio, described("the share of visitors that keep a connection and cookies", use="sent", example="20%")
    ] = 0.0
    phones: Annotated[Ratio, described("the share of visits that are made with a phone", use="sent", example="70%")] = (
        PHONES
    )
    journey: Annotated[
        str, described("a locustfile whose users visit instead", use="sent", example="journeys/checkout.py")
    ] = ""
    data: Annotated[
        str,
        described("a CSV file with a row for each visit of the journey", use="sent", example="journeys/visitors.csv"),
    ] = ""
    assets: Annotated[
        Wish, described("fetch a page's files; auto: on loopback, or with max_requests", use="sent", example="no")
    ] = "auto"
    linger: Annotated[
        Seconds,
        between(0, 300),
        described(
            "how long a fresh visitor holds its connection after the answer, as browsers do; 0s closes it at once",
            use="sent",
            example="30s",
        ),
    ] = LINGER_S
    find_capacity: Annotated[
        Flag, described("search for the highest rate that still meets the limits", use="sent", example="yes")
    ] = False

    @model_validator(mode="after")
    def _fit_together(self) -> "Load":
        if self.data and not self.journey:
            raise ValueError("has `data` but no `journey` that would read it; add the journey, or remove `data`")
        if self.assets == "yes" and self.journey:
            raise ValueError("has `assets` and a `journey`, which requests what it wants itself; remove one of them")
        return self
