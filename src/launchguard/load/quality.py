"""Whether the generator was good enough for a conclusion. What it cannot answer for is unknown, never a verdict."""

import errno
import os
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from launchguard.load.brakes import ELSEWHERE, INCONCLUSIVE, allowed_failures, failures
from launchguard.load.lateness import is_late, lag_bound_ms, lag_p99_ms
from launchguard.model.load_plan import VisitResult
from launchguard.model.load_run import LoadRun
from launchguard.model.load_stats import concluded, selection
from launchguard.words import count, number, percent, tenths

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

MIN_STARTED_RATIO = 0.99
MAX_CPU_RATIO = 0.9
MAX_CORE_RATIO = 0.7
"""What a plan gets of a core: lateness stays flat up to there, and grows without bound towards 100 %."""
MIN_TELLING_RATIO = 0.1
"""Below it, what a process does without sending is too much of its CPU time to say anything about more visits."""
CPU_WINDOW_S = 2.0
MAX_CLOCK_ERROR_MS = 50.0
"""Workers start together this well. A part of the arrivals that is shifted by less is the same load."""
UNANSWERED_FACTOR = 2.0
ADD_CORES = "use a machine with more free cores, or add workers"
NEARER_WORKERS = "use workers that are nearer to the master"
LET_IT_FINISH = "Repeat the run and let it finish."
LED_ELSEWHERE = "Name the final URL in the manifest, or authorize that origin for the whole peak; then repeat the run."


@dataclass(frozen=True)
class Pulse:
    """One look at the processes: when each of them last told (monotonic s), and the CPU seconds it had used then."""

    beats_s: tuple[float, ...]
    cpu_s: tuple[float, ...]


class CpuMeter:
    """The busiest process in its busiest two seconds, or over all of a shorter run; it keeps no more than that."""

    def __init__(self) -> None:
        self._told: defaultdict[int, deque[tuple[float, float]]] = defaultdict(deque)
        self._busiest: dict[int, float] = {}

    def look(self, pulse: Pulse) -> None:
        """Take in one look; a process that has told nothing new since the last one is passed over."""
        for process, (beat_s, cpu_s) in enumerate(zip(pulse.beats_s, pulse.cpu_s, strict=True)):
            told = self._told[process]
            if beat_s <= (told[-1][0] if told else 0.0):
                continue
            told.append((beat_s, cpu_s))
            while len(told) > 1 and told[1][0] <= beat_s - CPU_WINDOW_S:
                told.popleft()
            if told[0][0] <= beat_s - CPU_WINDOW_S:
                self._busiest[process] = max(self._busiest.get(process, 0.0), _share(told))

    @property
    def ratio(self) -> float | None:
        """As a share of one core; None without two looks."""
        short = {process: _share(told) for process, told in self._told.items() if len(told) > 1}
        return max((short | self._busiest).values(), default=None)


def _share(told: "deque[tuple[float, float]]") -> float:
    """CPU seconds over seconds, from the first look to the last."""
    (first_s, first_cpu_s), (last_s, last_cpu_s) = told[0], told[-1]
    return (last_cpu_s - first_cpu_s) / (last_s - first_s)


def settle_results(
    result: "NDArray[np.uint8]", intended_s: "Floats", done_s: "Floats", limit_p95_ms: float
) -> "NDArray[np.uint8]":
    """Decide what the visits are that a stop cut off: never answered, or only not answered yet.

    A cut visit counts as unanswered when the page went on answering others while it waited for longer than the limit
    and than twice the slowest answer. A queue in front of an overloaded page answers its oldest visits next, and a page
    that stands still for a moment answers nobody; a page that hangs forgets some.
    """
    answered = concluded(result) & (result != VisitResult.UNANSWERED)
    if not np.any(answered):
        return result
    patience_s = max(limit_p95_ms / 1000, UNANSWERED_FACTOR * float((done_s - intended_s)[answered].max()))
    forgotten = float(done_s[answered].max()) - intended_s > patience_s
    return np.where((result == VisitResult.CUT) & forgotten, np.uint8(VisitResult.UNANSWERED), result)


def why_invalid(run: LoadRun) -> str:
    """Why nothing can be concluded from this run, as a sentence with what to do; "" when it is good."""
    if run.partial and not np.any(run.result != VisitResult.DROPPED):
        return "the run was interrupted before a visit was sent"
    return _why_unsent(run) or _why_late(run) or _why_apart(run) or _why_turned_away(run) or _why_busy(run)


def what_mends(reason: str) -> str:
    """What to do about a reason for which nothing can be concluded, as a sentence."""
    if ELSEWHERE in reason:
        return LED_ELSEWHERE
    advice = reason.rpartition("; ")[2].removesuffix(" and repeat") if "; " in reason else ""
    return f"{advice[:1].upper()}{advice[1:]}, then repeat the run." if advice else "Repeat the run."


