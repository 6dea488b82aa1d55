"""Ctrl-C and SIGTERM, handled for as long as something goes on."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def handled(handler: Callable[[int, object], object]) -> Iterator[None]:
    """Let `handler` (given the signal's number and the frame) handle both inside of the block; main thread only."""
    before = {number: signal.signal(number, handler) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)
