"""A worker as its machine sees it: takes part in runs of a master, and sends only what this machine allows itself."""

import json
import math
import re
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from launchguard.authorize import Grant
from launchguard.errors import LaunchGuardError, LoadEngineError
from launchguard.load.briefing import check_grants, orders_of
from launchguard.load.calibration.calibrate import needed_processes
from launchguard.load.child import Child, start_worker
from launchguard.load.orders import PLAN, RECORDS
from launchguard.load.records import MAX_PROCESSES
from launchguard.load.schedule import expected_visits, make_schedule
from launchguard.load.watch import Recording
from launchguard.load.workers.fleet import read_plan
from launchguard.model.load import LoadPlan

LOOK_S = 0.05
FAREWELL_S = 1.0
MAX_VISITS = 20_000_000
_RUN_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


def serve(
    host: str,
    port: int,
    accept: Callable[[LoadPlan], Sequence[Grant]],
    *,
    wait_s: float,
    interrupt: threading.Event,
    tell: Callable[[str], object],
) -> None:
    """Take part in one run after another, until `interrupt` is set or no master has had a plan for `wait_s` seconds.

    `accept` gives the grants for a plan, or raises LaunchGuardError; the master then hears why. `tell` gets a line for
    every plan. Raises LoadEngineError when the master refuses this worker.
    """
    while _serve_once(host, port, accept, wait_s=wait_s, interrupt=interrupt, tell=tell):
        pass


def _serve_once(
    host: str,
    port: int,
    accept: Callable[[LoadPlan], Sequence[Grant]],
    *,
    wait_s: float,
    interrupt: threading.Event,
    tell: Callable[[str], object],
) -> bool:
    """Take part in one run; False when there was none."""
    directory = Path(tempfile.mkdtemp(prefix="launchguard-worker-"))
    child = start_worker(directory, host, port)
    try:
        if not _await_plan(child, directory / PLAN, wait_s, interrupt):
            return False
        order = json.loads((directory / PLAN).read_text(encoding="utf-8"))
        try:
            recording, line = prepare(directory, order["plan"], order["index"], accept)
            problem = ""
        except LaunchGuardError as error:
            recording, problem = None, "\n".join(filter(None, (error.message, error.hint)))
            line = f"not sent: {problem}"
        tell(line)
        child.tell(json.dumps({"problem": problem, "headers": {}}))
        while child.running and not interrupt.wait(LOOK_S):
            pass
        del recording
        return not interrupt.is_set()
    finally:
        child.end(FAREWELL_S)
        shutil.rmtree(directory, ignore_errors=True)


def _await_plan(child: Child, path: Path, wait_s: float, interrupt: threading.Event) -> bool:
    deadline = time.monotonic() + wait_s
    while not path.exists():
        if interrupt.wait(LOOK_S) or time.monotonic() > deadline:
            return False
        if not child.running:
            raise LoadEngineError(f"This worker cannot take part: {child.last_words()}")
    return True


def prepare(
    directory: Path, text: str, index: int, accept: Callable[[LoadPlan], Sequence[Grant]]
) -> tuple[Recording, str]:
    """Make the orders and the records for a master's plan, and a line about it. Raises LaunchGuardError."""
    plan = checked_plan(text, index)
    schedule = make_schedule(plan)
    if schedule.sha256 != plan.schedule_sha256:
        raise LoadEngineError("this worker arrives at another schedule than its master: use the same versions on both")
    grants = accept(plan)
    check_grants(plan, grants)
    needed = needed_processes(plan, 1 / plan.processes)
    if needed > 1:
        raise LoadEngineError(f"its part of the plan needs {needed} processes, and a worker is one: add workers")
    orders_of(plan, grants).write(directory)
    part = len(range(index, len(schedule), plan.processes))
    origins = ", ".join(sorted(grant.origin for grant in grants if not grant.by_redirect))
    return Recording(directory / RECORDS, schedule, plan.processes), (
        f"run {plan.run_id}: sending {part:,} of {len(schedule):,} visits in {plan.duration_s:.0f} s to {origins}"
    )


def checked_plan(text: str, index: int) -> LoadPlan:
    """The plan of a master that nobody has to trust. Raises LoadEngineError for one that makes no sense here."""
    try:
        plan = read_plan(text)
    except ValueError as error:
        raise LoadEngineError("the master's plan cannot be read") from error
    numbers = [n for p in plan.phases for n in (p.start_s, p.end_s, p.rate_from_per_s, p.rate_to_per_s)]
    numbers += [plan.drain_s, plan.visit_timeout_s, plan.returning_ratio, *(target.share for target in plan.targets)]
    sound = (
        all(math.isfinite(number) and number >= 0 for number in numbers)
        and all(phase.start_s < phase.end_s for phase in plan.phases)
        and sum(expected_visits(phase) for phase in plan.phases) <= MAX_VISITS
        and sum(target.share for target in plan.targets) > 0
        and plan.returning_ratio <= 1
        and 0 <= index < plan.processes <= MAX_PROCESSES
        and _RUN_ID.fullmatch(plan.run_id)
    )
    if not sound:
        raise LoadEngineError("the master's plan makes no sense")
    if plan.journey or plan.data:
        raise LoadEngineError("a journey is sent from one machine: a worker takes no code from a master")
    return plan
