"""What a change makes count for less than before: one row of the table "What this change loosens"."""

from dataclasses import dataclass
from enum import StrEnum

NOT_SET = "not set"
GONE = "gone"


class LooseningState(StrEnum):
    """What becomes of a loosening; the strings are those of the JSON report."""

    LISTED = "listed"
    APPROVED = "approved"
    DROPPED = "does not count"
    UNAPPROVED = "needs approval"


@dataclass(frozen=True)
class Loosening:
    """One thing that a change loosens: a key or a file, what stood there and what stands there now, as people write it.

    `turns_off` says that a finding that would block does so no longer, which always needs an approval. `line` is the
    manifest's line (1-based), where there is one. `ask` are those who may approve, where that is needed.
    """

    what: str
    was: str
    now: str
    turns_off: bool = False
    at: tuple[str | int, ...] = ()
    line: int | None = None
    state: LooseningState = LooseningState.LISTED
    ask: tuple[str, ...] = ()
