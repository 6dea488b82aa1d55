"""What a worker tells its master: what became of its visits, and their requests, without any secret."""

import json
import math
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from launchguard.load import recording as layout
from launchguard.load.orders import CONNECTIONS, EXAMPLES, REQUESTS
from launchguard.load.recording import Records
from launchguard.load.workers import protocol as fleet
from launchguard.model.load_plan import VisitResult


class Report:
    """Finds what became of this worker's visits since the last time, in the order of the schedule."""

    def __init__(
        self, records: Records, process: int, step: int, directory: Path, redacted: Callable[[str], str]
    ) -> None:
        self.records = records
        self.step = step
        self.slot = layout.process_slot(process)
        self.next = process
        self.waiting: set[int] = set()
        self.in_flight: set[int] = set()
        self.redacted = redacted
        self.files = {name: directory / name for name in (EXAMPLES, REQUESTS, CONNECTIONS)}
        self.read = dict.fromkeys(self.files, 0)

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
                "connections": self._new_lines(CONNECTIONS),
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
        return [(told["kind"], self.redacted(told["text"])) for told in map(json.loads, self._new_lines(EXAMPLES))]

    def _new_requests(self) -> list[str]:
        """What the engine has told about steps and assets since the last time, in its own lines."""
        lines = []
        for line in self._new_lines(REQUESTS):
            kind, name, *figures, example = json.loads(line)
            lines.append(json.dumps([kind, self.redacted(name), *figures, self.redacted(example)]))
        return lines

    def _new_lines(self, name: str) -> list[str]:
        path = self.files[name]
        if not path.exists():
            return []
        with path.open(encoding="utf-8") as file:
            file.seek(self.read[name])
            lines = file.read().splitlines()
            self.read[name] = file.tell()
        return lines
