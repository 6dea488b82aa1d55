"""How long a whole run may take (`--budget`), and what is left of that."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from launchguard.errors import BudgetError
from launchguard.words import duration


@dataclass
class RunBudget:
    """Seconds from the moment when it was made; `ended` is set by whoever ends a run because they are over."""

    seconds: float
    clock: Callable[[], float] = time.monotonic
    ended: bool = False
    began_s: float = field(init=False)

    def __post_init__(self) -> None:
        self.began_s = self.clock()

    @property
    def left_s(self) -> float:
        """What is left, in seconds; 0 when it is over."""
        return max(0.0, self.began_s + self.seconds - self.clock())

    @property
    def words(self) -> str:
        """As a sentence names it."""
        return f"the budget of {duration(self.seconds)}"

    def why_not(self, needed_s: float) -> str:
        """Why a load that takes up to so many seconds is not sent any more; "" when there is time for it."""
        if needed_s <= self.left_s:
            return ""
        left = duration(int(self.left_s))
        return f"the load takes up to {duration(round(needed_s))}, and {left} of {self.words} were left"

    def afford(self, needed_s: float) -> None:
        """Raise BudgetError for a load that takes longer than what is left."""
        problem = self.why_not(needed_s)
        if problem:
            more_s = needed_s - self.left_s
            hint = f"Give the run at least {duration(round(more_s))} more (`--budget`), or shorten the load (`hold`)."
            raise BudgetError(f"no load was sent: {problem}", hint=hint)
