from collections.abc import Iterator

from launchguard import Campaign, Finding, LoadRun, NotApplicable, Unknown, check, statistics, words

PHASE = "recovery"


@check("recovery", severity="block", owner="web")
def recovery(run: LoadRun, campaign: Campaign) -> Iterator[Finding | Unknown | NotApplicable]:
    """After the peak the page comes back: a quarter of the peak meets the limits again.

    Why: a page that stays slow or broken when the crowd has gone loses the rest of the day, too.
    Fix: look for what fills up at the peak and does not empty (queues, connection pools, memory), and for retries.
    Source: the manifest's `load: {recovery: ...}` and `limits`; blocked beyond chance only (exact binomial test,
    one-sided at 95 %), and unknown where what was seen is beyond a limit without being more than chance.

    Example:
        Bad: a_load_run(phase="recovery", p95_ms=1200), a_campaign(limits={"p95": "800ms"})
        Good: a_load_run(phase="recovery", p95_ms=600), a_campaign(limits={"p95": "800ms"})
    """
    if not any(phase.name == PHASE for phase in run.plan.phases):
        yield NotApplicable("no recovery was asked for (`load: {recovery: 30s}`)")
        return
    if run.invalid:
        yield Unknown(f"the load run proves nothing: {run.invalid}", fix=run.fix)
        return
    stats = run.stats(PHASE)
    seen, limit_ms = stats.started - stats.cut, campaign.limits.p95 * 1000
    if not seen or stats.latency_ms is None:
        yield NotApplicable(f"the load ended before the recovery: {run.stopped or 'it was interrupted'}")
        return
    p95_ms, ratio = stats.latency_ms.p95, stats.failure_ratio or 0.0
    slow, timed = run.slow(limit_ms, phase=PHASE), len(run.latencies_ms(PHASE, limit_ms=limit_ms))
    if statistics.judge_ratio(stats.bad, seen, campaign.limits.errors) == "breaks":
        yield Finding(
            "after the peak {measured} of the visits still failed, the limit is {expected}",
            measured=f"{words.percent(ratio)}",
            expected=f"{words.percent(campaign.limits.errors)}",
            reason="failures",
            fix="Look for what stays broken after the peak: workers that died, pools that are used up, a cache that is "
            "cold; have it restarted by itself.",
        )
    elif statistics.judge_quantile(slow, timed, 0.95) == "breaks":
        waited, limit = words.compared_ms(p95_ms, limit_ms)
        yield Finding(
            "after the peak one visitor in twenty still waited {waited} or longer (p95), the limit is {limit}",
            measured=round(p95_ms),
            expected=round(limit_ms),
            reason="p95",
            fields={"waited": waited, "limit": limit},
        )
    elif ratio > campaign.limits.errors or p95_ms > limit_ms:
        failed = f"{words.count(stats.bad)} of {words.count(seen)} failed"
        p95 = words.milliseconds(p95_ms)
        yield Unknown(
            f"too few visits to say whether the page came back: {failed}, p95 was {p95}",
            fix="Give it longer, `load: {recovery: 60s}`.",
        )
