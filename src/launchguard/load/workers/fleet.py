"""What a master and its workers say to each other, as messages of Locust's own connection.

    worker  hello    version, again every second until it is answered
    master  refused  why this worker cannot take part (another version, one too many)
    master  plan     the plan as JSON, the worker's number, the hash of the schedule that it has to arrive at
    worker  problem  why it cannot send the plan (an origin that it may not load, a machine that is too small)
    worker  ready
    master  ping     its clock; the worker's pong adds its own
    master  start    the common start in the worker's clock
    worker  rows     what became of visits since the last time, and how the worker does
    master  stop     stop sending and tell the rest

No message holds a secret, and none of them is believed: a worker decides by its own configuration what it sends, and a
master takes rows only of a worker's own share of the schedule.
"""

import json
import struct
from dataclasses import asdict
from pathlib import Path

from launchguard.load.orders import PLAN
from launchguard.model.load import LoadPlan

HELLO, REFUSED, PLANNED, PROBLEM_FOUND, READY = "lg_hello", "lg_refused", "lg_plan", "lg_problem", "lg_ready"
PING, PONG, START, ROWS, STOP = "lg_ping", "lg_pong", "lg_start", "lg_rows", "lg_stop"
QUIT = "quit"
"""Locust's own word for it."""

ROW = struct.Struct("<IddHB")
"""A visit: its index in the schedule, sent and done (s since the start, NaN: not yet), status, result."""

LONGEST_MESSAGE_ROWS = 20_000
SILENCE_S = 5.0
"""A worker that hears nothing from its master for so long stops sending."""


def write_plan(plan: LoadPlan, directory: Path) -> None:
    """Save a plan for the master to send."""
    (directory / PLAN).write_text(json.dumps(asdict(plan)), encoding="utf-8")


def read_plan(text: str) -> LoadPlan:
    """The plan of a message. Raises ValueError for what is none."""
    from pydantic import TypeAdapter

    return TypeAdapter(LoadPlan).validate_json(text)
