"""How a run stands, for whoever looks at it while it goes on."""

import numpy as np

from launchguard.load.brakes import Watched
from launchguard.model.events import LoadProgress
from launchguard.model.load_plan import LoadPlan, VisitResult
from launchguard.model.load_stats import percentile, went_wrong

RECENT_S = 1.0
LATELY_S = 10.0


def progress_of(plan: LoadPlan, run: Watched, now_s: float) -> LoadProgress:
    """Counts so far, rates over the last second, and p95 of what was answered of the visits due in the last 10 s.

    A soak has many visits, and this is asked often: nothing here is as long as all of them but masks.
    """
    sent = ~np.isnan(run.sent_s)
    ok = run.result == VisitResult.OK
    recent = now_s - RECENT_S
    last = slice(*np.searchsorted(run.intended_s, (now_s - LATELY_S, now_s)))
    latency_ms = (run.done_s[last][ok[last]] - run.intended_s[last][ok[last]]) * 1000
    phase = next((p.name for p in plan.phases if now_s < p.end_s), "drain")
    return LoadProgress(
        phase=phase,
        elapsed_s=max(0.0, now_s),
        duration_s=plan.duration_s + plan.drain_s,
        planned=len(run.intended_s),
        started=int(np.count_nonzero(sent)),
        answered=int(np.count_nonzero(ok)),
        failed=int(np.count_nonzero(went_wrong(run.result))),
        started_per_s=float(np.count_nonzero(run.sent_s > recent) / RECENT_S),
        answered_per_s=float(np.count_nonzero(ok & (run.done_s > recent)) / RECENT_S),
        p95_ms=percentile(np.sort(latency_ms), 0.95) if len(latency_ms) else None,
    )
