"""Evidence of a load run: what was planned, sent, answered, failed and never answered, visit by visit."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Literal

from launchguard.model.load_figures import LoadStats, Percentiles, PhaseFigures, RequestStats, Seconds

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "Arrivals",
    "Fleet",
    "Generator",
    "LoadPlan",
    "LoadRun",
    "LoadStats",
    "Percentiles",
    "Phase",
    "PhaseFigures",
    "RequestStats",
    "Seconds",
    "Target",
    "VisitResult",
]

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
    its own.
    """

    page: str
    url: str
    share: float
    contains: tuple[str, ...] = ()
    expect_status: int = 200
    click_ids: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class LoadPlan:
    """What a run will send. Rates are visits per second, times are seconds.

    `limit_p95_ms` and `limit_failure_ratio` are what the early stop counts against; the judge has its own copy
    in the campaign's limits. `visit_timeout_s` is the hard deadline of one visit from its intended start. `notes` say
    in what the plan departs from the manifest.
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


@dataclass(frozen=True)
class Generator:
    """How good the generator was: CPU as a share of one core per process, lateness of sending in ms.

    `clock_error_ms` is how far apart workers on several machines may have started; None on one machine. `cores` are
    those that all processes may use together, None with workers. `visits_per_s` is what one process can send here at
    70 % of a core, at the least; None where that is not known.
    """

    cpu_ratio: float | None = None
    lag_p99_ms: float | None = None
    processes: int = 0
    peak_in_flight: int = 0
    clock_error_ms: float | None = None
    cores: float | None = None
    visits_per_s: float | None = None


@dataclass(frozen=True, eq=False)
class LoadRun:
    """One load run, visit by visit. All arrays have one element per planned visit, in schedule order.

    `intended_s`, `sent_s` and `done_s` are seconds since the schedule's start: NaN in both where the visit was never
    sent; a visit without an answer is done when it was given up. `target` is an index into `plan.targets`, `result`
    a VisitResult, `status` the HTTP status or 0. `examples` has one sentence per kind of failure (a VisitResult's
    word). `invalid` is why nothing can be concluded ("" when the evidence is good); `stopped` is why the sending
    ended early ("" when it ran its course); `partial` marks a run that was interrupted. `ended_s` is when the
    sending ended (None: after the whole schedule). `steps` are a journey's requests, `assets` what the pages brought
    with them; neither counts as a visit.
    """

    plan: LoadPlan
    intended_s: "NDArray[np.float64]"
    sent_s: "NDArray[np.float64]"
    done_s: "NDArray[np.float64]"
    target: "NDArray[np.uint16]"
    result: "NDArray[np.uint8]"
    status: "NDArray[np.uint16]"
    generator: Generator
    examples: Mapping[str, str] = field(default_factory=dict)
    invalid: str = ""
    stopped: str = ""
    partial: bool = False
    ended_s: float | None = None
    steps: tuple[RequestStats, ...] = ()
    assets: tuple[RequestStats, ...] = ()

    def stats(self, phase: str | None = "judged", page: str | None = None) -> LoadStats:
        """Figures of the judged phases ("judged"), of one phase by name, or of all (None); of one page or of all."""
        from launchguard.model.load_stats import stats_of

        return stats_of(self, phase, page)

    def per_phase(self) -> tuple[PhaseFigures, ...]:
        """The run phase by phase: what the limits say about each, the ramp and the recovery included."""
        from launchguard.model.load_stats import figures_of_phases

        return figures_of_phases(self)

    def per_second(self) -> Seconds:
        """The run second by second, for charts."""
        from launchguard.model.load_stats import seconds_of

        return seconds_of(self)
