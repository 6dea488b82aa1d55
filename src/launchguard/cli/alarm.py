"""Ends a run when its budget of time is over, as an interrupt would."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from launchguard.run.budget import RunBudget


@contextmanager
def ended_by(budget: RunBudget | None) -> Iterator[None]:
    """Interrupt what goes on in the block, through the handlers of SIGTERM, when the budget is over."""
    if budget is None:
        yield
        return

    def end() -> None:
        budget.ended = True
        os.kill(os.getpid(), signal.SIGTERM)

    alarm = threading.Timer(budget.left_s, end)
    alarm.daemon = True
    alarm.start()
    try:
        yield
    except KeyboardInterrupt:
        if not budget.ended:
            raise
    finally:
        alarm.cancel()
