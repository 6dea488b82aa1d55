"""How many connections a load had open, and since when its pages took no more visitors."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from launchguard.model.load_plan import VisitResult

if TYPE_CHECKING:
    from launchguard.model.load_run import LoadRun

TURNED_AWAY = (VisitResult.CONNECT, VisitResult.RESET, VisitResult.UNANSWERED)


@dataclass(frozen=True)
class OpenSecond:
    """What was open at most in one second since the start, over all processes and workers, each with its own peak.

    `held` are idle ones of visitors who have had their answer, `wanted` those that people would hold then, unless their
    server closed them: with the ones that were let go before their time.
    """

    second: int
    open: int
    held: int
    wanted: int


@dataclass(frozen=True)
class OpenConnections:
    """The connections of a load, second by second; empty where nobody counted them, as on a journey.

    `short_of` is why held ones were let go: "descriptors", "ports" or "max_connections".
    """

    seconds: tuple[OpenSecond, ...] = ()
    short_of: tuple[str, ...] = ()

    @property
    def fullest(self) -> OpenSecond | None:
        """The second with the most open connections, the first of several."""
        return max(self.seconds, key=lambda second: second.open, default=None)

    @property
    def held(self) -> int:
        """How many were held idle at once, at most."""
        return max((second.held for second in self.seconds), default=0)

    @property
    def wanted(self) -> int:
        """How many people would have held at once, at most."""
        return max((second.wanted for second in self.seconds), default=0)

    def open_in(self, second: int) -> int:
        """How many were open at most in a second."""
        return next((each.open for each in self.seconds if each.second == second), 0)


def refused_from(run: "LoadRun") -> int | None:
    """The second whose visits were the first that got no connection, or no byte of an answer on it; None for none.

    A visit that a stop cut off got none when it had waited for longer than the limit by then.
    """
    waited_s = run.done_s - run.intended_s
    long_cut = run.intended_s[(run.result == VisitResult.CUT) & (waited_s > run.plan.limit_p95_ms / 1000)]
    turned_away = [run.intended_s[run.result == kind] for kind in TURNED_AWAY]
    return min((int(due_s.min()) for due_s in (long_cut, *turned_away) if len(due_s)), default=None)
