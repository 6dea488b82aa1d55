"""A dry run as text and as JSON (`launchguard/dry-run/v1`)."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from launchguard.authorize import Answer, Grant
from launchguard.dryrun.picture import TYPICAL_PAGE_BYTES, DryRun, PlannedLoad
from launchguard.judging.headline import when
from launchguard.load.allowance import MOST_REQUESTS
from launchguard.load.capacity import Budget
from launchguard.load.sending.fetching import fetching_one_in
from launchguard.model.load_plan import Phase
from launchguard.words import about, count, exact, number, one_in, percent, plural
from launchguard.words.hostile import plain

EXAMPLE_FILES = 20
"""Of a page, to say by how many visitors its files would be fetched: a dry run does not look at the pages."""


def render_text(runs: Sequence[DryRun]) -> str:
    """The runs one after the other. Rates in visits per second, sizes in megabytes."""
    return "\n\n".join("\n".join(_one_line(line) for line in _lines(run)) for run in runs)


def render_json(runs: Sequence[DryRun]) -> str:
    """The runs as one document: rates in visits/s, times in seconds, sizes in bytes."""
    document = {"schema": "launchguard/dry-run/v1", "runs": [_document(run) for run in runs]}
    return json.dumps(document, indent=2, ensure_ascii=False)


def _one_line(line: str) -> str:
    """Harmless, and with its indentation: a line that a manifest's text was put into stays one."""
    return " " * (len(line) - len(line.lstrip(" "))) + plain(line)


def _lines(run: DryRun) -> Iterator[str]:
    yield f"{run.name} ({run.manifest}): a dry run, nothing is sent but the look-ups of authorization"
    if run.time is not None:
        yield f"The run {run.time.words}."
    if run.pages:
        yield ""
        yield "Pages that would be visited:"
        yield from (f"  GET {request.url} ({request.variant})" for request in run.pages)
    if run.no_load:
        yield ""
        yield f"No load: {run.no_load}."
    if run.load is not None:
        yield ""
        yield from _load_lines(run.load)


def _load_lines(load: PlannedLoad) -> Iterator[str]:
    plan = load.plan
    if load.search is not None:
        first, largest = load.search.first_per_s, load.search.largest_per_s
        yield (
            f"A search for the capacity from {number(first)} up to {number(largest)} visits/s, lower if that "
            "breaks, within "
            f"{count(Budget().seconds / 60)} minutes. It replaces this run:"
        )
    median = f"the median forecast is {number(load.peak_per_s)}/s, {when(load.peak_at)}"
    yield f"Load at {number(plan.peak_per_s)} visits/s ({median}):"
    yield from (_phase_line(phase) for phase in plan.phases)
    yield from (f"  {note}" for note in plan.notes)
    minutes = ", ".join(f"minute {minute}: {count(visits)}" for minute, visits in enumerate(load.per_minute, 1))
    yield f"  {count(load.visits)} visits in all ({minutes}), {plan.arrivals} arrivals, seed {plan.seed}"
    yield f"  {percent(plan.phones_ratio)} of the visits with a phone, the others with a desktop"
    yield f"  {_visit_words(load)}"
    yield from (f"  {line}" for line in _files_lines(load))
    megabytes, kilobytes = load.egress_bytes / 1e6, TYPICAL_PAGE_BYTES / 1e3
    yield f"  {_machine_words(load)}"
    yield f"  about {count(megabytes)} MB of HTML at an assumed {count(kilobytes)} kB a page"
    yield f"  schedule {load.schedule_sha256[:16]}"
    yield ""
    yield "Origins:"
    for answer in load.answers:
        yield from _origin_lines(answer)


def _visit_words(load: PlannedLoad) -> str:
    """What one visit is, and how many requests the caps let through: they count visits."""
    plan, (least, most) = load.plan, load.requests_per_visit
    per_s = f"{number(plan.peak_per_s * least)}"
    if plan.journey:
        users = ", ".join(f"{name} {percent(share)}" for name, share in load.users.items())
        rows = f" with the rows of {Path(plan.data).name}" if plan.data else ""
        return (
            f"a visit walks {Path(plan.journey).name} ({users}){rows}, and each of its steps is a request: {per_s} "
            "requests/s at the peak, times the steps of a walk, which only the run can count; max_rate counts visits"
        )
    if most is not None and most > least:
        return (
            f"a visit fetches the page and its assets, at most {most - least} of its own origin: from {per_s} up to "
            f"{count(plan.peak_per_s * most)} requests/s at the peak; max_rate counts visits, max_requests all of them"
        )
    return f"a visit is one request, and one more for each redirect: {per_s} requests/s at the peak"


