"""By what a verdict was judged, and what nobody judges yet; each format says both."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from launchguard.model.verdict import Verdict, jsonable
from launchguard.words import count, exact, milliseconds, multiple, percent

if TYPE_CHECKING:
    from launchguard.model.campaign import Limits

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
    told = [options_words(check, options) for check, options in verdict.options.items() if check in asked]
    others = [options_words(check, options) for check, options in verdict.options.items() if check not in asked]
    limits = limits_words(verdict.campaign.limits, searched=verdict.capacity is not None)
    return "; ".join([limits, *told, *(f"{said} (not asked in this run)" for said in others)])


def limits_words(limits: "Limits", *, searched: bool) -> str:
    """Each limit, with the default of one that differs; headroom where the capacity was searched, or it differs."""
    told = []
    for name, said in _LIMITS.items():
        value, default = getattr(limits, name), type(limits).model_fields[name].default
        if value != default:
            told.append(f"{name} {said(value)} (default {said(default)})")
        elif name != "headroom" or searched:
            told.append(f"{name} {said(value)}")
    return ", ".join(told)


def options_words(check: str, options: Mapping[str, object]) -> str:
    """A check with those of its options that differ: "is-the-page: scripted yes"."""
    return f"{check}: {', '.join(f'{name} {option_words(value)}' for name, value in options.items())}"


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


def judged_by_json(limits: "Limits", options: Mapping[str, Mapping[str, object]]) -> Json:
    """The limits in force (milliseconds, a ratio, capacity over peak), and the options that differ, by their checks."""
    return {
        "limits": {"p95_ms": 1000 * limits.p95, "failure_ratio": limits.errors, "headroom": limits.headroom},
        "options": {check: jsonable(given) for check, given in options.items()},
    }
