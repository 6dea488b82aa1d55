"""The numbers that decided, as labelled lines and small tables; the terminal and Markdown lay them out."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from launchguard.model.verdict import Verdict
from launchguard.report.facts import load_figures
from launchguard.report.judged import judged_by_sentence
from launchguard.report.requests import assets_sentence, connections_sentence, files_sentence, links_sentence
from launchguard.words import about, count, exact, milliseconds, moment, number, percent, plural, rate
from launchguard.words.failures import failure_kind

if TYPE_CHECKING:
    from launchguard.model.capacity import Capacity
    from launchguard.model.forecast import Forecast
    from launchguard.model.load_figures import LoadStats, PhaseFigures
    from launchguard.model.load_run import Generator, LoadRun

Row = tuple[str, str]

PAGE_HEADER = ("Page", "Offered/s", "Answered/s", "p95", "Failed", "No answer")


def number_rows(verdict: Verdict) -> list[Row]:
    """(label, sentence) for forecast, load, generator and capacity, as far as they are known, and what judged them."""
    rows: list[Row] = []
    if verdict.forecast:
        rows += _forecast_rows(verdict.forecast)
    if verdict.load:
        rows += _load_rows(verdict.load, verdict.load.stats(phase=None))
    if verdict.capacity:
        rows.append(("Capacity", capacity_sentence(verdict.capacity, verdict.forecast)))
    rows.append(("Judged by", judged_by_sentence(verdict)))
    return rows


def page_lines(verdict: Verdict) -> list[tuple[str, ...]]:
    """The load page by page under PAGE_HEADER; empty for a single page, which the sums already describe."""
    pages = load_figures(verdict.load).pages if verdict.load else ()
    if len(pages) < 2:
        return []
    names = short_names([page for page, _ in pages])
    return [_page_line(name, stats) for name, (_, stats) in zip(names, pages, strict=True)]


def short_names(urls: Sequence[str]) -> list[str]:
    """Each URL's path where that tells it from the others, else the count URL."""
    paths = [urlsplit(url).path or "/" if url.startswith(("http://", "https://")) else url for url in urls]
    return [path if paths.count(path) == 1 else url for path, url in zip(paths, urls, strict=True)]


def _page_line(name: str, stats: "LoadStats") -> tuple[str, ...]:
    p95 = milliseconds(stats.latency_ms.p95) if stats.latency_ms else "-"
    rates = (number(stats.offered_per_s), number(stats.answered_per_s))
    return (name, *rates, p95, count(stats.failed), count(stats.forgotten))


def _forecast_rows(forecast: "Forecast") -> Iterator[Row]:
    assumed = len(forecast.assumptions)
    basis = f"; {plural(assumed, 'number is', 'numbers are')} assumed" if assumed else "; nothing is assumed"
    peak = f"{rate(forecast.peak_per_s)} at the peak, {moment(forecast.peak_at)}"
    if forecast.peak_p95_per_s > forecast.peak_per_s:
        peak += f"; one campaign in twenty exceeds {rate(forecast.peak_p95_per_s)}"
    if forecast.peak_unknown:
        yield "Forecast", f"unknown: {forecast.no_peak}{basis}"
    else:
        yield "Forecast", f"{peak}; {count(forecast.visits)} visits in all{basis}"
    if forecast.unknown_reach:
        yield (
            "Unknown",
            f"nobody said how many people these reach, so no figure has them: {', '.join(forecast.unknown_reach)}",
        )
    yield from (("Note", note) for note in forecast.notes)


def _load_rows(run: "LoadRun", total: "LoadStats") -> Iterator[Row]:
    if run.invalid:
        yield "No result", f"nothing can be concluded from this load: {run.invalid}"
    if run.stopped:
        yield "Stopped", run.stopped
    if failures := failure_examples(total, run.examples):
        yield "Failures", failures
    if len(phases := run.per_phase()) > 1:
        yield "Phases", "; ".join(phase_sentence(phase) for phase in phases)
    yield from (("Plan", note) for note in run.plan.notes)
    if links := links_sentence(run):
        yield "Links", links
    if held := connections_sentence(run):
        yield "Connections", held
    if run.assets:
        yield "Assets", assets_sentence(run.assets)
    if files := files_sentence(run):
        yield "Files", files
    yield "Generator", generator_sentence(run.generator, total)


def phase_sentence(phase: "PhaseFigures") -> str:
    """What one phase showed: "hold 2-7 s: 500 visits, 0.2 % without a correct answer, p95 40 ms, within the limits"."""
    where = f"{phase.name.replace('_', '-')} {exact(phase.start_s)}-{exact(phase.end_s)} s"
    stats = phase.stats
    if stats.latency_ms is None or stats.failure_ratio is None:
        return f"{where}: nothing was sent"
    return (
        f"{where}: {plural(stats.started, 'visit')}, {percent(stats.failure_ratio)} without a correct answer, "
        f"p95 {milliseconds(stats.latency_ms.p95)}, {'within' if phase.meets else 'beyond'} the limits"
    )


def failure_examples(stats: "LoadStats", examples: Mapping[str, str]) -> str:
    """An example of each kind of failure, most frequent first; the table has the counts."""
    told = [(failure_kind(kind), examples[kind]) for kind in stats.failures_by_kind if examples.get(kind)]
    return "; ".join(f"{kind}, for example {example}" for kind, example in told)


def generator_sentence(generator: "Generator", total: "LoadStats") -> str:
    """How good the generator was, so that the site is not blamed for it."""
    due = total.offered_per_s > 0
    parts = [f"sent {percent(total.started_per_s / total.offered_per_s)} of what was due" if due else "sent nothing"]
    if generator.lag_p99_ms is not None:
        parts.append(f"p99 {milliseconds(generator.lag_p99_ms)} behind the schedule")
    if generator.cpu_ratio is not None:
        parts.append(f"{percent(generator.cpu_ratio)} of a core per process")
    text = ", ".join((*parts, plural(generator.processes, "process", "processes")))
    if generator.visits_per_s is None:
        return text
    return f"{text}; one process can send {about(generator.visits_per_s)} visits/s or more here at 70 % of a core"


def capacity_sentence(capacity: "Capacity", forecast: "Forecast | None") -> str:
    """The capacity with its interval and the headroom over the peak, or why there is none."""
    if capacity.rate_per_s is None:
        return f"not concluded: {capacity.reason or 'no level could be judged'}"
    text = rate(capacity.rate_per_s)
    if capacity.high_per_s is None:
        text = f"at least {text}: nothing broke up to there"
    elif capacity.low_per_s is not None:
        text += f" (between {number(capacity.low_per_s)} and {number(capacity.high_per_s)})"
    headroom = capacity.headroom(forecast.peak_per_s) if forecast else None
    text += f"; {number(headroom)} times the peak" if headroom is not None else ""
    return text + (f"; beyond it {capacity.broke}" if capacity.broke else "")
