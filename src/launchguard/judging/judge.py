"""The only judge: runs checks on evidence, applies severities and waivers, and decides.

Order of the decision: a block from valid evidence is NO-GO; else an unknown of a check whose severity is block is
UNKNOWN; else GO. A check that raises is an unknown outcome, never a crash and never silence.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from launchguard.checking.check import Check
from launchguard.checking.evidence import KINDS
from launchguard.checking.standing import PAGE_SEEN
from launchguard.judging.loosened import unapproved_loosening
from launchguard.judging.waivers import apply_waivers
from launchguard.model.campaign import Campaign, Page
from launchguard.model.evidence import Evidence
from launchguard.model.verdict import Answer, Decision, Finding, NotApplicable, Outcome, Severity, Status, Unknown
from launchguard.model.visit import Visit

EXIT_CODES = {Decision.GO: 0, Decision.NO_GO: 1, Decision.UNKNOWN: 3, Decision.DRAFT: 0}
INTERRUPTED = 130

_RANK: dict[Severity, int] = {"info": 0, "warn": 1, "block": 2}
_STATUS_OF: dict[Severity, Status] = {"info": Status.PASS, "warn": Status.WARN, "block": Status.BLOCK}


def decide(outcomes: Iterable[Outcome]) -> Decision:
    """GO, NO-GO or UNKNOWN from the outcomes alone; without any judged outcome nothing is known."""
    seen = [o for o in outcomes if o.status is not Status.SKIPPED]
    if any(o.status is Status.BLOCK for o in seen):
        return Decision.NO_GO
    if not seen or any(_stops(o) for o in seen):
        return Decision.UNKNOWN
    return Decision.GO


def judge(checks: Sequence[Check], evidence: Evidence) -> list[Outcome]:
    """Every check on every piece of evidence that it asks for, waivers applied."""
    outcomes: list[Outcome] = []
    load_problem_told = False
    for check in checks:
        if "load" in check.makers and (evidence.load_problem or evidence.load is None):
            outcomes.append(_without_load(check, evidence, told=load_problem_told))
            load_problem_told = True
        else:
            outcomes += _judge_check(check, evidence)
    outcomes = apply_waivers(outcomes, evidence.campaign.waivers, evidence.clock)
    looking = {check.id for check in checks if check.judges_errors}
    unseen = _unseen_pages([o for o in outcomes if o.check in looking], evidence)
    return [*unapproved_loosening(evidence.loosening), *unseen, *outcomes]


def _unseen_pages(outcomes: Sequence[Outcome], evidence: Evidence) -> Iterator[Outcome]:
    """A page that nobody saw is unknown, whatever was waived, left out or set to warn: no data is never GO.

    `outcomes` are those of the checks that judge errors: where one of them stops the launch, the page is told already.
    """
    for visits in evidence.visits or ():
        plain = visits.get("plain")
        if plain is None or plain.error is None:
            continue
        if not any(o.page == visits.page and _stops(o) for o in outcomes):
            fix = plain.error.fix
            yield PAGE_SEEN.outcome(Status.UNKNOWN, page=visits.page, reason=_unseen(plain), fix=fix)


def _stops(outcome: Outcome) -> bool:
    """Whether the launch cannot be GO because of this outcome alone; an unknown of a mere warning changes nothing."""
    return outcome.status is Status.BLOCK or (outcome.status is Status.UNKNOWN and outcome.severity == "block")


def _without_load(check: Check, evidence: Evidence, *, told: bool) -> Outcome:
    """One outcome for missing or worthless load: the reason is told once, by the first check that needs it.

    Its severity is block, whatever the manifest says of the check: that speaks of findings, not of missing data.
    """
    blank = _outcome(check, Status.SKIPPED, _severity(check, evidence.campaign))
    if not evidence.load_asked:
        return replace(blank, reason="load was not measured in this run")
    if told:
        return replace(blank, reason="there is no load run to judge")
    reason = evidence.load_problem or "no load was sent"
    fix = evidence.load_fix or "Do what the reason asks for, then repeat the run."
    return replace(blank, status=Status.UNKNOWN, severity="block", reason=reason, fix=fix)


def _judge_check(check: Check, evidence: Evidence) -> Iterator[Outcome]:
    """Yield one outcome per page for checks of pages, one for the others."""
    if not check.per_page:
        yield _judge_one(check, evidence)
        return
    pages = {page.url: page for page in evidence.campaign.pages}
    if not check.needs_pages:
        for url, page in pages.items():
            yield replace(_judge_one(check, evidence, page), page=url)
        return
    for visits in evidence.visits or ():
        failed = next((v for _, v in visits.by_variant if v.error and v.variant in check.visits), None)
        if failed is not None and not check.judges_errors:
            outcome = _outcome(check, Status.SKIPPED, _severity(check, evidence.campaign))
            outcome = replace(outcome, reason=_unseen(failed))
        else:
            outcome = _judge_one(check, evidence, pages[visits.page])
        yield replace(outcome, page=visits.page)
    if evidence.visits is None:
        outcome = _outcome(check, Status.SKIPPED, _severity(check, evidence.campaign))
        yield replace(outcome, reason="the pages were not visited in this run")


def _unseen(visit: Visit) -> str:
    assert visit.error is not None
    return f"the page could not be seen: {visit.error.detail}"


def _judge_one(check: Check, evidence: Evidence, page: Page | None = None) -> Outcome:
    """Run one check on one piece of evidence. Whatever it raises becomes an unknown outcome."""
    severity = _severity(check, evidence.campaign)
    given = [KINDS[name].find(evidence, page) for name in check.evidence]
    missing = [name for name, value in zip(check.evidence, given, strict=True) if value is None]
    if missing:
        reason = f"there is no {', '.join(missing)} in this run"
        return replace(_outcome(check, Status.SKIPPED, severity), reason=reason)
    try:
        answers = [_whole(a) for a in check(*given, **check.options_in_force(evidence.campaign))]
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a check raises is a result
        reason = f"the check itself failed: {type(error).__name__}: {error}"
        return replace(_outcome(check, Status.UNKNOWN, severity), reason=reason)
    return conclude_answers(check, severity, answers, capped="severity" in evidence.campaign.checks.get(check.id, {}))


def _whole(answer: Answer) -> Answer:
    """Refuse what is no answer, and a message whose fields are missing, while the check can still be blamed."""
    if not isinstance(answer, Finding | Unknown | NotApplicable):
        raise TypeError(f"it yielded {type(answer).__name__}; a check yields Finding, Unknown or NotApplicable")
    if isinstance(answer, Finding):
        answer.message  # noqa: B018 - formatting is the test
    return answer


def conclude_answers(check: Check, severity: Severity, answers: Sequence[Answer], *, capped: bool = False) -> Outcome:
    """One outcome from a check's answers: a block outweighs an unknown, an unknown outweighs a warning.

    `capped` says that the manifest set the severity, which then no finding exceeds.
    """
    findings = tuple(_at_severity(a, severity, capped) for a in answers if isinstance(a, Finding))
    unknown = next((a for a in answers if isinstance(a, Unknown)), None)
    absent = next((a for a in answers if isinstance(a, NotApplicable)), None)
    worst = max((f.severity or severity for f in findings), key=_RANK.__getitem__, default=None)
    unseen = next((a.unseen for a in answers if not isinstance(a, Unknown) and a.unseen), "")
    outcome = replace(_outcome(check, Status.PASS, severity), findings=findings, unseen=unseen)
    if worst == "block":
        return replace(outcome, status=Status.BLOCK)
    if unknown is not None:
        return replace(outcome, status=Status.UNKNOWN, reason=unknown.reason, fix=unknown.fix or check.fix)
    if worst is not None:
        return replace(outcome, status=_STATUS_OF[worst])
    if absent is not None:
        return replace(outcome, status=Status.SKIPPED, reason=absent.reason)
    return outcome


def _at_severity(finding: Finding, severity: Severity, capped: bool) -> Finding:
    own: Severity = finding.severity or severity
    return replace(finding, severity=severity if capped and _RANK[severity] < _RANK[own] else own)


def _severity(check: Check, campaign: Campaign) -> Severity:
    chosen: Severity | None = campaign.checks.get(check.id, {}).get("severity")
    return chosen or check.severity


def _outcome(check: Check, status: Status, severity: Severity) -> Outcome:
    return Outcome(
        check=check.id,
        status=status,
        severity=severity,
        owner=check.owner,
        title=check.title,
        why=check.why,
        fix=check.fix,
    )