def was_disturbed(run: LoadRun) -> bool:
    """Whether visits were sent late by a generator that had CPU time to spare: the machine stalled for a moment.

    The same run may well be good when it is sent again; one that took too much of its cores would not, and a site that
    was just failing is left alone.
    """
    return (
        bool(run.invalid)
        and not run.partial
        and not run.stopped
        and run.invalid == _why_late(run)
        and not _why_busy(run)
    )


def _why_unsent(run: LoadRun) -> str:
    ended = np.inf if run.ended_s is None else run.ended_s
    due = int(np.count_nonzero(run.intended_s < ended))
    started = int(np.count_nonzero(run.result != VisitResult.DROPPED))
    if not started:
        return "no visit was sent"
    if started >= MIN_STARTED_RATIO * due:
        return ""
    lack = run.examples.get(VisitResult.DROPPED.word, "")
    return (
        f"only {count(started)} of {count(due)} due visits were sent{f' ({lack})' if lack else ''}; {_what_to_do(lack)}"
    )


def _why_late(run: LoadRun) -> str:
    judged = selection(run)
    counted = judged if np.any(judged & ~np.isnan(run.sent_s)) else np.ones_like(judged)
    bound_ms = lag_bound_ms(run.plan.limit_p95_ms)
    intended_s, sent_s = run.intended_s[counted], run.sent_s[counted]
    if not is_late(intended_s, sent_s, bound_ms):
        return ""
    late_ms = lag_p99_ms(intended_s, sent_s) or 0.0  # of the visits that count; others may have been in time
    return f"visits were sent up to {tenths(late_ms)} ms late (p99; at most {count(bound_ms)} ms); {ADD_CORES}"


def _why_apart(run: LoadRun) -> str:
    apart_ms = run.generator.clock_error_ms
    if apart_ms is None or apart_ms <= MAX_CLOCK_ERROR_MS:
        return ""
    return (
        f"the workers' clocks were up to {count(apart_ms)} ms apart (at most {count(MAX_CLOCK_ERROR_MS)} ms); "
        f"{NEARER_WORKERS}, on machines that do not pause"
    )


def _why_busy(run: LoadRun) -> str:
    generator = run.generator
    if generator.cpu_ratio is None:
        return ""
    # Processes that outnumber the cores, or run under a container's quota, have less than a core each.
    each = min(1.0, generator.cores / max(generator.processes, 1)) if generator.cores else 1.0
    used = generator.cpu_ratio / each
    if used <= MAX_CPU_RATIO:
        return ""
    what = "its core" if each == 1 else f"the {number(each)} cores that each process may use"
    return f"the load generator used {percent(used)} of {what} (at most {percent(MAX_CPU_RATIO)}); {ADD_CORES}"


def able_per_s(run: LoadRun) -> float | None:
    """How many visits/s one process can send here at the share of a core that a plan gets; None where nothing tells.

    Measured before the run for visits of pages alone; with assets or a journey, by the CPU that the run itself took.
    """
    generator, plan = run.generator, run.plan
    if generator.visits_per_s is not None and not (run.assets or plan.journey):
        return generator.visits_per_s
    if run.ended_s is not None or generator.cpu_ratio is None or generator.cpu_ratio < MIN_TELLING_RATIO:
        return None
    return plan.peak_per_s / max(generator.processes, 1) * MAX_CORE_RATIO / generator.cpu_ratio


def _why_turned_away(run: LoadRun) -> str:
    """Why visits got no answer that counts, when the limit on failures is met without them and not with them."""
    result = run.result[selection(run)]
    may_fail = allowed_failures(len(result), run.plan.limit_failure_ratio)
    failed = int(np.count_nonzero(failures(result)))
    turned_away = {kind: int(np.count_nonzero(result == kind)) for kind in INCONCLUSIVE}
    if not failed <= may_fail < failed + sum(turned_away.values()):
        return ""
    return with_example(INCONCLUSIVE[max(turned_away, key=lambda kind: turned_away[kind])], run.examples)


def with_example(reason: str, examples: Mapping[str, str]) -> str:
    """A reason why nothing can be concluded, with where a redirect led and what to do about it."""
    example = examples.get(VisitResult.UNAUTHORIZED.word, "")
    return f"{reason}: {example}" if example and reason.endswith(ELSEWHERE) else reason


def _what_to_do(lack: str) -> str:
    """Advice for visits that were never sent, by what the system said."""
    if any(os.strerror(code) in lack for code in (errno.EMFILE, errno.ENFILE)):
        return "raise this machine's limit of open files (ulimit -Hn), or add workers"
    if os.strerror(errno.EADDRNOTAVAIL) in lack:
        return "widen this machine's range of local ports (net.ipv4.ip_local_port_range), or add workers"
    return ADD_CORES
