"""Whether a schedule, as it was drawn, keeps within what its origins may receive: the last look before it is sent."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from launchguard.authorize import Grant, origin_of
from launchguard.errors import AuthorizationError
from launchguard.load.allowance import MOST_REQUESTS, allowances
from launchguard.load.schedule import LoadSchedule
from launchguard.model.load_plan import LoadPlan
from launchguard.web.hosts import host_of
from launchguard.words import count, exact

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

WINDOWS_S = (1.0, 10.0, 60.0, 3600.0)
BEYOND_CHANCE = 7.0
"""Visits that come by chance bring more than the rate to some seconds; this many standard deviations, and as many
visits, they never do: of an hour's seconds not one in a million hours."""


def check_drawn(plan: LoadPlan, schedule: LoadSchedule, grants: Sequence[Grant]) -> None:
    """Raise AuthorizationError where what was drawn brings an origin more than its cap, or at another time.

    Nothing that the plan says of itself counts: neither its peak nor its length, also not where the requests of a visit
    are shared out by its peak. An origin that redirects may lead to
    has to carry every visit of the plan.
    """
    due = schedule.intended_s
    if len(due) and not (due[0] >= 0 and due[-1] <= plan.duration_s and bool(np.all(np.diff(due) >= 0))):
        raise AuthorizationError("the schedule does not keep to the times of its plan")
    hosts = np.array([host_of(origin_of(target.url)) for target in plan.targets])
    allowed = allowances(plan, grants)
    for grant in grants:
        if not grant.reachable:
            continue
        at_host = np.flatnonzero(hosts == host_of(grant.origin))
        coming = due if not grant.closed else due[np.isin(schedule.target, at_host)]
        if grant.max_rate_per_s is not None:
            _check_cap(grant.origin, coming, grant.max_rate_per_s, 1.0, "visits")
        if grant.max_requests_per_s is not None:
            each = min(max(1.0, allowed.get(grant.origin, 1.0)), MOST_REQUESTS)
            _check_cap(grant.origin, coming, grant.max_requests_per_s, each, "requests")


def _check_cap(origin: str, due: "Floats", cap_per_s: float, each: float, what: str) -> None:
    """Compare what these visits bring, so much `each`, with a cap per second."""
    for window_s in WINDOWS_S:
        most, mean = most_within(due, window_s), cap_per_s * window_s / each
        if most > mean + BEYOND_CHANCE * (np.sqrt(mean) + 1):
            raise AuthorizationError(
                f"the schedule brings {count(most * each)} {what} to {origin} within {exact(window_s)} s, and it may "
                f"receive {exact(cap_per_s)}{'/s' if what == 'visits' else ' requests/s'}"
            )


def most_within(due_s: "Floats", window_s: float) -> int:
    """The most visits that are due within any stretch of this length (s) of ascending moments."""
    if not len(due_s):
        return 0
    return int(np.max(np.searchsorted(due_s, due_s + window_s, side="left") - np.arange(len(due_s))))
