"""Who visits the pages: a fresh visitor each time, or one who has been there before.

The engine asks a crowd for the person of each visit, and tells it nothing but whether that is a returning one.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from launchguard.load.orders import Orders
from launchguard.load.sending.answer import VisitAnswer
from launchguard.load.sending.assets import Browser, assets_of
from launchguard.load.sending.client import LoadVisitor
from launchguard.load.sending.fetching import Fetching
from launchguard.load.sending.goal import VisitGoal
from launchguard.load.sending.network import Network
from launchguard.load.sending.tally import ASSET, CACHED, FILES, Tally
from launchguard.web.caches import what_said
from launchguard.web.request import DEVICES, Device
from launchguard.words import plural


@dataclass(frozen=True)
class Arrival:
    """One visit as the engine hands it over: its number in the schedule, its page, and when it was due (monotonic s).

    `told` is for the moment of its first answer (monotonic s), where the visit goes on after it.
    """

    index: int
    goal: VisitGoal
    returning: bool
    due_s: float
    told: Callable[[float], None]
    device: Device = "desktop"


class Person(Protocol):
    """One visit's visitor, as the engine sees it.

    `begun` says whether an answer has begun, `status` and `size` are the answer's. `name` is what Locust's own
    statistics call the visit, "" for a person who tells them every request.
    """

    status: int
    size: int

    @property
    def name(self) -> str: ...

    @property
    def begun(self) -> bool: ...

    def visit(self) -> None:
        """Do what is measured. Raises VisitFailed, or OutOfResources when nothing could be sent."""

    def afterwards(self) -> None:
        """Do what belongs to the visit and is not measured with it; never raises an Exception."""

    def leave(self, *, well: bool) -> None:
        """Hold the connections idle, or keep them for the next returning person where the visit ended `well`."""


class Crowd(Protocol):
    """Where the engine gets each visit's person from."""

    def arrive(self, arrival: Arrival) -> Person:
        """The person of a visit: somebody new, or one who has been there before."""


class Readers:
    """Visitors of single pages, with what a browser would fetch where the plan says so."""

    def __init__(self, orders: Orders, network: Network, tally: Tally) -> None:
        self.network = network
        self.tally = tally
        self.assets = orders.assets
        self.fetching = Fetching(orders.allowed, orders.part)
        self.files: dict[tuple[str, Device], int] = {}
        self.idle: dict[Device, list[LoadVisitor | Browser]] = {device: [] for device in DEVICES}

    def arrive(self, arrival: Arrival) -> "Reader":
        """A fresh visitor with cold connections and no cookies, or the returning one who left last."""
        device = arrival.device
        if arrival.returning and self.idle[device]:
            return Reader(self, arrival, self.idle[device].pop())
        if self.assets and self.fetching.allowed:
            return Reader(self, arrival, Browser(self.network, device))
        return Reader(self, arrival, LoadVisitor(self.network, keep=arrival.returning, device=device))


class Reader:
    """One visit of one page."""

    def __init__(self, crowd: Readers, arrival: Arrival, who: LoadVisitor | Browser) -> None:
        self.crowd = crowd
        self.arrival = arrival
        self.name = arrival.goal.page.name
        self.who = who
        self.visitor = who.visitor if isinstance(who, Browser) else who
        self.answer: VisitAnswer | None = None
        self.status = self.size = 0

    @property
    def begun(self) -> bool:
        """Whether a byte of an answer has come."""
        return self.visitor.begun

    def visit(self) -> None:
        """Fetch the page and judge it."""
        goal, device = self.arrival.goal, self.arrival.device
        answer = self.visitor.visit(goal.address(self.arrival.index), goal.page.locale)
        # It is here now; how long we read in it is not the site's time.
        self.arrival.told(time.monotonic())
        self.status, self.size = answer.status, answer.size
        goal.judge(answer, device)
        said = what_said(answer.web.head.headers)
        if said:
            took_ms = (time.monotonic() - self.arrival.due_s) * 1000
            self.crowd.tally.add(CACHED, self.name, self.arrival.index, took_ms, "" if said == "hit" else "no cache")
        self.answer = answer
        what, words = goal.unlike(answer, self.visitor.at.url if self.visitor.at else "", device)
        if what:
            took_ms = (time.monotonic() - self.arrival.due_s) * 1000
            self.crowd.tally.add(what, self.name, self.arrival.index, took_ms, words)

    def afterwards(self) -> None:
        """Fetch what a browser would, of a page that was right; its first reader finds out how many files that is."""
        crowd, answer, at = self.crowd, self.answer, self.visitor.at
        if not crowd.assets or answer is None or at is None:
            return
        index, key, pages = self.arrival.index, (self.name, self.arrival.device), self.visitor.requests
        files = crowd.files.get(key)
        if files == 0 or (files is not None and at.origin not in crowd.fetching.allowed):
            return
        one_in = crowd.fetching.one_in(at.origin, files, pages) if files else 0
        if files is not None and not crowd.fetching.chosen(index, one_in):
            crowd.tally.add(FILES, self.name, index, 0.0, plural(files, "file"))
            return
        page_url = at.url.partition("?")[0]
        wanted = assets_of(answer.raw, ",".join(answer.web.codings), answer.content_type, page_url)
        crowd.files[key] = len(wanted)
        if not wanted:
            return
        one_in = crowd.fetching.one_in(at.origin, len(wanted), pages)
        fetched = isinstance(self.who, Browser) and crowd.fetching.chosen(index, one_in)
        crowd.tally.add(FILES, self.name, index, 0.0, "" if fetched else plural(len(wanted), "file"))

        def tell(url: str, took_ms: float, failure: str) -> None:
            crowd.tally.add(ASSET, url, index, took_ms, failure)

        if fetched and isinstance(self.who, Browser):
            self.who.fetch(wanted, tell)
            if self.who.short:
                self.who.short = False
                crowd.fetching.spare()

    def leave(self, *, well: bool) -> None:  # noqa: ARG002 - a reader's broken connection is closed already
        """Stay for the next visit, or read on."""
        if self.arrival.returning:
            self.crowd.idle[self.arrival.device].append(self.who)
        else:
            self.who.leave()
