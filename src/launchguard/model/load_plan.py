"""What a load run will send: phases, targets, and what can become of a visit. Plain values; no arrays.

A plan is right by construction, whoever makes it: a campaign, a search, a test or another machine. What is drawn from
it, allotted and sent is bounded before that costs anything.
"""

from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise
from typing import Any, Literal

from launchguard.errors import PlanError
from launchguard.web.hosts import origin_of
from launchguard.web.likeness import PageFacts
from launchguard.words import count, exact
from launchguard.words.quoted import shown

LONGEST_S = 86_400.0
"""Of a plan, and of everything in it that takes time."""
MOST_VISITS = 20_000_000
"""Of one run: some 2 GB of schedule and records."""
MOST_PER_S = 1e7
"""Of any rate, as in a manifest."""
MOST_TARGETS = 65_535
MOST_PHASES = 10_000
LINGER_S = 75.0
"""Chromium keeps a used connection for 300 s (kUsedIdleSocketTimeout), Firefox for 115 s
(network.http.keep-alive.timeout); few servers keep one longer than nginx's default, which is this."""

Arrivals = Literal["poisson", "uniform"]
Assets = Literal["auto", "yes", "no"]


class VisitResult(IntEnum):
    """What became of one planned visit. Everything from DNS on is a failure with its kind."""

    DROPPED = 0  # planned, never sent
    OK = 1
    UNANSWERED = 2  # sent, no byte of an answer when its deadline or the drain was over
    CUT = 3  # in flight when the run was stopped: its age is known, its answer is not
    DNS = 10
    CONNECT = 11
    TLS = 12
    TIMEOUT = 13  # an answer began and was not complete when its deadline was over
    RESET = 14
    STATUS = 15
    CONTENT = 16
    REDIRECT = 17
    OTHER = 18
    RATE_LIMITED = 19  # 429
    UNAUTHORIZED = 20  # redirected to an origin that may not get this load
    TOO_LARGE = 21  # a body that is, or unfolds to, more than is read

    @property
    def word(self) -> str:
        """The kind as reports and JSON write it: `status`, `rate-limited`."""
        return self.name.lower().replace("_", "-")


def place_of_visit(index: Any) -> Any:
    """A visit's place (0-1) among the shares of its page's links, the same whoever asks; of one visit or of an array.

    Multiples of the golden ratio, modulo 1, spread a share of the visits as evenly as numbers can.
    """
    return index * 0.6180339887498949 % 1.0


@dataclass(frozen=True)
class Phase:
    """A stretch of the schedule in seconds since its start; `judged` phases are the ones that limits apply to.

    Phases of one name that follow each other are one to a reader: a rate that changes in pieces.
    """

    name: str
    start_s: float
    end_s: float
    rate_from_per_s: float
    rate_to_per_s: float
    judged: bool = False

    def __post_init__(self) -> None:
        """Raise PlanError for a phase that has no length, no end or no rate."""
        if not 0 <= self.start_s < self.end_s <= LONGEST_S:
            raise PlanError(
                f"a load from {exact(self.start_s)} s to {exact(self.end_s)} s is none that one run sends: it may "
                f"last {exact(LONGEST_S / 3600)} hours",
                hint="Shorten load.hold, or the phase that is so long.",
            )
        if not (0 <= self.rate_from_per_s <= MOST_PER_S and 0 <= self.rate_to_per_s <= MOST_PER_S):
            rates = f"{exact(self.rate_from_per_s)}/s to {exact(self.rate_to_per_s)}/s"
            raise PlanError(f"a load of {rates} is none: a rate is at most {count(MOST_PER_S)}/s")

    @property
    def expected_visits(self) -> float:
        """The integral of the rate, which changes linearly."""
        return (self.end_s - self.start_s) * (self.rate_from_per_s + self.rate_to_per_s) / 2


