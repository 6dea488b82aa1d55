"""A check: one question about one piece of evidence. It judges what others collected and never does I/O.

A check file holds functions decorated with `@check`; the loader collects the `Check` values from the module, so
importing a file changes nothing anywhere else.
"""

import inspect
import math
import re
import typing
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from launchguard.checking.docstring import Example, read_docstring
from launchguard.checking.evidence import KINDS, OF_LOAD, Maker
from launchguard.model.campaign import Campaign
from launchguard.model.verdict import Answer, Severity

Variant = Literal["plain", "untagged", "click-id", "phone", "cache"]
"""How a page is visited; "cache" are visits with links that no cache has seen, as many as it takes."""

_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")


Looser = Literal["more", "less", ""]
"""Which way an option excuses more: by a larger value, by a smaller one, or nobody said."""


@dataclass(frozen=True)
class Option:
    """A keyword-only parameter of a check: its name, type and default.

    A number lies between `lowest` and `highest`, both included: beyond them the check's question means nothing.
    """

    name: str
    type: Any
    default: object
    looser: Looser = ""
    lowest: float = 0.0
    highest: float = math.inf


@dataclass(frozen=True, eq=False)  # one of a file: it is itself, whatever its options' defaults are
class Check:
    """A check with its documentation. `group` is the folder it lives in (plan, page, domain, browser, load).

    A check of a Visit is skipped when the visit has an error, unless it `judges_errors`.
    """

    id: str
    severity: Severity
    owner: str
    function: Callable[..., Iterable[Answer] | None]
    evidence: tuple[str, ...]
    options: tuple[Option, ...]
    visits: tuple[Variant, ...]
    judges_errors: bool
    title: str
    why: str
    fix: str
    source: str
    example: Example | None = None
    group: str = ""
    path: str = ""

    @property
    def makers(self) -> frozenset[Maker]:
        """Who has to work before this can be judged."""
        return frozenset(KINDS[name].maker for name in self.evidence)

    @property
    def needs_pages(self) -> bool:
        """Whether it judges visits of the pages."""
        return "pages" in self.makers

    @property
    def needs_load(self) -> bool:
        """Whether it judges what only load can show: a run, or a search for the capacity."""
        return bool(OF_LOAD & self.makers)

    @property
    def per_page(self) -> bool:
        """Whether it is asked once for each page."""
        return any(KINDS[name].per_page for name in self.evidence)

    def options_in_force(self, campaign: Campaign) -> dict[str, Any]:
        """Its options for one campaign: the defaults of its signature, overlaid by the manifest's `checks`."""
        given = {name: value for name, value in campaign.checks.get(self.id, {}).items() if name != "severity"}
        return {option.name: option.default for option in self.options} | given

    def __call__(self, *evidence: object, **options: object) -> list[Answer]:
        """Judge, and return every answer; an empty list is a pass."""
        return list(self.function(*evidence, **options) or ())


def check(
    id: str,
    *,
    severity: Severity,
    owner: str,
    visits: tuple[Variant, ...] = ("plain",),
    judges_errors: bool = False,
    looser: Mapping[str, Looser] | None = None,
    bounds: Mapping[str, tuple[float, float]] | None = None,
) -> Callable[[Callable[..., Iterable[Answer] | None]], Check]:
    """Turn a function into a Check.

    Positional parameters are evidence, matched by the name of their type; keyword-only parameters with a default
    are options that a manifest may set. `looser` says by option which way it excuses more, and `bounds` between which
    numbers it means anything (from 0 on, when not given). Raises TypeError where the function does not fit.
    """

    def decorate(function: Callable[..., Iterable[Answer] | None]) -> Check:
        if not _ID.fullmatch(id):
            raise TypeError(f"check id {id!r} is not kebab-case")
        try:
            documented = read_docstring(function.__doc__ or "")
        except ValueError as error:
            raise TypeError(f"check {id}: its docstring {error}") from error
        hints = typing.get_type_hints(function)
        evidence, options = [], []
        for parameter in inspect.signature(function).parameters.values():
            annotation = hints.get(parameter.name)
            if parameter.kind is inspect.Parameter.KEYWORD_ONLY:
                if parameter.default is inspect.Parameter.empty:
                    raise TypeError(f"check {id}: option {parameter.name} needs a default")
                options.append(_option(parameter, annotation, looser or {}, bounds or {}))
            else:
                name = getattr(annotation, "__name__", str(annotation))
                if name not in KINDS:
                    raise TypeError(f"check {id}: {parameter.name} is {name}, which is no evidence: {', '.join(KINDS)}")
                evidence.append(name)
        unknown = sorted({*(looser or {}), *(bounds or {})} - {option.name for option in options})
        if unknown:
            raise TypeError(f"check {id} has no option {unknown[0]}")
        return Check(
            id=id,
            severity=severity,
            owner=owner,
            function=function,
            evidence=tuple(evidence),
            options=tuple(options),
            visits=visits,
            judges_errors=judges_errors,
            **vars(documented),
        )

    return decorate


def _option(
    parameter: inspect.Parameter,
    annotation: Any,
    looser: Mapping[str, Looser],
    bounds: Mapping[str, tuple[float, float]],
) -> Option:
    lowest, highest = bounds.get(parameter.name, (0.0, math.inf))
    way = looser.get(parameter.name, "")
    return Option(parameter.name, annotation, parameter.default, looser=way, lowest=lowest, highest=highest)
