"""A run that is not made, as data: the pages that would be looked at, the load, and who authorizes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import numpy as np

from launchguard.authorize import Answer, Grant
from launchguard.checking.check import Check
from launchguard.forecast import forecast_campaign
from launchguard.judging.drafts import is_early_draft
from launchguard.load.allowance import MOST_REQUESTS, allowances
from launchguard.load.calibration.calibrate import need_of
from launchguard.load.calibration.cores import cores
from launchguard.load.capacity import CapacityScope
from launchguard.load.schedule import make_schedule
from launchguard.manifest import Manifest
from launchguard.model.campaign import Campaign
from launchguard.model.forecast import Forecast
from launchguard.model.load_plan import LoadPlan
from launchguard.model.times import format_instant
from launchguard.probe import VisitRequest
from launchguard.run import Request, needs_load
from launchguard.run.authority import Authority
from launchguard.run.planning import plan_of, scope_of, visit_requests
from launchguard.run.timing import RunTime, time_of

TYPICAL_PAGE_BYTES = 30_000
"""Assumed for a page's compressed HTML, since a dry run fetches nothing that could be measured."""


@dataclass(frozen=True)
class PlannedLoad:
    """The load of one campaign. `per_minute` are the visits of each minute from the start; `egress_bytes` is what the
    site would send, its HTML alone. `search` is where the capacity would be searched instead, None without a search.
    `process_visits_per_s` is what one process can send here, None where that was not measured, and of pages alone.
    `users` are the classes of the plan's journey with their shares (0-1).
    """

    peak_per_s: float
    peak_at: datetime
    plan: LoadPlan
    visits: int
    per_minute: tuple[int, ...]
    schedule_sha256: str
    egress_bytes: int
    processes: int
    cores: float
    process_visits_per_s: float | None
    answers: tuple[Answer, ...]
    search: CapacityScope | None = None
    users: Mapping[str, float] = field(default_factory=dict)

    @property
    def requests_per_visit(self) -> tuple[int, int | None]:
        """The fewest and the most requests of one visit, redirects left out; None where only the run can tell."""
        if self.plan.journey:
            return 1, None
        return 1, MOST_REQUESTS if any(each > 1 for each in self.allowed.values()) else 1

    @property
    def allowed(self) -> Mapping[str, float]:
        """How many requests a visit may be, by origin; files are fetched from no other."""
        return allowances(self.plan, [answer for answer in self.answers if isinstance(answer, Grant)])


@dataclass(frozen=True)
class DryRun:
    """One campaign's run. `load` is None where none would be sent, and `no_load` says why ("": none was asked for).

    `time` is how long the run takes, None where the campaign would not be judged.
    """

    name: str
    manifest: str
    pages: tuple[VisitRequest, ...]
    load: PlannedLoad | None
    no_load: str = ""
    time: RunTime | None = None


def dry_run(
    manifest: Manifest,
    checks: Sequence[Check],
    request: Request,
    authority: Authority,
    *,
    users: Mapping[str, float] = {},
) -> DryRun:
    """Work out the whole run of one campaign, whose journey's `users` (classes with their shares) are known already.

    Only `authority` reaches the network; what a visit costs this machine is measured on its own loopback.
    """
    campaign = manifest.campaign
    untouched = _why_untouched(campaign, authority.now())
    if untouched:
        return DryRun(campaign.name, manifest.path, (), None, untouched)
    wanted = [check for check in checks if request.wants(check)]
    variants = frozenset(v for c in wanted if c.needs_pages for v in c.visits)
    pages = tuple(visit_requests(campaign, variants, request.base_url))
    time = time_of(campaign, checks, request)
    if not needs_load(campaign, wanted):
        return DryRun(campaign.name, manifest.path, pages, None, time=time)
    forecast = forecast_campaign(campaign)
    if forecast.no_peak:
        return DryRun(campaign.name, manifest.path, pages, None, forecast.no_peak)
    plan = plan_of(campaign, forecast, request)
    load = replace(_planned(plan, forecast, authority.answers(plan, request)), users=users)
    if campaign.load.find_capacity:
        load = replace(load, search=scope_of(campaign, forecast))
    return DryRun(campaign.name, manifest.path, pages, load, time=time)


def _why_untouched(campaign: Campaign, now: datetime) -> str:
    """Why a run would neither look at the pages nor load them; "" when it would."""
    if campaign.ends is not None and campaign.ends < now:
        return f"the campaign ended on {format_instant(campaign.ends)}"
    if is_early_draft(campaign, now):
        return "the campaign is a draft, and gets questions only"
    return ""


def _planned(plan: LoadPlan, forecast: Forecast, answers: Sequence[Answer]) -> PlannedLoad:
    schedule, need = make_schedule(plan), need_of(plan)
    minutes = np.bincount((schedule.intended_s // 60).astype(np.int64))
    return PlannedLoad(
        peak_per_s=forecast.peak_per_s,
        peak_at=forecast.peak_at,
        plan=plan,
        visits=len(schedule),
        per_minute=tuple(int(count) for count in minutes),
        schedule_sha256=schedule.sha256,
        egress_bytes=len(schedule) * TYPICAL_PAGE_BYTES,
        processes=need.processes,
        cores=cores(),
        process_visits_per_s=need.visits_per_s,
        answers=tuple(answers),
    )
