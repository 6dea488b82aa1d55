"""Runs a plan: fits it to the machine, has it sent by Locust subprocesses, and reads what became of every visit."""

import json
import shutil
import tempfile
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from launchguard.authorize import Grant
from launchguard.errors import LoadEngineError
from launchguard.load import recording as layout
from launchguard.load.allowance import allowances, files_per_visit
from launchguard.load.briefing import carried, check_grants, headers_of, orders_of
from launchguard.load.calibration.calibrate import fit, need_of, with_files
from launchguard.load.calibration.cores import cores
from launchguard.load.drawn import check_drawn
from launchguard.load.lateness import lag_p99_ms
from launchguard.load.opened import read_opened
from launchguard.load.orders import CONNECTIONS, EXAMPLES, FOLDER, RECORDS, REQUESTS
from launchguard.load.process import start_generator, start_master
from launchguard.load.quality import (
    LET_IT_FINISH,
    able_per_s,
    settle_results,
    what_mends,
    why_invalid,
    with_example,
)
from launchguard.load.recorded import RecordingReader
from launchguard.load.schedule import LoadSchedule, make_schedule
from launchguard.load.steps import read_requests
from launchguard.load.supervise import Course, Patience, conduct, signals_set
from launchguard.load.workers.brief import Brief, brief_of, write_brief
from launchguard.model.confided import each_once
from launchguard.model.events import LoadProgress
from launchguard.model.load_plan import Fleet, LoadPlan, VisitResult
from launchguard.model.load_run import Generator, LoadRun
from launchguard.model.load_stats import selection
from launchguard.probe.credentials import Credential

ON_THIS_MACHINE = Patience(appear_s=30.0, lead_s=0.05, noun="load process")
FLEET = Patience(appear_s=120.0, lead_s=1.0, noun="worker")
MEND_THE_JOURNEY = "Mend the journey, or authorize the origin that it leads to; then repeat the run."
SEND_HOME_S = 2.0
"""A master has its workers to send home; processes of this machine have told all, and need no time to end."""


def run_load(
    plan: LoadPlan,
    grants: Sequence[Grant],
    *,
    on_progress: Callable[[LoadProgress], object] = lambda _: None,
    credentials: Sequence[Credential] = (),
    interrupt: threading.Event | None = None,
    fleet: Fleet | None = None,
) -> LoadRun:
    """Send a plan's load to origins that were granted, and return what became of every visit.

    It is sent by `plan.processes` processes of this machine (0: as many as it takes), or by the workers of a `fleet`,
    which hear the names of the `credentials` and bring the values themselves.
    A plan that is too large for the machine is not sent; its LoadRun is invalid and says what it needs.

    `on_progress` is called about four times a second in this thread. Setting `interrupt`, and in the main thread
    Ctrl-C and SIGTERM, stop the load at once; the LoadRun is then marked partial. Whatever happens, no process is
    left behind. Raises AuthorizationError for an origin without a grant or a peak above a grant's cap, and
    LoadEngineError when the generator could not be started.
    """
    check_grants(plan, grants)
    schedule = make_schedule(plan)
    check_drawn(plan, schedule, grants)
    plan = replace(plan, schedule_sha256=schedule.sha256)
    if fleet is None:
        machine, part, problem = _this_machine(plan, grants)
    else:
        machine, part, problem = Generator(processes=fleet.workers), 1.0, ""
    if problem:
        return _unsent(plan, schedule, machine, problem)
    plan = replace(plan, processes=machine.processes)
    directory = Path(tempfile.mkdtemp(prefix=f"{FOLDER}load-"))
    secrets = carried(grants, credentials)
    try:
        orders_of(plan, grants, part, processes_here=plan.processes).write(directory)
        recording = RecordingReader(directory / RECORDS, schedule, plan.processes)
        del schedule
        if fleet is None:
            child = start_generator(directory, plan.processes)
            child.tell(json.dumps(headers_of(secrets)))
        else:
            write_brief(_brief(plan, secrets), directory)
            child = start_master(directory, fleet)
        interrupt = interrupt or threading.Event()
        with signals_set(interrupt):
            try:
                course = conduct(plan, recording, child, on_progress, interrupt, FLEET if fleet else ON_THIS_MACHINE)
            finally:
                child.end(SEND_HOME_S if fleet else 0.0)
        run = _read(plan, recording, course, _examples(directory), machine, distributed=fleet is not None)
        told = read_requests(directory / REQUESTS, selection(run))
        opened, brought = read_opened(directory / CONNECTIONS), each_once(credential.told for credential in secrets)
        run = replace(run, **vars(told), connections=opened, secrets=brought)
        return replace(run, generator=replace(run.generator, visits_per_s=able_per_s(run)))
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _this_machine(plan: LoadPlan, grants: Sequence[Grant]) -> tuple[Generator, float, str]:
    """What sends a plan here, the part (0-1) of the visitors whose files it can fetch, and why it can send nothing."""
    files = files_per_visit(plan, allowances(plan, grants))
    need, available = need_of(plan, files=files), cores()
    (processes, problem), part = fit(need, plan.processes, available), 1.0
    if not problem:
        processes, part = with_files(need, processes, plan.processes, available)
    return Generator(processes=processes, cores=available, visits_per_s=need.visits_per_s), part, problem


