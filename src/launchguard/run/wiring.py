"""The tools that a run reaches the outside world with, made from the repository's configuration."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from launchguard.authorize import Grant, Refusal, origins_of, peak_of
from launchguard.errors import AuthorizationError
from launchguard.load import run_load
from launchguard.load.capacity import (
    Budget,
    CapacityScope,
    Found,
    SearchSurroundings,
    find_capacity,
)
from launchguard.load.idle import Look, look_of
from launchguard.load.idle_facts import with_idle_facts
from launchguard.load.loaded import WAIT_AND_REPEAT, LoadedHosts
from launchguard.load.repeat import REPEATED, once_more
from launchguard.model.campaign import Campaign
from launchguard.model.events import Noticed
from launchguard.model.forecast import Forecast
from launchguard.model.links import link_parameters
from launchguard.model.load_plan import LoadPlan, Phase
from launchguard.model.load_run import LoadRun
from launchguard.model.visit import Visits
from launchguard.probe import (
    Credential,
    ProbePolicy,
    VisitRequest,
    credentials_from_env,
    look_at_caches,
    visit_all,
    visit_pages,
)
from launchguard.run import Emit, LoadAnswer, Request, Tools
from launchguard.run.authority import Authority, granted
from launchguard.run.planning import plan_of, scope_of, unmade, visit_requests
from launchguard.run.timing import around_load_s, load_at_most_s

LEAST_PER_S = 1e-3
"""A rate that no cap refuses, to ask whether an origin may receive load at all."""


@dataclass(frozen=True)
class Reach:
    """How this machine reaches the pages of one campaign: who lets it in, and how much it may send."""

    authority: Authority
    credentials: Sequence[Credential]
    policy: ProbePolicy
    loaded: LoadedHosts

    def look(self, campaign: Campaign, variants: frozenset[str], request: Request) -> tuple[Visits, ...]:
        """Visit every page in these variants, and at every address; none where our own load is still felt."""
        wanted = visit_requests(campaign, variants, request.base_url, request.run_id)
        busy = self.loaded.why_not_yet(visit.url for visit in wanted)
        if busy:
            return unmade(wanted, busy)
        visits = visit_pages(wanted, policy=self.policy)
        return self._with_caches(visits, wanted, campaign, request) if "cache" in variants else visits

    def _with_caches(
        self, visits: tuple[Visits, ...], wanted: Sequence[VisitRequest], campaign: Campaign, request: Request
    ) -> tuple[Visits, ...]:
        """The visits with what caches do with links that they have not seen, for the pages that answered."""
        answered = {of.page for of in visits if (plain := of.get("plain")) is not None and plain.status == 200}
        asked = [visit for visit in wanted if visit.variant == "plain" and visit.page in answered]
        names = {visit.page: link_parameters(campaign, visit.page) for visit in asked}
        looks = look_at_caches(asked, names, policy=self.policy, seed=request.run_id)
        return tuple(replace(of, cache=looks.get(of.page, ())) for of in visits)

    def idle_look(self, campaign: Campaign, request: Request) -> Look:
        """What an idle visitor of the pages meets."""
        return look_of(visit_all(visit_requests(campaign, frozenset({"plain"}), request.base_url), policy=self.policy))

    def grants(self, plan: LoadPlan, request: Request) -> list[Grant]:
        """The origins that may receive this plan. Raises AuthorizationError when one of them may not."""
        return granted(self.authority.answers(plan, request))

    def send(self, plan: LoadPlan, request: Request, emit: Emit) -> LoadRun:
        """Send a plan's load. Raises AuthorizationError, and BudgetError when there is no time left for it."""
        plan = replace(plan, processes=request.processes)
        if request.budget is not None:
            request.budget.afford(load_at_most_s(plan, distributed=request.fleet is not None))
        grants = self.grants(plan, request)
        return run_load(plan, grants, on_progress=emit, credentials=self.credentials, fleet=request.fleet)

    def capped(self, scope: CapacityScope, template: LoadPlan, request: Request) -> CapacityScope:
        """The scope within what every host may receive. Raises AuthorizationError where nothing may be sent."""
        least = _steady(template, LEAST_PER_S)
        if any(isinstance(answer, Refusal) for answer in self.authority.answers(least, request)):
            most = min(scope.largest_per_s, max(scope.first_per_s, *scope.figures, 0.0))
            self.grants(_steady(template, most), request)
        caps = [
            cap * least.peak_per_s / part
            for grant in self.grants(least, request)
            for cap in (grant.max_rate_per_s, grant.max_requests_per_s)
            if cap is not None and grant.origin in origins_of(least)
            if (part := peak_of(least, grant.origin)) > 0
        ]
        return scope.capped(min(caps, default=math.inf))

    def search(
        self,
        campaign: Campaign,
        forecast: Forecast,
        request: Request,
        emit: Emit,
        scope: CapacityScope,
        budget: Budget,
        visits: tuple[Visits, ...] = (),
    ) -> Found:
        """Search the capacity of a campaign's pages. Raises AuthorizationError when they may receive nothing."""
        template = with_idle_facts(plan_of(campaign, forecast, request), visits)

        around = SearchSurroundings(
            send=lambda plan: self.send(plan, request, emit),
            look=lambda: self.idle_look(campaign, request),
            emit=emit,
        )
        return find_capacity(template, self.capped(scope, template, request), around, budget=budget)


