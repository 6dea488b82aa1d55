"""Watches a run: starts all processes together, brakes them, and notices when one of them is lost."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from launchguard.errors import LoadEngineError
from launchguard.load import recording as layout
from launchguard.load.brakes import Brakes, Stop
from launchguard.load.losses import LossWatch, LostProcess
from launchguard.load.process import Child
from launchguard.load.progress import progress_of
from launchguard.load.quality import CpuMeter
from launchguard.load.recorded import RecordingReader
from launchguard.model.events import LoadProgress
from launchguard.model.load_plan import LoadPlan
from launchguard.system.signals import handled
from launchguard.words import count

LOOK_EVERY_S = 0.1
TELL_EVERY_S = 0.25
STOP_TIMEOUT_S = 3.0
SILENCE_S = 5.0


@dataclass
class Course:
    """How a run goes: what ended it early, and how its processes did."""

    stop: Stop | None = None
    interrupted: bool = False
    loss: LostProcess | None = None
    ended_s: float | None = None
    cpu: CpuMeter = field(default_factory=CpuMeter)


@dataclass(frozen=True)
class Patience:
    """How long (s) the generating processes may take to appear, and to hear of the common start; what they are."""

    appear_s: float
    lead_s: float
    noun: str


@contextmanager
def signals_set(event: threading.Event) -> Iterator[None]:
    """Let Ctrl-C and SIGTERM set an event instead of breaking off what is going on (main thread only)."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    with handled(lambda *_: event.set()):
        yield


def conduct(
    plan: LoadPlan,
    recording: RecordingReader,
    child: Child,
    on_progress: Callable[[LoadProgress], object],
    interrupt: threading.Event,
    patience: Patience,
) -> Course:
    """Start all processes together, then watch them until they are done or have to stop."""
    if not _await_ready(recording, child, interrupt, patience):
        return Course(interrupted=True, ended_s=0.0)
    course, brakes, losses = Course(), Brakes(plan, recording.intended), LossWatch(patience.noun)
    start = time.monotonic() + patience.lead_s
    recording.begin(start)
    next_tell = 0.0
    while not recording.all_in(layout.DONE):
        interrupt.wait(LOOK_EVERY_S)
        now_s = time.monotonic() - start
        if now_s > 0:
            course.cpu.look(recording.pulse())
        if now_s >= next_tell:
            on_progress(progress_of(plan, recording.watched(), now_s))
            next_tell = now_s + TELL_EVERY_S
        course.interrupted = interrupt.is_set()
        if not child.running or recording.silent_s() > SILENCE_S:
            course.loss = losses.explain(recording, child)
        if 0 < now_s < plan.duration_s:
            course.stop = brakes.look(recording.watched(), now_s)
        if course.interrupted or course.loss or course.stop:
            course.ended_s = max(0.0, min(now_s, plan.duration_s))
            _stop(recording, child)
            break
    if not course.loss and not recording.all_in(layout.DONE):
        # What looked like slow visits may have been visits of a process that is gone.
        course.loss = losses.explain(recording, child)
    recording.give_up(time.monotonic() - start)
    return course


def _await_ready(recording: RecordingReader, child: Child, interrupt: threading.Event, patience: Patience) -> bool:
    """Wait for every process; False when an interrupt came first. Raises LoadEngineError."""
    deadline = time.monotonic() + patience.appear_s
    while not recording.all_in(layout.READY):
        if interrupt.is_set():
            return False
        if not child.running or child.problem:
            raise LoadEngineError(f"The load generator did not start: {child.last_words()}")
        if time.monotonic() > deadline:
            ready = recording.count_in(layout.READY)
            away = f" One was sent away: {child.sent_away}." if child.sent_away else ""
            raise LoadEngineError(
                f"Only {ready} of {recording.processes} {patience.noun}{'es' if patience.noun.endswith('s') else 's'} "
                f"were ready within {count(patience.appear_s)} s.{away}"
            )
        time.sleep(0.01)
    return True


def _stop(recording: RecordingReader, child: Child) -> None:
    """Stop the sending at once, and give the processes a moment to write down what is in flight."""
    child.stop()
    deadline = time.monotonic() + STOP_TIMEOUT_S
    while child.running and not recording.all_in(layout.DONE) and time.monotonic() < deadline:
        time.sleep(0.01)
