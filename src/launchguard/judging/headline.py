"""The first line of a report: the decision in plain words, with the numbers that decided."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from launchguard.judging.advice import KEPT_UP
from launchguard.model.capacity import Capacity
from launchguard.model.evidence import Evidence
from launchguard.model.forecast import Forecast
from launchguard.model.load_run import LoadRun
from launchguard.model.parts import Limits
from launchguard.model.quantities import format_ratio
from launchguard.model.verdict import Decision, Outcome, Scope, Status
from launchguard.web.hosts import host_and_port
from launchguard.words import count, milliseconds, number, percent, plural

_SCOPES = {
    Scope.FULL: "",
    Scope.SMOKE: " (smoke only: load not measured)",
    Scope.LOAD: " (load only: pages not checked)",
    Scope.PARTIAL: " (some checks only)",
}
UNDER_LOAD = ("failures", "latency")
SEEN = ("reachable", "http-status", "is-the-page")
SHORT_S = 2.0
"""A rate over less time than this is chance."""
_NAMES = {Decision.GO: "GO", Decision.NO_GO: "NO-GO", Decision.UNKNOWN: "UNKNOWN", Decision.DRAFT: "DRAFT"}


def name_of(decision: Decision, scope: Scope) -> str:
    """The decision as people read it, with what a partial run left out."""
    return _NAMES[decision] + ("" if decision is Decision.DRAFT else _SCOPES[scope])


def path_of(url: str) -> str:
    """The page as people say it: the path, or the host where the path is empty."""
    path = urlsplit(url).path
    return path if path not in ("", "/") else host_and_port(url)


def when(moment: datetime) -> str:
    """A moment as people say it: "Monday 2027-03-01 09:03"."""
    return f"{moment:%A %Y-%m-%d %H:%M}"


def headline(
    decision: Decision, scope: Scope, outcomes: Sequence[Outcome], evidence: Evidence, *, whole: bool = True
) -> str:
    """One sentence: the decision, and why. `whole` says that every key of the plan is judged by somebody."""
    if decision is Decision.NO_GO:
        reason = _why_not(outcomes, evidence)
    elif decision is Decision.UNKNOWN:
        reason = _why_unknown(outcomes)
    else:
        reason = _why_go(outcomes, evidence, whole=whole)
    return f"{name_of(decision, scope)}: {reason}"


def _why_not(outcomes: Sequence[Outcome], evidence: Evidence) -> str:
    blocks = [o for o in outcomes if o.status is Status.BLOCK]
    names = [o.check for o in blocks]
    if "headroom" in names and evidence.capacity is not None and evidence.forecast is not None:
        text = _too_little(evidence.capacity, evidence.forecast, evidence)
        blocks = [o for o in blocks if o.check not in (*UNDER_LOAD, "headroom")]
    elif set(names) & set(UNDER_LOAD) and evidence.load is not None and evidence.forecast is not None:
        text = _under_load(evidence.load, evidence.forecast, failing="failures" in names)
        blocks.remove(next(o for o in blocks if o.check in UNDER_LOAD))
    else:
        text = _first_finding(blocks.pop(0))
    more = len(blocks)
    return text + (f", and {plural(more, 'more reason')}" if more else "")


def _first_finding(outcome: Outcome) -> str:
    blocking = [f for f in outcome.findings if f.severity == "block"] or list(outcome.findings)
    where = f"{path_of(outcome.page)} " if outcome.page else ""
    return where + blocking[0].message


def _too_little(capacity: Capacity, forecast: Forecast, evidence: Evidence) -> str:
    """What the pages hold beside what will come: /spring holds 60 visits/s, and the forecast peak is 55/s."""
    names, holds = _pages(evidence)
    if capacity.rate_per_s is not None:
        held = f"{names} {holds} {number(capacity.rate_per_s)} visits/s"
    else:
        held = f"{names} {holds} less than {number(capacity.high_per_s)} visits/s"
    text = f"{held}; {number(forecast.peak_per_s)}/s are forecast for {when(forecast.peak_at)}"
    if forecast.peak_p95_per_s > forecast.peak_per_s:
        text += f", and one campaign in twenty exceeds {number(forecast.peak_p95_per_s)}/s"
    return text


def _under_load(run: LoadRun, forecast: Forecast, *, failing: bool) -> str:
    """What the worst page did: at the peak of 92 visits/s on Monday 2027-03-01 09:03, /spring answered 58/s."""
    # A run that was stopped on the way to the peak has nothing of the judged phases to show.
    phase = "judged" if run.stats().started else None
    pages = [(target.page, run.stats(phase, page=target.page)) for target in run.plan.targets]
    tested, median = _rates(run, forecast)
    if failing:
        page, worst = max(pages, key=lambda item: item[1].failure_ratio or 0.0)
    else:
        page, worst = max(pages, key=lambda item: item[1].latency_ms.p95 if item[1].latency_ms else 0.0)
    answered = run.throughput_per_s(page) if run.stopped else worst.answered_per_s
    share = "" if len(pages) == 1 else f" of the {number(worst.offered_per_s)}/s that were its share"
    parts = []
    if worst.duration_s >= SHORT_S and answered < KEPT_UP * worst.offered_per_s:
        parts.append(f"{path_of(page)} answered {number(answered)}/s{share}")
    if failing:
        of = "" if parts else f" of {path_of(page)}"
        parts.append(f"{count(worst.bad)} of {count(worst.started - worst.cut)} visitors{of} got no correct answer")
    elif not parts:
        waited = milliseconds(worst.latency_ms.p95 if worst.latency_ms else 0.0)
        parts.append(f"one visitor in twenty waited {waited} or longer for {path_of(page)}")
    return f"at {tested}, {' and '.join(parts)}{median}"


def _rates(run: LoadRun, forecast: Forecast) -> tuple[str, str]:
    """What was tested, in words, and what to add about the median forecast where that was another rate."""
    rate, moment = run.plan.peak_per_s, when(forecast.peak_at)
    if _same(rate, forecast.peak_per_s):
        return f"the peak of {number(rate)} visits/s on {moment}", ""
    tested = f"{number(rate)} visits/s"
    if _same(rate, forecast.peak_p95_per_s):
        tested += ", which one campaign in twenty exceeds"
    return tested, f"; the median forecast is {number(forecast.peak_per_s)}/s on {moment}"


def _same(rate: float, other: float) -> bool:
    return abs(rate - other) <= 0.005 * other


def _why_unknown(outcomes: Sequence[Outcome]) -> str:
    unknown = [o for o in outcomes if o.status is Status.UNKNOWN and o.severity == "block"]
    if not unknown:
        return "nothing was measured"
    first = unknown[0]
    return (f"{path_of(first.page)}: " if first.page else "") + first.reason


def _why_go(outcomes: Sequence[Outcome], evidence: Evidence, *, whole: bool) -> str:
    names, holds = _pages(evidence)
    concluded = {o.check for o in outcomes if o.status in (Status.PASS, Status.WARN)}
    not_shown = {
        o.check for o in outcomes if o.check in SEEN and (o.status not in (Status.PASS, Status.WARN) or o.unseen)
    }
    if evidence.load is not None and evidence.forecast is not None and concluded.issuperset(UNDER_LOAD):
        failing = _failing(evidence)
        held = _held(evidence.load, evidence.capacity, evidence.forecast)
        text = failing or f"{names} {holds} {held}"
    elif evidence.visits is not None and concluded.issuperset(SEEN) and not not_shown:
        text = f"{names} {'look' if holds == 'hold' else 'looks'} right to a visitor"
    elif evidence.visits is not None or evidence.load is not None:
        text = "nothing that was checked blocks"
    else:
        text = "the plan has no known problem" if whole else "nothing blocks in what is judged of the plan"
    warnings = sum(o.status is Status.WARN for o in outcomes)
    return text + (f", {plural(warnings, 'warning')}" if warnings else "")


def _failing(evidence: Evidence) -> str:
    """What failed, where that is more than the default limit allows: nobody calls that holding; else ""."""
    run, allowed = evidence.load, evidence.campaign.limits.errors
    assert run is not None
    usual: float = Limits.model_fields["errors"].default
    parts = [run.stats(), *(run.stats(page=target.page) for target in run.plan.targets if allowed > usual)]
    ratio = max(part.failure_ratio or 0.0 for part in parts)
    if ratio <= usual:
        return ""
    names, _ = _pages(evidence)
    limit = f"`errors: {format_ratio(allowed)}`"
    why = (
        f"{limit} allows (the default is {format_ratio(usual)})" if allowed > usual else f"may be chance under {limit}"
    )
    return f"at {number(run.plan.peak_per_s)} visits/s {names} failed {percent(ratio)} of the visits, which {why}"


def _pages(evidence: Evidence) -> tuple[str, str]:
    """The pages' names, and the verb that fits their number."""
    names = " and ".join(path_of(page.url) for page in evidence.campaign.pages[:2])
    more = len(evidence.campaign.pages) - 2
    names += f" and {count(more)} more" if more > 0 else ""
    return names, "hold" if len(evidence.campaign.pages) > 1 else "holds"


def _held(run: LoadRun, capacity: Capacity | None, forecast: Forecast) -> str:
    """What the pages hold, beside the forecast."""
    peak = f"{number(forecast.peak_per_s)}/s on {when(forecast.peak_at)}"
    if capacity is not None and capacity.rate_per_s is not None:
        least = "" if capacity.high_per_s is not None else "at least "
        times = capacity.headroom(forecast.peak_per_s)
        return f"{least}{number(capacity.rate_per_s)} visits/s, {number(times)} times the median forecast of {peak}"
    rate = f"{number(run.plan.peak_per_s)} visits/s"
    if _same(run.plan.peak_per_s, forecast.peak_per_s):
        return f"{rate}, the peak forecast for {when(forecast.peak_at)}"
    return f"{rate}, which one campaign in twenty exceeds; the median forecast is {peak}"
