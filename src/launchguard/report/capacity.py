"""A capacity search as text, Markdown and JSON: the figure, what it means for the peak, and every level."""

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from launchguard.model.verdict import Outcome, Status
from launchguard.report.facts import secrets_note
from launchguard.report.formats.json.measured import level_json
from launchguard.report.judged import judged_by_json, limits_words, options_words
from launchguard.report.levels import LEVEL_HEADER, level_line, markdown_levels
from launchguard.report.numbers import capacity_sentence
from launchguard.words import number, rate
from launchguard.words.hostile import markdown_text, plain

if TYPE_CHECKING:
    from launchguard.model.campaign import Limits
    from launchguard.model.capacity import Advice, Capacity
    from launchguard.model.confided import SentSecret
    from launchguard.model.forecast import Forecast

SCHEMA = "launchguard/capacity/v1"
ADVICE = "The change that would make it safe"


@dataclass(frozen=True)
class CapacityReport:
    """What there is to tell of one search: of a campaign with its forecast, gate and advice, or of a plain address.

    `options` are those of the gate that differ from what it declares.
    """

    name: str
    capacity: "Capacity"
    limits: "Limits"
    forecast: "Forecast | None" = None
    gate: Outcome | None = None
    advice: "tuple[Advice, ...]" = ()
    seed: int = 0
    secrets: "tuple[SentSecret, ...]" = ()
    options: Mapping[str, Mapping[str, object]] = field(default_factory=dict)


def render_capacity(report: CapacityReport, style: str) -> str:
    """One search in a style: text, markdown or json."""
    return {"text": _text, "markdown": _markdown, "json": _json}[style](report)


def _headline(report: CapacityReport) -> str:
    return f"{report.name}: {capacity_sentence(report.capacity, None)}"


def _facts(report: CapacityReport) -> list[str]:
    """Sentences below the headline."""
    capacity, lines = report.capacity, []
    if report.forecast is not None:
        lines += _headroom(capacity, report.forecast)
    if report.gate is not None:
        lines.append(f"Gate: {report.gate.status.value}" + _why(report.gate))
    if capacity.rate_per_s is not None and capacity.reason:
        lines.append(f"The search ended early: {capacity.reason}.")
    if capacity.rate_per_s is None and capacity.low_per_s is not None:
        lines.append(f"{rate(capacity.low_per_s)} held.")
    if capacity.fix:
        lines.append(f"To conclude: {capacity.fix}")
    if note := secrets_note(report.secrets):
        lines.append(f"{note}.")
    told = [limits_words(report.limits, searched=report.gate is not None)]
    told += [options_words(check, options) for check, options in report.options.items()]
    return [*lines, f"Judged by: {'; '.join(told)}."]


def _headroom(capacity: "Capacity", forecast: "Forecast") -> list[str]:
    told = []
    for name, peak in (("median peak", forecast.peak_per_s), ("P95 peak", forecast.peak_p95_per_s)):
        times = capacity.headroom(peak)
        told.append(f"{name} {rate(peak)}" + (f" (headroom {number(times)})" if times is not None else ""))
    return [f"Forecast: {', '.join(told)}."]


def _why(gate: Outcome) -> str:
    if gate.status is Status.PASS:
        return ""
    return ": " + "; ".join([finding.message for finding in gate.findings] or [gate.reason])


def _text(report: CapacityReport) -> str:
    lines = [plain(_headline(report)), *(plain(line) for line in _facts(report))]
    if report.advice:
        lines += ["", ADVICE, *(f"- {plain(advice.text)}" for advice in report.advice)]
    if report.capacity.levels:
        lines += ["", *_aligned([LEVEL_HEADER, *(level_line(level) for level in report.capacity.levels)])]
    return "\n".join([*lines, "", f"seed {report.seed}"]) + "\n"


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Columns as wide as their widest cell; figures to the right, the last column as it is."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(LEVEL_HEADER) - 1)]
    return [
        "  ".join([*(cell.rjust(width) for cell, width in zip(row, widths, strict=False)), row[-1]]) for row in rows
    ]


def _markdown(report: CapacityReport) -> str:
    out = io.StringIO()
    print(f"## {markdown_text(_headline(report))}\n", file=out)
    for line in _facts(report):
        print(f"- {markdown_text(line)}", file=out)
    if report.advice:
        print(f"\n### {ADVICE}\n", file=out)
        for advice in report.advice:
            print(f"- {markdown_text(advice.text)}", file=out)
    if report.capacity.levels:
        print("", *markdown_levels(report.capacity.levels), sep="\n", file=out)
    return out.getvalue()


def _json(report: CapacityReport) -> str:
    capacity, forecast = report.capacity, report.forecast
    document: dict[str, Any] = {
        "schema": SCHEMA,
        "name": report.name,
        "rate_per_s": capacity.rate_per_s,
        "low": capacity.low_per_s,
        "high": capacity.high_per_s,
        "broke": capacity.broke,
        "reason": capacity.reason,
        "fix": capacity.fix,
        "partial": capacity.partial,
        "headroom": forecast
        and {
            "peak_per_s": forecast.peak_per_s,
            "peak_p95_per_s": forecast.peak_p95_per_s,
            "of_peak": capacity.headroom(forecast.peak_per_s),
            "of_peak_p95": capacity.headroom(forecast.peak_p95_per_s),
        },
        "gate": report.gate.status.value if report.gate else None,
        "judged_by": judged_by_json(report.limits, report.options),
        "advice": [asdict(advice) for advice in report.advice],
        "levels": [level_json(level) for level in capacity.levels],
        "secrets_sent": [asdict(secret) for secret in report.secrets],
        "seed": report.seed,
    }
    return json.dumps(document, indent=2, allow_nan=False) + "\n"
