"""Figures of a load run, exact, from its visits: nothing is rounded into buckets and nothing is estimated.

Which visits belong to a phase, and which of them count, is said here and nowhere else; what looks at a run in progress
asks the same functions with the arrays that it has.
"""

from collections import Counter
from typing import TYPE_CHECKING, Protocol

import numpy as np

from launchguard.model.load_figures import LoadStats, Percentiles, PhaseFigures, SecondFigures
from launchguard.model.load_plan import LoadPlan, Phase, VisitResult

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Mask = NDArray[np.bool_]

FIRST_FAILURE = VisitResult.DNS


class LoadRecord(Protocol):
    """The part of a load run that is counted here: its plan, and an element of each array for every planned visit."""

    @property
    def plan(self) -> LoadPlan: ...
    @property
    def intended_s(self) -> "Floats": ...
    @property
    def sent_s(self) -> "Floats": ...
    @property
    def done_s(self) -> "Floats": ...
    @property
    def target(self) -> "NDArray[np.uint16]": ...
    @property
    def result(self) -> "NDArray[np.uint8]": ...
    @property
    def status(self) -> "NDArray[np.uint16]": ...
    @property
    def ended_s(self) -> float | None: ...


def percentile(ascending: "Floats", share: float) -> float:
    """The nearest-rank percentile of sorted values: the smallest that at least `share` (0-1) of them do not exceed."""
    rank = int(np.ceil(share * len(ascending) - 1e-9))
    return float(ascending[max(rank, 1) - 1])


def percentiles(values_ms: "Floats") -> Percentiles | None:
    """p50, p95, p99 and the maximum; None without values."""
    if not len(values_ms):
        return None
    ascending = np.sort(values_ms)
    p50, p95, p99 = (percentile(ascending, share) for share in (0.50, 0.95, 0.99))
    return Percentiles(p50, p95, p99, float(ascending[-1]))


def selected_phases(plan: LoadPlan, phase: str | None) -> list[Phase]:
    """The phases that a name stands for: "judged", a phase's own name, or None for all."""
    if phase == "judged":
        return [p for p in plan.phases if p.judged]
    return [p for p in plan.phases if phase in (None, p.name)]


def due_in(plan: LoadPlan, intended_s: "Floats", phase: str | None = "judged") -> "Mask":
    """The visits that were due in the judged phases, in one phase by name, or in all (None).

    A phase owns its first moment and not its last; the schedule's very last moment belongs to the last phase.
    """
    chosen = np.zeros(len(intended_s), dtype=bool)
    for part in selected_phases(plan, phase):
        last = np.inf if part.end_s >= plan.duration_s else part.end_s
        chosen |= (intended_s >= part.start_s) & (intended_s < last)
    return chosen


def selection(run: LoadRecord, phase: str | None = "judged", page: str | None = None) -> "Mask":
    """The visits that were due in these phases, on this page."""
    return due_in(run.plan, run.intended_s, phase) & _of_page(run, page)


def _of_page(run: LoadRecord, page: str | None) -> "Mask":
    """The visits of one page, or of all."""
    if page is None:
        return np.ones(len(run.target), dtype=bool)
    return np.isin(run.target, [i for i, target in enumerate(run.plan.targets) if target.page == page])


def concluded(result: "NDArray[np.uint8]") -> "Mask":
    """What was sent and came to an end of its own: answered, failed, or never answered, but not cut off."""
    ended: Mask = (result != VisitResult.DROPPED) & (result != VisitResult.CUT)
    return ended


def went_wrong(result: "NDArray[np.uint8]") -> "Mask":
    """Failed or never answered; what was cut off is neither."""
    wrong: Mask = (result >= FIRST_FAILURE) | (result == VisitResult.UNANSWERED)
    return wrong


def status_count_of(run: LoadRecord, status: int, phase: str | None, page: str | None) -> int:
    """Visits without a correct answer that were answered with this HTTP status."""
    return int(np.count_nonzero(selection(run, phase, page) & went_wrong(run.result) & (run.status == status)))


def _ages_s(run: LoadRecord) -> "Floats":
    """From the intended start until the answer, the failure, or the moment that the visit was given up."""
    given_up = run.intended_s + run.plan.visit_timeout_s
    return np.where(np.isnan(run.done_s), given_up, run.done_s) - run.intended_s


def latencies_ms_of(
    run: LoadRecord, phase: str | None = "judged", page: str | None = None, *, limit_ms: float = np.inf
) -> "Floats":
    """Ascending latencies of the visits that were sent and not cut off, or were older than the limit by then."""
    took_ms = _ages_s(run) * 1000
    return np.sort(took_ms[selection(run, phase, page) & _timed(run, limit_ms)])


def _timed(run: LoadRecord, limit_ms: float) -> "Mask":
    """The visits whose time says something: those that came to an end, and what was older than the limit when cut."""
    late: Mask = (run.result == VisitResult.CUT) & (_ages_s(run) * 1000 > limit_ms)
    return concluded(run.result) | late


