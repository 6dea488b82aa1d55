from collections.abc import Iterator

from launchguard import Campaign, Finding, LoadRun, LoadStats, Unknown, causes, check, html, samples, statistics, words

FIXES = {
    "too-large": "Find out what the page sends: it is larger than any landing page, or unfolds to more than that.",
    "content": "Look at what visitors get in place of the page: an error that answers 200, a login, a waiting room.",
    "dns": "Look at the name servers of the host: its name was not found, or only now and then.",
    "connect": "Look at what limits new connections: the server's backlog and files, its balancer, a firewall.",
    "reset": "Look for what closes connections when many visitors come at once: crashing workers, a proxy, a firewall.",
    "tls": "Let the site send a certificate that browsers accept, with its chain, however many visitors come at once.",
    "redirect": "Look at where the redirects lead when many visitors come at once.",
    "unauthorized": "Name the final URL in the manifest, or authorize that origin for the whole peak.",
}
"""By the most frequent kind of failure; the check's own fix for the others."""
LONGER = "Give the page a larger share, or hold the load longer (`load: {hold: 2m}`)."


@check("failures", severity="block", owner="web")
def failures(run: LoadRun, campaign: Campaign) -> Iterator[Finding | Unknown]:
    """At the forecast peak visitors get a correct answer, but for the share that the limit allows.

    Why: every failed visit is a click that was paid for and lost, and failures come when most people are looking.
    Fix: find the failing part in the site's own logs at the time of the run; then add capacity, cache the page, or
    spread the sending so that the peak is lower.
    Source: the manifest's `limits: {errors: ...}`; judged by the exact binomial test, one-sided at 95 %.

    Example:
        Bad: a_load_run(planned=3000, failed=90), a_campaign(limits={"errors": "1%"})
        Good: a_load_run(planned=3000, failed=10), a_campaign(limits={"errors": "1%"})
    """
    if run.invalid:
        yield Unknown(f"the load run proves nothing: {run.invalid}", fix=run.fix)
        return
    limit = campaign.limits.errors
    phase = run.telling_phase
    stats, turned_away = run.stats(phase), run.refused_with(429, phase)
    elsewhere = stats.failures_by_kind.get("unauthorized", 0)
    if _breaks(stats, stats.bad - turned_away - elsewhere, limit, run):
        yield _finding(stats, limit, run, "")
        return
    if _breaks(stats, stats.bad - elsewhere, limit, run):
        yield Unknown(
            f"the site turned {words.plural(turned_away, 'visit')} away with 429 (too many requests), "
            "so it was not tested",
            fix="Allow-list the machine that sends the load; real visitors come from many addresses.",
        )
        return
    if _breaks(stats, stats.bad, limit, run):
        yield Unknown(
            f"the site led {words.plural(elsewhere, 'visit')} to an origin that may not get this load, "
            "so it was not tested",
            fix="Name the final URL in the manifest, or authorize that origin for the whole peak.",
        )
        return
    pages = [(target.page, run.stats(page=target.page)) for target in run.plan.targets]
    broken = [(page, part) for page, part in pages if _breaks(part, part.bad, limit, run)]
    yield from (_finding(part, limit, run, page) for page, part in broken)
    unvisited = [html.without_query(page) for page, part in pages if not part.started]
    if unvisited and not broken and not run.stopped:
        yield Unknown(f"no visit reached {', '.join(unvisited)} at the peak, so nothing is known about it", fix=LONGER)
    elif not broken:
        failed = f"{words.count(stats.bad)} of {words.count(stats.ended)} visits failed"
        counted = f"{failed}, and the limit is {words.percent(limit)}"
        doubt = samples.doubt(run, stats, stats.bad, stats.ended, limit, counted)
        yield from [doubt] if doubt else []


def _breaks(stats: LoadStats, bad: int, limit: float, run: LoadRun) -> bool:
    """Whether the limit is broken beyond chance; if the run was stopped at the peak, whatever would have followed."""
    certain = not run.stopped or bad > limit * stats.planned or not run.stats().ok
    return certain and statistics.judge_ratio(bad, stats.ended, limit) == "breaks"


def _finding(stats: LoadStats, limit: float, run: LoadRun, page: str) -> Finding:
    cause = causes.likely_cause(run)
    parts = ["{failed} of {started} visitors failed"] * bool(stats.failed)
    parts += ["{unanswered} of {started} visitors never got an answer"] * bool(stats.forgotten)
    return Finding(
        " and ".join(parts) + " ({measured}), the limit is {expected}",
        measured=f"{words.percent(stats.failure_ratio or 0)}",
        expected=f"{words.percent(limit)}",
        reason="failures",
        subject=page,
        evidence=_evidence(stats, run, cause),
        fix=_fix(cause, stats),
        fields={
            "failed": words.count(stats.failed),
            "unanswered": words.count(stats.forgotten),
            "started": words.count(stats.ended),  # what was in flight at a stop has concluded nothing
            "offered_per_s": stats.offered_per_s,
            "answered_per_s": stats.answered_per_s,
        },
    )


def _fix(cause: causes.LikelyCause | None, stats: LoadStats) -> str:
    """What to do about the cause, or about the most frequent kind of failure; "" for what the check says itself."""
    kind = FIXES.get(next(iter(stats.failures_by_kind), ""), "")
    return kind or (f"{cause.fix[:1].upper()}{cause.fix[1:]}." if cause else "")


def _evidence(stats: LoadStats, run: LoadRun, cause: causes.LikelyCause | None) -> str:
    """What is likely behind it; each kind with an example, the most frequent first; then each page."""
    lines = [f"likely: {cause.words}"] if cause else []
    lines += [f"stopped: {html.excerpt(run.stopped)}"] * bool(run.stopped)
    for kind, times in sorted(stats.failures_by_kind.items(), key=lambda item: -item[1]):
        example = next((text for name, text in run.examples.items() if name.lower().replace("_", "-") == kind), "")
        lines.append(f"{kind}: {words.count(times)}" + (f", for example {html.excerpt(example)}" if example else ""))
    for target in run.plan.targets[:10]:
        part = run.stats(run.telling_phase, page=target.page)
        lines.append(f"{html.without_query(target.page)}: {words.count(part.bad)} of {words.count(part.ended)}")
    return "; ".join(lines)
