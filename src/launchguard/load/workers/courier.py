"""A worker's side of a distributed run: takes the plan, has it checked, sends its part, and reports every visit."""

import json
import math
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gevent
from gevent.event import AsyncResult, Event

from launchguard.load import records as layout
from launchguard.load.orders import EXAMPLES, PLAN, PROBLEM, REQUESTS, Orders
from launchguard.load.records import Records
from launchguard.load.sending.engine import Engine
from launchguard.load.sending.inside import await_line, make_network, wait_for_end
from launchguard.load.sending.people import Readers
from launchguard.load.workers import fleet
from launchguard.model.load import VisitResult

HELLO_EVERY_S = 1.0
REPORT_EVERY_S = 0.2
LONGEST_LEAD_S = 60.0
"""A start in the past would send everything at once, and one far in the future would wait for nothing."""


class Courier:
    """Between the master and the engine of this worker."""

    def __init__(self, directory: Path, runner: Any, fire: Any, version: str) -> None:
        self.directory = directory
        self.runner = runner
        self.fire = fire
        self.version = version
        self.answer: AsyncResult = AsyncResult()
        self.start = Event()
        self.start_s = 0.0
        self.heard_s = math.inf
        self.stop = Event()
        self.released = False
        runner.register_message(fleet.PLANNED, self._answer)
        runner.register_message(fleet.REFUSED, self._answer)
        runner.register_message(fleet.PING, self._ping)
        runner.register_message(fleet.START, self._start)
        runner.register_message(fleet.STOP, self._stop)

    def run(self) -> None:
        """Take part in one run, then end."""
        answer = self._introduce()
        if answer is None:
            return
        if answer.type == fleet.REFUSED:
            (self.directory / PROBLEM).write_text(str(answer.data)[:500], encoding="utf-8")
            return
        credentials = self._checked(answer.data)
        if credentials is None:
            return
        orders = Orders.read(self.directory)
        network = make_network(orders, credentials)
        engine = Engine(self.directory, orders, network, answer.data["index"], self.fire, Readers)
        sending = gevent.spawn(engine.run, self.stop)
        gevent.sleep(0)
        self.runner.send_message(fleet.READY)
        self._carry(engine, sending)

    def _introduce(self) -> Any:
        """Ask for the plan until the master answers."""
        while not self.stop.is_set():
            self.runner.send_message(fleet.HELLO, self.version)
            self.answer.wait(HELLO_EVERY_S)
            if self.answer.ready():
                return self.answer.get()
        return None

    def _checked(self, data: Any) -> dict[str, dict[str, str]] | None:
        """Let the parent decide on the plan: the headers that it gives, or None after its problem was passed on."""
        made = self.directory / f"{PLAN}.new"
        made.write_text(json.dumps({"plan": data["plan"], "index": data["index"]}), encoding="utf-8")
        made.replace(self.directory / PLAN)
        decision: dict[str, Any] = json.loads(await_line())
        if decision["problem"]:
            self.runner.send_message(fleet.PROBLEM_FOUND, decision["problem"])
            gevent.sleep(0.1)
            return None
        gevent.spawn(wait_for_end, self.stop)
        headers: dict[str, dict[str, str]] = decision["headers"]
        return headers

    def _answer(self, environment: Any, msg: Any) -> None:  # noqa: ARG002 - Locust names the arguments
        self.answer.set(msg)

    def _ping(self, environment: Any, msg: Any) -> None:  # noqa: ARG002 - Locust names the arguments
        self.heard_s = time.monotonic()
        self.runner.send_message(fleet.PONG, [msg.data, self.heard_s])

    def _start(self, environment: Any, msg: Any) -> None:  # noqa: ARG002 - Locust names the arguments
        if 0 < float(msg.data) - time.monotonic() < LONGEST_LEAD_S and not self.start.is_set():
            self.start_s = float(msg.data)
            self.start.set()

    def _stop(self, environment: Any, msg: Any) -> None:  # noqa: ARG002 - Locust names the arguments
        self.released = True
        self.stop.set()

    def _carry(self, engine: Engine, sending: Any) -> None:
        """Pass the start on, report every fifth of a second, and stop when the master has gone silent."""
        self.heard_s = time.monotonic()
        while not self.start.is_set() and not self.stop.is_set():
            self.start.wait(REPORT_EVERY_S)
            self._mind_the_master()
        if self.start.is_set():
            engine.records.header[layout.START] = self.start_s
        report = Report(engine.records, engine.process, engine.orders.processes, self.directory / EXAMPLES)
        while not sending.ready():
            sending.join(REPORT_EVERY_S)
            self._mind_the_master()
            for message in report.messages(done=False):
                self.runner.send_message(fleet.ROWS, message)
        # A worker that was stopped by anybody but its master leaves the run, and is missed there.
        for message in report.messages(done=self.released or not self.stop.is_set()):
            self.runner.send_message(fleet.ROWS, message)
        while not self._mind_the_master():
            gevent.sleep(REPORT_EVERY_S)

    def _mind_the_master(self) -> bool:
        """Whether the master is gone; the sending stops then."""
        gone = time.monotonic() - self.heard_s > fleet.SILENCE_S
        if gone:
            self.stop.set()
        return gone


