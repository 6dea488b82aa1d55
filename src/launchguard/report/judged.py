"""By what a verdict was judged, and what nobody judges yet; each format says both."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from launchguard.model.verdict import Verdict, jsonable
from launchguard.words import count, exact, milliseconds, multiple, percent

Json = dict[str, Any]


def _milliseconds_of(seconds: float) -> str:
    return milliseconds(1000 * seconds)


_LIMITS: Mapping[str, Callable[[float], str]] = {"p95": _milliseconds_of, "errors": percent, "headroom": multiple}
"""How each limit is written."""


def not_judged_line(verdict: Verdict) -> str:
    """The keys that manifest and configuration set and nobody judges: "Not judged yet: owners, deliverables", or ""."""
    return f"Not judged yet: {', '.join(verdict.not_judged)}" if verdict.not_judged else ""


def judged_by_sentence(verdict: Verdict) -> str:
    """The limits in force, and the options that differ: "p95 800 ms, errors 1 %; is-the-page: scripted yes"."""
    asked = {outcome.check for outcome in verdict.outcomes}
    parts, others = [", ".join(_limits(verdict))], list[str]()
    for check, options in verdict.options.items():
        said = f"{check}: {', '.join(f'{name} {option_words(value)}' for name, value in options.items())}"
        (parts if check in asked else others).append(said)
    return "; ".join([*parts, *(f"{said} (not asked in this run)" for said in others)])


def option_words(value: object) -> str:
    """An option's value as people write it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return count(value)
    if isinstance(value, float):
        return exact(value)
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(map(option_words, value)) or "nothing"
    return str(value) or "nothing"


def judged_by_json(verdict: Verdict) -> Json:
    """The limits in force (milliseconds, a ratio, capacity over peak), and the options that differ, by their checks."""
    limits = verdict.campaign.limits
    return {
        "limits": {"p95_ms": 1000 * limits.p95, "failure_ratio": limits.errors, "headroom": limits.headroom},
        "options": {check: jsonable(options) for check, options in verdict.options.items()},
    }


def _limits(verdict: Verdict) -> Iterator[str]:
    """Each limit in words, with the default of one that differs; headroom only where it was asked for or differs."""
    limits = verdict.campaign.limits
    for name, said in _LIMITS.items():
        value, default = getattr(limits, name), type(limits).model_fields[name].default
        if value != default:
            yield f"{name} {said(value)} (default {said(default)})"
        elif name != "headroom" or verdict.capacity is not None:
            yield f"{name} {said(value)}"
