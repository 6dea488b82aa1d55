"""What a master and its workers say to each other, as messages of Locust's own connection.

    worker  hello    version, again every second until it is answered
    master  refused  why this worker cannot take part (another version)
    master  plan     the brief as JSON (the plan, hashes, names of secrets), and the worker's number
    worker  problem  why it cannot send the plan (an origin that it may not load, another journey than the master's)
    worker  ready
    master  ping     its clock; the worker's pong adds its own
    master  start    the common start in the worker's clock
    worker  rows     what became of visits since the last time, and how the worker does
    master  stop     stop sending and tell the rest

No message holds a secret, and none of them is believed: a worker decides by its own configuration what it sends, and a
master takes rows only of a worker's own share of the schedule.
"""

import struct

OURS = "lg_"
HELLO, REFUSED, PLANNED, PROBLEM_FOUND, READY = "lg_hello", "lg_refused", "lg_plan", "lg_problem", "lg_ready"
PING, PONG, START, ROWS, STOP = "lg_ping", "lg_pong", "lg_start", "lg_rows", "lg_stop"
QUIT = "quit"
"""Locust's own word for it."""

ROW = struct.Struct("<IddHB")
"""A visit: its index in the schedule, sent and done (s since the start, NaN: not yet), status, result."""

LONGEST_MESSAGE_ROWS = 20_000
SILENCE_S = 5.0
"""A worker that hears nothing from its master for so long stops sending; one that is silent so long is given up."""
