"""The first line of a report: the decision in plain words, with the numbers that decided."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from launchguard.model.evidence import Evidence
from launchguard.model.load import LoadRun, VisitResult
from launchguard.model.verdict import Decision, Outcome, Scope, Status

_SCOPES = {
    Scope.FULL: "",
    Scope.SMOKE: " (smoke only: load not measured)",
    Scope.LOAD: " (load only: pages not checked)",
    Scope.PARTIAL: " (some checks only)",
}
_NAMES = {Decision.GO: "GO", Decision.NO_GO: "NO-GO", Decision.UNKNOWN: "UNKNOWN", Decision.DRAFT: "DRAFT"}


def name_of(decision: Decision, scope: Scope) -> str:
    """The decision as people read it, with what a partial run left out."""
    return _NAMES[decision] + ("" if decision is Decision.DRAFT else _SCOPES[scope])


def path_of(url: str) -> str:
    """The page as people say it: the path, or the host where the path is empty."""
    parts = urlsplit(url)
    return parts.path if parts.path not in ("", "/") else parts.netloc


def when(moment: datetime) -> str:
    """A moment as people say it: "Monday 2027-03-01 09:03"."""
    return f"{moment:%A %Y-%m-%d %H:%M}"


def headline(decision: Decision, scope: Scope, outcomes: Sequence[Outcome], evidence: Evidence) -> str:
    """One sentence: the decision, and why."""
    if decision is Decision.NO_GO:
        reason = _why_not(outcomes, evidence)
    elif decision is Decision.UNKNOWN:
        reason = _why_unknown(outcomes)
    else:
        reason = _why_go(outcomes, evidence)
    return f"{name_of(decision, scope)}: {reason}"


def _why_not(outcomes: Sequence[Outcome], evidence: Evidence) -> str:
    blocks = [o for o in outcomes if o.status is Status.BLOCK]
    load = next((o for o in blocks if o.check in ("failures", "latency")), None)
    first = load or blocks[0]
    text = _under_load(evidence) if load is not None else ""
    text = text or _first_finding(first)
    more = len(blocks) - 1
    return text + (f", and {more} more {'reason' if more == 1 else 'reasons'}" if more else "")


def _first_finding(outcome: Outcome) -> str:
    blocking = [f for f in outcome.findings if f.severity == "block"] or list(outcome.findings)
    where = f"{path_of(outcome.page)} " if outcome.page else ""
    return where + blocking[0].message


def _under_load(evidence: Evidence) -> str:
    """What the worst page did: at the peak of 92 visits/s on Monday 2027-03-01 09:03, /spring answered 58/s."""
    run, forecast = evidence.load, evidence.forecast
    if run is None or forecast is None:
        return ""
    pages = [(target.page, run.stats(page=target.page)) for target in run.plan.targets]
    page, worst = max(pages, key=lambda item: item[1].offered_per_s - item[1].answered_per_s)
    answered = worst.answered_per_s if not run.stopped else throughput_per_s(run, page)
    peak = f"at the peak of {forecast.peak_per_s:.3g} visits/s on {when(forecast.peak_at)}"
    if answered < 0.98 * worst.offered_per_s or worst.latency_ms is None:
        of = "" if len(pages) == 1 else f" of the {worst.offered_per_s:.3g}/s that were its share"
        return f"{peak}, {path_of(page)} answered {answered:.3g}/s{of}"
    if worst.bad:
        return f"{peak}, {worst.bad} of {worst.started} visitors of {path_of(page)} got no correct answer"
    return f"{peak}, one visitor in twenty waited {worst.latency_ms.p95 / 1000:.2g} s or longer for {path_of(page)}"


def throughput_per_s(run: LoadRun, page: str) -> float:
    """Correct answers that came back per second of the judged phases, whenever their visits were due.

    For a run that was stopped: many of the visits due then had no time to be answered.
    """
    begin = min(phase.start_s for phase in run.plan.phases if phase.judged)
    end = run.ended_s if run.ended_s is not None else run.plan.duration_s
    if end <= begin:
        return 0.0
    index = next(i for i, target in enumerate(run.plan.targets) if target.page == page)
    correct = (run.target == index) & (run.result == VisitResult.OK) & (run.done_s >= begin) & (run.done_s < end)
    return float(correct.sum()) / (end - begin)


def _why_unknown(outcomes: Sequence[Outcome]) -> str:
    unknown = [o for o in outcomes if o.status is Status.UNKNOWN and o.severity == "block"]
    if not unknown:
        return "nothing was measured"
    first = unknown[0]
    return (f"{path_of(first.page)}: " if first.page else "") + first.reason


def _why_go(outcomes: Sequence[Outcome], evidence: Evidence) -> str:
    pages = " and ".join(path_of(page.url) for page in evidence.campaign.pages[:2])
    more = len(evidence.campaign.pages) - 2
    pages += f" and {more} more" if more > 0 else ""
    hold = "hold" if len(evidence.campaign.pages) > 1 else "holds"
    if evidence.load is not None and evidence.forecast is not None:
        peak = evidence.forecast
        text = f"{pages} {hold} {peak.peak_per_s:.3g} visits/s, the peak forecast for {when(peak.peak_at)}"
    elif evidence.visits is not None:
        text = f"{pages} {'look' if hold == 'hold' else 'looks'} right to a visitor"
    else:
        text = "the plan has no known problem"
    warnings = sum(o.status is Status.WARN for o in outcomes)
    return text + (f", {warnings} {'warning' if warnings == 1 else 'warnings'}" if warnings else "")
