"""How fast requests to one host may follow each other."""

import time
from collections.abc import Callable, Collection
from threading import Lock

from launchguard.web.addresses import is_loopback_host


class Pace:
    """Spaces the requests to each host evenly; loopback hosts and `unlimited_hosts` need not wait.

    It only says how long to wait, so it can be tested without waiting.
    """

    def __init__(
        self,
        per_s: float,
        unlimited_hosts: Collection[str] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._interval_s = 1.0 / per_s
        self._unlimited = frozenset(host.lower() for host in unlimited_hosts)
        self._clock = clock
        self._next: dict[str, float] = {}
        self._lock = Lock()

    def reserve(self, host: str) -> float:
        """Take the host's next free moment and return the seconds until then."""
        if host in self._unlimited or is_loopback_host(host):
            return 0.0
        with self._lock:
            now = self._clock()
            at = max(now, self._next.get(host, now))
            self._next[host] = at + self._interval_s
        return at - now
