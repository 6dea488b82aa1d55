"""What a load check answers when its sample cannot carry a claim: why, and how much longer to hold the load."""

from math import ceil

from launchguard import words
from launchguard.model.load_figures import LoadStats
from launchguard.model.load_run import LoadRun
from launchguard.model.verdict import Unknown
from launchguard.numbers.statistics import judge_ratio, visits_to_decide


def _planned_per_s(run: LoadRun) -> float:
    """The mean rate of the judged phases, as planned."""
    judged = [phase for phase in run.plan.phases if phase.judged]
    seconds = sum(phase.end_s - phase.start_s for phase in judged)
    visits = sum((p.end_s - p.start_s) * (p.rate_from_per_s + p.rate_to_per_s) / 2 for p in judged)
    return visits / seconds if seconds else 0.0


def doubt(run: LoadRun, stats: LoadStats, bad: int, seen: int, limit: float, counted: str) -> Unknown | None:
    """Why `bad` of `seen` visits do not show that the limit (a ratio) is met; None when they do.

    `counted` puts the numbers in words: "3 of 200 visits failed, and the limit is 1 %".
    """
    judged_until_s = max((phase.end_s for phase in run.plan.phases if phase.judged), default=0.0)
    if (run.stopped or run.partial) and (run.ended_s is None or run.ended_s < judged_until_s):
        fix = "Repeat the run and let it finish." if run.partial else "Mend what stopped the run, then repeat it."
        reason = run.stopped or "it was interrupted"
        return Unknown(f"the load run ended early ({reason}), so the peak was not tested in full", fix=fix)
    if not seen:
        return Unknown("no visit was sent at the peak, so nothing is known")
    if judge_ratio(bad, seen, limit) == "meets":
        return None
    needed = visits_to_decide(bad / seen, limit)
    if needed is None:
        return Unknown(f"too close to call: {counted}", fix="Repeat the run, or bring the figure clear of its limit.")
    # By the planned rate: a short run at a low rate may have drawn more or fewer visits than a longer one will.
    hold_s = ceil(max(needed / max(_planned_per_s(run), 1e-9), stats.duration_s + 1))
    return Unknown(
        f"too few visits to be sure: {counted}; it takes {words.count(needed)} to tell",
        fix=f"Hold the load for {words.duration(hold_s)}, `load: {{hold: {hold_s}s}}`.",
    )
