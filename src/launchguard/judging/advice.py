"""Which change would unblock, asked for wherever load blocks or warns."""

from collections.abc import Iterator, Sequence

from launchguard.checking.causes import likely_cause
from launchguard.checking.files import options_in_force
from launchguard.forecast import advise
from launchguard.model.capacity import Advice
from launchguard.model.evidence import Evidence
from launchguard.model.forecast import Forecast
from launchguard.model.load_run import LoadRun
from launchguard.model.load_stats import concluded, went_wrong
from launchguard.model.verdict import Outcome, Status
from launchguard.numbers.statistics import judge_ratio
from launchguard.words import count, number, plural

OF_LOAD = frozenset({"failures", "latency", "headroom"})
WHATEVER_THE_RATE = frozenset({"outage", "down", "limit"})
"""Causes of failures that no other peak would mend; where some fail at every rate, that is said below."""
KEPT_UP = 0.98
"""Pages that answer this part of what is offered keep up with it, however late."""


def advise_on(outcomes: Sequence[Outcome], evidence: Evidence) -> tuple[Advice, ...]:
    """The smallest change of each kind after which the pages would hold; () where load neither blocks nor warns.

    After a search the pages have to hold the P95 peak and the headroom within the capacity, as the check `headroom` is
    set. Without one, what they answered at the tested rate counts as what they hold, and the P95 peak alone has to stay
    within it. Where a lower peak is no answer, the only entry says what is.
    """
    troubled = [o for o in outcomes if o.check in OF_LOAD and o.status in (Status.BLOCK, Status.WARN)]
    if not troubled or evidence.forecast is None or (evidence.load is None and evidence.capacity is None):
        return ()
    return (*_links_first(outcomes, evidence.forecast), *_by_the_rate(troubled, evidence, evidence.forecast))


def _links_first(outcomes: Sequence[Outcome], forecast: Forecast) -> Iterator[Advice]:
    """Where a cache has the page and the campaign's links go past it, that is mended before anything is slowed."""
    why = "the page is cached, your links are not"
    for outcome in outcomes:
        for finding in outcome.findings if outcome.check == "cache-key-split" else ():
            if finding.reason == "ids":
                text = f"Let the cache answer the campaign's links: {why}. {finding.fix}"
                yield Advice(channel="", change="", text=text, peak_after_per_s=forecast.peak_per_s)


def _by_the_rate(troubled: Sequence[Outcome], evidence: Evidence, forecast: Forecast) -> tuple[Advice, ...]:
    """What a lower peak, or the search for one that holds, would change."""
    allowed = _held_per_s(evidence)
    if evidence.capacity is None and evidence.load is not None:
        cause = likely_cause(evidence.load) if any(outcome.check == "failures" for outcome in troubled) else None
        if cause is not None and cause.name in WHATEVER_THE_RATE:
            text = f"{cause.fix[:1].upper()}{cause.fix[1:]}: {cause.words}."
            return (Advice(channel="", change="", text=text, peak_after_per_s=forecast.peak_per_s),)
        why = _rate_is_not_why(evidence.load, allowed)
        if why:
            return (_search_first(evidence, why),)
    blocked = any(outcome.status is Status.BLOCK for outcome in troubled)
    headroom, p95 = 1.0, 1.0
    if evidence.capacity is not None:
        limit, options = evidence.campaign.limits.headroom, options_in_force("headroom", evidence.campaign)
        headroom, p95 = limit if blocked else max(limit, options["warn_below"]), options["block_below_p95"]
    found = advise(evidence.campaign, forecast, allowed, headroom=headroom, p95=p95)
    return found or (_rate_is_enough(evidence, allowed),)


def _held_per_s(evidence: Evidence) -> float:
    """What the pages held: the capacity, or what they answered, and less than what broke."""
    capacity, answered = evidence.capacity, evidence.load.throughput_per_s() if evidence.load is not None else 0.0
    if capacity is None:
        return answered
    if capacity.low_per_s is not None:
        return capacity.low_per_s
    return answered if capacity.high_per_s is None else min(answered, capacity.high_per_s)


def _rate_is_not_why(run: LoadRun, allowed_per_s: float) -> str:
    """Why a lower peak is no answer to what this run showed; "" when it may be one."""
    ramp = [phase for phase in run.plan.phases if phase.rate_from_per_s < phase.rate_to_per_s]
    quiet = run.intended_s < (ramp[0].start_s + ramp[0].end_s) / 2 if ramp else run.intended_s < 0
    seen, bad = int((quiet & concluded(run.result)).sum()), int((quiet & went_wrong(run.result)).sum())
    if judge_ratio(bad, seen, run.plan.limit_failure_ratio) == "breaks":
        failed = f"{count(bad)} of the first {plural(seen, 'visit')} failed"
        return f"{failed} at a low rate already, so a lower peak alone does not help"
    if not run.stats().started:  # nothing was offered at the peak, and every rate keeps up with nothing
        return f"the run ended before its peak{_until_then(run)}"
    if allowed_per_s >= KEPT_UP * run.stats().offered_per_s:
        return f"the pages kept up with {number(allowed_per_s)} visits/s and still missed a limit"
    return ""


def _until_then(run: LoadRun) -> str:
    """What failed of the visits that came to an end of their own; "" when nothing did."""
    bad, seen = int(went_wrong(run.result).sum()), int(concluded(run.result).sum())
    return f", and {count(bad)} of the {plural(seen, 'visit')} until then failed" if bad else ""


def _rate_is_enough(evidence: Evidence, allowed_per_s: float) -> Advice:
    """Where the pages hold what is needed and still missed a limit: no smaller peak is asked for."""
    assert evidence.forecast is not None
    if evidence.capacity is None:
        return _search_first(evidence, f"{number(allowed_per_s)} visits/s were answered, as many as are forecast")
    return Advice(
        channel="",
        change="",
        text=(
            f"Mend what missed its limit, and run again: the pages hold {number(allowed_per_s)} visits/s, "
            "which is enough for this plan, so sending slower does not help."
        ),
        peak_after_per_s=evidence.forecast.peak_per_s,
    )


def _search_first(evidence: Evidence, why: str) -> Advice:
    """Where no rate is known that the pages hold."""
    assert evidence.forecast is not None
    return Advice(
        channel="",
        change="load: {find_capacity: yes}",
        text=f"Search the capacity: {why}; a search shows what the pages hold, and names the change for it.",
        peak_after_per_s=evidence.forecast.peak_per_s,
    )
