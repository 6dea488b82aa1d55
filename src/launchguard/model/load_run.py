"""Evidence of a load run: what was sent, answered, failed and never answered, visit by visit."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from launchguard.model.confided import SentSecret
from launchguard.model.load_connections import OpenConnections
from launchguard.model.load_figures import LoadStats, PhaseFigures, RequestStats, SecondFigures
from launchguard.model.load_plan import LoadPlan

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


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
    word). `invalid` is why nothing can be concluded ("" when the evidence is good), `fix` what to do then; `stopped` is
    why the sending ended early ("" when it ran its course); `partial` marks a run that was interrupted. `ended_s` is
    when the sending ended (None: after the whole schedule). `steps` are a journey's requests, `assets` what the pages
    brought with them, `after` idle visits after the load to pages (by name) whose last visits had failed or were too
    slow, each of them `failed` or right and in time; none of these counts as a visit. `different` are
    judged visits (by page) that were answered rightly, with another page than the first visitors got, and `unread`
    those of which nobody could tell in time what kind of page they got. `cached` are those whose answers say whether a
    cache gave them, `failed` where none did. `files` are all visits of pages that have files of their own origin,
    `failed` where the visitor did not ask for them (`example` says how many). `connections` are those
    that were open. `secrets` are those that visits carried where they might.
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
    fix: str = ""
    stopped: str = ""
    partial: bool = False
    ended_s: float | None = None
    steps: tuple[RequestStats, ...] = ()
    assets: tuple[RequestStats, ...] = ()
    after: tuple[RequestStats, ...] = ()
    different: tuple[RequestStats, ...] = ()
    unread: tuple[RequestStats, ...] = ()
    cached: tuple[RequestStats, ...] = ()
    files: tuple[RequestStats, ...] = ()
    connections: OpenConnections = field(default_factory=OpenConnections)
    secrets: tuple[SentSecret, ...] = ()

    def stats(self, phase: str | None = "judged", page: str | None = None) -> LoadStats:
        """Figures of the judged phases ("judged"), of one phase by name, or of all (None); of one page or of all."""
        from launchguard.model.load_stats import stats_of

        return stats_of(self, phase, page)

    @property
    def telling_phase(self) -> str | None:
        """The phase that says how visitors fared, for `stats`: the judged ones, or all where nothing was right in them.

        What is stopped on its way to the peak, or as soon as it is there, has failed before already.
        """
        return None if self.stopped and not self.stats().ok else "judged"

    def latencies_ms(
        self, phase: str | None = "judged", page: str | None = None, *, limit_ms: float = float("inf")
    ) -> "NDArray[np.float64]":
        """Ascending latencies (ms, from the intended start) of the visits of a phase that came to an end of their own.

        `phase` and `page` are those of `stats`. What was never sent has none. A visit that a stop cut off has one only
        where it was older than `limit_ms` already: whenever its answer would have come, it was too late for that.
        """
        from launchguard.model.load_stats import latencies_ms_of

        return latencies_ms_of(self, phase, page, limit_ms=limit_ms)

    def slow(self, limit_ms: float, page: str | None = None, *, phase: str | None = "judged") -> int:
        """How many visits of `latencies_ms` took longer than the limit, cut off or not."""
        return int((self.latencies_ms(phase, page, limit_ms=limit_ms) > limit_ms).sum())

    def refused_with(self, status: int, phase: str | None = "judged", page: str | None = None) -> int:
        """How many visits of a phase got this HTTP status and no correct answer."""
        from launchguard.model.load_stats import status_count_of

        return status_count_of(self, status, phase, page)

    def different_urls(self) -> int:
        """How many different URLs the visits of the judged phases asked for; links with an id are one each."""
        from launchguard.model.load_links import different_urls_of

        return different_urls_of(self)

    def refused_from(self) -> int | None:
        """The second whose visits were the first that got no connection, or no answer on it; None for none."""
        from launchguard.model.load_connections import refused_from

        return refused_from(self)

    def throughput_per_s(self, page: str | None = None, *, phase: str | None = "judged") -> float:
        """Correct answers per second of a phase (as in `stats`), of one page or of all, whenever their visits were due.

        It says what the pages got done in a run that was stopped, too: many of the visits due then had no time to be
        answered.
        """
        from launchguard.model.load_stats import throughput_per_s_of

        return throughput_per_s_of(self, page, phase)

    def per_phase(self) -> tuple[PhaseFigures, ...]:
        """The run phase by phase: what the limits say about each, the ramp and the recovery included."""
        from launchguard.model.load_stats import figures_of_phases

        return figures_of_phases(self)

    def per_second(self) -> SecondFigures:
        """The run second by second, for charts."""
        from launchguard.model.load_stats import seconds_of

        return seconds_of(self)

    def steady_hold(self) -> tuple[float, float] | None:
        """When the judged phases begin and end (s); None where their rate changes."""
        from launchguard.model.load_bins import steady_hold

        return steady_hold(self)

    def p95_in_bins(self, bins: int) -> "tuple[NDArray[np.float64], NDArray[np.int64]]":
        """p95 (ms, NaN: none) and number of visits in equal parts of a steady hold. Raises ValueError without one."""
        from launchguard.model.load_bins import p95_in_bins

        return p95_in_bins(self, bins)
