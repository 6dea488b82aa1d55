"""A worker as its machine sees it: takes part in runs of a master, and sends only what this machine allows itself."""

import json
import re
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from launchguard.errors import LaunchGuardError, LoadEngineError
from launchguard.load.briefing import check_grants, orders_of
from launchguard.load.calibration.calibrate import needed_processes
from launchguard.load.drawn import check_drawn
from launchguard.load.orders import PLAN, RECORDS
from launchguard.load.process import Child, start_worker
from launchguard.load.recorded import RecordingReader
from launchguard.load.recording import MAX_PROCESSES
from launchguard.load.schedule import make_schedule
from launchguard.load.workers.brief import Brief, read_brief
from launchguard.load.workers.policy import WorkerPolicy
from launchguard.words import count

LOOK_S = 0.05
FAREWELL_S = 1.0
_RUN_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


@dataclass(frozen=True)
class Prepared:
    """A worker's part of a run: where it is recorded, the headers of each origin, and a line about it."""

    recording: RecordingReader = field(repr=False)
    headers: Mapping[str, Mapping[str, str]] = field(repr=False)
    line: str


def serve(
    host: str,
    port: int,
    terms: WorkerPolicy,
    *,
    wait_s: float,
    interrupt: threading.Event,
    tell: Callable[[str], object],
) -> None:
    """Take part in one run after another, until `interrupt` is set or no master has had a plan for `wait_s` seconds.

    What the `terms` refuse, the master hears. `tell` gets a line for every plan. Raises LoadEngineError when the
    master refuses this worker.
    """
    while _serve_once(host, port, terms, wait_s=wait_s, interrupt=interrupt, tell=tell):
        pass


def _serve_once(
    host: str,
    port: int,
    terms: WorkerPolicy,
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
        made: Prepared | None = None
        problem = ""
        try:
            made = prepare(directory, order["brief"], order["index"], terms)
        except LaunchGuardError as error:
            problem = "\n".join(filter(None, (error.message, error.hint)))
        tell(made.line if made else f"not sent: {problem}")
        headers = made.headers if made else {}
        child.tell(json.dumps({"problem": problem, "headers": headers, "secrets": terms.secrets}))
        while child.running and not interrupt.wait(LOOK_S):
            pass
        if made and child.problem:
            tell(f"not sent: {child.problem}")
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


def prepare(directory: Path, text: object, index: object, terms: WorkerPolicy) -> Prepared:
    """Make the orders and the records for a master's brief. Raises LaunchGuardError."""
    brief = checked_brief(text, index)
    plan = terms.own(brief)
    schedule = make_schedule(plan)
    if schedule.sha256 != plan.schedule_sha256:
        raise LoadEngineError("this worker arrives at another schedule than its master: use the same versions on both")
    grants = terms.grants(plan)
    check_grants(plan, grants)
    check_drawn(plan, schedule, grants)
    headers = terms.headers(brief.access, grants)
    needed = needed_processes(plan, 1 / plan.processes)
    if needed > 1:
        raise LoadEngineError(f"its part of the plan needs {needed} processes, and a worker is one: add workers")
    orders_of(plan, grants).write(directory)
    assert isinstance(index, int)
    part = len(range(index, len(schedule), plan.processes))
    origins = ", ".join(sorted(grant.origin for grant in grants if not grant.by_redirect))
    on = f" on {Path(plan.journey).name}" if plan.journey else ""
    return Prepared(
        RecordingReader(directory / RECORDS, schedule, plan.processes),
        headers,
        f"run {plan.run_id}: sending {count(part)} of {count(len(schedule))} visits{on} in "
        f"{count(plan.duration_s)} s to {origins}",
    )


def checked_brief(text: object, index: object) -> Brief:
    """The brief of a master that nobody has to trust. Raises LoadEngineError for one that makes no sense here."""
    try:
        brief = read_brief(text)
    except ValueError as error:
        raise LoadEngineError("the master's plan makes no sense; use the same version on both") from error
    plan = brief.plan
    sound = (
        bool(plan.targets and plan.phases)
        and isinstance(index, int)
        and 0 <= index < plan.processes <= MAX_PROCESSES
        and _RUN_ID.fullmatch(plan.run_id)
        # A path of the master's is nothing that a worker could open; its own files are found by their hashes.
        and not (plan.journey or plan.data)
    )
    if not sound:
        raise LoadEngineError("the master's plan makes no sense")
    return brief
