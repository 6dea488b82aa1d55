"""Whether the generator was good enough for a conclusion. What it cannot answer for is unknown, never a verdict."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from launchguard.load.brakes import RATE_LIMIT, allowed_failures, failures, judged_visits
from launchguard.model.load import LoadRun, VisitResult

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

MIN_STARTED_RATIO = 0.99
MAX_LAG_P99_MS = 5.0
MAX_LAG_OF_LIMIT = 0.01
MAX_CPU_RATIO = 0.9
CPU_WINDOW_S = 2.0
UNANSWERED_FACTOR = 2.0


@dataclass(frozen=True)
class Pulse:
    """One look at the processes: the moment (monotonic s), CPU seconds used by each so far."""

    at_s: float
    cpu_s: tuple[float, ...]


def cpu_ratio(pulses: list[Pulse]) -> float | None:
    """The busiest process in its busiest two seconds, as a share of one core; None without two looks."""
    worst = None
    begin = 0
    for end in range(1, len(pulses)):
        while pulses[end].at_s - pulses[begin + 1].at_s >= CPU_WINDOW_S:
            begin += 1
        length = pulses[end].at_s - pulses[begin].at_s
        if length < min(CPU_WINDOW_S, pulses[-1].at_s - pulses[0].at_s) * 0.9:
            continue
        used = max(b - a for a, b in zip(pulses[begin].cpu_s, pulses[end].cpu_s, strict=True))
        worst = max(worst or 0.0, used / length)
    return worst


def lag_p99_ms(intended_s: "Floats", sent_s: "Floats") -> float | None:
    """How late visits were sent: the 99th percentile in milliseconds; None when nothing was sent."""
    lag = (sent_s - intended_s)[~np.isnan(sent_s)]
    return float(np.percentile(lag, 99, method="inverted_cdf") * 1000) if len(lag) else None


def lag_bound_ms(limit_p95_ms: float) -> float:
    """How late visits may be sent: a hundredth of the limit that they are judged by, and never less than 5 ms."""
    return max(MAX_LAG_P99_MS, MAX_LAG_OF_LIMIT * limit_p95_ms)


def is_late(intended_s: "Floats", sent_s: "Floats", bound_ms: float = MAX_LAG_P99_MS) -> bool:
    """Whether more than one visit in a hundred, and more than one in all, was sent later than the bound."""
    lag = (sent_s - intended_s)[~np.isnan(sent_s)]
    return int(np.count_nonzero(lag * 1000 > bound_ms)) > max(1, len(lag) // 100)


def settle(result: "NDArray[np.uint8]", age_s: "Floats", limit_p95_ms: float) -> "NDArray[np.uint8]":
    """Decide what the visits are that a stop cut off: never answered, or only not answered yet.

    A cut visit counts as unanswered when it was older than the limit and twice as old as the slowest visit that got
    an answer; a queue in front of an overloaded page answers its oldest visits next, a page that hangs does not.
    """
    answered = age_s[(result != VisitResult.DROPPED) & (result != VisitResult.CUT) & (result != VisitResult.UNANSWERED)]
    slowest_s = float(answered.max()) if len(answered) else 0.0
    hopeless = (result == VisitResult.CUT) & (age_s > max(limit_p95_ms / 1000, UNANSWERED_FACTOR * slowest_s))
    return np.where(hopeless, np.uint8(VisitResult.UNANSWERED), result)


def why_invalid(run: LoadRun) -> str:
    """Why nothing can be concluded from this run, as a sentence with what to do; "" when it is good."""
    generator = run.generator
    ended = np.inf if run.ended_s is None else run.ended_s
    due = int(np.count_nonzero(run.intended_s < ended))
    started = int(np.count_nonzero(run.result != VisitResult.DROPPED))
    if not started:
        return "no visit was sent"
    if started < MIN_STARTED_RATIO * due:
        lack = run.examples.get(VisitResult.DROPPED.word, "")
        return f"only {started:,} of {due:,} due visits were sent{f' ({lack})' if lack else ''}; {_HELP}"
    judged = judged_visits(run.plan, run.intended_s)
    counted = judged if np.any(judged & ~np.isnan(run.sent_s)) else np.ones_like(judged)
    bound_ms = lag_bound_ms(run.plan.limit_p95_ms)
    if is_late(run.intended_s[counted], run.sent_s[counted], bound_ms):
        return f"visits were sent up to {generator.lag_p99_ms:.1f} ms late (p99; at most {bound_ms:.0f} ms); {_HELP}"
    if _rate_limit_decides(run):
        return RATE_LIMIT
    if generator.cpu_ratio is not None and generator.cpu_ratio > MAX_CPU_RATIO:
        return f"the load generator used {generator.cpu_ratio:.0%} of its core (at most {MAX_CPU_RATIO:.0%}); {_HELP}"
    return ""


def _rate_limit_decides(run: LoadRun) -> bool:
    """Whether the limit on failures is met without the visits that were asked to come back later, and not with them."""
    result = run.result[judged_visits(run.plan, run.intended_s)]
    may_fail = allowed_failures(len(result), run.plan.limit_failure_ratio)
    failed = int(np.count_nonzero(failures(result)))
    return failed <= may_fail < failed + int(np.count_nonzero(result == VisitResult.RATE_LIMITED))


_HELP = "use a machine with more free cores, or more processes"
