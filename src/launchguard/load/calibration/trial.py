"""A short load run without Locust, run as a module of its own, to see what one visit costs this machine."""

from gevent import monkey

monkey.patch_all()

import os  # noqa: E402 - gevent's patch has to come first
from pathlib import Path  # noqa: E402

import gevent  # noqa: E402
from gevent.event import Event  # noqa: E402

from launchguard.load.orders import DIRECTORY_VARIABLE, Orders  # noqa: E402
from launchguard.load.sending.engine import Engine  # noqa: E402
from launchguard.load.sending.inside import make_network, remove_orphan, wait_for_end  # noqa: E402
from launchguard.load.sending.visitors import Readers  # noqa: E402


def main() -> None:
    """Send the schedule of the directory that the environment names, and wait for the parent's word."""
    directory, parent = Path(os.environ[DIRECTORY_VARIABLE]), os.getppid()
    orders = Orders.read(directory)
    network = make_network(orders, {})
    stop = Event()
    gevent.spawn(wait_for_end, stop)
    Engine(directory, orders, network, 0, lambda **_: None, Readers).run(stop)
    stop.wait()
    remove_orphan(directory, parent)


if __name__ == "__main__":
    main()