def _files_lines(load: PlannedLoad) -> Iterator[str]:
    """Where files are not asked for, or by a share of the visitors only: which that is follows from the page."""
    if load.plan.journey or load.plan.assets == "no":
        return
    for answer in load.answers:
        if not isinstance(answer, Grant) or not answer.reachable:
            continue
        each = load.allowed.get(answer.origin)
        if each is None and not answer.by_redirect:
            yield f"files of {answer.origin} are not asked for: no max_requests says how many it may receive"
        elif each is not None and each < MOST_REQUESTS:
            visitors = fetching_one_in(each, EXAMPLE_FILES)
            few = f"{one_in(1 / visitors, 'visitors')} fetch" if visitors else "no visitor fetches"
            yield (
                f"{exact(answer.max_requests_per_s)} requests/s carry {number(each - 1)} files a visit of "
                f"{answer.origin}: of a page with {EXAMPLE_FILES} files {few} theirs"
            )


def _machine_words(load: PlannedLoad) -> str:
    """What the load takes here, of what this machine has."""
    more = "a journey takes" if load.plan.journey else "assets take" if load.allowed else ""
    text = f"it needs {'at least ' if more else ''}{plural(load.processes, 'process', 'processes')} here, and this "
    text += f"machine has {number(load.cores)} {'core' if load.cores == 1 else 'cores'}"
    if load.process_visits_per_s is not None:
        text += f"; one process can send {about(load.process_visits_per_s)} visits/s or more at 70 % of a core"
    return text + (f"; what {more} on top is not measured, the run's CPU guard watches it" if more else "")


def _phase_line(phase: Phase) -> str:
    first, last = f"{number(phase.rate_from_per_s)}", f"{number(phase.rate_to_per_s)}"
    rates = last if phase.rate_from_per_s == phase.rate_to_per_s else f"{first} to {last}"
    return f"  {phase.name}, {exact(phase.start_s)}-{exact(phase.end_s)} s: {rates} visits/s"


def _origin_lines(answer: Answer) -> Iterator[str]:
    if not isinstance(answer, Grant):
        yield f"  {answer.origin}: no load, {answer.reason}"
        yield from (f"      {line}" for line in answer.fix.splitlines())
        return
    terms = [f"at most {exact(answer.max_rate_per_s)}/s"] if answer.max_rate_per_s is not None else []
    terms += [f"at most {exact(answer.max_requests_per_s)} requests/s"] if answer.max_requests_per_s is not None else []
    terms += ["production"] if answer.production else []
    terms += [f"only {answer.hours}"] if answer.hours else []
    terms += ["for redirects only: no page names it"] if answer.by_redirect and answer.reachable else []
    terms += [f"no redirect is followed to it, {answer.closed}"] if answer.closed else []
    yield f"  {answer.origin} at {', '.join(answer.addresses)}: authorized by {'; '.join([answer.why, *terms])}"


def _document(run: DryRun) -> dict[str, Any]:
    return {
        "campaign": run.name,
        "manifest": run.manifest,
        "pages": [{"url": request.url, "variant": request.variant} for request in run.pages],
        "no_load": run.no_load,
        "time": run.time and {"about_s": run.time.about_s, "at_most_s": run.time.at_most_s},
        "load": _load_document(run.load) if run.load is not None else None,
    }


def _load_document(load: PlannedLoad) -> dict[str, Any]:
    plan = load.plan
    return {
        "peak_per_s": load.peak_per_s,
        "tested_per_s": plan.peak_per_s,
        "search": load.search and {"from_per_s": load.search.first_per_s, "to_per_s": load.search.largest_per_s},
        "peak_at": load.peak_at.isoformat(),
        "phases": [
            {
                "name": phase.name,
                "start_s": phase.start_s,
                "end_s": phase.end_s,
                "rate_from_per_s": phase.rate_from_per_s,
                "rate_to_per_s": phase.rate_to_per_s,
            }
            for phase in plan.phases
        ],
        "visits": load.visits,
        "visits_per_minute": list(load.per_minute),
        "visit": {
            "assets": plan.assets,
            "journey": plan.journey,
            "data": plan.data,
            "users": dict(load.users),
            "requests": {"least": load.requests_per_visit[0], "most": load.requests_per_visit[1]},
        },
        "egress_bytes": load.egress_bytes,
        "processes": load.processes,
        "cores": load.cores,
        "process_visits_per_s": load.process_visits_per_s,
        "arrivals": plan.arrivals,
        "phones": plan.phones_ratio,
        "seed": plan.seed,
        "schedule_sha256": load.schedule_sha256,
        "origins": [_origin_document(answer) for answer in load.answers],
    }


def _origin_document(answer: Answer) -> dict[str, Any]:
    if not isinstance(answer, Grant):
        return {"origin": answer.origin, "authorized": False, "reason": answer.reason, "fix": answer.fix}
    return {
        "origin": answer.origin,
        "authorized": True,
        "why": answer.why,
        "addresses": list(answer.addresses),
        "max_rate_per_s": answer.max_rate_per_s,
        "max_requests_per_s": answer.max_requests_per_s,
        "by_redirect": answer.by_redirect,
        "closed_to_redirects": answer.closed,
        "production": answer.production,
        "hours": answer.hours,
    }