def throughput_per_s_of(run: LoadRecord, page: str | None = None, phase: str | None = "judged") -> float:
    """Correct answers (of one page, or of all) per second of these phases, whenever their visits were due."""
    chosen = selected_phases(run.plan, phase)
    begin = min((part.start_s for part in chosen), default=0.0)
    end = max((part.end_s for part in chosen), default=0.0)
    end = end if run.ended_s is None else min(end, run.ended_s)
    if end <= begin:
        return 0.0
    correct = (run.result == VisitResult.OK) & (run.done_s >= begin) & (run.done_s < end) & _of_page(run, page)
    return float(np.count_nonzero(correct)) / (end - begin)


def _sent_seconds(run: LoadRecord, phases: list[Phase]) -> float:
    """How long these phases lasted before the sending ended."""
    ended = run.plan.duration_s if run.ended_s is None else run.ended_s
    return sum(max(0.0, min(phase.end_s, ended) - phase.start_s) for phase in phases)


def stats_of(run: LoadRecord, phase: str | None = "judged", page: str | None = None) -> LoadStats:
    """Figures of the visits due in the judged phases, in one phase, or in all (None); of one page or of all.

    Rates divide by the seconds that were really sent. A started visit's latency runs from its intended start, its
    service time from its sending, both until its answer, its failure, or the moment it was given up; what a stop cut
    off has one only where it was over the plan's limit already, as in `latencies_ms_of`.
    """
    chosen = selection(run, phase, page)
    result = run.result[chosen]
    started = result != VisitResult.DROPPED
    ok = int(np.count_nonzero(result == VisitResult.OK))
    failed = int(np.count_nonzero(result >= FIRST_FAILURE))
    cut = int(np.count_nonzero(result == VisitResult.CUT))
    unanswered = int(np.count_nonzero(result == VisitResult.UNANSWERED)) + cut
    timed = chosen & _timed(run, run.plan.limit_p95_ms)
    latency_s = _ages_s(run)[timed]
    lag_s = (run.sent_s - run.intended_s)[timed]
    seconds = _sent_seconds(run, selected_phases(run.plan, phase))
    due = int(np.count_nonzero(run.intended_s[chosen] < (np.inf if run.ended_s is None else run.ended_s)))

    def rate(count: int) -> float:
        return count / seconds if seconds > 0 else 0.0

    return LoadStats(
        planned=len(result),
        started=int(np.count_nonzero(started)),
        dropped=int(np.count_nonzero(~started)),
        ok=ok,
        failed=failed,
        unanswered=unanswered,
        duration_s=seconds,
        offered_per_s=rate(due),
        started_per_s=rate(int(np.count_nonzero(started))),
        answered_per_s=rate(ok),
        latency_ms=percentiles(latency_s * 1000),
        service_ms=percentiles((latency_s - lag_s) * 1000),
        failures_by_kind=_by_kind(result),
        cut=cut,
    )


def _by_kind(result: "NDArray[np.uint8]") -> dict[str, int]:
    """Failures by kind, most frequent first, as `connect` or `rate-limited`; what was cut off is none."""
    counted = Counter(VisitResult(kind).word for kind in result[went_wrong(result)].tolist())
    return dict(counted.most_common())


def figures_of_phases(run: LoadRecord) -> tuple[PhaseFigures, ...]:
    """Each phase by its name, in the order of the schedule."""
    found = []
    for name in dict.fromkeys(phase.name for phase in run.plan.phases):
        parts, stats = selected_phases(run.plan, name), stats_of(run, name)
        meets = None
        if stats.latency_ms is not None and stats.failure_ratio is not None:
            in_time = stats.latency_ms.p95 <= run.plan.limit_p95_ms
            meets = in_time and stats.failure_ratio <= run.plan.limit_failure_ratio
        found.append(PhaseFigures(name, parts[0].start_s, parts[-1].end_s, parts[0].judged, stats, meets))
    return tuple(found)


def seconds_of(run: LoadRecord) -> SecondFigures:
    """The run by the second in which visits were due."""
    length = max(1, int(np.ceil(run.plan.duration_s)))
    second = np.minimum(run.intended_s.astype(np.int64), length - 1)
    started = run.result != VisitResult.DROPPED
    bad = went_wrong(run.result)

    def count(mask: "Mask") -> "NDArray[np.int64]":
        return np.bincount(second[mask], minlength=length).astype(np.int64)

    latency_ms = (run.done_s - run.intended_s) * 1000
    p95 = np.full(length, np.nan)
    bounds = np.searchsorted(second, np.arange(length + 1))
    for index in range(length):
        part = slice(bounds[index], bounds[index + 1])
        values = latency_ms[part][started[part]]
        if len(values):
            p95[index] = percentile(np.sort(values), 0.95)
    return SecondFigures(
        planned=count(np.ones(len(second), dtype=bool)),
        started=count(started),
        answered=count(run.result == VisitResult.OK),
        bad=count(bad),
        p95_ms=p95,
    )
