"""What the links of a load run were: how many of its visits asked for a URL of their own."""

from typing import TYPE_CHECKING

import numpy as np

from launchguard.model.load_plan import place_of_visit
from launchguard.model.load_stats import selection

if TYPE_CHECKING:
    from launchguard.model.load_run import LoadRun


def different_urls_of(run: "LoadRun") -> int:
    """How many different URLs the visits of the judged phases asked for: one for each id, each utm, and the rest."""
    sent, total = np.flatnonzero(selection(run) & ~np.isnan(run.sent_s)), 0
    for index, target in enumerate(run.plan.targets):
        places = place_of_visit(sent[run.target[sent] == index])
        bounds = np.cumsum([link.share for link in target.links])
        came = np.bincount(np.searchsorted(bounds, places, side="right"), minlength=len(bounds) + 1)
        own = [bool(link.click_id) for link in target.links] + [False]
        total += sum(int(visits) if ids else int(visits > 0) for visits, ids in zip(came, own, strict=True))
    return total
