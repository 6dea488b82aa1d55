"""What a browser fetches beside a page: scripts, styles, icons, images of the page's own origin.

They load the site as visitors do and are told in the report, but they are no visits: a page's latency is its own, and
an asset that fails is told, not judged, because the page was there.
"""

import time
from collections.abc import Callable, Iterator
from functools import lru_cache

import gevent

from launchguard.load.sending.answer import VisitAnswer
from launchguard.load.sending.client import LoadVisitor
from launchguard.load.sending.content import BadBodyError, decode
from launchguard.load.sending.fetching import AT_A_TIME
from launchguard.load.sending.network import Endpoint, Network, address_of
from launchguard.load.sending.outcomes import OutOfResources, VisitFailed
from launchguard.web.charset import text_of
from launchguard.web.page_files import page_files
from launchguard.web.request import Device

Tell = Callable[[str, float, str], None]
"""Told of one asset: its URL, milliseconds from its sending, and why it failed or ""."""


@lru_cache(maxsize=64)
def assets_of(body: bytes, encoding: str, content_type: str, page_url: str) -> tuple[Endpoint, ...]:
    """The assets of a page on its own origin, each once; none of what is no HTML.

    `body` and `encoding` are the answer's as they travelled. Remembered, since most visits get the same bytes.
    """
    if "html" not in content_type.lower():
        return ()
    try:
        return tuple(map(address_of, page_files(text_of(decode(body, encoding), content_type).text, page_url)))
    except (BadBodyError, ValueError):
        return ()


def fresh_for_s(answer: VisitAnswer) -> float:
    """How long a browser uses an answer again without asking (RFC 9111): seconds; infinite where only a date is known.

    What it would ask about again ("has it changed?") is 0 here, and so fetched again as a whole.
    """
    if answer.status != 200:
        return 0.0
    given = (part.strip().partition("=") for part in answer.header("cache-control").lower().split(","))
    directives = {name: value.strip('"') for name, _, value in given}
    if "no-store" in directives or "no-cache" in directives:
        return 0.0
    if "max-age" in directives:
        return float(directives["max-age"]) if directives["max-age"].isdecimal() else 0.0
    return float("inf") if answer.header("expires") or answer.header("last-modified") else 0.0


class Browser:
    """One visitor with the connections and the cache of a browser. The first lane also fetches the pages.

    `short` says that this machine had no connection left for a file.
    """

    def __init__(self, network: Network, device: Device = "desktop") -> None:
        self.visitor = LoadVisitor(network, keep=True, device=device)
        self.lanes = [self.visitor]
        self.fresh_until: dict[str, float] = {}
        self.short = False

    def fetch(self, assets: tuple[Endpoint, ...], tell: Tell) -> None:
        """Fetch what is not in the cache, at most AT_A_TIME at once; what is broken off is told as failed."""
        now = time.monotonic()
        waiting = iter([address for address in assets if self.fresh_until.get(address.url, 0.0) <= now])
        while len(self.lanes) < min(AT_A_TIME, len(assets)):
            lane = LoadVisitor(self.visitor.network, keep=True, device=self.visitor.device)
            lane.cookies = self.visitor.cookies
            self.lanes.append(lane)
        busy = [gevent.spawn(self._empty, lane, waiting, tell) for lane in self.lanes]
        try:
            gevent.joinall(busy)
        finally:
            gevent.killall(busy)

    def leave(self) -> None:
        """Hold every connection, as a browser does while its page is read."""
        for lane in self.lanes:
            lane.leave()

    def _empty(self, lane: LoadVisitor, waiting: Iterator[Endpoint], tell: Tell) -> None:
        for address in waiting:
            began, failure = time.monotonic(), "it was not answered in time"
            try:
                failure = self._get(lane, address)
            finally:
                tell(address.url, (time.monotonic() - began) * 1000, failure)

    def _get(self, lane: LoadVisitor, address: Endpoint) -> str:
        try:
            answer = lane.visit(address, of=self.visitor)
        except VisitFailed as failed:
            return str(failed)
        except OutOfResources as lack:
            self.short = True
            return str(lack)
        self.fresh_until[address.url] = time.monotonic() + fresh_for_s(answer)
        return f"answered {answer.status}" if answer.status >= 400 else ""
