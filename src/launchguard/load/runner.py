"""Runs a plan: starts the Locust subprocess, watches its records, brakes it, and reads what became of every visit."""

import json
import os
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import certifi
import numpy as np

from launchguard import __version__
from launchguard.authorize import Grant, canonical_url, origin_of, peak_of
from launchguard.errors import AuthorizationError, LoadEngineError
from launchguard.load import records as layout
from launchguard.load.brakes import Brakes, Stop
from launchguard.load.child import Child
from launchguard.load.orders import EXAMPLES, RECORDS, Orders, Page
from launchguard.load.progress import progress_of
from launchguard.load.quality import Pulse, cpu_ratio, lag_p99_ms, settle, why_invalid
from launchguard.load.schedule import make_schedule
from launchguard.load.watch import Recording
from launchguard.model.events import LoadProgress
from launchguard.model.load import Generator, LoadPlan, LoadRun, VisitResult
from launchguard.probe.credentials import Credential

START_TIMEOUT_S = 30.0
LEAD_S = 0.05
LOOK_EVERY_S = 0.1
TELL_EVERY_S = 0.25
STOP_TIMEOUT_S = 3.0
SILENCE_S = 5.0
CONTACT = "https://github.com/launchguard/launchguard"


@dataclass
class _Course:
    """How a run goes: what ended it early, and how its processes did."""

    stop: Stop | None = None
    interrupted: bool = False
    lost: str = ""
    ended_s: float | None = None
    pulses: list[Pulse] = field(default_factory=list)


def run_load(
    plan: LoadPlan,
    grants: Sequence[Grant],
    *,
    on_progress: Callable[[LoadProgress], object] = lambda _: None,
    credentials: Sequence[Credential] = (),
    interrupt: threading.Event | None = None,
) -> LoadRun:
    """Send a plan's load to origins that were granted, and return what became of every visit.

    `on_progress` is called about four times a second in this thread. Setting `interrupt`, and in the main thread
    Ctrl-C and SIGTERM, stop the load at once; the LoadRun is then marked partial. Whatever happens, no process is
    left behind. Raises AuthorizationError for an origin without a grant or a peak above a grant's cap, and
    LoadEngineError when the generator could not be started.
    """
    _check_grants(plan, grants)
    interrupt = interrupt or threading.Event()
    schedule = make_schedule(plan)
    directory = Path(tempfile.mkdtemp(prefix="launchguard-load-"))
    try:
        _orders(plan, grants).write(directory)
        recording = Recording(directory / RECORDS, schedule, plan.processes)
        try:
            child = Child(directory, plan.processes, _secrets(grants, credentials))
            with _signals_set(interrupt):
                try:
                    course = _conduct(plan, recording, child, on_progress, interrupt)
                finally:
                    child.end()
            return _read(replace(plan, schedule_sha256=schedule.sha256), recording, course, _examples(directory))
        finally:
            recording.close()
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _check_grants(plan: LoadPlan, grants: Sequence[Grant]) -> None:
    """The last look before anything is sent."""
    granted = {grant.origin: grant for grant in grants}
    for target in plan.targets:
        origin = origin_of(target.url)
        if origin not in granted:
            raise AuthorizationError(f"{origin} is not authorized to receive load")
        cap, peak = granted[origin].max_rate_per_s, peak_of(plan, origin)
        if cap is not None and peak > cap * (1 + 1e-9):
            raise AuthorizationError(f"{peak:.1f} visits/s are more than the {cap:g}/s that {origin} may receive")


