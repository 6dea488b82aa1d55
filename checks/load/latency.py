from collections.abc import Iterator
from math import ceil
from typing import TYPE_CHECKING

from launchguard import Campaign, Finding, LoadRun, Unknown, check, html, samples, statistics, words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

P95 = 0.95


@check("latency", severity="block", owner="web")
def latency(run: LoadRun, campaign: Campaign) -> Iterator[Finding | Unknown]:
    """At the forecast peak 19 of 20 visitors have the page within the limit.

    Why: people who wait leave, and they wait longest in the minute that the campaign paid for.
    Fix: look for what queues at the peak (database, connection pool, workers); cache the page or add capacity.
    Source: the manifest's `limits: {p95: ...}`; judged by order statistics, one-sided at 95 % (Hahn and Meeker, 1991);
    measured from the moment that a visit was due, and a visit without an answer counts with its age.

    Example:
        Bad: a_load_run(p95_ms=1200), a_campaign(limits={"p95": "800ms"})
        Good: a_load_run(p95_ms=600), a_campaign(limits={"p95": "800ms"})
    """
    if run.invalid:
        yield Unknown(f"the load run proves nothing: {run.invalid}", fix=run.fix)
        return
    limit_ms, stats = campaign.limits.p95 * 1000, run.stats()
    if run.stopped and not stats.started:
        yield Unknown(
            f"the load never reached the peak: {run.stopped}",
            fix="Mend what stopped the load on its way (`failures` says what), then repeat the run.",
        )
        return
    values, slow = run.latencies_ms(limit_ms=limit_ms), run.slow(limit_ms)
    if _breaks(values, limit_ms) and (not run.stopped or slow > (1 - P95) * stats.planned):
        yield _finding(values, limit_ms, run)
        return
    # A slow page that few visitors see hides in the total, and is slow for every one of them.
    of_pages = [(t.page, run.latencies_ms(page=t.page, limit_ms=limit_ms)) for t in run.plan.targets]
    broken = [(page, part) for page, part in of_pages if not run.stopped and _breaks(part, limit_ms)]
    yield from (_finding(part, limit_ms, run, page) for page, part in broken)
    if broken:
        return
    counted = (
        f"{words.count(slow)} of {words.count(len(values))} visits took longer than {words.milliseconds(limit_ms)}, "
        "and 5 % may"
    )
    doubt = samples.doubt(run, stats, slow, len(values), 1 - P95, counted)
    yield from [doubt] if doubt else []


def _breaks(values_ms: "NDArray[np.float64]", limit_ms: float) -> bool:
    """Whether p95 is above the limit beyond chance."""
    return statistics.judge_quantile(int((values_ms > limit_ms).sum()), len(values_ms), P95) == "breaks"


def _finding(values: "NDArray[np.float64]", limit_ms: float, run: LoadRun, page: str = "") -> Finding:
    stats, slow = run.stats(page=page or None), int((values > limit_ms).sum())
    bounds = statistics.quantile_interval(values.tolist(), P95)
    p95 = float(values[ceil(P95 * len(values)) - 1])
    waited, limit = words.compared_ms(p95, limit_ms)
    high = words.milliseconds(bounds.high) if bounds.high is not None else "unbounded"
    return Finding(
        "one visitor in twenty waited {waited} or longer (p95), the limit is {limit}" + (" ({page})" if page else ""),
        measured=round(p95),
        expected=round(limit_ms),
        reason="p95",
        subject=page,
        evidence=(
            f"p95 lies between {words.milliseconds(bounds.low)} and {high} (95 %); {words.count(slow)} of "
            f"{words.count(len(values))} visits were slower"
        ),
        fields={
            "waited": waited,
            "limit": limit,
            "offered_per_s": stats.offered_per_s,
            "answered_per_s": stats.answered_per_s,
            "page": html.without_query(page),
        },
    )
