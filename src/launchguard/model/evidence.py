"""All the evidence of one run, gathered before anything is judged."""

from dataclasses import dataclass

from launchguard.model.campaign import Campaign
from launchguard.model.capacity import Capacity
from launchguard.model.clock import Clock
from launchguard.model.confided import SentSecret, each_once
from launchguard.model.forecast import Forecast
from launchguard.model.load_run import LoadRun
from launchguard.model.loosening import Loosening
from launchguard.model.neighbours import NO_NEIGHBOURS, Neighbours
from launchguard.model.visit import Visits


@dataclass(frozen=True, eq=False)
class Evidence:
    """What a run collected: `visits`, `load` and `capacity` are None where nobody looked, sent or searched.

    After a search, `load` is its run at the peak, or at the level nearest above it.
    `load_problem` says why load that was asked for is missing or worthless ("" when there is no such problem),
    `load_fix` what would change that. `neighbours` are the other campaigns that were asked for in the same call.
    """

    campaign: Campaign
    clock: Clock
    forecast: Forecast | None = None
    visits: tuple[Visits, ...] | None = None
    load: LoadRun | None = None
    capacity: Capacity | None = None
    load_asked: bool = False
    load_problem: str = ""
    load_fix: str = ""
    loosening: tuple[Loosening, ...] = ()
    neighbours: Neighbours = NO_NEIGHBOURS

    @property
    def secrets(self) -> tuple[SentSecret, ...]:
        """The secrets that any request carried."""
        seen = (secret for visits in self.visits or () for visit in visits for secret in visit.secrets)
        return each_once((*seen, *(self.load.secrets if self.load else ())))
