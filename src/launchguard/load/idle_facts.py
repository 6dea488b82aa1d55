"""What idle visits have seen of the pages, handed to the load: what is right there was the same before it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from launchguard.model.load_plan import LoadPlan
from launchguard.model.visit import Visits
from launchguard.web.likeness import PageFacts, facts_of, kind_name
from launchguard.web.request import Device


def with_idle_facts(plan: LoadPlan, seen: Sequence[Visits]) -> LoadPlan:
    """The plan with what every idle visit that got an answer saw of its pages; nothing where nobody looked."""
    facts = {visits.page: tuple(_facts(visits)) for visits in seen}
    return replace(plan, targets=tuple(replace(t, idle=facts.get(t.page, ())) for t in plan.targets))


def _facts(visits: Visits) -> Iterator[PageFacts]:
    for variant, visit in visits.by_variant:
        if visit.error is None and visit.status is not None and visit.status < 400:
            device: Device = "phone" if variant == "phone" else "desktop"
            yield facts_of(visit.body, visit.final_url, kind_name(visit), device)
