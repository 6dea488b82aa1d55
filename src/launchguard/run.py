"""One campaign from manifest to verdict: collect the evidence, have it judged, say it in one line.

Nothing here touches the network, the clock or a process by itself: the tools that do are arguments.
"""

import difflib
import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from importlib.metadata import version

from launchguard import __version__
from launchguard.advice import advise_on
from launchguard.checking import Check
from launchguard.errors import LaunchGuardError
from launchguard.forecast import forecast_campaign
from launchguard.headline import headline, name_of
from launchguard.judge import EXIT_CODES, INTERRUPTED, decide, judge
from launchguard.manifest import Manifest
from launchguard.model.campaign import Campaign
from launchguard.model.capacity import Advice, Capacity
from launchguard.model.clock import Clock
from launchguard.model.events import Event, Noticed, StageStarted
from launchguard.model.evidence import Evidence
from launchguard.model.forecast import Forecast
from launchguard.model.load import Fleet, LoadRun
from launchguard.model.verdict import Decision, Outcome, Scope, Verdict
from launchguard.model.visit import Visits

DRAFT_UNTIL = timedelta(hours=72)
"""A draft is judged as ready from this long before its launch."""

OF_LOAD = frozenset({"LoadRun", "Capacity"})
"""Evidence that only load can give."""

Emit = Callable[[Event], None]


@dataclass(frozen=True)
class Request:
    """What the user asked for. `only` and `skip` are check ids; `seed` makes the run repeatable.

    `production` allows load on production hosts, within what the repository's configuration allows them;
    `during_campaign` allows it while a campaign is live on the host. The load is sent by so many `processes` of this
    machine (0: as many as it takes), or by the workers of a `fleet`.
    """

    seed: int
    run_id: str
    smoke: bool = True
    load: bool = True
    only: frozenset[str] = frozenset()
    skip: frozenset[str] = frozenset()
    base_url: str = ""
    production: bool = False
    during_campaign: bool = False
    processes: int = 0
    fleet: Fleet | None = None

    @property
    def scope(self) -> Scope:
        """How much of a launch verdict this can become."""
        if self.only or self.skip or not (self.smoke or self.load):
            return Scope.PARTIAL
        if not self.load:
            return Scope.SMOKE
        return Scope.FULL if self.smoke else Scope.LOAD

    def wants(self, check: Check) -> bool:
        """True when this run judges the check."""
        if (self.only and check.id not in self.only) or check.id in self.skip:
            return False
        if OF_LOAD & set(check.evidence):
            return self.load
        return self.smoke or not {"Visit", "Visits"} & set(check.evidence)


@dataclass(frozen=True)
class LoadAnswer:
    """What came of asking for load: a run, or why there is none and what would change that.

    With a search for the `capacity` the run is its level at the peak, or nearest above it.
    """

    run: LoadRun | None
    problem: str = ""
    fix: str = ""
    capacity: Capacity | None = None


@dataclass(frozen=True)
class Tools:
    """The parts that reach the outside world. Each may raise LaunchGuardError or KeyboardInterrupt.

    `look` visits every page in the variants that are asked for; `send` authorizes and sends load, and searches the
    capacity where the campaign asks for that.
    """

    look: Callable[[Campaign, frozenset[str], Request], tuple[Visits, ...]]
    send: Callable[[Campaign, Forecast, Request, Emit], LoadAnswer]


def refuse_unknown_ids(request: Request, checks: Sequence[Check]) -> None:
    """Raise LaunchGuardError for an id in --only or --skip that no check has."""
    known = [check.id for check in checks]
    for wanted in sorted(request.only | request.skip):
        if wanted not in known:
            close = difflib.get_close_matches(wanted, known, n=1)
            hint = f"Did you mean {close[0]}?" if close else "`launchguard explain` lists the checks."
            raise LaunchGuardError(f"there is no check {wanted}", hint=hint)


def run_campaign(
    manifest: Manifest, checks: Sequence[Check], request: Request, *, clock: Clock, tools: Tools, emit: Emit
) -> Verdict | None:
    """Run one campaign to its verdict; None for a campaign that is over, which is noticed and skipped."""
    campaign = manifest.campaign
    ended = why_skipped(campaign, clock)
    if ended:
        emit(Noticed(ended))
        return None
    if campaign.status == "draft" and campaign.launch - clock.now > DRAFT_UNTIL:
        return _draft(manifest, checks, request, clock)

    wanted = [check for check in checks if request.wants(check)]
    evidence = Evidence(campaign=campaign, clock=clock, load_asked=request.load)
    interrupted = False
    try:
        emit(StageStarted("forecast", f"{campaign.name}: forecasting the traffic"))
        evidence = replace(evidence, forecast=forecast_campaign(campaign))
        evidence = _look(evidence, wanted, request, tools, emit)
        evidence = _send(evidence, wanted, request, tools, emit)
        interrupted = any(part is not None and part.partial for part in (evidence.load, evidence.capacity))
    except KeyboardInterrupt:
        interrupted = True
    try:
        emit(StageStarted("judge", f"{campaign.name}: judging {len(wanted)} checks"))
        return _conclude(manifest, judge(wanted, evidence), request, evidence, interrupted=interrupted)
    except KeyboardInterrupt:  # what was collected is still worth a report
        return _conclude(manifest, judge(wanted, evidence), request, evidence, interrupted=True)


def why_skipped(campaign: Campaign, clock: Clock) -> str:
    """Why a campaign is not judged at all: it is over; "" when it is not."""
    if campaign.ends is None or campaign.ends >= clock.now:
        return ""
    return f"{campaign.name}: skipped, it ended on {campaign.ends:%Y-%m-%d %H:%M %Z}"


