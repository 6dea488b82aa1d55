"""Visits that this run does not make, as evidence of why."""

from collections.abc import Sequence

from launchguard.model.visit import Visit, Visits
from launchguard.model.visit_error import VisitError
from launchguard.probe import VisitRequest


def unmade(wanted: Sequence[VisitRequest], why: str) -> tuple[Visits, ...]:
    """Visits that were not made, each with why."""
    pages: dict[str, list[tuple[str, Visit]]] = {}
    for visit in wanted:
        error = VisitError("own-load", why, visit.url)
        pages.setdefault(visit.page, []).append(
            (visit.variant, Visit(visit.page, visit.url, visit.variant, error=error))
        )
    return tuple(Visits(page, tuple(visits)) for page, visits in pages.items())
