"""A load run's figures in one table: of the whole run, and of the judged phase that the limits apply to."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from launchguard.model.verdict import Verdict
from launchguard.words import count, exact, milliseconds, number, percent
from launchguard.words.failures import failure_kind

if TYPE_CHECKING:
    from launchguard.model.load_figures import LoadStats, Percentiles
    from launchguard.model.load_run import LoadRun

TABLE_HEADER = ("Visits", "Whole run", "Judged phase")
WHOLE, JUDGED = None, "judged"


def load_lines(verdict: Verdict) -> list[tuple[str, str, str]]:
    """The rows under TABLE_HEADER: counts of visits, rates in visits/s, times; empty without a load."""
    return list(_rows(verdict.load)) if verdict.load else []


def _rows(run: "LoadRun") -> Iterator[tuple[str, str, str]]:
    total, judged = run.stats(WHOLE), run.stats(JUDGED)

    def counts(name: str, whole: int, part: int) -> Iterator[tuple[str, str, str]]:
        if whole or part:
            yield name, count(whole), count(part)

    yield "planned", count(total.planned), count(judged.planned)
    yield "started", count(total.started), count(judged.started)
    yield "answered correctly", count(total.ok), count(judged.ok)
    yield "failed", count(total.failed), count(judged.failed)
    for kind in total.failures_by_kind:
        if kind != "unanswered":
            whole, part = (stats.failures_by_kind.get(kind, 0) for stats in (total, judged))
            yield f"of them: {failure_kind(kind)}", count(whole), count(part)
    yield "never answered", count(total.forgotten), count(judged.forgotten)
    yield from counts("in flight at the stop", total.cut, judged.cut)
    yield from counts("never sent", total.dropped, judged.dropped)
    yield "no correct answer", percent(total.failure_ratio), percent(judged.failure_ratio)
    yield "seconds of sending", exact(total.duration_s), exact(judged.duration_s)
    yield "offered/s", number(total.offered_per_s), number(judged.offered_per_s)
    yield "started/s", number(total.started_per_s), number(judged.started_per_s)
    yield "answered/s, of those due", number(total.answered_per_s), number(judged.answered_per_s)
    came = [run.throughput_per_s(phase=phase) for phase in (WHOLE, JUDGED)]
    if run.stopped or run.partial:
        yield "answered/s, whenever due", number(came[0]), number(came[1])
    yield from _times(total, judged)


def _times(total: "LoadStats", judged: "LoadStats") -> Iterator[tuple[str, str, str]]:
    """Latencies, and p95 from the actual send where that is much less."""
    for name in ("p50", "p95", "p99", "max"):
        yield f"latency {name}", _time(total.latency_ms, name), _time(judged.latency_ms, name)
    if any(s.service_ms and s.latency_ms and s.service_ms.p95 < 0.9 * s.latency_ms.p95 for s in (total, judged)):
        yield "p95 from the actual send", _time(total.service_ms, "p95"), _time(judged.service_ms, "p95")


def _time(times: "Percentiles | None", name: str) -> str:
    return "-" if times is None else milliseconds(getattr(times, name))
