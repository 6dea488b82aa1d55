"""The load engine: a plan becomes a schedule, a Locust subprocess sends it, the records become a LoadRun.

Nothing here imports Locust or gevent: only the subprocess does (`locustfile.py` and what it imports). The names below
load on first use, so that the subprocess does not pay for what only its parent needs.
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
