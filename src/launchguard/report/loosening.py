"""What a change loosens, sorted for every format that shows it as a table."""

from collections.abc import Sequence
from typing import Any

from launchguard.model.loosening import Loosening, LooseningState
from launchguard.model.verdict import Verdict
from launchguard.words import plural

TITLE = "What this change loosens"
COLUMNS = ("What", "Was", "Now", "")
MOST_ROWS = 30
"""Of one campaign, those that need an approval first; the JSON report holds all."""

_FIRST = (LooseningState.UNAPPROVED, LooseningState.DROPPED, LooseningState.APPROVED, LooseningState.LISTED)


def loosening_rows(verdict: Verdict) -> list[tuple[str, str, str, str]]:
    """(what with its line, was, now, what becomes of it), at most MOST_ROWS; of what is only listed the last is ""."""
    rows = sorted(verdict.loosening, key=lambda row: _FIRST.index(row.state))
    return [(_what(row), row.was, row.now, _state(row)) for row in rows[:MOST_ROWS]]


def loosening_left(verdict: Verdict) -> str:
    """How many rows the table leaves out; "" for none."""
    left = len(verdict.loosening) - MOST_ROWS
    return f"and {plural(left, 'more', 'more')} in the JSON report" if left > 0 else ""


def loosening_sentence(row: Loosening) -> str:
    """One row where there is no table: "loosened: limits.errors from 1% to 5% (needs approval)"."""
    state = _state(row)
    return f"loosened: {row.what} from {row.was} to {row.now}" + (f" ({state})" if state else "")


def loosening_json(rows: Sequence[Loosening]) -> list[dict[str, Any]]:
    """Every row, as plain values."""
    return [
        {
            "what": row.what,
            "was": row.was,
            "now": row.now,
            "turns_off": row.turns_off,
            "state": row.state.value,
            "line": row.line,
        }
        for row in rows
    ]


def _what(row: Loosening) -> str:
    return f"{row.what} (line {row.line})" if row.line else row.what


def _state(row: Loosening) -> str:
    if row.state is LooseningState.LISTED:
        return ""
    return f"needs approval by {' or '.join(row.ask)}" if row.ask else row.state.value
