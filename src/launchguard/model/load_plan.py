"""What a load run will send: phases, targets, and what can become of a visit. Plain values; no arrays."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

from launchguard.web.likeness import PageFacts

Arrivals = Literal["poisson", "uniform"]


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
    RATE_LIMITED = 19  # 429, or 503 with Retry-After
    UNAUTHORIZED = 20  # redirected to an origin that may not get this load
    TOO_LARGE = 21  # a body that is, or unfolds to, more than is read

    @property
    def word(self) -> str:
        """The kind as reports and JSON write it: `status`, `rate-limited`."""
        return self.name.lower().replace("_", "-")


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


@dataclass(frozen=True)
class Target:
    """One page under load: where visits go, its share (0-1) of them and what its body must contain.

    `click_ids` are query parameters with the share (0-1) of the page's visits that carry them, each with a value of
    its own; `locale` is that of its readers ("es-ES"). `idle` is what idle visitors got of it, and `kinds` are those of
    web.likeness's OTHER_PAGES that it may be.
    """

    page: str
    url: str
    share: float
    contains: tuple[str, ...] = ()
    expect_status: int = 200
    click_ids: tuple[tuple[str, float], ...] = ()
    locale: str = ""
    idle: tuple[PageFacts, ...] = ()
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True)
class LoadPlan:
    """What a run will send. Rates are visits per second, times are seconds.

    `limit_p95_ms` and `limit_failure_ratio` are what the early stop counts against; the judge has its own copy
    in the campaign's limits. `visit_timeout_s` is the hard deadline of one visit from its intended start. `notes` say
    in what the plan departs from the manifest. `phones_ratio` (0-1) of the visits are made as with a phone.
    `processes` are the ones that send; 0 leaves it to the machine, as few as carry the peak. `assets` fetches what a
    browser would; `journey` is a locustfile whose users visit instead, and `data` a CSV file with a row for each.
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
    assets: bool = False
    journey: str = ""
    data: str = ""

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
