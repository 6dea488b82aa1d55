"""The Markdown report in the size of a comment, with room for a line above it that finds the comment again."""

from typing import TYPE_CHECKING

from launchguard.report.formats.markdown.render import MAX_CHARS, render_comment

if TYPE_CHECKING:
    from launchguard.model.result import RunResult

ROOM = 500
"""Characters that are left to whoever posts the comment."""


def render(result: "RunResult") -> str:
    """At most MAX_CHARS - ROOM characters; fewer findings where there are many."""
    return render_comment(result, max_chars=MAX_CHARS - ROOM)
