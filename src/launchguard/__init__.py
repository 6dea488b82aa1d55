"""LaunchGuard: will the landing pages hold when the campaign goes live?

The names below are what a file with checks or channels imports; they load on first use, so that the command line
starts fast.
"""

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

_HOME = {
    "Assumed": "launchguard.channels.base",
    "BrowserVisit": "launchguard.model.visit",
    "Campaign": "launchguard.model.campaign",
    "Capacity": "launchguard.model.capacity",
    "Channel": "launchguard.channels.base",
    "Check": "launchguard.checking",
    "Clock": "launchguard.model.clock",
    "DomainVisit": "launchguard.model.visit",
    "Finding": "launchguard.model.verdict",
    "Firing": "launchguard.channels.base",
    "Forecast": "launchguard.model.forecast",
    "LoadRun": "launchguard.model.load",
    "LoadStats": "launchguard.model.load",
    "NotApplicable": "launchguard.model.verdict",
    "Page": "launchguard.model.campaign",
    "Severity": "launchguard.model.verdict",
    "Stream": "launchguard.channels.base",
    "Unknown": "launchguard.model.verdict",
    "Visit": "launchguard.model.visit",
    "VisitResult": "launchguard.model.load",
    "Visits": "launchguard.model.visit",
    "check": "launchguard.checking",
}

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
    "NotApplicable",
    "Page",
    "Severity",
    "Stream",
    "Unknown",
    "Visit",
    "VisitResult",
    "Visits",
    "check",
]

if TYPE_CHECKING:
    from launchguard.channels.base import Assumed, Channel, Firing, Stream
    from launchguard.checking import Check, check
    from launchguard.model.campaign import Campaign, Page
    from launchguard.model.capacity import Capacity
    from launchguard.model.clock import Clock
    from launchguard.model.forecast import Forecast
    from launchguard.model.load import LoadRun, LoadStats, VisitResult
    from launchguard.model.verdict import Finding, NotApplicable, Severity, Unknown
    from launchguard.model.visit import BrowserVisit, DomainVisit, Visit, Visits


def __getattr__(name: str) -> object:
    """Import a public name from its home on first use (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
