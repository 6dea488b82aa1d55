"""A short look after the load, where its last moments went wrong: is the page still there?

What breaks in the last second of a hold breaks no limit, and stays broken for the campaign. So a few idle visits go to
each page of whose last visits one failed or was too slow. They are no visits of the plan, and nothing is sent where
all is well.
"""

import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

import gevent

from launchguard.load.orders import Orders
from launchguard.load.recording import Records
from launchguard.load.sending.client import LoadVisitor
from launchguard.load.sending.goal import VisitGoal
from launchguard.load.sending.network import Network
from launchguard.load.sending.outcomes import OutOfResources, VisitFailed
from launchguard.load.sending.tally import AFTER, Tally
from launchguard.model.load_plan import VisitResult
from launchguard.web.request import Device
from launchguard.words import count

LAST_S = 1.0
AT_LEAST = 3
"""A page's very last visits, which are looked back at however long ago they were due."""
LOOK_S = 2.0
VISITS = 3
APART_S = 0.6
MARGIN_S = 0.05
ELSEWHERE = frozenset({VisitResult.RATE_LIMITED, VisitResult.UNAUTHORIZED})
"""What says nothing about how other visitors fare."""


def broken_at_the_end(records: Records, process: int, step: int, end_s: float, limit_s: float) -> dict[int, int]:
    """The pages (by target) whose last moments went wrong, each with its last visit that failed or was too slow.

    One of a page's last visits is enough for a look, or half of those due in the last second; a page that most visits
    did not get needs none. Looks back at the visits of one process, which are every `step`-th from `process` on.
    """
    last: defaultdict[int, list[int]] = defaultdict(list)
    own = range(process, records.visits, step)
    pages = len({records.target[index] for index in own})
    for index in reversed(own):
        target = records.target[index]
        if records.intended[index] >= end_s - LAST_S or len(last[target]) < AT_LEAST:
            last[target].append(index)
        elif len(last) == pages and all(len(found) >= AT_LEAST for found in last.values()):
            break
    found = {}
    for target, visits in last.items():
        bad = [index for index in visits if _is_bad(records, index, limit_s)]
        at_the_end = bad and (bad[0] in visits[:AT_LEAST] or 2 * len(bad) >= len(visits))
        if at_the_end and _was_well(records, [index for index in own if records.target[index] == target], limit_s):
            found[target] = bad[0]
    return found


def _was_well(records: Records, visits: list[int], limit_s: float) -> bool:
    """Whether most visits of a page were right: what never was is no news at the end."""
    return 2 * sum(_is_bad(records, index, limit_s) for index in visits) < len(visits)


def _is_bad(records: Records, index: int, limit_s: float) -> bool:
    result = records.result[index]
    if result == VisitResult.DROPPED or result in ELSEWHERE:
        return False
    return result != VisitResult.OK or records.done[index] - records.intended[index] > limit_s


@dataclass
class Aftermath:
    """Looks at pages after the load, in idle visits with cold connections."""

    orders: Orders
    goals: list[VisitGoal]
    network: Network
    tally: Tally
    device_of: Callable[[int], Device] = lambda _: "desktop"

    def look(self, broken: dict[int, int]) -> None:
        """Visit each of these pages a few times within LOOK_S, and tell how that went under its name."""
        last_s = time.monotonic() + LOOK_S
        visits = [
            gevent.spawn_later(number * APART_S, self._visit, target, index, last_s)
            for number in range(VISITS)
            for target, index in broken.items()
        ]
        gevent.joinall(visits, timeout=LOOK_S)
        gevent.killall(visits)

    def _visit(self, target: int, index: int, last_s: float) -> None:
        """One visit; what has not come by the end tells something only where it is too slow already."""
        goal, began_s, limit_s = self.goals[target], time.monotonic(), self.orders.limit_p95_ms / 1000
        failure: str | None = None
        with gevent.Timeout(max(0.0, last_s - MARGIN_S - began_s), exception=False):
            failure = self._failure(goal, index)
        took_s = time.monotonic() - began_s
        if not failure and took_s > limit_s:
            failure = f"{goal.page.name} took longer than {count(limit_s * 1000)} ms"
        if failure is not None:
            self.tally.add(AFTER, goal.page.name, index, took_s * 1000, failure)

    def _failure(self, goal: VisitGoal, index: int) -> str | None:
        """What is wrong with the page, "" for nothing; None where that says nothing about other visitors."""
        try:
            device = self.device_of(index)
            visitor = LoadVisitor(self.network, keep=False, device=device)
            goal.judge(visitor.visit(goal.address(index), goal.page.locale), device)
        except VisitFailed as failed:
            return None if failed.kind in ELSEWHERE else str(failed)
        except OutOfResources:
            return None
        except Exception as error:  # noqa: BLE001 - whatever a hostile page provokes is its failure
            return f"{goal.page.name}: {error}"
        return ""
