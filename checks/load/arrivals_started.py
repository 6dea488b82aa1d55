from collections.abc import Iterator
from math import ceil

from launchguard import LoadRun, NotApplicable, Unknown, check, words


@check(
    "arrivals-started",
    severity="block",
    owner="engineering",
    looser={"min_ratio": "less"},
    bounds={"min_ratio": (0.5, 1.0)},
)
def arrivals_started(run: LoadRun, *, min_ratio: float = 0.99) -> Iterator[Unknown | NotApplicable]:
    """The load generator sent the visits that it had planned.

    Why: a test that sends fewer visitors than the campaign will bring shows a calm that the launch will not have.
    Fix: do what the reason asks for (more free cores, more workers, a way through the site's limits), and repeat.
    Source: an open model is tested only by arrivals that are really sent (Schroeder, Wierman, Harchol-Balter, 2006).

    Example:
        Bad: a_load_run(planned=3000, ok=2900)
        Good: a_load_run(planned=3000, ok=3000)
    """
    stats = run.stats()
    needed = ceil(min_ratio * stats.planned)
    if run.invalid:
        yield Unknown(f"the load run proves nothing: {run.invalid}", fix=run.fix)
    elif run.stopped:
        yield NotApplicable(f"the sending was stopped on purpose: {run.stopped}")
    elif not stats.planned:
        yield Unknown(
            "the plan has no visit at the peak, so nothing was tested",
            fix="Give the manifest a channel with its reach, or hold the load longer.",
        )
    elif run.partial and stats.started < needed:
        yield Unknown(
            f"the run was interrupted when {words.count(stats.started)} of {words.count(stats.planned)} planned visits "
            "were sent",
            fix="Repeat the run and let it finish.",
        )
    elif stats.started < needed:
        yield Unknown(
            f"{words.count(stats.started)} of {words.count(stats.planned)} planned visits were sent, "
            f"and at least {words.count(needed)} are needed",
            fix="Use a machine with more free cores, or add workers; then repeat the run.",
        )
