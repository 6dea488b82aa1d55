"""What a run of one campaign is made of before anything is sent: its visits, its plan of load, its search."""

from collections.abc import Sequence

from launchguard.checking.files import options_in_force
from launchguard.load import make_plan
from launchguard.load.capacity import CapacityScope, at_peak_shares, gate_scope
from launchguard.model.campaign import Campaign
from launchguard.model.forecast import Forecast
from launchguard.model.links import visited_link
from launchguard.model.load_plan import LoadPlan
from launchguard.model.visit import Visit, Visits
from launchguard.model.visit_error import VisitError
from launchguard.probe import VisitRequest, rebase, variant_url
from launchguard.run.request import Request
from launchguard.web.kind import BY_SCRIPTS


def visit_requests(campaign: Campaign, variants: frozenset[str], base_url: str, seed: str = "") -> list[VisitRequest]:
    """Every page in every variant, by a link as a channel's has it, on another origin when one is given.

    Ids in the links are drawn from the seed.

    The looks at caches are none of them: how many it takes is known only on the way.
    """
    return [
        VisitRequest(
            page.url,
            variant_url(rebase(link, base_url) if base_url else link, variant, seed),
            variant,
            device="phone" if variant == "phone" else "desktop",
            locale=page.locale,
        )
        for page in campaign.pages
        for link in (visited_link(campaign, page.url),)
        for variant in sorted(variants - {"cache"})
    ]


def unmade(wanted: Sequence[VisitRequest], why: str) -> tuple[Visits, ...]:
    """Visits that were not made, each with why."""
    pages: dict[str, list[tuple[str, Visit]]] = {}
    for visit in wanted:
        error = VisitError("own-load", why, visit.url)
        pages.setdefault(visit.page, []).append(
            (visit.variant, Visit(visit.page, visit.url, visit.variant, error=error))
        )
    return tuple(Visits(page, tuple(visits)) for page, visits in pages.items())


def plan_of(campaign: Campaign, forecast: Forecast, request: Request) -> LoadPlan:
    """What the load will be: the P95 peak, split over the pages as at the peak."""
    page = options_in_force("is-the-page", campaign)
    plan = make_plan(
        campaign,
        forecast,
        seed=request.seed,
        run_id=request.run_id,
        base_url=request.base_url or None,
        peak_per_s=forecast.peak_p95_per_s,
        expect_status=int(options_in_force("http-status", campaign)["expect"]),
        kinds=(page["wanted"], *(sorted(BY_SCRIPTS) if page["scripted"] else ())),
    )
    return at_peak_shares(plan, forecast)


def scope_of(campaign: Campaign, forecast: Forecast, *, to_failure: bool = False) -> CapacityScope:
    """Where to search the capacity, as the check headroom is set for this campaign."""
    options = options_in_force("headroom", campaign)
    return gate_scope(
        campaign,
        forecast,
        warn_below=options["warn_below"],
        block_below_p95=options["block_below_p95"],
        to_failure=to_failure,
    )
