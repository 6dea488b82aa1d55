"""What one generating process does: walk the schedule, send each visit on time, account for every one.

Runs inside Locust's process, under gevent. It judges nothing beyond a single visit; brakes and verdicts are the
parent's, which watches the same records.
"""

import gc
import json
import math
import os
import resource
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import gevent
from gevent.event import Event
from gevent.hub import get_hub

from launchguard.load import recording as layout
from launchguard.load.orders import CONNECTIONS, EXAMPLES, RECORDS, REQUESTS, Orders
from launchguard.load.recording import Records
from launchguard.load.sending.aftermath import Aftermath, broken_at_the_end
from launchguard.load.sending.connections import NO_BOUND
from launchguard.load.sending.goal import VisitGoal
from launchguard.load.sending.network import Network
from launchguard.load.sending.outcomes import OutOfResources, VisitFailed, without_frames
from launchguard.load.sending.tally import Tally
from launchguard.load.sending.timer import best_timer
from launchguard.load.sending.visitors import Arrival, Crowd, Person, Readers
from launchguard.model.load_plan import VisitResult

TICK_S = 0.02
BEAT_EVERY = 5  # ticks
PRIORITY = -10
OWN_DESCRIPTORS = 100
"""For what is no connection of a visit: files, Locust's own, and one or two that are being opened."""
GRACE_S = 0.5  # how long visits in flight may still finish after a stop


class Deadline(BaseException):
    """Thrown into a visit whose time is over."""