class Report:
    """Finds what became of this worker's visits since the last time, in the order of the schedule."""

    def __init__(self, records: Records, process: int, step: int, examples: Path) -> None:
        self.records = records
        self.step = step
        self.slot = layout.process_slot(process)
        self.next = process
        self.waiting: set[int] = set()
        self.in_flight: set[int] = set()
        self.examples = examples
        self.read = 0
        self.requests = examples.with_name(REQUESTS)
        self.read_requests = 0

    def messages(self, *, done: bool) -> Iterator[dict[str, Any]]:
        """Everything that is new, in messages of bounded size; the last one may say that it is the end."""
        rows = [fleet.ROW.pack(*row) for row in self._news()]
        size = fleet.LONGEST_MESSAGE_ROWS
        pieces = [rows[at : at + size] for at in range(0, len(rows), size)] or [[]]
        header, slot = self.records.header, self.slot
        for number, piece in enumerate(pieces, 1):
            yield {
                "rows": b"".join(piece),
                "beat": time.monotonic(),
                "cpu": header[slot + layout.CPU],
                "peak": header[slot + layout.PEAK],
                "examples": self._new_examples(),
                "requests": self._new_requests(),
                "done": done and number == len(pieces),
            }

    def _news(self) -> Iterator[tuple[int, float, float, int, int]]:
        records = self.records
        start_s = records.header[layout.START]
        now_s = time.monotonic() - start_s if start_s else -1.0
        while self.next < records.visits and records.intended[self.next] <= now_s:
            self.waiting.add(self.next)
            self.next += self.step
        for index in sorted(self.waiting | self.in_flight):
            sent_s, done_s = records.sent[index], records.done[index]
            if math.isnan(sent_s):
                continue
            result = records.result[index]
            if result != VisitResult.DROPPED:
                self.waiting.discard(index)
                self.in_flight.discard(index)
            elif index in self.waiting:
                self.waiting.discard(index)
                self.in_flight.add(index)
            else:
                continue
            yield index, sent_s, done_s, records.status[index], result

    def _new_examples(self) -> list[tuple[str, str]]:
        """The examples that the engine has written down since the last time."""
        if not self.examples.exists():
            return []
        lines = self.examples.read_text(encoding="utf-8").splitlines()
        new, self.read = lines[self.read :], len(lines)
        return [(example["kind"], example["text"]) for example in map(json.loads, new)]

    def _new_requests(self) -> list[str]:
        """What the engine has told about assets since the last time, in its own lines."""
        if not self.requests.exists():
            return []
        with self.requests.open(encoding="utf-8") as file:
            file.seek(self.read_requests)
            lines = file.read().splitlines()
            self.read_requests = file.tell()
        return lines