def check_plan(manifest: Manifest, checks: Sequence[Check], request: Request, *, clock: Clock) -> Verdict | None:
    """Judge what needs no network: the plan and its forecast; None for a campaign that is over."""
    campaign = manifest.campaign
    if why_skipped(campaign, clock):
        return None
    if campaign.status == "draft" and campaign.launch - clock.now > DRAFT_UNTIL:
        return _draft(manifest, checks, request, clock)
    evidence = Evidence(campaign=campaign, clock=clock, forecast=forecast_campaign(campaign))
    plan = [check for check in checks if check.group == "plan" and request.wants(check)]
    return _conclude(manifest, judge(plan, evidence), request, evidence)


def needs_load(campaign: Campaign, wanted: Sequence[Check]) -> bool:
    """Whether a check is wanted that only load can answer; capacity is searched where the campaign asks for that."""
    useful = OF_LOAD if campaign.load.find_capacity else {"LoadRun"}
    return any(useful & set(check.evidence) for check in wanted)


def _look(evidence: Evidence, wanted: Sequence[Check], request: Request, tools: Tools, emit: Emit) -> Evidence:
    """Visit the pages in every variant that a wanted check needs."""
    of_pages = [check for check in wanted if {"Visit", "Visits"} & set(check.evidence)]
    if not of_pages:
        return evidence
    variants = frozenset(variant for check in of_pages for variant in check.visits) | {"plain"}
    pages = evidence.campaign.pages
    emit(StageStarted("probe", f"visiting {len(pages)} {'page' if len(pages) == 1 else 'pages'}"))
    return replace(evidence, visits=tools.look(evidence.campaign, variants, request))


def _send(evidence: Evidence, wanted: Sequence[Check], request: Request, tools: Tools, emit: Emit) -> Evidence:
    """Send the load, unless it would prove nothing."""
    if not needs_load(evidence.campaign, wanted):
        return replace(evidence, load_asked=False)
    assert evidence.forecast is not None
    problem, fix = _why_no_load(evidence)
    if problem:
        return replace(evidence, load_problem=problem, load_fix=fix)
    try:
        answer = tools.send(evidence.campaign, evidence.forecast, request, emit)
    except LaunchGuardError as error:
        if error.exit_code == LaunchGuardError.exit_code:
            raise
        return replace(evidence, load_problem=error.message, load_fix=error.hint)
    problem = answer.problem or (answer.run.invalid if answer.run else "")
    return replace(evidence, load=answer.run, capacity=answer.capacity, load_problem=problem, load_fix=answer.fix)


def _why_no_load(evidence: Evidence) -> tuple[str, str]:
    """Load proves nothing where nobody is forecast to come, or where an idle visitor already gets no page."""
    assert evidence.forecast is not None
    if evidence.forecast.peak_per_s <= 0:
        return "no visits are forecast, so there is no peak to test", "Give the manifest a channel with its reach."
    for visits in evidence.visits or ():
        plain = visits.get("plain")
        if plain is not None and (plain.error is not None or (plain.status or 0) >= 400):
            what = plain.error.detail if plain.error else f"it answers {plain.status}"
            return f"no load was sent: {visits.page} gives an idle visitor no page ({what})", ""
    return "", ""


def _draft(manifest: Manifest, checks: Sequence[Check], request: Request, clock: Clock) -> Verdict:
    """A draft gets its plan looked at and its questions listed, and is never GO."""
    campaign = manifest.campaign
    evidence = Evidence(campaign=campaign, clock=clock, forecast=forecast_campaign(campaign))
    outcomes = judge([c for c in checks if c.group == "plan" and request.wants(c)], evidence)
    count = len(manifest.questions)
    text = f"{count} {'question is' if count == 1 else 'questions are'} open" if count else "no question is open"
    line = f"{name_of(Decision.DRAFT, request.scope)}: {campaign.name} is a draft; {text}"
    return _verdict(manifest, outcomes, request, evidence, Decision.DRAFT, 0, line)


def _conclude(
    manifest: Manifest, outcomes: list[Outcome], request: Request, evidence: Evidence, *, interrupted: bool = False
) -> Verdict:
    decision = decide(outcomes)
    if interrupted and decision is not Decision.NO_GO:
        line = f"{name_of(Decision.UNKNOWN, request.scope)}: the run was interrupted before it could conclude"
        return _verdict(manifest, outcomes, request, evidence, Decision.UNKNOWN, INTERRUPTED, line)
    line = headline(decision, request.scope, outcomes, evidence)
    code = INTERRUPTED if interrupted else EXIT_CODES[decision]
    return _verdict(manifest, outcomes, request, evidence, decision, code, line, advise_on(outcomes, evidence))


def _verdict(
    manifest: Manifest,
    outcomes: list[Outcome],
    request: Request,
    evidence: Evidence,
    decision: Decision,
    exit_code: int,
    line: str,
    advice: tuple[Advice, ...] = (),
) -> Verdict:
    return Verdict(
        decision=decision,
        exit_code=exit_code,
        scope=request.scope,
        headline=line,
        campaign=manifest.campaign,
        outcomes=tuple(outcomes),
        run_id=request.run_id,
        created_at=evidence.clock.now,
        seed=request.seed,
        forecast=evidence.forecast,
        load=evidence.load,
        capacity=evidence.capacity,
        advice=advice,
        questions=tuple(f"{question.text} ({question.key})" for question in manifest.questions),
        manifest=manifest.path,
        manifest_sha256=manifest.sha256,
        partial=exit_code == INTERRUPTED,
        versions=versions(),
    )


def versions() -> Mapping[str, str]:
    """The versions that a result depends on: LaunchGuard, Python and Locust."""
    return {"launchguard": __version__, "python": platform.python_version(), "locust": version("locust")}
