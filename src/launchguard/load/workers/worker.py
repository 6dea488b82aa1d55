"""A worker's side of a distributed run: takes the plan, has it checked, sends its part, and reports every visit."""

import json
import math
import time
from pathlib import Path
from typing import Any

import gevent
from gevent.event import AsyncResult, Event
from locust.env import Environment

from launchguard.load import recording as layout
from launchguard.load.orders import PLAN, PROBLEM, Orders
from launchguard.load.sending.engine import Engine
from launchguard.load.sending.inside import await_line, make_network, people_of, wait_for_end
from launchguard.load.workers import protocol as fleet
from launchguard.load.workers.report import Report
from launchguard.words.redaction import redactor

ORDERED = {"brief": str, "index": int}
HELLO_EVERY_S = 1.0
REPORT_EVERY_S = 0.2
LONGEST_LEAD_S = 60.0
"""A start in the past would send everything at once, and one far in the future would wait for nothing."""


class Courier:
    """Between the master and the engine of this worker."""

    def __init__(self, directory: Path, runner: Any, environment: Environment, version: str) -> None:
        self.directory = directory
        self.runner = runner
        self.environment = environment
        self.version = version
        self.redacted = redactor(())
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
            self._write_problem(str(answer.data))
            return
        decision = self._decided(answer.data)
        self.redacted = redactor(decision["secrets"])
        if decision["problem"]:
            self._complain(decision["problem"])
            return
        gevent.spawn(wait_for_end, self.stop)
        try:
            engine = self._engine(decision["headers"], int(answer.data["index"]))
        except Exception as error:  # noqa: BLE001 - a journey's code may raise anything, and the master has to hear of it
            self._complain(f"{type(error).__name__}: {error}")
            return
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

    def _decided(self, data: Any) -> dict[str, Any]:
        """Let the parent decide on the plan: its problem with it, else headers by origin, and the secrets in them."""
        made = self.directory / f"{PLAN}.new"
        told = data if isinstance(data, dict) else {}
        # What is of another kind stays behind: the parent refuses a brief that is no text, and a number that is none.
        order = {name: told.get(name) if isinstance(told.get(name), kind) else None for name, kind in ORDERED.items()}
        made.write_text(json.dumps(order), encoding="utf-8")
        made.replace(self.directory / PLAN)
        decision: dict[str, Any] = json.loads(await_line())
        return decision

    def _engine(self, headers: dict[str, dict[str, str]], index: int) -> Engine:
        """The engine of this worker's part; a journey is loaded here."""
        orders = Orders.read(self.directory)
        network = make_network(orders, headers)
        fire = self.environment.events.request.fire
        return Engine(self.directory, orders, network, index, fire, people_of(orders, self.environment))

    def _complain(self, problem: str) -> None:
        """Tell the master why nothing is sent from here, and the parent where it does not know."""
        text = self._write_problem(problem)
        self.runner.send_message(fleet.PROBLEM_FOUND, text)
        gevent.sleep(0.1)

    def _write_problem(self, problem: str) -> str:
        text = self.redacted(problem)[:500]
        (self.directory / PROBLEM).write_text(text, encoding="utf-8")
        return text

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
        report = Report(engine.records, engine.process, engine.orders.processes, self.directory, self.redacted)
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
