"""What a run is asked for, and the tools that reach the outside world for it."""

import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from launchguard.checking.check import Check
from launchguard.errors import LaunchGuardError
from launchguard.model.campaign import Campaign
from launchguard.model.capacity import Capacity
from launchguard.model.events import Event
from launchguard.model.forecast import Forecast
from launchguard.model.load_plan import Fleet
from launchguard.model.load_run import LoadRun
from launchguard.model.neighbours import NO_NEIGHBOURS, Neighbours
from launchguard.model.verdict import Scope
from launchguard.model.visit import Visits
from launchguard.run.budget import RunBudget

Emit = Callable[[Event], None]


@dataclass(frozen=True)
class Request:
    """What the user asked for. `only` and `skip` are check ids; `seed` makes the run repeatable.

    `production` allows load on production hosts, within what the repository's configuration allows them;
    `during_campaign` allows it while a campaign is live on the host. The load is sent by so many `processes` of this
    machine (0: as many as it takes), or by the workers of a `fleet`. `neighbours` are all campaigns that are asked for.
    A `budget` bounds the time of all of them.
    """

    seed: int
    run_id: str
    smoke: bool = True
    load: bool = True
    only: frozenset[str] = frozenset()
    skip: frozenset[str] = frozenset()
    base_url: str = ""
    production: bool = False
    during_campaign: bool = False
    processes: int = 0
    fleet: Fleet | None = None
    neighbours: Neighbours = NO_NEIGHBOURS
    budget: RunBudget | None = None

    @property
    def scope(self) -> Scope:
        """How much of a launch verdict this can become."""
        if self.only or self.skip or not (self.smoke or self.load):
            return Scope.PARTIAL
        if not self.load:
            return Scope.SMOKE
        return Scope.FULL if self.smoke else Scope.LOAD

    def wants(self, check: Check) -> bool:
        """True when this run judges the check."""
        if (self.only and check.id not in self.only) or check.id in self.skip:
            return False
        if check.needs_load:
            return self.load
        return self.smoke or check.makers <= {"plan"}


@dataclass(frozen=True)
class LoadAnswer:
    """What came of asking for load: a run, or why there is none and what would change that.

    With a search for the `capacity` the run is its level at the peak, or nearest above it.
    """

    run: LoadRun | None
    problem: str = ""
    fix: str = ""
    capacity: Capacity | None = None


@dataclass(frozen=True)
class Tools:
    """The parts that reach the outside world. Each may raise LaunchGuardError or KeyboardInterrupt.

    `look` visits every page in the variants that are asked for; `send` authorizes and sends load, knowing
    what the idle visits saw, and searches the capacity where the campaign asks for that.
    """

    look: Callable[[Campaign, frozenset[str], Request], tuple[Visits, ...]]
    send: Callable[[Campaign, Forecast, Request, Emit, tuple[Visits, ...]], LoadAnswer]


def refuse_unknown_ids(request: Request, checks: Sequence[Check]) -> None:
    """Raise LaunchGuardError for an id in --only or --skip that no check has."""
    known = [check.id for check in checks]
    for wanted in sorted(request.only | request.skip):
        if wanted not in known:
            close = difflib.get_close_matches(wanted, known, n=1)
            hint = f"Did you mean {close[0]}?" if close else "`launchguard explain` lists the checks."
            raise LaunchGuardError(f"there is no check {wanted}", hint=hint)
