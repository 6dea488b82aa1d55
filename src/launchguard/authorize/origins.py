"""What a plan brings to each origin that it sends visits to."""

from launchguard.model.load_plan import LoadPlan
from launchguard.web.hosts import host_of, origin_of


def origins_of(plan: LoadPlan) -> list[str]:
    """The origins that a plan sends visits to, each once. Raises ValueError like `origin_of`."""
    return list(dict.fromkeys(origin_of(target.url) for target in plan.targets))


def peak_of(plan: LoadPlan, origin: str) -> float:
    """The visits per second that a plan brings to an origin's host at its highest: the caps are per host."""
    host = host_of(origin)
    share = sum(target.share for target in plan.targets if host_of(origin_of(target.url)) == host)
    return plan.peak_per_s * share / sum(target.share for target in plan.targets)
