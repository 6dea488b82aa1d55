"""What a run would send where, in words and totals; it sends nothing but the look-up of the hosts' addresses."""

from collections.abc import Iterator, Sequence

from launchguard.authorize import Grant, authorize
from launchguard.capacity import Budget, gate_scope
from launchguard.checking import Check
from launchguard.forecast import forecast_campaign
from launchguard.headline import when
from launchguard.load.schedule import make_schedule
from launchguard.manifest import Manifest
from launchguard.model.campaign import RepositoryConfig
from launchguard.model.clock import Clock
from launchguard.model.forecast import Forecast
from launchguard.model.load import LoadPlan
from launchguard.report.neutral import plain
from launchguard.run import Request
from launchguard.tools import plan_of, visit_requests

TYPICAL_PAGE_BYTES = 30_000
"""Assumed for a page's compressed HTML, since a dry run fetches nothing that could be measured."""


def describe(
    manifest: Manifest, config: RepositoryConfig, checks: Sequence[Check], request: Request, clock: Clock
) -> str:
    """The whole plan of one run as text. Rates in visits per second, sizes in megabytes."""
    lines = [f"{manifest.campaign.name} ({manifest.path}): a dry run, nothing is sent"]
    wanted = [check for check in checks if request.wants(check)]
    variants = frozenset(v for c in wanted if {"Visit", "Visits"} & set(c.evidence) for v in c.visits)
    if variants:
        lines += ["", "Pages that would be visited:"]
        lines += [
            f"  GET {r.url}  ({r.variant})" for r in visit_requests(manifest.campaign, variants, request.base_url)
        ]
    if any("LoadRun" in check.evidence for check in wanted):
        lines += ["", *_load_lines(manifest, config, request, clock)]
    return "\n".join(plain(line) for line in lines)


def _load_lines(manifest: Manifest, config: RepositoryConfig, request: Request, clock: Clock) -> Iterator[str]:
    forecast = forecast_campaign(manifest.campaign)
    if forecast.peak_per_s <= 0:
        yield "No load: no visits are forecast."
        return
    plan = plan_of(manifest.campaign, forecast, request)
    if manifest.campaign.load.find_capacity:
        yield from _search_lines(manifest, forecast)
    median = f"the median forecast is {forecast.peak_per_s:.3g}/s, {when(forecast.peak_at)}"
    yield f"Load at {plan.peak_per_s:.3g} visits/s ({median}):"
    for phase in plan.phases:
        rates = f"{phase.rate_from_per_s:.3g} to {phase.rate_to_per_s:.3g}"
        steady = phase.rate_from_per_s == phase.rate_to_per_s
        yield (
            f"  {phase.name:8} {phase.start_s:5.0f}-{phase.end_s:.0f} s  "
            f"{f'{phase.rate_to_per_s:.3g}' if steady else rates} visits/s"
        )
    yield from _totals(plan)
    yield ""
    yield "Origins:"
    for answer in authorize(plan, config, now=clock.now, production_allowed=request.production):
        if isinstance(answer, Grant):
            cap = f", at most {answer.max_rate_per_s:g}/s" if answer.max_rate_per_s is not None else ""
            yield f"  {answer.origin}  {', '.join(answer.addresses)}: authorized by {answer.why}{cap}"
        else:
            yield f"  {answer.origin}: no load, {answer.reason}"
            yield from (f"      {line}" for line in answer.fix.splitlines())


def _search_lines(manifest: Manifest, forecast: Forecast) -> Iterator[str]:
    scope, budget = gate_scope(manifest.campaign, forecast), Budget()
    yield (
        f"A search for the capacity, from {scope.first_per_s:.3g} up to {scope.largest_per_s:.3g} visits/s, lower if "
        f"that breaks, within {budget.seconds / 60:.0f} minutes. One of its levels would be:"
    )


def _totals(plan: LoadPlan) -> Iterator[str]:
    schedule = make_schedule(plan)
    per_minute: dict[int, int] = {}
    for moment in schedule.intended_s:
        per_minute[int(moment // 60)] = per_minute.get(int(moment // 60), 0) + 1
    minutes = ", ".join(f"minute {minute + 1}: {count:,}" for minute, count in sorted(per_minute.items()))
    megabytes = len(schedule) * TYPICAL_PAGE_BYTES / 1e6
    yield f"  {len(schedule):,} visits in all ({minutes}), {plan.arrivals} arrivals, seed {plan.seed}"
    yield f"  schedule {schedule.sha256[:16]}, about {megabytes:,.0f} MB of HTML at an assumed 30 kB a page"
