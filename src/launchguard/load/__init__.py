"""The load engine: a plan becomes a schedule, a Locust subprocess sends it, the records become a LoadRun.

Nothing here imports Locust or gevent: only the subprocess does (`locustfile.py` and what it imports).
"""

from launchguard.load.plan import make_plan
from launchguard.load.runner import run_load

__all__ = ["make_plan", "run_load"]
