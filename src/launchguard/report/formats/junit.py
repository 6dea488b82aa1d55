"""The verdict as JUnit XML: one suite per campaign, one test case per outcome."""

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from launchguard.model.result import NotJudged, RunResult
from launchguard.model.verdict import Decision, Outcome, Status, Verdict
from launchguard.report.judged import judged_by_sentence
from launchguard.report.loosening import loosening_sentence
from launchguard.words.hostile import xml_text


def render(result: RunResult) -> str:
    """A block is a failure; an unknown that blocks, an error; what was waived or skipped, skipped.

    A verdict of UNKNOWN without such an outcome still fails its suite: no data is never a pass. A manifest without a
    verdict has a suite of its own, with an error where that decides the exit code.
    """
    root = Element("testsuites", name="launchguard")
    for verdict in result:
        _suite(root, verdict)
    for row in result.not_judged:
        _open_suite(root, row)
    for problem in result.problems:
        suite = SubElement(root, "testsuite", name="launchguard")
        case = SubElement(suite, "testcase", name="reports", classname="launchguard", time="0")
        SubElement(case, "error", message=xml_text(problem), type="unwritten")
        _count(suite, suite)
    _count(root, root)
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _suite(root: Element, verdict: Verdict) -> None:
    name = xml_text(verdict.campaign.name)
    stamp = verdict.created_at.strftime("%Y-%m-%dT%H:%M:%S")
    suite = SubElement(root, "testsuite", name=name, timestamp=stamp, id=xml_text(verdict.run_id))
    properties = SubElement(suite, "properties")
    told = {"verdict": verdict.decision.value, "scope": verdict.scope.value, "seed": verdict.seed}
    told |= {"judged-by": judged_by_sentence(verdict), "not-judged-yet": ", ".join(verdict.not_judged)}
    for key, value in told.items():
        SubElement(properties, "property", name=key, value=xml_text(str(value)))
    for secret in verdict.secrets:
        SubElement(properties, "property", name="secret-sent", value=xml_text(f"{secret.name} to {secret.host}"))
    for row in verdict.loosening:
        SubElement(properties, "property", name="loosening", value=xml_text(loosening_sentence(row)))
    for outcome in verdict.outcomes:
        _case(suite, verdict, outcome)
    if verdict.decision is Decision.UNKNOWN and suite.find("testcase/error") is None:
        case = SubElement(suite, "testcase", name="verdict", classname=f"launchguard.{name}", time="0")
        SubElement(case, "error", message=xml_text(verdict.headline), type="unknown")
    _count(suite, suite)


def _open_suite(root: Element, row: NotJudged) -> None:
    name = xml_text(row.manifest)
    suite = SubElement(root, "testsuite", name=name)
    case = SubElement(suite, "testcase", name="verdict", classname=f"launchguard.{name}", time="0", file=name)
    message = xml_text(f"{row.state.words}: {row.why}")
    if row.exit_code:
        SubElement(case, "error", message=message, type=row.state.value)
    else:
        SubElement(case, "skipped", message=message)
    _count(suite, suite)


def _case(suite: Element, verdict: Verdict, outcome: Outcome) -> None:
    name = f"{outcome.check} {outcome.page}".strip()
    attributes = {"name": xml_text(name), "classname": f"launchguard.{xml_text(verdict.campaign.name)}", "time": "0"}
    if verdict.manifest:
        attributes["file"] = xml_text(verdict.manifest)
    case = SubElement(suite, "testcase", attributes)
    first = outcome.findings[0].message if outcome.findings else outcome.title
    match outcome.status:
        case Status.BLOCK:
            SubElement(case, "failure", message=xml_text(first), type=outcome.severity).text = _details(outcome)
        case Status.UNKNOWN if outcome.severity == "block":
            SubElement(case, "error", message=xml_text(outcome.reason), type="unknown").text = _details(outcome)
        case Status.UNKNOWN | Status.SKIPPED | Status.WAIVED:
            SubElement(case, "skipped", message=xml_text(f"{outcome.status.value}: {outcome.reason}"))
        case _:
            if outcome.findings:
                SubElement(case, "system-out").text = _details(outcome)


def _details(outcome: Outcome) -> str:
    """The findings, then why, fix and owner, one line each."""
    lines = [finding.message for finding in outcome.findings]
    lines += [f"Why: {outcome.why}", f"Fix: {outcome.fix}", f"Owner: {outcome.owner}"]
    return "\n".join(xml_text(line) for line in lines)


def _count(element: Element, inside: Element) -> None:
    counts = {"tests": "testcase", "failures": "testcase/failure", "errors": "testcase/error"}
    for attribute, path in {**counts, "skipped": "testcase/skipped"}.items():
        element.set(attribute, str(len(inside.findall(f".//{path}"))))
