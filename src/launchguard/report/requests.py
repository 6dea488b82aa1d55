"""Single requests of a load run, a journey's steps and the pages' assets, for every format that people read."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from launchguard.model.verdict import Verdict
from launchguard.words import count, milliseconds, one_in, plural
from launchguard.words.hostile import clip, plain

if TYPE_CHECKING:
    from launchguard.model.load_figures import RequestStats
    from launchguard.model.load_run import LoadRun

STEP_HEADER = ("Step", "Requests", "Failed", "p95", "Example of a failure")
MAX_LINES = 40
MAX_LENGTH = 200


def step_lines(verdict: Verdict) -> list[tuple[str, ...]]:
    """A journey's steps under STEP_HEADER, harmless to print; the JSON report holds all of them."""
    steps = verdict.load.steps if verdict.load else ()
    return [
        (
            clip(plain(step.name), MAX_LENGTH),
            count(step.requests),
            count(step.failed),
            "-" if step.p95_ms is None else milliseconds(step.p95_ms),
            clip(plain(step.example), MAX_LENGTH),
        )
        for step in steps[:MAX_LINES]
    ]


def links_sentence(run: "LoadRun") -> str:
    """How many different URLs the judged visits asked for, and how often a cache answered; "" for nothing to say."""
    asked, told = run.different_urls(), sum(page.requests for page in run.cached)
    text = f"{plural(asked, 'different URL')} asked for" if asked > len(run.plan.targets) else ""
    if told:
        hits = told - sum(page.failed for page in run.cached)
        text += f"{'; ' if text else ''}{count(hits)} of {plural(told, 'answer')} came from a cache"
    return text


def files_sentence(run: "LoadRun") -> str:
    """Whose files were not asked for, or by which share of the visitors; "" where every visitor fetched theirs."""
    said = []
    for page in run.files:
        name = f"{plain(clip(page.name, MAX_LENGTH))}: " if len(run.plan.targets) > 1 else ""
        if page.failed == page.requests:
            said.append(f"{name}its {page.example} of the same origin were not asked for")
        elif page.failed:
            share = (page.requests - page.failed) / page.requests
            said.append(f"{name}{one_in(share, 'visitors')} fetched its {page.example} of the same origin")
    more = f"; and so {plural(len(said) - 3, 'more page')}" if len(said) > 3 else ""
    return "; ".join(said[:3]) + more


_SHORT_OF = {
    "descriptors": "this machine gives a process no more open files (ulimit -n)",
    "ports": "this machine has no more ports",
    "max_connections": "the host's max_connections allows no more",
}


def connections_sentence(run: "LoadRun") -> str:
    """How many connections were open at most, whether all could be held, and when visits got none; "" without any."""
    told, refused = run.connections, run.refused_from()
    if told.fullest is None:
        return ""
    text = f"at most {count(told.fullest.open)} open at once, in second {count(told.fullest.second)}"
    if told.wanted:
        text += f"; held {count(told.held)}"
        text += f" of the {count(told.wanted)} that people would hold" if told.wanted > told.held else " of them idle"
    text += f": {' and '.join(_SHORT_OF[reason] for reason in told.short_of)}" if told.short_of else ""
    if refused is not None:
        text += f"; from second {count(refused)} on visits got no connection or no answer, "
        text += f"{count(told.open_in(refused))} were open then"
    return text


def assets_sentence(assets: "Sequence[RequestStats]") -> str:
    """What the pages brought with them, and what of it failed; it was told and not judged."""
    requests, failed = sum(a.requests for a in assets), sum(a.failed for a in assets)
    slowest = max(assets, key=lambda asset: asset.p95_ms or 0.0)
    text = f"{plural(requests, 'request')} for {plural(len(assets), 'file')} of the pages"
    if slowest.p95_ms is not None:
        text += f"; slowest {slowest.name}, p95 {milliseconds(slowest.p95_ms)}"
    wrong = [f"{asset.name} {asset.example}" for asset in assets if asset.failed]
    if not failed:
        return f"{text}; none failed"
    more = f" and {plural(len(wrong) - 3, 'more file')}" if len(wrong) > 3 else ""
    return f"{text}; {count(failed)} failed, which is not judged: {', '.join(wrong[:3])}{more}"
