"""The Markdown report in the size of a comment, with room for a line above it that finds the comment again."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from launchguard.report.formats.markdown.render import MAX_CHARS, render_comment

if TYPE_CHECKING:
    from launchguard.model.verdict import Verdict

ROOM = 500
"""Characters that are left to whoever posts the comment."""


def render(verdicts: "Sequence[Verdict]") -> str:
    """At most MAX_CHARS - ROOM characters; fewer findings where there are many."""
    return render_comment(verdicts, max_chars=MAX_CHARS - ROOM)
