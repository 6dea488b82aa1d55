"""Every kind of evidence that a check may ask for: the name of its type, who makes it, and where a run keeps it.

A new kind of evidence is

1. a type in `launchguard.model`, with a field of `Evidence` (model/evidence.py) that is None where nobody made it,
   and its name among the public ones (launchguard/__init__.py);
2. a row of KINDS below, which finds it there;
3. its maker: a function in run/makers.py that returns the evidence with the new field filled in, and stands in MAKERS.

Nothing else names a kind: which checks a run wants, what it collects for them, and what the judge hands to whom all
follow from the row.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from launchguard.model.campaign import Page
from launchguard.model.capacity import NOT_SEARCHED
from launchguard.model.evidence import Evidence
from launchguard.model.visit import Visits

Maker = Literal["plan", "pages", "domains", "browser", "load", "search"]
"""Who makes evidence: the manifest and its forecast alone ("plan"), idle visits ("pages", "domains", "browser"), or
load: a run at the peak ("load"), a search for the capacity ("search")."""

OF_LOAD: frozenset[Maker] = frozenset({"load", "search"})


@dataclass(frozen=True)
class EvidenceKind:
    """One kind of evidence: `name` is that of its type, by which a check's parameters ask for it.

    `group` is where a user's check of it belongs (plan, page, domain, browser, load). `find` takes it out of a run's
    evidence; None where the run has none. With `per_page` a check of it is asked once for each page, which `find` is
    given then, and None otherwise.
    """

    name: str
    maker: Maker
    group: str
    find: Callable[[Evidence, Page | None], object | None]
    per_page: bool = False


def _visits(evidence: Evidence, page: Page | None) -> Visits | None:
    found = (visits for visits in evidence.visits or () if page is not None and visits.page == page.url)
    return next(found, None)


def _plain_visit(evidence: Evidence, page: Page | None) -> object | None:
    visits = _visits(evidence, page)
    return visits.get("plain") if visits is not None else None


def _nobody(evidence: Evidence, page: Page | None) -> None:
    """What no maker makes yet: a check of it is skipped, and says so."""


KINDS: dict[str, EvidenceKind] = {
    kind.name: kind
    for kind in (
        EvidenceKind("Campaign", "plan", "plan", lambda evidence, _: evidence.campaign),
        EvidenceKind("Forecast", "plan", "plan", lambda evidence, _: evidence.forecast),
        EvidenceKind("Page", "plan", "plan", lambda _, page: page, per_page=True),
        EvidenceKind("Visit", "pages", "page", _plain_visit, per_page=True),
        EvidenceKind("Visits", "pages", "page", _visits, per_page=True),
        EvidenceKind("DomainVisit", "domains", "domain", _nobody),
        EvidenceKind("BrowserVisit", "browser", "browser", _nobody),
        EvidenceKind("LoadRun", "load", "load", lambda evidence, _: evidence.load),
        EvidenceKind("Capacity", "search", "load", lambda evidence, _: evidence.capacity or NOT_SEARCHED),
        EvidenceKind("Clock", "plan", "plan", lambda evidence, _: evidence.clock),
        EvidenceKind("Neighbours", "plan", "plan", lambda evidence, _: evidence.neighbours),
    )
}
"""The one table of evidence, by name."""