class Engine:
    """Sends the visits process, process + processes, ... of the schedule, each by a person of a crowd."""

    def __init__(
        self,
        directory: Path,
        orders: Orders,
        network: Network,
        process: int,
        fire: Callable[..., None],
        people: Callable[[Orders, Network, Tally], Crowd] = Readers,
    ) -> None:
        self.orders = orders
        self.process = process
        self.fire = fire
        self.records = Records(directory / RECORDS)
        self.slot = layout.process_slot(process)
        self.goals = [VisitGoal(page, orders.run_id) for page in orders.pages]
        self.tally = Tally(directory / REQUESTS)
        self.crowd = people(orders, network, self.tally)
        self.aftermath = Aftermath(orders, self.goals, network, self.tally, self.records.device)
        self.connections = network.connections
        self.told = directory / CONNECTIONS
        self.live: dict[int, Any] = {}
        self.cut = False
        self.seen: set[VisitResult] = set()
        # Opened before the first visit: there may be no descriptor left when it is needed.
        self.examples = (directory / EXAMPLES).open("a", encoding="utf-8", buffering=1)
        self.start = 0.0

    def run(self, stop: Event) -> None:
        """Announce readiness, wait for the common start, send, drain, and account for what is left."""
        self.connections.tell(self.told, _most_descriptors())
        _take_precedence()
        gc.collect()
        gc.freeze()
        self.records.header[self.slot + layout.PID] = os.getpid()
        self._state(layout.READY)
        while not self.records.header[layout.START] and not stop.is_set():
            stop.wait(0.002)
        self.start = self.records.header[layout.START]
        watcher = gevent.spawn(self._watch)
        self._state(layout.SENDING)
        sender = gevent.spawn(self._send)
        gevent.wait([sender, stop], count=1)
        sender.kill()
        self._drain(stop)
        self.connections.end()
        if not stop.is_set():
            self._look_after()
        watcher.kill()
        self._beat()
        self._state(layout.DONE)

    def _state(self, state: float) -> None:
        self.records.header[self.slot + layout.STATE] = state

    def _beat(self) -> None:
        header, slot = self.records.header, self.slot
        header[slot + layout.BEAT] = time.monotonic()
        header[slot + layout.CPU] = time.process_time()
        header[slot + layout.PEAK] = max(header[slot + layout.PEAK], len(self.live))
        self.tally.flush()
        self.connections.look(time.monotonic() - self.start)

    def _send(self) -> None:
        """Start a greenlet for each visit at its moment."""
        timer, intended, clock, spawn = best_timer(), self.records.intended, time.monotonic, gevent.spawn_raw
        index, step, visits = self.process, self.orders.processes, self.records.visits
        while index < visits:
            timer.wait_until(self.start + intended[index])
            now = clock() - self.start
            while index < visits and intended[index] <= now:
                self.live[index] = spawn(self._visit, index)
                index += step

    def _watch(self) -> None:
        """End visits whose time is over (their deadlines pass in schedule order), and tell the parent we live."""
        index, ticks = self.process, 0
        while True:
            due = time.monotonic() - self.start - self.orders.visit_timeout_s
            while index < self.records.visits and self.records.intended[index] <= due:
                self._end(index)
                index += self.orders.processes
            if ticks % BEAT_EVERY == 0:
                self._beat()
            ticks += 1
            gevent.sleep(TICK_S)

    def _end(self, index: int) -> None:
        greenlet = self.live.get(index)
        if greenlet is not None:
            get_hub().loop.run_callback(greenlet.throw, Deadline)

    def _drain(self, stop: Event) -> None:
        """Wait for the visits in flight: until the drain is over, or after a stop for a moment; then end them."""
        last = self.start + self.orders.duration_s + self.orders.drain_s
        while self.live and time.monotonic() < last and not stop.is_set():
            stop.wait(0.01)
        self.cut = stop.is_set()
        if self.cut:
            last = time.monotonic() + GRACE_S
            while self.live and time.monotonic() < last:
                gevent.sleep(0.01)
        for index in list(self.live):
            self._end(index)
        gevent.sleep(0.05)

    def _look_after(self) -> None:
        """Let the first process look whether pages that broke at the end stay so; a journey is more than a look."""
        if self.process != 0 or self.orders.journey:
            return
        end_s, limit_s = self.orders.duration_s, self.orders.limit_p95_ms / 1000
        broken = broken_at_the_end(self.records, self.process, self.orders.processes, end_s, limit_s)
        if broken:
            self.aftermath.look(broken)

    def _visit(self, index: int) -> None:
        """One person's visit, from its first packet to its line in the records, and what comes after it."""
        records, start = self.records, self.start
        records.sent[index] = time.monotonic() - start

        def told(moment_s: float) -> None:
            records.done[index] = moment_s - start

        goal = self.goals[records.target[index]]
        due_s = start + records.intended[index]
        device = records.device(index)
        person = self.crowd.arrive(Arrival(index, goal, bool(records.returning[index]), due_s, told, device))
        result = VisitResult.OK
        failure: BaseException | None = None
        try:
            person.visit()
        except VisitFailed as failed:
            result, failure, person.status = failed.kind, failed, failed.status
        except OutOfResources as lack:
            result, failure = VisitResult.DROPPED, lack
        except Deadline:
            result, failure = self._late(person), Deadline(f"no whole answer from {goal.page.name}")
        except Exception as error:  # noqa: BLE001 - whatever a hostile page provokes is this visit's failure
            result, failure = VisitResult.OTHER, error
        self._record(index, person, result, without_frames(failure))
        try:
            with suppress(Deadline):
                person.afterwards()
        finally:
            person.leave(well=not isinstance(failure, Deadline))
            del self.live[index]

    def _record(self, index: int, person: Person, result: VisitResult, failure: BaseException | None) -> None:
        """Write a visit's line, an example of its failure, and tell Locust where the person does not."""
        records, now = self.records, time.monotonic() - self.start
        if result is VisitResult.DROPPED:
            records.sent[index] = records.done[index] = math.nan
        else:
            if math.isnan(records.done[index]):
                records.done[index] = now
            records.status[index] = person.status
            records.result[index] = result
        if failure is not None:
            self._example(result, str(failure))
        if person.name:
            self.fire(
                request_type="GET",
                name=person.name,
                response_time=(now - records.intended[index]) * 1000,
                response_length=person.size,
                exception=failure,
                context={},
            )

    def _late(self, person: Person) -> VisitResult:
        if self.cut:
            return VisitResult.CUT
        return VisitResult.TIMEOUT if person.begun else VisitResult.UNANSWERED

    def _example(self, result: VisitResult, text: str) -> None:
        """Save the first example of each kind of failure."""
        if result in self.seen:
            return
        self.seen.add(result)
        self.examples.write(json.dumps({"kind": result.word, "text": text[:300]}) + "\n")


def _most_descriptors() -> int:
    """Allow as many open connections as the system lets us; how many that are, beside what the process needs itself."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return soft - OWN_DESCRIPTORS if soft != resource.RLIM_INFINITY else NO_BOUND


def _take_precedence() -> None:
    """Where the system lets us, go before other work on this machine: a late visit is the generator's fault."""
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, 0, PRIORITY)
    # Linux shares out CPU time by session before it looks at priorities (sched(7), autogroup), and we are a session.
    with suppress(OSError):
        Path("/proc/self/autogroup").write_text(str(PRIORITY), encoding="ascii")
