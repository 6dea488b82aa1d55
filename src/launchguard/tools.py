"""The tools that a run reaches the outside world with, made from the repository's configuration."""

from collections.abc import Mapping

import math
from dataclasses import replace

from launchguard.authorize import Grant, Refusal, authorize, origins_of, peak_of
from launchguard.capacity import Surroundings, at_peak_shares, find_capacity, gate_scope
from launchguard.load import make_plan, run_load
from launchguard.model.campaign import Campaign, RepositoryConfig
from launchguard.model.clock import Clock
from launchguard.model.forecast import Forecast
from launchguard.model.load import LoadPlan
from launchguard.model.visit import Visits
from launchguard.probe import ProbePolicy, VisitRequest, credentials_from_env, rebase, variant_url, visit_all
from launchguard.run import Emit, LoadAnswer, Request, Tools


def make_tools(campaign: Campaign, config: RepositoryConfig, clock: Clock, environ: Mapping[str, str]) -> Tools:
    """Tools for one campaign. Raises LaunchGuardError when a secret that it names is not in the environment."""
    credentials = credentials_from_env(campaign.access, environ, config.secrets)
    policy = ProbePolicy(
        access=credentials,
        private_hosts=config.private_hosts,
        unlimited_hosts=tuple(config.load.hosts),
        deadline_s=campaign.load.timeout,
    )

    def look(seen: Campaign, variants: frozenset[str], request: Request) -> tuple[Visits, ...]:
        wanted = visit_requests(seen, variants, request.base_url)
        visits = visit_all(wanted, policy=policy)
        return tuple(
            Visits(page.url, tuple((v.variant, v) for v in visits if v.page == page.url)) for page in seen.pages
        )

    def send(seen: Campaign, forecast: Forecast, request: Request, emit: Emit) -> LoadAnswer:
        plan = plan_of(seen, forecast, request)
        answers = authorize(plan, config, now=clock.now)
        refusals = [answer for answer in answers if isinstance(answer, Refusal)]
        if refusals:
            return LoadAnswer(None, "; ".join(r.reason for r in refusals), "\n".join(r.fix for r in refusals))
        grants = [answer for answer in answers if isinstance(answer, Grant)]
        return LoadAnswer(run_load(plan, grants, on_progress=emit, credentials=credentials))

    return Tools(look=look, send=send)


def visit_requests(campaign: Campaign, variants: frozenset[str], base_url: str) -> list[VisitRequest]:
    """Every page in every variant, on another origin when one is given."""
    return [
        VisitRequest(page.url, variant_url(rebase(page.url, base_url) if base_url else page.url, variant), variant)
        for page in campaign.pages
        for variant in sorted(variants)
    ]


def plan_of(campaign: Campaign, forecast: Forecast, request: Request) -> LoadPlan:
    """What the load will be."""
    return make_plan(campaign, forecast, seed=request.seed, run_id=request.run_id, base_url=request.base_url or None)


def secrets_of(campaign: Campaign, environ: Mapping[str, str]) -> list[str]:
    """The values that must appear in no output."""
    return [environ[entry.from_env] for entry in campaign.access if environ.get(entry.from_env)]
