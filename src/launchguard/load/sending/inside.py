"""What every Locust process of a load run does first: its orders from standard input, whose end is a message too."""

import os
import ssl
from collections.abc import Mapping

import gevent
from gevent.event import Event
from gevent.hub import get_hub

from launchguard.load.orders import Orders
from launchguard.load.sending.client import Network

STDIN = 0
READABLE = 1
PARENT_LOOK_S = 0.5


def read_line() -> bytes:
    """The next line of standard input, and not one byte more."""
    line = b""
    while not line.endswith(b"\n"):
        byte = os.read(STDIN, 1)
        if not byte:
            raise SystemExit("no orders on standard input")
        line += byte
    return line


def await_line() -> bytes:
    """The next line of standard input, while other greenlets go on; it is written in one piece."""
    get_hub().wait(get_hub().loop.io(STDIN, READABLE))
    return read_line()


def wait_for_end(stop: Event) -> None:
    """Set `stop` when standard input ends: the parent asks for it, or is gone."""
    get_hub().wait(get_hub().loop.io(STDIN, READABLE))
    stop.set()


def end_with_parent(parent: int) -> None:
    """End this process at once when the one that started it is gone."""
    while os.getppid() == parent:
        gevent.sleep(PARENT_LOOK_S)
    os._exit(1)


def make_network(orders: Orders, credentials: Mapping[str, Mapping[str, str]]) -> Network:
    """What the visitors of a run share, from its orders and the headers that each origin may get."""
    return Network(orders.addresses, orders.closed, orders.user_agent, credentials, make_context(orders.ca_file))


def make_context(ca_file: str) -> ssl.SSLContext:
    """The run's one SSLContext: always verified, against the authorities that the parent names."""
    context = ssl.create_default_context(cafile=ca_file)
    # Python 3.13 made this flag a default; it refuses certificates that browsers accept.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    context.set_alpn_protocols(["http/1.1"])
    return context
