"""The clock that a run was given, so that nothing else has to ask the system for the time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True)
class Clock:
    """The moment that a run judges from: an aware datetime."""

    now: datetime

    @classmethod
    def system(cls, source: Callable[[], datetime] = lambda: datetime.now(UTC)) -> "Clock":
        """The real time, read once."""
        return cls(source())
