"""Whatever a master or a worker sends: a sentence or what was agreed, no traceback, nothing beyond its own part."""

import json
import math
import random
import time
from pathlib import Path

import pytest

from tests.load.fuzzed import ODD, changed_brief, judge_brief

BUDGET_S = 3.0
AT_LEAST = 200


def test_a_worker_reads_any_brief() -> None:
    taken: list[bool] = []
    rng, until = random.Random(7), time.monotonic() + BUDGET_S
    while len(taken) < AT_LEAST or time.monotonic() < until:
        text = changed_brief(rng)
        try:
            taken.append(judge_brief(text))
        except Exception as error:
            error.add_note(text[:2000])
            raise
    assert any(taken) and not all(taken)


MASTER = """
import json, math, random, sys, tempfile
from pathlib import Path
from types import SimpleNamespace
import numpy as np
from launchguard.load import recording as layout
from launchguard.load.orders import PLAN, RECORDS
from launchguard.load.recorded import RecordingReader
from launchguard.load.schedule import LoadSchedule
from launchguard.load.workers import protocol as fleet
from launchguard.load.workers.master import Relay

ODD = [None, True, -1, 2**70, 1e308, math.nan, math.inf, "", "x" * 999]
ODD += [b"", b"\\xff" * 23, b"\\x00" * 24, [], {}, [1, "a"]]
folder = Path(tempfile.mkdtemp())
count = 40
zeros = np.zeros(count)
none = zeros.astype(np.uint8)
reader = RecordingReader(folder / RECORDS, LoadSchedule(zeros, zeros.astype(np.uint16), none, none), 2)
(folder / PLAN).write_text(json.dumps({"journey_sha256": ""}))
handlers, said = {}, []
runner = SimpleNamespace(
    register_message=handlers.__setitem__, send_message=lambda *a, **k: said.append(a)
)
relay = Relay(folder, runner, "1")
rng = random.Random(5)
def send(name, data):
    try:
        handlers[name](environment=None, msg=SimpleNamespace(node_id="w", data=data))
        return True
    except Exception:  # what Locust does with it: it logs, and goes on
        return False
assert send(fleet.HELLO, "1")
own, other = reader.sent[0::2], reader.sent[1::2]
good = {"rows": b"", "beat": 1.0, "cpu": 1.0, "peak": 1.0, "examples": [], "requests": [], "done": False}
for _ in range(4000):
    name = rng.choice([fleet.HELLO, fleet.PROBLEM_FOUND, fleet.READY, fleet.PONG, fleet.ROWS, fleet.ROWS])
    data = rng.choice(ODD)
    if name == fleet.ROWS and rng.random() < 0.9:
        index = rng.randrange(2**32) if rng.random() < 0.5 else rng.randrange(count)
        times = rng.choice([0.5, math.nan, math.inf, -1e308]), rng.choice([1.0, math.inf])
        row = fleet.ROW.pack(index, *times, rng.randrange(600), rng.randrange(256))
        data = good | {"rows": row} | ({rng.choice(list(good)): rng.choice(ODD)} if rng.random() < 0.5 else {})
    elif name == fleet.PONG and rng.random() < 0.9:
        data = [rng.choice([1.0, math.nan, math.inf, "x"]), rng.choice([1.0, -math.inf, 1e308])]
    send(name, data)
header = reader.header
assert np.isfinite(header).all(), header
assert np.isnan(other).all(), other
assert not np.isinf(own).any() and not np.isinf(reader.done).any()
print("well")
"""


def test_a_master_hears_anything_from_a_worker_and_writes_its_part_alone(tmp_path: Path) -> None:
    import subprocess
    import sys

    ran = subprocess.run(
        [sys.executable, "-c", MASTER], capture_output=True, text=True, timeout=60, check=False, cwd=tmp_path
    )
    assert ran.stdout.strip() == "well", ran.stderr[-3000:]


@pytest.mark.parametrize("odd", [odd for odd in ODD if not isinstance(odd, float) or math.isfinite(odd)])
def test_a_brief_that_is_something_else_altogether(odd: object) -> None:
    assert judge_brief(json.dumps(odd)) is False
