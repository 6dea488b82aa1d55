"""The packaged locustfile: Locust runs it in a subprocess, once per generating process.

Locust brings the processes and their end, and its statistics for whoever watches them; nothing is judged from those.
Nor does it spawn users: it would hand the share of a process that died to another one, as a second run.
"""

import json
import os
from pathlib import Path

import gevent
from gevent.event import Event
from locust import User, constant, events
from locust.env import Environment
from locust.runners import MasterRunner, Runner, WorkerRunner

from launchguard.load.orders import DIRECTORY_VARIABLE, Orders
from launchguard.load.sending.engine import Engine
from launchguard.load.sending.inside import make_network, people_of, read_line, remove_orphan, wait_for_end

LONGEST_END_S = 3.0
PARENT = os.getppid()
DIRECTORY = Path(os.environ[DIRECTORY_VARIABLE])
CREDENTIALS = json.loads(read_line())
ORDERS = Orders.read(DIRECTORY)


class Nobody(User):  # type: ignore[misc]
    """Locust wants a user class; none of its users is ever started, every arrival is a greenlet of the engine."""

    wait_time = constant(1)


def conduct(environment: Environment, runner: Runner) -> None:
    """Send this process's part of the schedule, wait for the parent's word, then end."""
    stop = Event()
    gevent.spawn(wait_for_end, stop)
    if not isinstance(runner, MasterRunner):
        process = runner.worker_index if isinstance(runner, WorkerRunner) else 0
        network = make_network(ORDERS, CREDENTIALS)
        people = people_of(ORDERS, environment)
        Engine(DIRECTORY, ORDERS, network, process, environment.events.request.fire, people).run(stop)
    stop.wait()
    # Locust's master waits for its workers at exit, and under gevent it may wait for ever for one that is gone already.
    # Nothing is lost by leaving: every visit is in the records.
    gevent.spawn_later(LONGEST_END_S, os._exit, 0)
    if not isinstance(runner, WorkerRunner):
        remove_orphan(DIRECTORY, PARENT)
    runner.quit()


@events.init.add_listener  # type: ignore[untyped-decorator]
def begin(environment: Environment, runner: Runner, **_: object) -> None:
    """Start as soon as Locust is there; the common start is the parent's to give."""
    gevent.spawn(conduct, environment, runner)