def _orders(plan: LoadPlan, grants: Sequence[Grant]) -> Orders:
    user_agent = (
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 "
        f"LaunchGuard/{__version__} (+{CONTACT}; run {plan.run_id})"
    )
    return Orders(
        pages=tuple(Page(t.page, canonical_url(t.url), t.contains, t.expect_status) for t in plan.targets),
        addresses={grant.origin: grant.addresses for grant in grants},
        user_agent=user_agent,
        ca_file=next(
            (os.environ[n] for n in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE") if os.environ.get(n)), certifi.where()
        ),
        processes=plan.processes,
        duration_s=plan.duration_s,
        drain_s=plan.drain_s,
        visit_timeout_s=plan.visit_timeout_s,
    )


def _secrets(grants: Sequence[Grant], credentials: Sequence[Credential]) -> dict[str, dict[str, str]]:
    """The headers that each granted origin may get."""
    return {
        grant.origin: {c.header: c.value for c in credentials if c.fits(urlsplit(grant.origin))} for grant in grants
    }


@contextmanager
def _signals_set(event: threading.Event) -> Iterator[None]:
    """Let Ctrl-C and SIGTERM set an event instead of breaking off what is going on (main thread only)."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, lambda *_: event.set()) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _conduct(
    plan: LoadPlan,
    recording: Recording,
    child: Child,
    on_progress: Callable[[LoadProgress], object],
    interrupt: threading.Event,
) -> _Course:
    """Start all processes together, then watch them until they are done or have to stop."""
    _await_ready(recording, child, interrupt)
    course, brakes = _Course(), Brakes(plan, recording.intended)
    start = time.monotonic() + LEAD_S
    recording.begin(start)
    next_tell = 0.0
    while not recording.all_in(layout.DONE):
        interrupt.wait(LOOK_EVERY_S)
        now_s = time.monotonic() - start
        if now_s > 0:
            course.pulses.append(recording.pulse())
        if now_s >= next_tell:
            on_progress(progress_of(plan, recording.watched(), now_s))
            next_tell = now_s + TELL_EVERY_S
        course.interrupted = interrupt.is_set()
        if not child.running or recording.silent_s() > SILENCE_S:
            course.lost = f"a load process was lost: {child.last_words()}"
        if now_s < plan.duration_s:
            course.stop = brakes.look(recording.watched(), now_s)
        if course.interrupted or course.lost or course.stop:
            course.ended_s = min(now_s, plan.duration_s)
            _stop(recording, child)
            break
    recording.give_up(time.monotonic() - start)
    return course


def _await_ready(recording: Recording, child: Child, interrupt: threading.Event) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while not recording.all_in(layout.READY) and not interrupt.is_set():
        if not child.running or time.monotonic() > deadline:
            raise LoadEngineError(f"The load generator did not start: {child.last_words()}")
        time.sleep(0.01)


def _stop(recording: Recording, child: Child) -> None:
    """Stop the sending at once, and give the processes a moment to write down what is in flight."""
    child.stop()
    deadline = time.monotonic() + STOP_TIMEOUT_S
    while child.running and not recording.all_in(layout.DONE) and time.monotonic() < deadline:
        time.sleep(0.01)


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


def _read(plan: LoadPlan, recording: Recording, course: _Course, examples: dict[str, str]) -> LoadRun:
    """Copy the columns out of the file and say how good the evidence is."""
    intended, sent, done = recording.intended.copy(), recording.sent.copy(), recording.done.copy()
    result = settle(recording.result, done - intended, plan.limit_p95_ms)
    if np.any(result == VisitResult.UNANSWERED) and VisitResult.CUT.word in examples:
        examples.setdefault(VisitResult.UNANSWERED.word, examples[VisitResult.CUT.word])
    examples.pop(VisitResult.CUT.word, None)
    run = LoadRun(
        plan=plan,
        intended_s=intended,
        sent_s=sent,
        done_s=done,
        target=recording.target.copy(),
        result=result,
        status=recording.status.copy(),
        generator=Generator(
            cpu_ratio=cpu_ratio(course.pulses),
            lag_p99_ms=lag_p99_ms(intended, sent),
            processes=plan.processes,
            peak_in_flight=int(recording.slots(layout.PEAK).sum()),
        ),
        examples=examples,
        stopped=course.stop.reason if course.stop and not course.stop.rate_limited else "",
        partial=course.interrupted,
        ended_s=course.ended_s,
    )
    if course.lost:
        return replace(run, invalid=course.lost)
    if course.stop and course.stop.rate_limited:
        return replace(run, invalid=course.stop.reason)
    return replace(run, invalid=why_invalid(run))
