"""What every Locust process of a load run does first: its orders from standard input, whose end is a message too."""

import os
import ssl

from gevent.event import Event
from gevent.hub import get_hub

STDIN = 0
READABLE = 1


def read_line() -> bytes:
    """The next line of standard input, and not one byte more."""
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
