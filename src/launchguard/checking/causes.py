"""What is likely to be behind the failures of a load run: told by when and how they come, not by one status.

Every answer is called likely. Where several fit, the most special one is said; where none does, nothing is.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from launchguard.model.load_run import LoadRun
from launchguard.model.load_stats import concluded, went_wrong
from launchguard.words import count, number, ordinal, tenths

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Mask = NDArray[np.bool_]

AT_LEAST = 5
"""Failures below which nothing is said; and twice as many visits."""
ALL, HARDLY_ANY = 0.95, 0.02
AS_FAST, AT_ONCE_S = 1.2, 0.05
"""Refusals that take no longer than that many times an answer, or than that, are not what a queue does."""
STEADY, MOSTLY = 0.25, 0.9
"""A constant rate passes: most seconds are no further from the mean, as a share of it."""
NEAR_LIMIT = 0.5
"""Answers that take this part of the limit are near it."""
REGULAR = 0.8
MOST_EVEN = 0.6
"""More failures than this are no single broken server, and no bug that hits some."""


@dataclass(frozen=True)
class LikelyCause:
    """A name for tests and reports, what was seen, and what to do about it; both are sentences without an end."""

    name: str
    words: str
    fix: str


@dataclass(frozen=True)
class _Visits:
    """The visits that came to an end, by when they were due: times in seconds, failed or not, and how answered."""

    due_s: "Floats"
    took_s: "Floats"
    bad: "Mask"
    refused: "Mask"  # got an answer, and it was a refusal


def likely_cause(run: LoadRun) -> LikelyCause | None:
    """Why visits failed, as far as their pattern tells; None where it does not."""
    seen = _visits(run)
    if len(seen.due_s) < 2 * AT_LEAST or np.count_nonzero(seen.bad) < AT_LEAST:
        return None
    return _from_a_moment_on(run, seen) or _limit_per_address(seen) or _every_nth(seen) or _some_all_along(run, seen)


def _visits(run: LoadRun) -> _Visits:
    ended = concluded(run.result) & ~np.isnan(run.sent_s)
    done = np.where(np.isnan(run.done_s), run.intended_s + run.plan.visit_timeout_s, run.done_s)
    order = np.flatnonzero(ended)
    bad = went_wrong(run.result)[order]
    return _Visits(run.intended_s[order], (done - run.sent_s)[order], bad, bad & (run.status[order] >= 400))


def _from_a_moment_on(run: LoadRun, seen: _Visits) -> LikelyCause | None:
    """Everybody fails from one moment on, and hardly anybody before it: something went down, or was replaced."""
    good = np.flatnonzero(~seen.bad)
    if not len(good):
        return LikelyCause(
            "down",
            "no visit at all got the page",
            "start the site, or mend what it answers with; a lower rate would not help",
        )
    first = int(good[-1]) + 1
    before, after = seen.bad[:first], seen.bad[first:]
    if len(after) < AT_LEAST or np.mean(before) > HARDLY_ANY:
        return None
    if len(seen.due_s) - first < AT_LEAST or _is_slow_before(run, seen, first):
        return None
    at_s = float(seen.due_s[first])
    return LikelyCause(
        "outage",
        f"from second {tenths(at_s)} of the load on every visit failed, hardly any before: an outage or a deployment",
        "look at what stopped or was deployed at that moment (database, application, container); the rate is not why",
    )


def _is_slow_before(run: LoadRun, seen: _Visits, first: int) -> bool:
    """Whether the last visits before a moment were near the limit: then it was the crowd that brought the page down."""
    last = seen.took_s[max(0, first - 20) : first]
    return bool(len(last)) and float(np.median(last)) * 1000 > NEAR_LIMIT * run.plan.limit_p95_ms


def _limit_per_address(seen: _Visits) -> LikelyCause | None:
    """The first visits pass, then a constant rate does, and the rest is refused no slower than others are answered."""
    refused, answered = seen.took_s[seen.refused], seen.took_s[~seen.bad]
    if len(answered) < 2 * AT_LEAST or np.count_nonzero(seen.refused) < ALL * seen.bad.sum():
        return None
    if float(np.median(refused)) > max(AS_FAST * float(np.median(answered)), AT_ONCE_S):
        return None
    early = seen.bad[: max(2 * AT_LEAST, len(seen.bad) // 10)]
    if 2 * np.mean(early) > np.mean(seen.bad) or seen.bad[: 2 * AT_LEAST].any():
        return None
    begins = float(seen.due_s[seen.refused][0])
    seconds = np.arange(np.ceil(begins), np.floor(float(seen.due_s[-1])))
    passed = np.histogram(seen.due_s[~seen.bad], bins=[*seconds, seconds[-1] + 1])[0] if len(seconds) else np.zeros(0)
    mean = float(np.mean(passed)) if len(passed) else 0.0
    if len(passed) > 1 and (not mean or np.mean(np.abs(passed - mean) <= max(STEADY * mean, 2.0)) < MOSTLY):
        return None
    rate = f"{number(mean)} visits/s passed in every second" if len(passed) > 1 else "the first visits passed"
    return LikelyCause(
        "limit",
        f"{rate}, others were refused at once: a limit per address may do this, or an overloaded site that sheds load",
        "where a limit per address is set (limit_req, a WAF, a CDN), allow-list the machine that sends the load and "
        "repeat, for real visitors come from many addresses; else raise what the site lets through",
    )


def _every_nth(seen: _Visits) -> LikelyCause | None:
    """Failures at equal distances from the first visits on: every n-th meets what is broken."""
    at = np.flatnonzero(seen.bad)
    gaps = np.diff(at)
    usual = int(np.median(gaps)) if len(gaps) >= AT_LEAST else 0
    if usual < 2 or float(np.mean(gaps == usual)) < REGULAR or at[0] > 2 * usual:
        return None
    return LikelyCause(
        "every-nth",
        f"every {ordinal(usual)} visit failed, whatever the rate: one broken server of several, or a fault that counts",
        "look for the server, process or record that fails each time; a lower rate does not help",
    )


def _some_all_along(run: LoadRun, seen: _Visits) -> LikelyCause | None:
    """The same share fails from the first quiet second on, while the others are answered in good time."""
    share = float(np.mean(seen.bad))
    answered = seen.took_s[~seen.bad]
    ramp = [phase for phase in run.plan.phases if phase.rate_from_per_s < phase.rate_to_per_s]
    quiet = seen.due_s < (ramp[0].end_s if ramp else 0.0)
    if share > MOST_EVEN or np.count_nonzero(quiet) < 4 * AT_LEAST or len(answered) < 2 * AT_LEAST:
        return None
    early, slow_ms = float(np.mean(seen.bad[quiet])), float(np.percentile(answered, 95)) * 1000
    if not 0.5 * share <= early <= 2 * share or slow_ms > NEAR_LIMIT * run.plan.limit_p95_ms:
        return None
    return LikelyCause(
        "some",
        f"the same share failed before the peak ({count(100 * early)} % of the first visits), and the others were "
        "answered quickly: one broken server of several, or a fault that hits some visits",
        "look for what these visits have in common in the site's own logs; a lower rate does not help",
    )
