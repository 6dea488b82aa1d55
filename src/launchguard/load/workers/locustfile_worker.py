"""Locust's worker in a distributed run: one generating process, whose plan comes from a master."""

import os
from pathlib import Path

import gevent
from locust import User, constant, events
from locust.env import Environment
from locust.runners import Runner

from launchguard import __version__
from launchguard.load.orders import DIRECTORY_VARIABLE
from launchguard.load.sending.inside import end_with_parent
from launchguard.load.workers.courier import Courier

# From the beginning: Locust waits for a master before it says that it is there.
gevent.spawn(end_with_parent, os.getppid())


class Nobody(User):  # type: ignore[misc]
    """Locust wants a user class; none of its users is ever started, every arrival is a greenlet of the engine."""

    wait_time = constant(1)


def conduct(courier: Courier, runner: Runner) -> None:
    """Take part in one run."""
    courier.run()
    runner.quit()


@events.init.add_listener  # type: ignore[untyped-decorator]
def begin(environment: Environment, runner: Runner, **_: object) -> None:
    """Listen before the master is asked."""
    courier = Courier(Path(os.environ[DIRECTORY_VARIABLE]), runner, environment.events.request.fire, __version__)
    gevent.spawn(conduct, courier, runner)
