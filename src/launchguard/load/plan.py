"""From a campaign and its forecast to what a load run will send."""

from dataclasses import replace

from launchguard.load.phases import make_phases
from launchguard.load.schedule import make_schedule
from launchguard.model.campaign import Campaign
from launchguard.model.forecast import Forecast
from launchguard.model.load_plan import LinkShare, LoadPlan, Target
from launchguard.web.urls import rebase
from launchguard.web.utm import Pairs, utm_pairs


def link_shares(campaign: Campaign, forecast: Forecast) -> dict[str, tuple[LinkShare, ...]]:
    """For each page what its channels' links carry, with the share (0-1) of its visits in the peak second.

    Only channels with a `utm` or an id of their own bring one. What leads to no page of its own is split by the pages'
    shares.
    """
    shares = campaign.shares
    baseline = max(0.0, 1 - sum(part.share_of_peak for part in forecast.channels))
    total = {url: baseline * share for url, share in shares.items()}
    marked: dict[str, dict[tuple[str, Pairs], float]] = {url: {} for url in shares}
    for channel, part in zip(campaign.channels, forecast.channels, strict=True):
        carries = channel.id_parameter, utm_pairs(channel.utm)
        for url in [channel.page] if channel.page else shares:
            rate = part.share_of_peak * (1.0 if channel.page else shares[url])
            total[url] += rate
            if any(carries):
                marked[url][carries] = marked[url].get(carries, 0.0) + rate
    return {
        url: tuple(LinkShare(rate / total[url], *carries) for carries, rate in links.items() if rate > 0)
        for url, links in marked.items()
    }


def make_plan(
    campaign: Campaign,
    forecast: Forecast,
    *,
    seed: int,
    run_id: str,
    base_url: str | None = None,
    peak_per_s: float | None = None,
    expect_status: int = 200,
    kinds: tuple[str, ...] = (),
) -> LoadPlan:
    """Plan the load of one campaign at the forecast's median peak, or at `peak_per_s` (visits per second).

    Each page gets its share of the visits; `base_url` moves them all to another origin. The schedule's hash is
    part of the plan, so that a report can name it. A page answers rightly with `expect_status`, and may be one
    of these `kinds` that are no page. Raises LaunchGuardError
    when `base_url` is no origin.
    """
    shares = campaign.shares
    peak = forecast.peak_per_s if peak_per_s is None else peak_per_s
    phases, notes = make_phases(campaign.load, forecast, peak, campaign.limits.errors)
    links = link_shares(campaign, forecast)
    plan = LoadPlan(
        run_id=run_id,
        seed=seed,
        arrivals=campaign.load.arrivals,
        phases=phases,
        notes=notes,
        targets=tuple(
            Target(
                page.url,
                rebase(page.url, base_url) if base_url else page.url,
                shares[page.url],
                page.contains,
                expect_status,
                links[page.url],
                page.locale,
                kinds=kinds,
            )
            for page in campaign.pages
        ),
        # A visitor on a journey has until its deadline, also the last one.
        drain_s=max(campaign.load.drain, campaign.load.timeout if campaign.load.journey else 0.0),
        visit_timeout_s=campaign.load.timeout,
        limit_p95_ms=campaign.limits.p95 * 1000,
        limit_failure_ratio=campaign.limits.errors,
        returning_ratio=campaign.load.returning,
        phones_ratio=campaign.load.phones,
        assets=campaign.load.assets,
        journey=campaign.load.journey,
        data=campaign.load.data,
        linger_s=campaign.load.linger,
    )
    return replace(plan, schedule_sha256=make_schedule(plan).sha256)