def _brief(plan: LoadPlan, credentials: Sequence[Credential]) -> Brief:
    """What the workers of a fleet are told; of the secrets, the names."""
    try:
        return brief_of(plan, [credential.access for credential in credentials])
    except OSError as error:
        raise LoadEngineError(f"The journey cannot be read: {error}") from error


def _examples(directory: Path) -> dict[str, str]:
    """One sentence per kind of failure, as the processes wrote them down."""
    path = directory / EXAMPLES
    if not path.exists():
        return {}
    found: dict[str, str] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            example: dict[str, Any] = json.loads(line)
        except ValueError:
            continue  # the last line of a process that was killed while writing
        found.setdefault(str(example["kind"]), str(example["text"]))
    return found


def _unsent(plan: LoadPlan, schedule: LoadSchedule, machine: Generator, reason: str) -> LoadRun:
    """The run of a plan that was not sent."""
    visits = len(schedule)
    never = np.full(visits, np.nan)
    return LoadRun(
        plan=plan,
        intended_s=schedule.intended_s,
        sent_s=never,
        done_s=never,
        target=schedule.target,
        result=np.zeros(visits, np.uint8),
        status=np.zeros(visits, np.uint16),
        generator=machine,
        invalid=reason,
        fix=f"{reason.rpartition(': ')[2].capitalize()}.",
        ended_s=0.0,
    )


def _read(
    plan: LoadPlan,
    recording: RecordingReader,
    course: Course,
    examples: dict[str, str],
    machine: Generator,
    *,
    distributed: bool,
) -> LoadRun:
    """Say what became of every visit, and how good the evidence is. The columns are the recording's own."""
    intended, sent, done = recording.intended, recording.sent, recording.done
    result = settle_results(recording.result, intended, done, plan.limit_p95_ms)
    if np.any(result == VisitResult.UNANSWERED) and VisitResult.CUT.word in examples:
        examples.setdefault(VisitResult.UNANSWERED.word, examples[VisitResult.CUT.word])
    examples.pop(VisitResult.CUT.word, None)
    run = LoadRun(
        plan=plan,
        intended_s=intended,
        sent_s=sent,
        done_s=done,
        target=recording.target,
        result=result,
        status=recording.status,
        generator=replace(
            machine,
            cpu_ratio=course.cpu.ratio,
            lag_p99_ms=lag_p99_ms(intended, sent),
            peak_in_flight=int(recording.slots(layout.PEAK).sum()),
            clock_error_ms=float(recording.slots(layout.CLOCK).max()) * 1000 if distributed else None,
        ),
        examples=examples,
        stopped=course.stop.reason if course.stop and not course.stop.inconclusive else "",
        partial=course.interrupted,
        ended_s=course.ended_s,
    )
    if course.loss:
        return replace(run, invalid=course.loss.reason, fix=course.loss.fix, stopped="")
    if plan.journey and VisitResult.UNAUTHORIZED.word in examples:
        refused = examples[VisitResult.UNAUTHORIZED.word]
        reason = f"the journey was not walked as it is written: {refused}"
        return replace(run, invalid=reason, fix=MEND_THE_JOURNEY, stopped="")
    reason = course.stop.reason if course.stop and course.stop.inconclusive else ""
    return _doubted(run, with_example(reason, examples) or why_invalid(run))


def _doubted(run: LoadRun, reason: str) -> LoadRun:
    """The run with the reason for which nothing can be concluded from it, and with what mends it."""
    if not reason:
        return run
    if run.partial:  # whatever the generator did: somebody wanted it to end
        return replace(run, invalid=f"the run was interrupted: {reason.partition('; ')[0]}", fix=LET_IT_FINISH)
    return replace(run, invalid=reason, fix=what_mends(reason))
