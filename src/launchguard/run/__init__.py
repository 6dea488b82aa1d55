"""One campaign from manifest to verdict."""

from launchguard.run.campaign import DRAFT_UNTIL, check_plan, run_campaign, why_skipped
from launchguard.run.makers import needs_load
from launchguard.run.request import Emit, LoadAnswer, Request, Tools, refuse_unknown_ids
from launchguard.run.together import neighbours_of

__all__ = [
    "DRAFT_UNTIL",
    "Emit",
    "LoadAnswer",
    "Request",
    "Tools",
    "check_plan",
    "needs_load",
    "neighbours_of",
    "refuse_unknown_ids",
    "run_campaign",
    "why_skipped",
]
