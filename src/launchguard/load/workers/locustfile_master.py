"""Locust's master in a distributed run: it sends nothing itself, and passes on between its parent and the workers."""

import os
from pathlib import Path

import gevent
from gevent.event import Event
from locust import User, constant, events
from locust.runners import Runner

from launchguard import __version__
from launchguard.load.orders import DIRECTORY_VARIABLE
from launchguard.load.sending.inside import remove_orphan, wait_for_end
from launchguard.load.workers.master import Relay

PARENT = os.getppid()


class Nobody(User):  # type: ignore[misc]
    """Locust wants a user class; none of its users is ever started."""

    wait_time = constant(1)


def conduct(relay: Relay, runner: Runner) -> None:
    """Serve the workers until the parent has enough."""
    stop = Event()
    gevent.spawn(wait_for_end, stop)
    relay.run(stop)
    runner.quit()
    remove_orphan(relay.directory, PARENT)
    # Locust itself would go on waiting for workers that never came.
    raise SystemExit


@events.init.add_listener  # type: ignore[untyped-decorator]
def begin(runner: Runner, **_: object) -> None:
    """Listen before the first worker is heard."""
    relay = Relay(Path(os.environ[DIRECTORY_VARIABLE]), runner, __version__)
    gevent.spawn(conduct, relay, runner)
