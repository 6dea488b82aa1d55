"""What a report says of a secret: its name and where it went, never what it is."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class SentSecret:
    """The variable that a secret was read from, and the host that it was sent to."""

    name: str
    host: str


def each_once(sent: Iterable[SentSecret]) -> tuple[SentSecret, ...]:
    """Every pair once, in order."""
    return tuple(sorted(set(sent)))