@dataclass(frozen=True)
class LinkShare:
    """A share (0-1) of a page's visits whose links carry more than the page's own parameters.

    `click_id` is a parameter with a value of its own in each of them, "" for none; `utm` are those of the channel.
    """

    share: float
    click_id: str = ""
    utm: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Target:
    """One page under load: where visits go, its share (0-1) of them and what its body must contain.

    `links` are what channels add to its links, the rest of the visits come with the page's own; `locale` is that of
    its readers ("es-ES"). `idle` is what idle visitors got of it, and `kinds` are those of web.likeness's OTHER_PAGES
    that it may be. `files` are those of its own origin that an idle visitor's page named.
    """

    page: str
    url: str
    share: float
    contains: tuple[str, ...] = ()
    expect_status: int = 200
    links: tuple[LinkShare, ...] = ()
    locale: str = ""
    idle: tuple[PageFacts, ...] = ()
    kinds: tuple[str, ...] = ()
    files: int = 0

    def __post_init__(self) -> None:
        """Raise PlanError for a page that cannot be asked for, or has no share that is one."""
        try:
            origin_of(self.url)
        except ValueError as error:
            raise PlanError(f"no load can be sent to {shown(self.url)}: {error}") from error
        shares = (self.share, *(link.share for link in self.links))
        if not all(0 <= share <= 1 + 1e-6 for share in shares):
            raise PlanError(f"{shown(self.url)} has a share of the visits that is not between 0 and 1")


@dataclass(frozen=True)
class LoadPlan:
    """What a run will send. Rates are visits per second, times are seconds.

    `limit_p95_ms` and `limit_failure_ratio` are what the early stop counts against; the judge has its own copy
    in the campaign's limits. `visit_timeout_s` is the hard deadline of one visit from its intended start. `notes` say
    in what the plan departs from the manifest. `phones_ratio` (0-1) of the visits are made as with a phone.
    `processes` are the ones that send; 0 leaves it to the machine, as few as carry the peak. `assets` fetches what a
    browser would: with `auto` only on loopback and where a host says how many requests it may receive; `journey` is a
    locustfile whose users visit instead, and `data` a CSV file with a row for each.
    A fresh visitor holds its connections idle for `linger_s` after its answer, unless the server closes them.
    """

    run_id: str
    seed: int
    arrivals: Arrivals
    phases: tuple[Phase, ...]
    targets: tuple[Target, ...]
    drain_s: float
    visit_timeout_s: float
    limit_p95_ms: float
    limit_failure_ratio: float
    returning_ratio: float = 0.0
    phones_ratio: float = 0.0
    processes: int = 0
    schedule_sha256: str = ""
    notes: tuple[str, ...] = ()
    assets: Assets = "no"
    journey: str = ""
    data: str = ""
    linger_s: float = LINGER_S

    def __post_init__(self) -> None:
        """Raise PlanError for phases that overlap, for more than one run sends, and for bounds that are none."""
        if len(self.phases) > MOST_PHASES or len(self.targets) > MOST_TARGETS:
            raise PlanError(f"a plan has at most {count(MOST_PHASES)} phases and {count(MOST_TARGETS)} pages")
        if any(later.start_s < earlier.end_s for earlier, later in pairwise(self.phases)):
            raise PlanError("the phases of a plan follow each other, and none begins before the one before has ended")
        if not sum(target.share for target in self.targets) > 0 and self.targets:
            raise PlanError("no page of the plan has a share of the visits")
        times = (self.drain_s, self.visit_timeout_s, self.limit_p95_ms / 1000, self.linger_s)
        if not all(0 <= time_s <= LONGEST_S for time_s in times) or self.visit_timeout_s == 0:
            raise PlanError(
                f"a time-out, a drain, a linger or a limit of a plan is not between 0 s and {count(LONGEST_S)} s"
            )
        if not all(0 <= part <= 1 for part in (self.limit_failure_ratio, self.returning_ratio, self.phones_ratio)):
            raise PlanError(
                "the failures that a plan allows, its returning visitors or its phones are not between 0 % and 100 %"
            )
        if self.seed < 0 or self.seed.bit_length() > 64:
            raise PlanError("the seed of a plan is not a number from 0 to 2^64 - 1")
        visits = sum(phase.expected_visits for phase in self.phases)
        if visits > MOST_VISITS:
            raise PlanError(
                f"the load would be {count(visits)} visits in {exact(self.duration_s)} s, and one run sends at most "
                f"{count(MOST_VISITS)}",
                hint="Shorten load.hold, or look again at the reach of the channels.",
            )

    @property
    def duration_s(self) -> float:
        """Length of the schedule without the drain."""
        return self.phases[-1].end_s if self.phases else 0.0

    @property
    def peak_per_s(self) -> float:
        """The highest rate that the schedule asks for."""
        return max((max(p.rate_from_per_s, p.rate_to_per_s) for p in self.phases), default=0.0)


@dataclass(frozen=True)
class Fleet:
    """Workers that send a run's load together: how many, and the address that they find their master at."""

    workers: int
    host: str
    port: int
