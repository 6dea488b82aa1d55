from collections.abc import Iterator
from statistics import median
from typing import NamedTuple

from launchguard import Campaign, Finding, Forecast, LoadRun, NotApplicable, check, trend, words

BINS = 21
"""Three thirds of seven: the rank test wants at least twenty."""
LEAST_VISITS = 5
"""With fewer in a bin its p95 is one visit's luck."""
CHANCE = 0.01
NEAR_PEAK = 0.9
AN_HOUR_S = 3600.0


class Climb(NamedTuple):
    """Answer times (ms) in the first and the last third of the hold, and when the limit is passed, from its start."""

    first_ms: float
    last_ms: float
    passes_s: float


@check("climbing", severity="warn", owner="web", looser={"min_rise": "more"})
def climbing(
    run: LoadRun, campaign: Campaign, forecast: Forecast, *, min_rise: float = 0.2
) -> Iterator[Finding | NotApplicable]:
    """Under a steady load answer times stay as they are; they do not climb towards the limit.

    Why: a page that gets slower by the minute passes a short test, and fails in the middle of the peak.
    Fix: look for what grows while the load lasts (memory, connections, queues, sessions, a table without an index);
    then repeat with a longer hold, such as `load: {shape: soak}`.
    Source: the rank test of Mann and Kendall, p < 0.01 (neighbours that hang together tell less: Yue and Wang, 2004),
    over the p95 of 21 equal parts of the hold; told from a rise of `min_rise` of the limit on, where the limit is
    passed while the forecast stays near its peak, an hour at most.

    Example:
        Bad: a_load_run(climb_ms=400), a_campaign(), a_forecast()
        Good: a_load_run(climb_ms=50), a_campaign(), a_forecast()
    """
    if run.invalid or run.stopped or run.partial:
        yield NotApplicable("the load did not last to its end, so answer times over all of it are not known")
        return
    hold = run.steady_hold()
    if hold is None:
        yield NotApplicable("the rate changes during the hold, and answer times with it")
        return
    p95_ms, visits = run.p95_in_bins(BINS)
    if min(visits) < LEAST_VISITS:
        yield NotApplicable(f"too few visits to see a trend: at least {BINS * LEAST_VISITS} are needed in the hold")
        return
    limit_ms, length_s = campaign.limits.p95 * 1000, hold[1] - hold[0]
    peak_s = forecast.lasts_s(NEAR_PEAK)
    climb = _climb(p95_ms.tolist(), length_s, limit_ms)
    if climb is None or climb.last_ms - climb.first_ms < min_rise * limit_ms:
        return
    if climb.passes_s <= min(peak_s, AN_HOUR_S):
        yield _finding(climb, length_s, limit_ms, peak_s)


def _climb(p95_ms: list[float], length_s: float, limit_ms: float) -> Climb | None:
    """How answer times climb, beyond chance and towards the limit; None when they do not."""
    if not 0 < trend.rank_trend(p95_ms, trend.memory_of(p95_ms)) < CHANCE:
        return None
    middles_s = [(index + 0.5) * length_s / len(p95_ms) for index in range(len(p95_ms))]
    per_s, at_start_ms = trend.median_line(middles_s, p95_ms)
    third = len(p95_ms) // 3
    passes_s = max(0.0, limit_ms - at_start_ms) / per_s if per_s > 0 else float("inf")
    return Climb(median(p95_ms[:third]), median(p95_ms[-third:]), passes_s)


def _finding(climb: Climb, length_s: float, limit_ms: float, peak_s: float) -> Finding:
    return Finding(
        "answer times climb through the whole hold: from {first} to {measured} in {length}; at this pace they pass the "
        "limit of {expected} after {passes}, and the peak lasts {peak}",
        measured=words.milliseconds(climb.last_ms),
        expected=words.milliseconds(limit_ms),
        reason="climbing",
        evidence="p95 of the first and of the last third of the hold",
        fields={
            "first": words.milliseconds(climb.first_ms),
            "length": words.duration(round(length_s)),
            "passes": words.duration(round(climb.passes_s)),
            "peak": words.duration(round(peak_s)),
        },
    )
