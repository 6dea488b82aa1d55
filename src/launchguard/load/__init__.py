"""The load engine: a plan becomes a schedule, a Locust subprocess sends it, the records become a LoadRun.

This folder is the parent's side: what is planned, started, watched and concluded. `sending` runs inside Locust's
processes, `journeys` walks a user's own locustfile, `workers` spreads a run over machines, `calibration` measures this
one. The names below load on first use, so that a subprocess does not pay for what only its parent needs.
"""

from importlib import import_module
from typing import TYPE_CHECKING

__all__ = ["make_plan", "run_load"]

_HOME = {"make_plan": "launchguard.load.plan", "run_load": "launchguard.load.runner"}

if TYPE_CHECKING:
    from launchguard.load.plan import make_plan
    from launchguard.load.runner import run_load


def __getattr__(name: str) -> object:
    """Import a public name from its home on first use (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
