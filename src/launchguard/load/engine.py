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

from launchguard.load import records as layout
from launchguard.load.client import Address, Answer, Network, OutOfResources, VisitFailed, Visitor, address_of
from launchguard.load.content import BadBodyError, decode, missing, text_of
from launchguard.load.orders import EXAMPLES, RECORDS, Orders, Page
from launchguard.load.records import Records
from launchguard.load.timer import best_timer
from launchguard.model.load import VisitResult

TICK_S = 0.02
BEAT_EVERY = 5  # ticks
PRIORITY = -10
GRACE_S = 0.5  # how long visits in flight may still finish after a stop


class Deadline(BaseException):
    """Thrown into a visit whose time is over."""


class Goal:
    """A page to visit, and the last body of it that was found right (most visits get the same bytes)."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.address: Address = address_of(page.url)
        self.good_body: bytes | None = None

    def judge(self, answer: Answer) -> None:
        """Raise VisitFailed unless this is the answer that the campaign expects."""
        status = answer.get_code()
        if status != self.page.expect_status:
            limited = status == 429 or (status == 503 and answer.header("retry-after"))
            kind = VisitResult.RATE_LIMITED if limited else VisitResult.STATUS
            raise VisitFailed(kind, f"{self.page.name} answered {status}, expected {self.page.expect_status}", status)
        if not self.page.contains:
            return
        body = answer.body
        if body == self.good_body:
            return
        try:
            plain = decode(body, answer.header("content-encoding"))
        except BadBodyError as error:
            raise VisitFailed(VisitResult.CONTENT, f"{self.page.name}: {error}", status) from error
        absent = missing(text_of(plain, answer.header("content-type")), self.page.contains)
        if absent is not None:
            raise VisitFailed(VisitResult.CONTENT, f"{self.page.name} does not contain {absent!r}", status)
        self.good_body = body


class Engine:
    """Sends the visits process, process + processes, ... of the schedule."""

    def __init__(
        self, directory: Path, orders: Orders, network: Network, process: int, fire: Callable[..., None]
    ) -> None:
        self.orders = orders
        self.network = network
        self.process = process
        self.fire = fire
        self.records = Records(directory / RECORDS)
        self.slot = layout.process_slot(process)
        self.goals = [Goal(page) for page in orders.pages]
        self.live: dict[int, Any] = {}
        self.idle: list[Visitor] = []
        self.cut = False
        self.seen: set[VisitResult] = set()
        self.examples = directory / EXAMPLES
        self.start = 0.0

    def run(self, stop: Event) -> None:
        """Announce readiness, wait for the common start, send, drain, and account for what is left."""
        _raise_descriptor_limit()
        _take_precedence()
        gc.collect()
        gc.freeze()
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

    def _visit(self, index: int) -> None:
        """One visitor's visit, from its first packet to its line in the records."""
        records = self.records
        records.sent[index] = time.monotonic() - self.start
        goal = self.goals[records.target[index]]
        visitor = self._visitor(index)
        result, status, size = VisitResult.OK, 0, 0
        failure: BaseException | None = None
        try:
            answer = visitor.visit(goal.address)
            status, size = answer.get_code(), answer.size
            goal.judge(answer)
        except VisitFailed as failed:
            result, status, failure = failed.kind, failed.status, failed
        except OutOfResources as lack:
            records.sent[index] = math.nan
            result, failure = VisitResult.DROPPED, lack
        except Deadline:
            result, failure = self._late(visitor), Deadline(f"no whole answer from {goal.page.name}")
        except Exception as error:  # noqa: BLE001 - whatever a hostile page provokes is this visit's failure
            result, failure = VisitResult.OTHER, error
        now = time.monotonic() - self.start
        del self.live[index]
        if visitor.keep:
            self.idle.append(visitor)
        if result is not VisitResult.DROPPED:
            records.done[index] = now
            records.status[index] = status
            records.result[index] = result
        if failure is not None:
            self._example(result, str(failure))
        self.fire(
            request_type="GET",
            name=goal.page.name,
            response_time=(now - records.intended[index]) * 1000,
            response_length=size,
            exception=failure,
            context={},
        )

    def _visitor(self, index: int) -> Visitor:
        if not self.records.returning[index]:
            return Visitor(self.network, keep=False)
        return self.idle.pop() if self.idle else Visitor(self.network, keep=True)

    def _late(self, visitor: Visitor) -> VisitResult:
        if self.cut:
            return VisitResult.CUT
        return VisitResult.TIMEOUT if visitor.begun else VisitResult.UNANSWERED

    def _example(self, result: VisitResult, text: str) -> None:
        """Save the first example of each kind of failure."""
        if result in self.seen:
            return
        self.seen.add(result)
        with self.examples.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"kind": result.word, "text": text[:300]}) + "\n")


def _raise_descriptor_limit() -> None:
    """Allow as many open connections as the system lets us."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _take_precedence() -> None:
    """Where the system lets us, go before other work on this machine: a late visit is the generator's fault."""
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, 0, PRIORITY)
    # Linux shares out CPU time by session before it looks at priorities (sched(7), autogroup), and we are a session.
    with suppress(OSError):
        Path("/proc/self/autogroup").write_text(str(PRIORITY), encoding="ascii")
