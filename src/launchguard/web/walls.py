"""Why an answer is not the landing page, so that nothing can be concluded about it."""

from launchguard.web.answered import Answered
from launchguard.web.bots import wall_of
from launchguard.web.document import excerpt
from launchguard.web.kind import BY_SCRIPTS, answer_kind

__all__ = ["wall_of", "way_in", "why_no_html", "why_no_page"]


def way_in(host: str) -> str:
    """What lets a visit through a wall before a host, as a sentence."""
    return f"Allow-list this machine or LaunchGuard's user agent at {host}, or declare `access` for it in the manifest."


def why_no_page(visit: Answered) -> str:
    """Why this answer is not the landing page's, or "" when it is: a wall, an error status, something else."""
    wall = wall_of(visit)
    if wall:
        return wall
    if visit.status is None or visit.status >= 400:
        return f"it answered {visit.status}, which http-status judges"
    kind = answer_kind(visit)
    return "" if kind.is_page or kind.name in BY_SCRIPTS else f"{kind.words}, which is-the-page judges"


def why_no_html(visit: Answered) -> str:
    """Why there is no HTML of the landing page to read, or "" when there is."""
    reason = why_no_page(visit)
    if reason:
        return reason
    content_type = (visit.content_type or "text/html").partition(";")[0].strip().lower()
    if content_type not in ("text/html", "application/xhtml+xml"):
        return f"it answered {excerpt(content_type, 40)}, not HTML"
    return ""
