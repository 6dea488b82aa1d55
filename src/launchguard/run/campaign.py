"""One campaign from manifest to verdict: collect the evidence, have it judged, say it in one line.

Nothing here touches the network, the clock or a process by itself: the tools that do are arguments.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from launchguard.checking.check import Check
from launchguard.errors import LaunchGuardError
from launchguard.forecast import forecast_campaign
from launchguard.judging.judge import judge
from launchguard.manifest import Manifest
from launchguard.model.campaign import Campaign
from launchguard.model.clock import Clock
from launchguard.model.events import Noticed, StageStarted
from launchguard.model.evidence import Evidence
from launchguard.model.verdict import Verdict
from launchguard.run.conclude import conclude_campaign, draft
from launchguard.run.request import OF_LOAD, Emit, Request, Tools

DRAFT_UNTIL = timedelta(hours=72)
"""A draft is judged as ready from this long before its launch."""


def run_campaign(
    manifest: Manifest, checks: Sequence[Check], request: Request, *, clock: Clock, tools: Tools, emit: Emit
) -> Verdict | None:
    """Run one campaign to its verdict; None for a campaign that is over, which is noticed and skipped."""
    campaign = manifest.campaign
    ended = why_skipped(campaign, clock)
    if ended:
        emit(Noticed(ended))
        return None
    if campaign.status == "draft" and campaign.launch - clock.now > DRAFT_UNTIL:
        return draft(manifest, checks, request, clock)

    wanted = [check for check in checks if request.wants(check)]
    evidence = Evidence(campaign=campaign, clock=clock, load_asked=request.load)
    interrupted = False
    try:
        emit(StageStarted("forecast", f"{campaign.name}: forecasting the traffic"))
        evidence = replace(evidence, forecast=forecast_campaign(campaign))
        evidence = _look(evidence, wanted, request, tools, emit)
        evidence = _send(evidence, wanted, request, tools, emit)
        interrupted = any(part is not None and part.partial for part in (evidence.load, evidence.capacity))
    except KeyboardInterrupt:
        interrupted = True
    try:
        emit(StageStarted("judge", f"{campaign.name}: judging {len(wanted)} checks"))
        return conclude_campaign(manifest, judge(wanted, evidence), request, evidence, interrupted=interrupted)
    except KeyboardInterrupt:  # what was collected is still worth a report
        return conclude_campaign(manifest, judge(wanted, evidence), request, evidence, interrupted=True)


def why_skipped(campaign: Campaign, clock: Clock) -> str:
    """Why a campaign is not judged at all: it is over; "" when it is not."""
    if campaign.ends is None or campaign.ends >= clock.now:
        return ""
    return f"{campaign.name}: skipped, it ended on {campaign.ends:%Y-%m-%d %H:%M %Z}"


def check_plan(manifest: Manifest, checks: Sequence[Check], request: Request, *, clock: Clock) -> Verdict | None:
    """Judge what needs no network: the plan and its forecast; None for a campaign that is over."""
    campaign = manifest.campaign
    if why_skipped(campaign, clock):
        return None
    if campaign.status == "draft" and campaign.launch - clock.now > DRAFT_UNTIL:
        return draft(manifest, checks, request, clock)
    evidence = Evidence(campaign=campaign, clock=clock, forecast=forecast_campaign(campaign))
    plan = [check for check in checks if check.group == "plan" and request.wants(check)]
    return conclude_campaign(manifest, judge(plan, evidence), request, evidence)


def needs_load(campaign: Campaign, wanted: Sequence[Check]) -> bool:
    """Whether a check is wanted that only load can answer; capacity is searched where the campaign asks for that."""
    useful = OF_LOAD if campaign.load.find_capacity else {"LoadRun"}
    return any(useful & set(check.evidence) for check in wanted)


def _look(evidence: Evidence, wanted: Sequence[Check], request: Request, tools: Tools, emit: Emit) -> Evidence:
    """Visit the pages in every variant that a wanted check needs."""
    of_pages = [check for check in wanted if {"Visit", "Visits"} & set(check.evidence)]
    if not of_pages:
        return evidence
    variants = frozenset(variant for check in of_pages for variant in check.visits) | {"plain"}
    pages = evidence.campaign.pages
    emit(StageStarted("probe", f"visiting {len(pages)} {'page' if len(pages) == 1 else 'pages'}"))
    return replace(evidence, visits=tools.look(evidence.campaign, variants, request))


def _send(evidence: Evidence, wanted: Sequence[Check], request: Request, tools: Tools, emit: Emit) -> Evidence:
    """Send the load, unless it would prove nothing."""
    if not needs_load(evidence.campaign, wanted):
        return replace(evidence, load_asked=False)
    assert evidence.forecast is not None
    problem, fix = _why_no_load(evidence)
    if problem:
        return replace(evidence, load_problem=problem, load_fix=fix)
    try:
        answer = tools.send(evidence.campaign, evidence.forecast, request, emit)
    except LaunchGuardError as error:
        if error.exit_code == LaunchGuardError.exit_code:
            raise
        return replace(evidence, load_problem=error.message, load_fix=error.hint)
    problem = answer.problem or (answer.run.invalid if answer.run else "")
    return replace(evidence, load=answer.run, capacity=answer.capacity, load_problem=problem, load_fix=answer.fix)


def _why_no_load(evidence: Evidence) -> tuple[str, str]:
    """Load proves nothing where nobody is forecast to come, or where an idle visitor already gets no page."""
    assert evidence.forecast is not None
    if evidence.forecast.peak_per_s <= 0:
        return "no visits are forecast, so there is no peak to test", "Give the manifest a channel with its reach."
    for visits in evidence.visits or ():
        plain = visits.get("plain")
        if plain is not None and (plain.error is not None or (plain.status or 0) >= 400):
            what = plain.error.detail if plain.error else f"it answers {plain.status}"
            return f"no load was sent: {visits.page} gives an idle visitor no page ({what})", ""
    return "", ""
