"""From judged outcomes to a verdict: the decision, its exit code, its first line, and the change that unblocks."""

import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version

from launchguard import __version__
from launchguard.checking.check import Check
from launchguard.forecast import forecast_campaign
from launchguard.judging.advice import advise_on
from launchguard.judging.headline import headline, name_of
from launchguard.judging.judge import EXIT_CODES, INTERRUPTED, decide, judge
from launchguard.manifest import Manifest
from launchguard.model.capacity import Advice
from launchguard.model.clock import Clock
from launchguard.model.evidence import Evidence
from launchguard.model.forecast import Forecast
from launchguard.model.verdict import Decision, Outcome, Verdict
from launchguard.run.request import Request
from launchguard.words import plural, rate


def draft(manifest: Manifest, checks: Sequence[Check], request: Request, clock: Clock) -> Verdict:
    """A draft gets its plan looked at and its questions listed, and is never GO."""
    campaign = manifest.campaign
    neighbours = request.neighbours.besides(manifest.path)
    evidence = Evidence(campaign=campaign, clock=clock, forecast=forecast_campaign(campaign), neighbours=neighbours)
    outcomes = judge([c for c in checks if c.group == "plan" and request.wants(c)], evidence)
    many = len(manifest.questions)
    text = f"{plural(many, 'question is', 'questions are')} open" if many else "no question is open"
    line = f"{name_of(Decision.DRAFT, request.scope)}: {campaign.name} is a draft; {text}"
    return _verdict(manifest, outcomes, request, evidence, Decision.DRAFT, 0, line)


def conclude_campaign(
    manifest: Manifest, outcomes: list[Outcome], request: Request, evidence: Evidence, *, interrupted: bool = False
) -> Verdict:
    """The verdict of judged outcomes; an interrupted run that blocks nothing is UNKNOWN."""
    decision = decide(outcomes)
    budget = request.budget if request.budget is not None and request.budget.ended else None
    if interrupted and decision is not Decision.NO_GO:
        ended = f"{budget.words} ended the run" if budget else "the run was interrupted"
        line = f"{name_of(Decision.UNKNOWN, request.scope)}: {ended} before it could conclude"
        code = EXIT_CODES[Decision.UNKNOWN] if budget else INTERRUPTED
        return _verdict(manifest, outcomes, request, evidence, Decision.UNKNOWN, code, line, partial=True)
    line = headline(decision, request.scope, outcomes, evidence, whole=not manifest.not_judged)
    code = INTERRUPTED if interrupted and not budget else EXIT_CODES[decision]
    advice = advise_on(outcomes, evidence)
    return _verdict(manifest, outcomes, request, evidence, decision, code, line, advice, partial=interrupted)


def _verdict(
    manifest: Manifest,
    outcomes: list[Outcome],
    request: Request,
    evidence: Evidence,
    decision: Decision,
    exit_code: int,
    line: str,
    advice: tuple[Advice, ...] = (),
    *,
    partial: bool = False,
) -> Verdict:
    return Verdict(
        decision=decision,
        exit_code=exit_code,
        scope=request.scope,
        headline=line,
        campaign=manifest.campaign,
        outcomes=tuple(outcomes),
        run_id=request.run_id,
        created_at=evidence.clock.now,
        seed=request.seed,
        forecast=evidence.forecast,
        load=evidence.load,
        capacity=evidence.capacity,
        advice=advice,
        questions=tuple(question.asked(_peak(evidence.forecast)) for question in manifest.questions),
        manifest=manifest.path,
        manifest_sha256=manifest.sha256,
        partial=partial,
        secrets=evidence.secrets,
        loosening=manifest.loosening,
        versions=_versions(),
        not_judged=manifest.not_judged,
        options=manifest.options,
    )


def _peak(forecast: Forecast | None) -> str:
    """The forecast's peak in words; "" where nobody knows it."""
    return "" if forecast is None or forecast.no_peak else rate(forecast.peak_per_s)


def _versions() -> Mapping[str, str]:
    """The versions that a result depends on: LaunchGuard, Python and Locust."""
    return {"launchguard": __version__, "python": platform.python_version(), "locust": version("locust")}
