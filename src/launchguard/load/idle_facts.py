"""What idle visits have seen of the pages, handed to the load: what is right there was the same before it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from launchguard.model.load_plan import LoadPlan
from launchguard.model.visit import Visit, Visits
from launchguard.web.likeness import PageFacts, facts_of, kind_name
from launchguard.web.page_files import page_files
from launchguard.web.request import Device


def with_idle_facts(plan: LoadPlan, seen: Sequence[Visits]) -> LoadPlan:
    """The plan with what every idle visit that got an answer saw of its pages; nothing where nobody looked."""
    facts = {visits.page: tuple(_facts(visits)) for visits in seen}
    files = {visits.page: max(map(_files, _answered(visits)), default=0) for visits in seen}
    targets = (replace(t, idle=facts.get(t.page, ()), files=files.get(t.page, 0)) for t in plan.targets)
    return replace(plan, targets=tuple(targets))


def _answered(visits: Visits) -> Iterator[Visit]:
    for _, visit in visits.by_variant:
        if visit.error is None and visit.status is not None and visit.status < 400:
            yield visit


def _files(visit: Visit) -> int:
    """How many files of its own origin a page names."""
    if "html" not in visit.content_type.lower():
        return 0
    try:
        return len(page_files(visit.text, visit.final_url))
    except ValueError:
        return 0


def _facts(visits: Visits) -> Iterator[PageFacts]:
    for visit in _answered(visits):
        device: Device = "phone" if visit.variant == "phone" else "desktop"
        yield facts_of(visit.body, visit.final_url, kind_name(visit), device)
