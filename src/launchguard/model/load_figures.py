"""Figures of a load run, as reports and checks read them; `load_stats` counts them from the visits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Percentiles:
    """Milliseconds, exact, from the sorted values (nearest rank)."""

    p50: float
    p95: float
    p99: float
    max: float


@dataclass(frozen=True)
class LoadStats:
    """Figures of one selection of visits (a page, a phase, or all): counts, rates in visits/s, times in ms.

    `planned = started + dropped` and `started = ok + failed + unanswered` always hold. `unanswered` includes the
    `cut` visits that were in flight when the run was stopped; they are no failures, only unfinished.
    `answered_per_s` counts visits due in the selection that were answered correctly within their deadline, however
    late. The times are of the started visits, each with its answer, its failure, or its age when it was given up; of
    those that were cut off, only of the ones that had taken longer than the limit by then.
    `duration_s` is the part of the selection's phases that was really sent (less than planned after a stop).
    """

    planned: int
    started: int
    dropped: int
    ok: int
    failed: int
    unanswered: int
    duration_s: float
    offered_per_s: float
    started_per_s: float
    answered_per_s: float
    latency_ms: Percentiles | None
    service_ms: Percentiles | None
    failures_by_kind: Mapping[str, int] = field(default_factory=dict)
    cut: int = 0

    @property
    def forgotten(self) -> int:
        """Visits that never got an answer: unanswered, without those that we cut off. Nobody else subtracts them."""
        return self.unanswered - self.cut

    @property
    def bad(self) -> int:
        """Visits that got no correct answer: failed and forgotten."""
        return self.failed + self.forgotten

    @property
    def ended(self) -> int:
        """Started visits that came to an end of their own: all but those that we cut off."""
        return self.started - self.cut

    @property
    def failure_ratio(self) -> float | None:
        """`bad` over the visits that `ended`; None without such a visit."""
        return self.bad / self.ended if self.ended else None


@dataclass(frozen=True)
class RequestStats:
    """Requests of one name in the judged phases: a journey's step, or an asset by its URL. Times in ms, exact.

    A step's time runs from when it was due (the first one's from the visit's intended start), an asset's from its
    sending. `example` is the first failure in words, "" without one; `p95_ms` counts failures too.
    """

    name: str
    requests: int
    failed: int
    p95_ms: float | None
    example: str = ""


@dataclass(frozen=True)
class PhaseFigures:
    """One phase as a reader sees it, in seconds since the start, with its figures.

    `meets` is whether what was seen lies within the plan's limits; None where no visit was sent.
    """

    name: str
    start_s: float
    end_s: float
    judged: bool
    stats: LoadStats
    meets: bool | None


@dataclass(frozen=True, eq=False)
class SecondFigures:
    """A run second by second: element i is about the visits due in [i, i + 1) s.

    `p95_ms` is NaN in a second without a started visit.
    """

    planned: "NDArray[np.int64]"
    started: "NDArray[np.int64]"
    answered: "NDArray[np.int64]"
    bad: "NDArray[np.int64]"
    p95_ms: "NDArray[np.float64]"