def make_reach(
    campaign: Campaign, authority: Authority, environ: Mapping[str, str], loaded: LoadedHosts | None = None
) -> Reach:
    """Reach for one campaign; those of one process share the hosts that it has loaded.

    Raises LaunchGuardError when a secret that the campaign names is not in the environment.
    """
    config = authority.config
    only_listed = authority.only_listed
    credentials = credentials_from_env(campaign.access, environ, config.secrets, only_listed=only_listed)
    policy = ProbePolicy(
        access=credentials,
        private_hosts=config.private_hosts,
        unlimited_hosts=tuple(config.load.hosts),
        deadline_s=campaign.load.timeout,
    )
    return Reach(authority, credentials, policy, loaded or LoadedHosts())


def make_tools(
    campaign: Campaign, authority: Authority, environ: Mapping[str, str], loaded: LoadedHosts | None = None
) -> Tools:
    """Tools for one campaign, as `make_reach`. Raises LaunchGuardError when a secret is not in the environment."""
    reach = make_reach(campaign, authority, environ, loaded)

    def send(
        seen: Campaign, forecast: Forecast, request: Request, emit: Emit, visits: tuple[Visits, ...] = ()
    ) -> LoadAnswer:
        plan = with_idle_facts(plan_of(seen, forecast, request), visits)
        busy = reach.loaded.why_not_yet(target.url for target in plan.targets)
        if busy:
            return LoadAnswer(None, busy, WAIT_AND_REPEAT)
        if not seen.load.find_capacity:
            return LoadAnswer(_decided(reach, seen, plan, request, emit))
        # A host that may not even receive the median peak is refused, as without a search.
        reach.grants(_steady(plan, forecast.peak_per_s), request)
        found = reach.search(seen, forecast, request, emit, scope_of(seen, forecast), _search_budget(request), visits)
        for first in found.runs[:1]:
            reach.loaded.after(first, lambda: reach.idle_look(seen, request))
        run, capacity = found.run_at(forecast.peak_per_s), found.capacity
        problem, fix = ("", "") if run else (capacity.reason, capacity.fix)
        return LoadAnswer(run, problem, fix, capacity)

    return Tools(look=reach.look, send=send)


def _decided(reach: Reach, campaign: Campaign, plan: LoadPlan, request: Request, emit: Emit) -> LoadRun:
    """Send a plan; once more when the first run was too close to call or disturbed, and that may be sent."""
    run = reach.send(plan, request, emit)
    reach.loaded.after(run, lambda: reach.idle_look(campaign, request))
    again = once_more(plan, run)
    if again is None:
        return run
    problem = _why_not_again(reach, again, request)
    if problem:
        note = f"{again.notes[-1].replace(REPEATED, 'could not be repeated')}: {problem}"
        emit(Noticed(note))
        return replace(run, plan=replace(run.plan, notes=(*run.plan.notes, note)))
    emit(Noticed(again.notes[-1]))
    repeated = reach.send(again, request, emit)
    # A page that has changed for good is nothing new to the second run, whose first visitors get the new one.
    return replace(repeated, different=run.different) if run.different and not repeated.different else repeated


def _why_not_again(reach: Reach, again: LoadPlan, request: Request) -> str:
    """Why a repetition may not be sent; "" when it may."""
    try:
        reach.grants(again, request)
    except AuthorizationError as error:
        return error.message
    if request.budget is not None:
        problem = request.budget.why_not(load_at_most_s(again, distributed=request.fleet is not None))
        if problem:
            return problem
    return reach.loaded.why_not_yet(target.url for target in again.targets)


def _search_budget(request: Request) -> Budget:
    """What a search may cost: its usual budget, or what is left of the run's."""
    usual = Budget()
    if request.budget is None:
        return usual
    left_s = request.budget.left_s - around_load_s(distributed=request.fleet is not None)
    return replace(usual, seconds=min(usual.seconds, max(left_s, 0.0)))


def _steady(plan: LoadPlan, rate_per_s: float) -> LoadPlan:
    """The plan's pages at one rate, to ask whether that may be sent."""
    return replace(plan, phases=(Phase("hold", 0.0, 1.0, rate_per_s, rate_per_s, judged=True),))


def secrets_of(campaign: Campaign, environ: Mapping[str, str]) -> list[str]:
    """The values that must appear in no output."""
    return [environ[entry.from_env] for entry in campaign.access if environ.get(entry.from_env)]
