"""What the links of a load run were: how many of its visits asked for a URL of their own."""

from typing import TYPE_CHECKING

import numpy as np

from launchguard.model.load_plan import place_of_visit
from launchguard.model.load_stats import selection

if TYPE_CHECKING:
    from launchguard.model.load_run import LoadRun


def different_urls_of(run: "LoadRun") -> int:
    """How many different URLs the visits of the judged phases asked for: one for each id, and one for the rest."""
    sent, total = np.flatnonzero(selection(run) & ~np.isnan(run.sent_s)), 0
    for index, target in enumerate(run.plan.targets):
        visits, share = sent[run.target[sent] == index], sum(part for _, part in target.click_ids)
        own = int(np.count_nonzero(place_of_visit(visits) < share))
        total += own + (own < len(visits))
    return total
