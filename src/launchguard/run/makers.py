"""Who makes the evidence that a run's checks need: each maker takes the evidence so far and returns it with its own.

Each looks first whether a wanted check needs what it makes (`checking/evidence.py` says who makes what), and reaches
the outside world through the tools that it is given.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from launchguard.checking.check import Check
from launchguard.errors import LaunchGuardError
from launchguard.model.campaign import Campaign
from launchguard.model.events import StageStarted
from launchguard.model.evidence import Evidence
from launchguard.model.links import with_open_ids
from launchguard.run.request import Emit, Request, Tools
from launchguard.web.bots import wall_of
from launchguard.web.caches import key_of
from launchguard.web.click_ids import RECIPIENT
from launchguard.web.kind import BY_SCRIPTS, answer_kind

Make = Callable[[Evidence, Sequence[Check], Request, Tools, Emit], Evidence]


def needs_load(campaign: Campaign, wanted: Sequence[Check]) -> bool:
    """Whether a check is wanted that only load can answer; capacity is searched where the campaign asks for that."""
    return any(check.needs_load if campaign.load.find_capacity else "load" in check.makers for check in wanted)


def variants_of(wanted: Sequence[Check]) -> frozenset[str]:
    """The variants of every page that wanted checks look at; empty where none looks at a page."""
    of_pages = [check for check in wanted if check.needs_pages]
    return frozenset(variant for check in of_pages for variant in check.visits) | ({"plain"} if of_pages else set())


def make_visits(evidence: Evidence, wanted: Sequence[Check], request: Request, tools: Tools, emit: Emit) -> Evidence:
    """Visit the pages in every variant that a wanted check needs."""
    variants = variants_of(wanted)
    if not variants:
        return evidence
    pages = evidence.campaign.pages
    emit(StageStarted("probe", f"visiting {len(pages)} {'page' if len(pages) == 1 else 'pages'}"))
    return replace(evidence, visits=tools.look(evidence.campaign, variants, request))


def make_load(evidence: Evidence, wanted: Sequence[Check], request: Request, tools: Tools, emit: Emit) -> Evidence:
    """Send the load, unless it would prove nothing."""
    if not needs_load(evidence.campaign, wanted):
        return replace(evidence, load_asked=False)
    assert evidence.forecast is not None
    problem, fix = _why_no_load(evidence)
    if problem:
        return replace(evidence, load_problem=problem, load_fix=fix)
    try:
        emit(StageStarted("load", f"{evidence.campaign.name}: sending the load"))
        answer = tools.send(_as_load_meets_it(evidence), evidence.forecast, request, emit, evidence.visits or ())
    except LaunchGuardError as error:
        if error.exit_code == LaunchGuardError.exit_code:
            raise
        return replace(evidence, load_problem=error.message, load_fix=error.hint)
    problem = answer.problem or (answer.run.invalid if answer.run else "")
    fix = answer.fix or (answer.run.fix if answer.run else "")
    return replace(evidence, load=answer.run, capacity=answer.capacity, load_problem=problem, load_fix=fix)


def _as_load_meets_it(evidence: Evidence) -> Campaign:
    """The campaign with what the idle visits have shown about how its visitors fare."""
    kept_apart = [
        visits.page
        for visits in evidence.visits or ()
        if (key := key_of(visits.cache)) is not None and RECIPIENT in key.split_by
    ]
    return with_open_ids(_without_what_scripts_show(evidence), kept_apart)


def _without_what_scripts_show(evidence: Evidence) -> Campaign:
    """The campaign as load can judge it: without those texts of pages that only their scripts show.

    Whether such a page counts at all is the check's to say; its visits under load get the markup that an idle one got.
    """
    filled = {
        visits.page: plain.document
        for visits in evidence.visits or ()
        if (plain := visits.get("plain")) is not None and not wall_of(plain) and answer_kind(plain).name in BY_SCRIPTS
    }
    pages = [
        page.model_copy(update={"contains": tuple(text for text in page.contains if filled[page.url].match(text))})
        if page.url in filled
        else page
        for page in evidence.campaign.pages
    ]
    return evidence.campaign.model_copy(update={"pages": tuple(pages)}) if filled else evidence.campaign


def without_the_rest(evidence: Evidence) -> Evidence:
    """The evidence of a run that was interrupted before its load: why there is none, and what to do."""
    if evidence.load is not None or evidence.load_problem or not evidence.load_asked:
        return evidence
    reason = "the run was interrupted before its load could be sent"
    return replace(evidence, load_problem=reason, load_fix="Repeat the run and let it finish.")


def _why_no_load(evidence: Evidence) -> tuple[str, str]:
    """Load proves nothing where nobody is forecast to come, or where an idle visitor already gets no page."""
    assert evidence.forecast is not None
    if why := evidence.forecast.no_peak:
        return f"{why}, so there is no peak to test", "Give the manifest a channel with its reach."
    for visits in evidence.visits or ():
        plain = visits.get("plain")
        if plain is not None and (plain.error is not None or (plain.status or 0) >= 400):
            what = plain.error.detail if plain.error else f"it answers {plain.status}"
            fix = plain.error.fix if plain.error else "Mend the page, or correct its `url` in the manifest."
            return f"no load was sent: {visits.page} gives an idle visitor no page ({what})", fix
    return "", ""


MAKERS: tuple[Make, ...] = (make_visits, make_load)
"""In the order of their work: load is sent last, to pages that an idle visitor got."""
