"""LaunchGuard: will the landing pages hold when the campaign goes live?

The names below are what a file with checks or channels imports; they load on first use, so that the command line
starts fast.
"""

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

_HOME = {
    "Assumed": "launchguard.model.channel",
    "BrowserVisit": "launchguard.model.visit",
    "Campaign": "launchguard.model.campaign",
    "Capacity": "launchguard.model.capacity",
    "Channel": "launchguard.model.channel",
    "Check": "launchguard.checking.check",
    "Clock": "launchguard.model.clock",
    "DomainVisit": "launchguard.model.visit",
    "Finding": "launchguard.model.verdict",
    "Firing": "launchguard.model.channel",
    "Forecast": "launchguard.model.forecast",
    "LoadRun": "launchguard.model.load_run",
    "LoadStats": "launchguard.model.load_figures",
    "Neighbours": "launchguard.model.neighbours",
    "NotApplicable": "launchguard.model.verdict",
    "Page": "launchguard.model.campaign",
    "Severity": "launchguard.model.verdict",
    "Stream": "launchguard.model.channel",
    "Unknown": "launchguard.model.verdict",
    "Visit": "launchguard.model.visit",
    "VisitResult": "launchguard.model.load_plan",
    "Visits": "launchguard.model.visit",
    "check": "launchguard.checking.check",
}

_MODULES = {
    "caches": "launchguard.web.caches",
    "causes": "launchguard.checking.causes",
    "click_ids": "launchguard.web.click_ids",
    "curves": "launchguard.channels.curves",
    "domains": "launchguard.web.domains",
    "hosts": "launchguard.web.hosts",
    "html": "launchguard.web.document",
    "kinds": "launchguard.web.kind",
    "link_faults": "launchguard.web.link_faults",
    "links": "launchguard.model.links",
    "merge_tags": "launchguard.web.merge_tags",
    "parameters": "launchguard.web.parameters",
    "placeholders": "launchguard.web.placeholders",
    "places": "launchguard.web.places",
    "samples": "launchguard.checking.samples",
    "statistics": "launchguard.numbers.statistics",
    "trend": "launchguard.numbers.trend",
    "units": "launchguard.model.units",
    "utm": "launchguard.web.utm",
    "walls": "launchguard.web.walls",
    "words": "launchguard.words",
}
"""Whole modules that checks and kinds of channels use, by the names that stay whatever room they stand in."""

__all__ = [
    "Assumed",
    "BrowserVisit",
    "Campaign",
    "Capacity",
    "Channel",
    "Check",
    "Clock",
    "DomainVisit",
    "Finding",
    "Firing",
    "Forecast",
    "LoadRun",
    "LoadStats",
    "Neighbours",
    "NotApplicable",
    "Page",
    "Severity",
    "Stream",
    "Unknown",
    "Visit",
    "VisitResult",
    "Visits",
    "caches",
    "causes",
    "check",
    "click_ids",
    "curves",
    "domains",
    "hosts",
    "html",
    "kinds",
    "link_faults",
    "links",
    "merge_tags",
    "parameters",
    "placeholders",
    "places",
    "samples",
    "statistics",
    "trend",
    "units",
    "utm",
    "walls",
    "words",
]

if TYPE_CHECKING:
    from launchguard import words
    from launchguard.channels import curves
    from launchguard.checking import causes, samples
    from launchguard.checking.check import Check, check
    from launchguard.model import links, units
    from launchguard.model.campaign import Campaign, Page
    from launchguard.model.capacity import Capacity
    from launchguard.model.channel import Assumed, Channel, Firing, Stream
    from launchguard.model.clock import Clock
    from launchguard.model.forecast import Forecast
    from launchguard.model.load_figures import LoadStats
    from launchguard.model.load_plan import VisitResult
    from launchguard.model.load_run import LoadRun
    from launchguard.model.neighbours import Neighbours
    from launchguard.model.verdict import Finding, NotApplicable, Severity, Unknown
    from launchguard.model.visit import BrowserVisit, DomainVisit, Visit, Visits
    from launchguard.numbers import statistics, trend
    from launchguard.web import (
        caches,
        click_ids,
        domains,
        hosts,
        link_faults,
        merge_tags,
        parameters,
        placeholders,
        places,
        utm,
        walls,
    )
    from launchguard.web import document as html
    from launchguard.web import kind as kinds


def __getattr__(name: str) -> object:
    """Import a public name from its home on first use (PEP 562)."""
    if name in _MODULES:
        return import_module(_MODULES[name])
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
