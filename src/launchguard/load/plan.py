"""From a campaign and its forecast to what a load run will send."""

from dataclasses import replace

from launchguard.load.schedule import make_schedule
from launchguard.model.campaign import Campaign, Load
from launchguard.model.forecast import Forecast
from launchguard.model.load import LoadPlan, Phase, Target
from launchguard.probe.urls import rebase


def make_phases(load: Load, peak_per_s: float) -> tuple[Phase, ...]:
    """Ramp up to the peak, warm up there, hold it. Only the hold is judged; a phase of no length is left out."""
    phases, start_s = [], 0.0
    for name, length_s, rate_from in (
        ("ramp", load.ramp, 0.0),
        ("warm_up", load.warm_up, peak_per_s),
        ("hold", load.hold, peak_per_s),
    ):
        if length_s > 0:
            phases.append(Phase(name, start_s, start_s + length_s, rate_from, peak_per_s, judged=name == "hold"))
            start_s += length_s
    return tuple(phases)


def make_plan(
    campaign: Campaign,
    forecast: Forecast,
    *,
    seed: int,
    run_id: str,
    base_url: str | None = None,
    peak_per_s: float | None = None,
) -> LoadPlan:
    """Plan the load of one campaign at the forecast's median peak, or at `peak_per_s` (visits per second).

    Each page gets its share of the visits; `base_url` moves them all to another origin. The schedule's hash is
    part of the plan, so that a report can name it. A page answers rightly with the status that the check http-status
    expects. Raises LaunchGuardError when `base_url` is no origin.
    """
    shares = campaign.shares
    expected_status = int(campaign.checks.get("http-status", {}).get("expect", 200))
    plan = LoadPlan(
        run_id=run_id,
        seed=seed,
        arrivals=campaign.load.arrivals,
        phases=make_phases(campaign.load, forecast.peak_per_s if peak_per_s is None else peak_per_s),
        targets=tuple(
            Target(
                page.url,
                rebase(page.url, base_url) if base_url else page.url,
                shares[page.url],
                page.contains,
                expected_status,
            )
            for page in campaign.pages
        ),
        drain_s=campaign.load.drain,
        visit_timeout_s=campaign.load.timeout,
        limit_p95_ms=campaign.limits.p95 * 1000,
        limit_failure_ratio=campaign.limits.errors,
        returning_ratio=campaign.load.returning,
    )
    return replace(plan, schedule_sha256=make_schedule(plan).sha256)
