"""What was measured as plain values for JSON: the load, and the search for the capacity with its levels."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from launchguard.report.facts import load_figures

if TYPE_CHECKING:
    from launchguard.model.capacity import Capacity, Level
    from launchguard.model.forecast import Forecast
    from launchguard.model.load_figures import LoadStats, Percentiles, RequestStats
    from launchguard.model.load_run import LoadRun

Json = dict[str, Any]


def load_json(run: "LoadRun") -> Json:
    """Counts are those of the whole run, so that they add up; rates and times are those of the judged phases.

    `judged` has all of these of the judged phases alone.
    """
    figures, generator = load_figures(run), run.generator
    return {
        **_counts(figures.total),
        **_rates(figures.judged),
        "failures_by_kind": dict(figures.total.failures_by_kind),
        "judged": _judged(run, figures.judged),
        "pages": [
            {"page": page, **_counts(stats), **_rates(stats), "failures_by_kind": dict(stats.failures_by_kind)}
            for page, stats in figures.pages
        ],
        "phases": [
            {
                "name": phase.name,
                "start_s": phase.start_s,
                "end_s": phase.end_s,
                "judged": phase.judged,
                "meets_limits": phase.meets,
                **_counts(phase.stats),
                **_rates(phase.stats),
                "failures_by_kind": dict(phase.stats.failures_by_kind),
            }
            for phase in run.per_phase()
        ],
        "steps": [_requests(step) for step in run.steps],
        "assets": [_requests(asset) for asset in run.assets],
        "after": [_requests(page) for page in run.after],
        "different": [_requests(page) for page in run.different],
        "unread": [_requests(page) for page in run.unread],
        "cached": [_requests(page) for page in run.cached],
        "files": [_requests(page) for page in run.files],
        "different_urls": run.different_urls(),
        "connections": {
            "open": run.connections.fullest.open if run.connections.fullest else 0,
            "held": run.connections.held,
            "wanted": run.connections.wanted,
            "short_of": list(run.connections.short_of),
            "refused_from_s": run.refused_from(),
        },
        "phones": run.plan.phones_ratio,
        "notes": list(run.plan.notes),
        "generator": {
            "cpu_ratio": generator.cpu_ratio,
            "lag_p99_ms": generator.lag_p99_ms,
            "processes": generator.processes,
            "cores": generator.cores,
            "visits_per_s": generator.visits_per_s,
        },
        "invalid": run.invalid,
        "stopped": run.stopped,
        "schedule_sha256": run.plan.schedule_sha256,
    }


def _judged(run: "LoadRun", stats: "LoadStats") -> Json:
    """The judged phases alone; `answers_per_s` counts answers whenever their visit was due."""
    return {
        **_counts(stats),
        "no_correct_answer": stats.bad,
        "failure_ratio": stats.failure_ratio,
        "duration_s": stats.duration_s,
        **_rates(stats),
        "answers_per_s": run.throughput_per_s(),
        "failures_by_kind": dict(stats.failures_by_kind),
    }


def _requests(stats: "RequestStats") -> Json:
    return {
        "name": stats.name,
        "requests": stats.requests,
        "failed": stats.failed,
        "p95_ms": stats.p95_ms,
        "example": stats.example,
    }


def _counts(stats: "LoadStats") -> Json:
    return {
        "planned": stats.planned,
        "started": stats.started,
        "ok": stats.ok,
        "failed": stats.failed,
        "unanswered": stats.unanswered,
        "dropped": stats.dropped,
        "cut": stats.cut,
    }


def _rates(stats: "LoadStats") -> Json:
    return {
        "offered_per_s": stats.offered_per_s,
        "started_per_s": stats.started_per_s,
        "answered_per_s": stats.answered_per_s,
        "latency_ms": _percentiles(stats.latency_ms),
        "service_ms": _percentiles(stats.service_ms),
    }


def _percentiles(times_ms: "Percentiles | None") -> Json | None:
    if times_ms is None:
        return None
    return {"p50": times_ms.p50, "p95": times_ms.p95, "p99": times_ms.p99, "max": times_ms.max}


def capacity_json(capacity: "Capacity", forecast: "Forecast | None") -> Json:
    """The capacity (visits/s), its interval, its headroom over both peaks, and every level in the order of sending."""
    return {
        "rate_per_s": capacity.rate_per_s,
        "low": capacity.low_per_s,
        "high": capacity.high_per_s,
        "headroom": capacity.headroom(forecast.peak_per_s) if forecast else None,
        "headroom_p95": capacity.headroom(forecast.peak_p95_per_s) if forecast else None,
        "broke": capacity.broke,
        "reason": capacity.reason,
        "levels": [level_json(level) for level in capacity.levels],
    }


def level_json(level: "Level") -> Json:
    """One level: rates in visits/s, seconds, ratios (0-1), milliseconds; `holds` is null where it proves nothing."""
    return asdict(level)
