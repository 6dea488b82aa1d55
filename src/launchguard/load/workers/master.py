"""The master's side of a distributed run: hands the plan to workers, and writes what they report into the records.

So the parent watches, brakes and reads a distributed run exactly as one on its own machine.
"""

import json
import math
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import gevent
from gevent.event import Event

from launchguard.load import recording as layout
from launchguard.load.opened import read_line_of
from launchguard.load.orders import CONNECTIONS, EXAMPLES, PLAN, PROBLEM, RECORDS, REQUESTS, SENT_AWAY
from launchguard.load.recording import Records
from launchguard.load.sending.tally import is_told
from launchguard.load.workers import protocol as fleet
from launchguard.model.load_plan import VisitResult

CLOCK_LOOKS = 8
PING_EVERY_S = 0.5
FIRST_PINGS_EVERY_S = 0.02
FAREWELL_S = 2.5
LOADING_S = 30.0
"""How long a worker may be silent that loads a journey: that keeps it from answering."""
KNOWN_RESULTS = frozenset(int(result) for result in VisitResult)


@dataclass
class Worker:
    """One worker as the master knows it: its clock is ahead of the master's by `offset_s`, give or take `doubt_s`."""

    index: int
    ready_s: float = math.inf
    heard_s: float = field(default_factory=time.monotonic)
    looks: int = 0
    offset_s: float = 0.0
    doubt_s: float = math.inf
    error_s: float = 0.0

    @property
    def ready(self) -> bool:
        """Whether it has said so."""
        return self.ready_s < math.inf

    def look(self, sent_s: float, clock_s: float, back_s: float) -> None:
        """Learn from a ping that came back: before the start the best one counts, afterwards how far it strayed."""
        offset_s, doubt_s = clock_s - (sent_s + back_s) / 2, (back_s - sent_s) / 2
        self.looks += 1
        if self.looks <= CLOCK_LOOKS:
            if doubt_s < self.doubt_s:
                self.offset_s, self.doubt_s = offset_s, doubt_s
            self.error_s = self.doubt_s
        else:
            self.error_s = max(self.error_s, abs(offset_s - self.offset_s) - doubt_s)


