"""What hostile answers cost a reader: `python -m tests.pages.bounded_side idle|load`, addresses as JSON on stdin.

Writes a line for each: what was seen, and the most bytes that were held in the meantime, beyond those from before.
"""

import json
import re
import ssl
import sys
from collections.abc import Callable
from pathlib import Path

from launchguard.probe import ProbePolicy, VisitRequest, visit_all
from tests.pages.sight import Sight, of_the_probe

CLEAR = Path("/proc/self/clear_refs")
WANTED = "Summer sale"
"""Is on no page, so that all of it is read."""
POLICY = ProbePolicy(retry_pause_s=0, requests_per_s=1e9, ssl_context=ssl.create_default_context(), deadline_s=30)


def idle(url: str) -> Sight:
    """The idle visit, and what its page says."""
    (visit,) = visit_all([VisitRequest(url, url)], policy=POLICY)
    sight = of_the_probe(visit)
    if sight.kind not in ("", "unreadable"):
        visit.document.says(WANTED)
    return sight


def load(url: str) -> Sight:
    """The visit under load, judged as there."""
    from launchguard.load.orders import PageOrders
    from launchguard.load.sending.answer import VisitAnswer
    from launchguard.load.sending.goal import VisitGoal
    from launchguard.load.sending.outcomes import VisitFailed
    from tests.pages.load_side import network_of, seen

    def judge(answer: VisitAnswer) -> None:
        goal = VisitGoal(PageOrders("page", url, (WANTED,), answer.status))
        try:
            goal.judge(answer)
        except VisitFailed:
            return
        raise AssertionError(f"{WANTED} was found")

    return seen(network_of(url), url, judge)


class Memory:
    """The most that this process holds, from now on (Linux)."""

    def __init__(self) -> None:
        CLEAR.write_text("5", encoding="ascii")
        self.before = self._peak()

    def held(self) -> int:
        """Bytes beyond those of the beginning."""
        return self._peak() - self.before

    @staticmethod
    def _peak() -> int:
        found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
        assert found is not None
        return int(found[1]) * 1024


def main(look: Callable[[str], Sight]) -> None:
    """Look at every address, one after the other; the first one is harmless, and loads what is loaded late."""
    for url in json.load(sys.stdin):
        memory = Memory()
        sight = look(url)
        print(json.dumps({"sight": sight.as_json(), "held": memory.held()}), flush=True)


if __name__ == "__main__":
    main({"idle": idle, "load": load}[sys.argv[1]])
