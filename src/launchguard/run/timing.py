"""How long a run takes, said before it begins: about, and at most, with every wait and one repetition counted."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from launchguard.checking.check import Check
from launchguard.forecast import forecast_campaign
from launchguard.load.capacity import Budget
from launchguard.load.idle import MAX_WAIT_S
from launchguard.load.phases import MAX_HOLD_S, MAX_STRETCH, make_phases
from launchguard.load.runner import FLEET, ON_THIS_MACHINE
from launchguard.model.campaign import Campaign
from launchguard.model.load_plan import LoadPlan
from launchguard.probe import ProbePolicy
from launchguard.run.makers import needs_load, variants_of
from launchguard.run.request import Request
from launchguard.words import duration

ASK_S = 30.0
"""Asking the hosts whether they allow load: DNS and a small file of each, at each of their addresses."""
MEASURE_S = 2.0
"""Measuring on loopback what a visit costs this machine."""
AFTERWARDS_S = 5.0
"""Idle visits after the load, and the end of its processes."""
BRIEFLY_S = 3.0
"""What the look at the pages, and the start of a load, usually take."""
ATTEMPTS = 2
"""Of a visit: a failure is tried once more."""
REDIRECTS = 2
"""Of a visit, for the pace; more of them are a finding of their own."""
ROUNDS = 3
"""Of looks: every variant, the other addresses of a host, and again at an address that gives the page."""


@dataclass(frozen=True)
class RunTime:
    """Seconds that a run usually takes, and the most that each of its parts can: looks, load, and one repetition."""

    about_s: float = 0.0
    looks_s: float = 0.0
    load_s: float = 0.0
    repeat_s: float = 0.0

    @property
    def at_most_s(self) -> float:
        """All parts together."""
        return self.looks_s + self.load_s + self.repeat_s

    @property
    def words(self) -> str:
        """Both, and what the most is made of: "takes about 1 min, at most 12 min (...)"."""
        named = (("the look at the pages", self.looks_s), ("the load", self.load_s), ("repeating it", self.repeat_s))
        parts = ", ".join(f"{name} {_up(seconds)}" for name, seconds in named if seconds)
        return f"takes about {_up(self.about_s)}, at most {_up(self.at_most_s)}" + (f" ({parts})" if parts else "")


def sum_of_times(times: Iterable[RunTime]) -> RunTime:
    """One run after the other; between two loads the pages may need time to recover."""
    whole, loads = RunTime(), 0
    for one in times:
        loads += bool(one.load_s)
        wait_s = MAX_WAIT_S if one.load_s and loads > 1 else 0.0
        whole = RunTime(
            whole.about_s + one.about_s,
            whole.looks_s + one.looks_s,
            whole.load_s + one.load_s + wait_s,
            whole.repeat_s + one.repeat_s,
        )
    return whole


def time_of(campaign: Campaign, checks: Sequence[Check], request: Request) -> RunTime:
    """How long the run of one campaign takes that is judged."""
    wanted = [check for check in checks if request.wants(check)]
    looks_s = _looks_s(campaign, wanted)
    about_s = BRIEFLY_S if looks_s else 0.0
    if not needs_load(campaign, wanted):
        return RunTime(about_s, looks_s)
    around_s = around_load_s(distributed=request.fleet is not None)
    if campaign.load.find_capacity:
        search_s = Budget().seconds
        return RunTime(about_s + search_s, looks_s, search_s + around_s)
    forecast = forecast_campaign(campaign)
    phases, _ = make_phases(campaign.load, forecast, forecast.peak_p95_per_s, campaign.limits.errors)
    sent_s = phases[-1].end_s if phases else 0.0
    holds = [phase.end_s - phase.start_s for phase in phases if phase.judged]
    drain_s = max(campaign.load.drain, campaign.load.timeout if campaign.load.journey else 0.0)
    load_s = around_s + sent_s + drain_s
    longer_s = min(MAX_STRETCH * holds[0], max(MAX_HOLD_S, holds[0])) - holds[0] if len(holds) == 1 else 0.0
    return RunTime(about_s + BRIEFLY_S + sent_s, looks_s, load_s, load_s + longer_s + MAX_WAIT_S)


def around_load_s(*, distributed: bool) -> float:
    """The most (s) that a load takes besides its schedule and its drain."""
    patience = FLEET if distributed else ON_THIS_MACHINE
    return ASK_S + MEASURE_S + patience.appear_s + patience.lead_s + AFTERWARDS_S


def load_at_most_s(plan: LoadPlan, *, distributed: bool) -> float:
    """The most (s) that sending a plan takes."""
    return around_load_s(distributed=distributed) + plan.duration_s + plan.drain_s


def _looks_s(campaign: Campaign, wanted: Sequence[Check]) -> float:
    """The most that looking at the pages takes, with REDIRECTS: all at once, each attempt to its deadline.

    A host that nobody authorized for load is asked by its pace.
    """
    variants = variants_of(wanted)
    if not variants:
        return 0.0
    policy = ProbePolicy(deadline_s=campaign.load.timeout)
    visits = len(campaign.pages) * len(variants)
    in_turn_s = math.ceil(visits / policy.threads) * (ATTEMPTS * policy.deadline_s + policy.retry_pause_s)
    paced_s = ATTEMPTS * visits * (1 + REDIRECTS) / policy.requests_per_s
    return ROUNDS * (in_turn_s + paced_s)


def _up(seconds: float) -> str:
    return duration(math.ceil(seconds))