class Relay:
    """Between the parent's records and the workers of one run."""

    def __init__(self, directory: Path, runner: Any, version: str) -> None:
        self.directory = directory
        self.runner = runner
        self.version = version
        self.records = Records(directory / RECORDS)
        self.size = int(self.records.header[layout.PROCESSES])
        self.brief = (directory / PLAN).read_text(encoding="utf-8")
        self.loading_s = LOADING_S if json.loads(self.brief)["journey_sha256"] else fleet.SILENCE_S
        self.workers: dict[str, Worker] = {}
        listeners = {
            fleet.HELLO: self._hello,
            fleet.PROBLEM_FOUND: self._problem,
            fleet.READY: self._ready,
            fleet.PONG: self._pong,
            fleet.ROWS: self._rows,
        }
        for name, listener in listeners.items():
            runner.register_message(name, listener)

    def run(self, stop: Event) -> None:
        """Start the workers together when the parent says so, and send them home at the end."""
        while not self.records.header[layout.START] and not stop.is_set():
            self._ping()
            self._give_up_silent()
            stop.wait(FIRST_PINGS_EVERY_S)
        if not stop.is_set():
            start_s = self.records.header[layout.START]
            for node, worker in list(self.workers.items()):
                self._send(fleet.START, start_s + worker.offset_s, node)
        while not stop.is_set():
            self._ping()
            stop.wait(PING_EVERY_S)
        for node in list(self.workers):
            self._send(fleet.STOP, None, node)
        deadline = time.monotonic() + FAREWELL_S
        while not self._all_done() and time.monotonic() < deadline:
            gevent.sleep(0.02)
        for node in list(self.workers):
            self._send(fleet.QUIT, None, node)

    def _send(self, name: str, data: Any, node: str) -> None:
        self.runner.send_message(name, data, client_id=node)

    def _slot(self, worker: Worker) -> int:
        return layout.process_slot(worker.index)

    def _all_done(self) -> bool:
        slots = [self._slot(worker) + layout.STATE for worker in self.workers.values()]
        return all(self.records.header[slot] >= layout.DONE for slot in slots)

    def _ping(self) -> None:
        for node in list(self.workers):
            self._send(fleet.PING, time.monotonic(), node)

    def _give_up_silent(self) -> None:
        """Before the start a worker that went away makes room for another one."""
        now_s = time.monotonic()
        for node, worker in list(self.workers.items()):
            if now_s - worker.heard_s > (fleet.SILENCE_S if worker.ready else self.loading_s):
                del self.workers[node]
                self.records.header[self._slot(worker) + layout.STATE] = 0.0

    def _hello(self, environment: Any, msg: Any) -> None:  # noqa: ARG002 - Locust names the arguments
        """Give a worker its number, or say why it gets none. It asks again until it has heard: one too many waits."""
        if msg.node_id in self.workers:
            return
        if msg.data != self.version:
            reason = f"the master is LaunchGuard {self.version}, this worker is {str(msg.data)[:40]}"
            self._send(fleet.REFUSED, reason, msg.node_id)
            (self.directory / SENT_AWAY).write_text(reason, encoding="utf-8")
        elif len(self.workers) < self.size:
            taken = {worker.index for worker in self.workers.values()}
            index = min(set(range(self.size)) - taken)
            self.workers[msg.node_id] = Worker(index)
            self._send(fleet.PLANNED, {"brief": self.brief, "index": index}, msg.node_id)

    def _problem(self, environment: Any, msg: Any) -> None:  # noqa: ARG002 - Locust names the arguments
        """A worker that cannot send its part ends the run before it begins."""
        if msg.node_id in self.workers:
            text = f"worker {self.workers[msg.node_id].index + 1}: {str(msg.data)[:500]}"
            (self.directory / PROBLEM).write_text(text, encoding="utf-8")

    def _ready(self, environment: Any, msg: Any) -> None:  # noqa: ARG002 - Locust names the arguments
        if msg.node_id in self.workers:
            self.workers[msg.node_id].ready_s = time.monotonic()

    def _pong(self, environment: Any, msg: Any) -> None:  # noqa: ARG002 - Locust names the arguments
        worker = self.workers.get(msg.node_id)
        if worker is None:
            return
        worker.heard_s = time.monotonic()
        sent_s, clock_s = map(float, msg.data)
        if not math.isfinite(sent_s) or not math.isfinite(clock_s):
            raise ValueError("a clock that shows no time")
        if sent_s < worker.ready_s:
            return  # it may have waited for a journey to be loaded, and says nothing about the clocks
        worker.look(sent_s, clock_s, worker.heard_s)
        header, slot = self.records.header, self._slot(worker)
        header[slot + layout.CLOCK] = worker.error_s
        if worker.looks == CLOCK_LOOKS:
            header[slot + layout.STATE] = layout.READY

    def _rows(self, environment: Any, msg: Any) -> None:  # noqa: ARG002 - Locust names the arguments
        """Write a worker's rows, of its own part of the schedule only."""
        worker = self.workers.get(msg.node_id)
        if worker is None:
            return
        records, data = self.records, msg.data
        part = range(worker.index, records.visits, self.size)
        rows = list(fleet.ROW.iter_unpack(data["rows"]))
        pulse = [float(data[name]) for name in ("beat", "cpu", "peak")]
        if not all(map(math.isfinite, pulse)):
            raise ValueError("a worker's pulse has no number")
        for index, sent_s, done_s, status, result in rows:
            if index in part and result in KNOWN_RESULTS and not math.isinf(sent_s) and not math.isinf(done_s):
                records.sent[index], records.done[index] = sent_s, done_s
                records.status[index], records.result[index] = status, result
        slot = self._slot(worker)
        records.header[slot + layout.BEAT] = pulse[0] - worker.offset_s
        records.header[slot + layout.CPU], records.header[slot + layout.PEAK] = pulse[1:]
        if data["examples"]:
            with (self.directory / EXAMPLES).open("a", encoding="utf-8") as file:
                file.writelines(json.dumps({"kind": str(k), "text": str(t)[:300]}) + "\n" for k, t in data["examples"])
        told = [line for line in data["requests"] if is_told(line, part)]
        opened = [line for line in data["connections"] if read_line_of(line) is not None]
        for name, lines in ((REQUESTS, told), (CONNECTIONS, opened)):
            if lines:
                with (self.directory / name).open("a", encoding="utf-8") as file:
                    file.writelines(f"{line}\n" for line in lines)
        if data["done"]:
            records.header[slot + layout.STATE] = layout.DONE
