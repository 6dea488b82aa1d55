"""The levels of a capacity search as a table, for every format that people read."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from launchguard.words import count, milliseconds, number, percent
from launchguard.words.hostile import clip, markdown_text, plain

if TYPE_CHECKING:
    from launchguard.model.capacity import Level

LEVEL_HEADER = ("Offered/s", "Held for", "Answered", "Failed", "p95", "Result")
MAX_LENGTH = 200

_WORDS = {True: "holds", False: "breaks", None: "unknown"}


def level_line(level: "Level") -> tuple[str, ...]:
    """One level under LEVEL_HEADER, harmless to print."""
    detail = level.broke or level.reason
    return (
        number(level.offered_per_s),
        f"{count(level.duration_s)} s",
        percent(level.answered_ratio),
        percent(level.failure_ratio),
        "-" if level.p95_ms is None else milliseconds(level.p95_ms),
        _WORDS[level.holds] + (f", {clip(plain(detail), MAX_LENGTH)}" if detail else ""),
    )


def markdown_levels(levels: "Sequence[Level]") -> Iterator[str]:
    """Yield the lines of a Markdown table: figures to the right, the result to the left."""
    yield f"| {' | '.join(LEVEL_HEADER)} |"
    yield f"|{' ---: |' * (len(LEVEL_HEADER) - 1)} --- |"
    for level in levels:
        yield f"| {' | '.join(markdown_text(cell) for cell in level_line(level))} |"
