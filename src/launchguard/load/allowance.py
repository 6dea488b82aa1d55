"""How many requests a visit may be: what the caps leave for the files of a page, and how often they are fetched."""

import math
from collections.abc import Mapping, Sequence

from launchguard.authorize import Grant, origin_of, peak_of
from launchguard.load.sending.fetching import fetching_one_in
from launchguard.model.load_plan import LoadPlan
from launchguard.web.addresses import is_loopback_host
from launchguard.web.hosts import host_of
from launchguard.web.page_files import MOST_FILES

MOST_REQUESTS = 1 + MOST_FILES
"""Requests of a visit that no redirect leads on, at most."""


def allowances(plan: LoadPlan, grants: Sequence[Grant]) -> dict[str, float]:
    """How many requests one visit may be on average, by origin; infinite without a bound.

    From an origin that is not among them no visit fetches a file: unless the plan says `yes`, that is every one with a
    rule or a word that does not say how many requests it may receive.
    """
    if plan.assets == "no" or plan.journey:
        return {}
    found = {}
    for grant in grants:
        visits_per_s = peak_of(plan, grant.origin) if grant.closed else plan.peak_per_s
        if grant.max_requests_per_s is not None:
            found[grant.origin] = grant.max_requests_per_s / visits_per_s if visits_per_s else math.inf
        elif plan.assets == "yes" or (grant.max_rate_per_s is None and is_loopback_host(host_of(grant.origin))):
            found[grant.origin] = math.inf
    return {grant.origin: found[grant.origin] for grant in grants if grant.reachable and grant.origin in found}


def files_per_visit(plan: LoadPlan, allowed: Mapping[str, float]) -> float:
    """The files that a fresh visitor fetches on average, by what an idle visitor's pages name; 0.0 where unknown."""
    mean = 0.0
    for target in plan.targets:
        one_in = fetching_one_in(allowed.get(origin_of(target.url), 0.0), target.files)
        mean += target.share * target.files / one_in if one_in else 0.0
    return mean
