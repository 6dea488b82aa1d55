"""What a change loosens without the approval that it needs: the launch cannot be GO until somebody has decided."""

from collections.abc import Iterator, Sequence

from launchguard.checking.standing import LOOSENED
from launchguard.model.loosening import Loosening, LooseningState
from launchguard.model.verdict import Outcome, Status
from launchguard.words import plural

MOST_NAMED = 3


def is_held(loosening: Sequence[Loosening]) -> bool:
    """Whether an approval is missing."""
    return any(row.state is LooseningState.UNAPPROVED for row in loosening)


def unapproved_loosening(loosening: Sequence[Loosening]) -> Iterator[Outcome]:
    """Yield one unknown outcome that says what needs an approval, and whose; nothing where none is missing."""
    rows = [row for row in loosening if row.state is LooseningState.UNAPPROVED]
    if not rows:
        return
    named = [f"{row.what} ({row.was} -> {row.now})" for row in rows[:MOST_NAMED]]
    more = [plural(len(rows) - MOST_NAMED, "more", "more")] if len(rows) > MOST_NAMED else []
    reason = f"this change loosens {', '.join([*named, *more])}, and nobody who may has approved it"
    yield LOOSENED.outcome(Status.UNKNOWN, page="", reason=reason, fix=_fix(rows[0].ask))


def _fix(ask: Sequence[str]) -> str:
    if not ask:
        return "name `approvers` in the base's .launchguard.yml and have one approve this very commit, or take it back."
    return f"have {' or '.join(ask)} approve this very commit, or take it back."
