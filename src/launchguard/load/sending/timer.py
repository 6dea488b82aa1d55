"""Waking up on time under gevent: a timerfd where the system has one, gevent's own sleep elsewhere.

gevent's timers round to milliseconds; a timerfd is late by a tenth of one.
"""

import ctypes
import os
import struct
import time
from contextlib import suppress
from typing import Protocol

import gevent
from gevent.hub import get_hub

_TFD_NONBLOCK_CLOEXEC = os.O_NONBLOCK | os.O_CLOEXEC if hasattr(os, "O_CLOEXEC") else 0
_ABSOLUTE = 1
_READ = 1


class Timer(Protocol):
    """Something that a greenlet can wait for."""

    def wait_until(self, moment_s: float) -> None:
        """Return at this moment of the monotonic clock, or at once when it has passed."""


class SleepTimer:
    """gevent.sleep: about a millisecond late."""

    def wait_until(self, moment_s: float) -> None:
        """Sleep until the moment."""
        gevent.sleep(max(0.0, moment_s - time.monotonic()))


class FileTimer:
    """A Linux timerfd on the monotonic clock, watched by gevent's loop.

    Raises OSError or AttributeError where there is none.
    """

    def __init__(self) -> None:
        self.libc = ctypes.CDLL(None, use_errno=True)
        self.fd: int = self.libc.timerfd_create(time.CLOCK_MONOTONIC, _TFD_NONBLOCK_CLOEXEC)
        if self.fd < 0:
            raise OSError(ctypes.get_errno(), "timerfd_create")
        self.setting = ctypes.create_string_buffer(32)
        self.watcher = get_hub().loop.io(self.fd, _READ)

    def wait_until(self, moment_s: float) -> None:
        """Arm the timer and let other greenlets run until it fires."""
        if moment_s <= time.monotonic():
            gevent.sleep(0)
            return
        seconds = int(moment_s)
        struct.pack_into("@llll", self.setting, 0, 0, 0, seconds, int((moment_s - seconds) * 1e9))
        self.libc.timerfd_settime(self.fd, _ABSOLUTE, self.setting, None)
        get_hub().wait(self.watcher)
        with suppress(BlockingIOError):
            os.read(self.fd, 8)


def best_timer() -> Timer:
    """The most exact timer that this system has."""
    try:
        return FileTimer()
    except (AttributeError, OSError):
        return SleepTimer()
