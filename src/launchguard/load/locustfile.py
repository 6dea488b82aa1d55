"""The packaged locustfile: Locust runs it in a subprocess, once per generating process.

One Conductor per process walks the schedule; Locust brings the processes, their start and end, and its statistics
for whoever watches them. Nothing is judged from those.
"""

import json
import os
import ssl
from pathlib import Path

import gevent
from gevent.event import Event
from gevent.hub import get_hub
from locust import User, task
from locust.runners import WorkerRunner

from launchguard.load.client import Network
from launchguard.load.engine import Engine
from launchguard.load.orders import DIRECTORY_VARIABLE, Orders

STDIN = 0
READABLE = 1


def read_line() -> bytes:
    """The first line of standard input, and not one byte more: its end is a message too."""
    line = b""
    while not line.endswith(b"\n"):
        byte = os.read(STDIN, 1)
        if not byte:
            raise SystemExit("no orders on standard input")
        line += byte
    return line


def wait_for_end(stop: Event) -> None:
    """Set `stop` when standard input ends: the parent asks for it, or is gone."""
    get_hub().wait(get_hub().loop.io(STDIN, READABLE))
    stop.set()


def make_context(ca_file: str) -> ssl.SSLContext:
    """The run's one SSLContext: always verified, against the authorities that the parent names."""
    context = ssl.create_default_context(cafile=ca_file)
    # Python 3.13 made this flag a default; it refuses certificates that browsers accept.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    context.set_alpn_protocols(["http/1.1"])
    return context


DIRECTORY = Path(os.environ[DIRECTORY_VARIABLE])
CREDENTIALS = json.loads(read_line())
ORDERS = Orders.read(DIRECTORY)


class Conductor(User):  # type: ignore[misc]
    """The one user of a generating process; every arrival is a greenlet of its own."""

    fixed_count = ORDERS.processes

    @task  # type: ignore[untyped-decorator]
    def conduct(self) -> None:
        """Send this process's part of the schedule, then end."""
        runner = self.environment.runner
        process = runner.worker_index if isinstance(runner, WorkerRunner) else 0
        network = Network(ORDERS.addresses, ORDERS.user_agent, CREDENTIALS, make_context(ORDERS.ca_file))
        stop = Event()
        gevent.spawn(wait_for_end, stop)
        Engine(DIRECTORY, ORDERS, network, process, self.environment.events.request.fire).run(stop)
        stop.wait()
        runner.quit()
