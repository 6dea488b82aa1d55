"""Locust's worker in a distributed run: one generating process, whose plan comes from a master."""

import os
from pathlib import Path
from typing import Any

import gevent
from locust import User, constant, events
from locust.env import Environment
from locust.rpc import zmqrpc
from locust.runners import Runner

from launchguard import __version__
from launchguard.load.orders import DIRECTORY_VARIABLE
from launchguard.load.sending.inside import end_with_parent
from launchguard.load.workers.protocol import OURS
from launchguard.load.workers.worker import Courier

LOCUSTS = frozenset({"client_ready", "client_stopped", "heartbeat", "quit"})

# From the beginning: Locust waits for a master before it says that it is there.
gevent.spawn(end_with_parent, os.getppid())


class Nobody(User):  # type: ignore[misc]
    """Locust wants a user class; none of its users is ever started, every arrival is a greenlet of the engine."""

    wait_time = constant(1)


def keep_to_ourselves() -> None:
    """Send nothing of Locust's own but that we are there: its statistics, errors and logs may hold secrets."""
    send = zmqrpc.Client.send

    def send_known(self: Any, message: Any) -> None:
        if message.type in LOCUSTS or message.type.startswith(OURS):
            send(self, message)

    zmqrpc.Client.send = send_known


keep_to_ourselves()


def conduct(courier: Courier, runner: Runner) -> None:
    """Take part in one run. Whatever a master's messages provoke, this process ends."""
    try:
        courier.run()
    finally:
        runner.quit()


@events.init.add_listener  # type: ignore[untyped-decorator]
def begin(environment: Environment, runner: Runner, **_: object) -> None:
    """Listen before the master is asked."""
    gevent.spawn(conduct, Courier(Path(os.environ[DIRECTORY_VARIABLE]), runner, environment, __version__), runner)
