from collections.abc import Iterator

from launchguard import LoadRun, NotApplicable, Unknown, check, words


@check("arrivals-started", severity="block", owner="engineering")
def arrivals_started(run: LoadRun, *, min_ratio: float = 0.99) -> Iterator[Unknown | NotApplicable]:
    """The load generator sent the visits that it had planned.

    Why: a test that sends fewer visitors than the campaign will bring shows a calm that the launch will not have.
    Fix: run from a faster machine, or one with less to do; then repeat the run.
    Source: an open model is tested only by arrivals that are really sent (Schroeder, Wierman, Harchol-Balter, 2006).

    Example:
        Bad: a_load_run(planned=3000, ok=2900)
        Good: a_load_run(planned=3000, ok=3000)
    """
    stats = run.stats()
    if run.invalid:
        yield Unknown(f"the load run proves nothing: {run.invalid}")
    elif run.stopped:
        yield NotApplicable(f"the sending was stopped on purpose: {run.stopped}")
    elif not stats.planned:
        yield Unknown("the plan has no visit at the peak, so nothing was tested")
    elif stats.started < min_ratio * stats.planned:
        yield Unknown(
            f"{stats.started} of {stats.planned} planned visits were sent "
            f"({words.percent(stats.started / stats.planned)}), "
            f"and at least {words.percent(min_ratio)} are needed"
        )
