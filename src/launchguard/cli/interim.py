"""What the report files say while a run goes on, because a process that is killed cannot write them any more.

Each file holds, from the start, everything that was judged so far, and of the rest that the run has not ended by
itself. The last thing that a run does is to replace them; what stays is what was known when it was killed.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from launchguard.cli.ledger import Ledger
from launchguard.cli.progress import Handle
from launchguard.cli.reports import write_quietly
from launchguard.model.events import Event, LoadProgress, StageStarted
from launchguard.words import count, exact

EVERY_S = 5.0
SHARE = 20
"""At most so small a part of the time goes into writing."""
CHEAP_S = 0.1
"""While load is sent nothing may take longer: the brakes are looked at ten times a second."""
DOING = {
    "forecast": "forecasting the traffic",
    "probe": "visiting the pages",
    "load": "about to send the load",
    "capacity": "searching the capacity",
    "judge": "judging what was seen",
}


@dataclass
class Interim:
    """Writes the files from time to time, and always before load is sent; `outputs` are formats with their files."""

    ledger: Ledger
    outputs: Sequence[tuple[str, str]]
    secrets: Sequence[str]
    clock: Callable[[], float] = time.monotonic
    doing: str = "at its beginning"
    _phase: str = field(default="", init=False)
    _next_s: float = field(default=0.0, init=False)
    _cost_s: float = field(default=0.0, init=False)

    def watching(self, handle: Handle) -> Handle:
        """`handle`, with every event looked at before."""

        def watched(event: Event) -> None:
            self._look(event)
            handle(event)

        return watched

    def write(self) -> None:
        """Write what is known now."""
        if not self.outputs:
            return
        began_s = self.clock()
        write_quietly(self.ledger.standing(self.doing), self.outputs, self.secrets)
        ended_s = self.clock()
        self._cost_s = ended_s - began_s
        self._next_s = ended_s + max(EVERY_S, SHARE * self._cost_s)

    def _look(self, event: Event) -> None:
        match event:
            case StageStarted():
                self.doing = DOING.get(event.stage, event.stage)
                if event.stage == "load" or self.clock() >= self._next_s:
                    self.write()
            case LoadProgress():
                self.doing = _load(event)
                if event.phase != self._phase and self._cost_s < CHEAP_S:
                    self._phase = event.phase
                    self.write()
            case _:
                pass


def _load(event: LoadProgress) -> str:
    return (
        f"sending the load, {event.phase.replace('_', '-')}, {count(event.elapsed_s)} of {exact(event.duration_s)} s: "
        f"{count(event.started)} visits started, {count(event.answered)} answered, {count(event.failed)} failed"
    )
