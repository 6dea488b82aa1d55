"""One campaign from manifest to verdict: collect the evidence, have it judged, say it in one line.

Nothing here touches the network, the clock or a process by itself: the tools that do are arguments.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from launchguard.checking.check import Check
from launchguard.forecast import forecast_campaign
from launchguard.judging.judge import judge
from launchguard.judging.loosened import is_held
from launchguard.manifest import Manifest
from launchguard.model.campaign import Campaign
from launchguard.model.clock import Clock
from launchguard.model.events import Noticed, StageStarted
from launchguard.model.evidence import Evidence
from launchguard.model.verdict import Verdict
from launchguard.run import makers
from launchguard.run.conclude import conclude_campaign, draft
from launchguard.run.request import Emit, Request, Tools

DRAFT_UNTIL = timedelta(hours=72)
"""A draft is judged as ready from this long before its launch."""


def run_campaign(
    manifest: Manifest, checks: Sequence[Check], request: Request, *, clock: Clock, tools: Tools, emit: Emit
) -> Verdict | None:
    """Run one campaign to its verdict; None for a campaign that is over, which is noticed and skipped."""
    campaign = manifest.campaign
    ended = why_skipped(campaign, clock)
    if is_held(manifest.loosening) and not judged_now(campaign, clock):
        return check_plan(manifest, checks, request, clock=clock)
    if ended:
        emit(Noticed(ended))
        return None
    if not judged_now(campaign, clock):
        return draft(manifest, checks, request, clock)

    wanted = [check for check in checks if request.wants(check)]
    neighbours = request.neighbours.besides(manifest.path)
    evidence = Evidence(
        campaign=campaign,
        clock=clock,
        load_asked=request.load,
        loosening=manifest.loosening,
        neighbours=neighbours,
    )
    interrupted = False
    try:
        emit(StageStarted("forecast", f"{campaign.name}: forecasting the traffic"))
        evidence = replace(evidence, forecast=forecast_campaign(campaign))
        for make in makers.MAKERS:
            evidence = make(evidence, wanted, request, tools, emit)
        interrupted = any(part is not None and part.partial for part in (evidence.load, evidence.capacity))
    except KeyboardInterrupt:
        interrupted = True
        evidence = makers.without_the_rest(evidence)
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


def judged_now(campaign: Campaign, clock: Clock) -> bool:
    """Whether it is not over and no draft, or one that launches so soon that it is judged as ready."""
    is_draft = campaign.status == "draft" and campaign.launch - clock.now > DRAFT_UNTIL
    return not is_draft and not why_skipped(campaign, clock)


def check_plan(manifest: Manifest, checks: Sequence[Check], request: Request, *, clock: Clock) -> Verdict | None:
    """Judge what needs no network: the plan and its forecast; None for a campaign that is over."""
    campaign, held = manifest.campaign, is_held(manifest.loosening)
    if why_skipped(campaign, clock) and not held:
        return None
    if not judged_now(campaign, clock) and not held:
        return draft(manifest, checks, request, clock)
    evidence = Evidence(
        campaign=campaign,
        clock=clock,
        forecast=forecast_campaign(campaign),
        loosening=manifest.loosening,
        neighbours=request.neighbours.besides(manifest.path),
    )
    plan = [check for check in checks if check.group == "plan" and request.wants(check)]
    return conclude_campaign(manifest, judge(plan, evidence), request, evidence)
