"""What every Locust process of a load run does first: orders from standard input, whose end is a message too."""

import os
import shutil
import ssl
import stat
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import gevent
from gevent.event import Event
from gevent.hub import get_hub

from launchguard.load.orders import DIRECTORY_VARIABLE, FOLDER, Orders
from launchguard.load.sending.connections import Connections, most_ports
from launchguard.load.sending.network import Network
from launchguard.load.sending.visitors import Crowd, Readers

if TYPE_CHECKING:
    from locust.env import Environment

STDIN = 0
READABLE = 1
PARENT_LOOK_S = 0.5
ORPHANED_S = 0.3
"""The files of a process that is killed are closed a moment before its children are nobody's."""
PRIVATE = 0o700
"""How tempfile.mkdtemp makes a folder."""


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
    remove_orphan(Path(os.environ[DIRECTORY_VARIABLE]), parent)
    os._exit(1)


def remove_orphan(directory: Path, parent: int) -> None:
    """Remove the folder of a run whose parent was killed and cannot do so; for the first of its processes to call.

    Other processes may still be at work in it: what they write to is open. Only a folder that looks as the parent made
    it is removed (by name, owner and mode), and no symbolic link is followed.
    """
    latest = time.monotonic() + ORPHANED_S
    while os.getppid() == parent and time.monotonic() < latest:
        gevent.sleep(0.01)
    if os.getppid() == parent:
        return
    try:
        seen = directory.lstat()
    except OSError:
        return
    private = stat.S_ISDIR(seen.st_mode) and stat.S_IMODE(seen.st_mode) == PRIVATE
    if private and seen.st_uid == os.geteuid() and directory.name.startswith(FOLDER):
        shutil.rmtree(directory, ignore_errors=True)


def make_network(orders: Orders, credentials: Mapping[str, Mapping[str, str]]) -> Network:
    """What the visitors of a run share, from its orders and the headers that each origin may get."""
    shares = {origin: (name, most // orders.processes) for origin, (name, most) in orders.max_connections.items()}
    return Network(
        orders.addresses,
        orders.closed,
        orders.agents,
        credentials,
        make_context(orders.ca_file),
        connections=Connections(orders.linger_s, shares, most_ports() // orders.processes_here),
    )


def make_context(ca_file: str) -> ssl.SSLContext:
    """The run's one SSLContext: always verified, against the authorities that the parent names."""
    context = ssl.create_default_context(cafile=ca_file)
    # Python 3.13 made this flag a default; it refuses certificates that browsers accept.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    context.set_alpn_protocols(["http/1.1"])
    return context


def people_of(orders: Orders, environment: "Environment") -> Callable[..., Crowd]:
    """Who visits: the users of the plan's journey, or visitors of its pages."""
    if not orders.journey:
        return Readers
    from launchguard.load.journeys.travellers import Travellers

    return partial(Travellers, environment=environment)
