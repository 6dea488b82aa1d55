"""Who visits the pages: a fresh visitor each time, or one who has been there before.

The engine asks a crowd for the person of each visit, and tells it nothing but whether that is a returning one.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate
from typing import Protocol

from gevent.lock import BoundedSemaphore

from launchguard.load.orders import Orders, PageOrders
from launchguard.load.sending.answer import VisitAnswer
from launchguard.load.sending.assets import Browser, assets_of
from launchguard.load.sending.client import LoadVisitor
from launchguard.load.sending.content import BadBodyError, missing, needle_of, pause
from launchguard.load.sending.likeness import FIRST, FirstSeen, facts_of
from launchguard.load.sending.network import Endpoint, Network, address_of
from launchguard.load.sending.outcomes import VisitFailed
from launchguard.load.sending.tally import ASSET, DIFFERENT, Tally
from launchguard.model.load_plan import VisitResult
from launchguard.web.click_ids import id_value
from launchguard.web.urls import with_parameters

UTF_8 = "text/html; charset=utf-8"
GOLDEN = 0.6180339887498949
"""Multiples of the golden ratio, modulo 1, spread a share of the visits as evenly as numbers can."""


@dataclass(frozen=True)
class Arrival:
    """One visit as the engine hands it over: its number in the schedule, its page, and when it was due (monotonic s).

    `told` is for the moment of its first answer (monotonic s), where the visit goes on after it.
    """

    index: int
    goal: "VisitGoal"
    returning: bool
    due_s: float
    told: Callable[[float], None]


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
        """Close the connections, or keep them for the next returning person where the visit ended `well`."""


class Crowd(Protocol):
    """Where the engine gets each visit's person from."""

    def arrive(self, arrival: Arrival) -> Person:
        """The person of a visit: somebody new, or one who has been there before."""


class VisitGoal:
    """A page to visit, and the last bodies of it that were judged (most visits get the same bytes)."""

    def __init__(self, page: PageOrders, run_id: str = "") -> None:
        self.page = page
        self.run_id = run_id
        self.plain: Endpoint = address_of(page.url)
        self.bounds = tuple(accumulate(share for _, share in page.click_ids))
        self.needles = tuple(map(needle_of, page.contains))
        self.good_body: bytes | None = None
        self.first_seen = FirstSeen()
        self.compared: tuple[bytes, str, str] | None = None
        self.bad_body: tuple[bytes, VisitFailed] | None = None
        self.good_text: bytes | None = None  # the same of a journey, whose client has decoded it
        # One body is read at a time: what several of them unfold to would be more than this machine may hold.
        self.reading = BoundedSemaphore(1)

    def address(self, index: int) -> Endpoint:
        """The page's address for one visit: as it is, or with a click id of its own."""
        place = index * GOLDEN % 1.0
        for (name, _), bound in zip(self.page.click_ids, self.bounds, strict=True):
            if place < bound:
                value = id_value(name, f"{self.run_id} {index}")
                return address_of(with_parameters(self.plain.url, {name: value}))
        return self.plain

    def judge(self, answer: VisitAnswer) -> None:
        """Raise VisitFailed unless this is the answer that the campaign expects. Other visits go on meanwhile."""
        status = answer.status
        if status != self.page.expect_status:
            limited = is_limit(status, retry_after=bool(answer.header("retry-after")))
            kind = VisitResult.RATE_LIMITED if limited else VisitResult.STATUS
            raise VisitFailed(kind, f"{self.page.name} answered {status}, expected {self.page.expect_status}", status)
        body = answer.raw
        if body == self.good_body:
            return
        with self.reading:
            if self.bad_body is not None and body == self.bad_body[0]:
                raise self.bad_body[1].again()
            try:
                self._read(answer, status)
            except VisitFailed as failed:
                self.bad_body = body, failed
                raise
            self.good_body = body

    def _read(self, answer: VisitAnswer, status: int) -> None:
        try:
            plain = answer.plain(pause)
        except BadBodyError as error:
            kind = VisitResult.TOO_LARGE if error.too_large else VisitResult.CONTENT
            raise VisitFailed(kind, f"{self.page.name}: {error}", status) from error
        self._search(plain, answer.content_type, status)

    def difference(self, answer: VisitAnswer, url: str) -> str:
        """In what a right answer, from this address at the end, is another page than the first ones; "" for nothing."""
        known = self.compared
        if known is not None and known[0] == answer.raw and known[1] == url:
            return known[2]
        found = self.first_seen.difference(facts_of(answer.plain(pause), url))
        if len(self.first_seen.facts) == FIRST:
            self.compared = answer.raw, url, found
        return found

    def judge_text(self, text: str, status: int) -> None:
        """Raise VisitFailed unless the page says what it has to."""
        self._search(text.encode(), UTF_8, status)

    def _search(self, body: bytes, content_type: str, status: int) -> None:
        absent = self.needles and missing(body, content_type, self.needles, pause)
        if absent:
            raise VisitFailed(VisitResult.CONTENT, f"{self.page.name} does not contain {absent!r}", status)


def is_limit(status: int, *, retry_after: bool) -> bool:
    """Whether an answer asks its visitor to come back later."""
    return status == 429 or (status == 503 and retry_after)


class Readers:
    """Visitors of single pages, with what a browser would fetch where the plan says so."""

    def __init__(self, orders: Orders, network: Network, tally: Tally) -> None:
        self.network = network
        self.tally = tally
        self.assets = orders.assets
        self.idle: list[LoadVisitor | Browser] = []

    def arrive(self, arrival: Arrival) -> "Reader":
        """A fresh visitor with cold connections and no cookies, or the returning one who left last."""
        if arrival.returning and self.idle:
            return Reader(self, arrival, self.idle.pop())
        new = Browser(self.network) if self.assets else LoadVisitor(self.network, keep=arrival.returning)
        return Reader(self, arrival, new)


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
        goal = self.arrival.goal
        answer = self.visitor.visit(goal.address(self.arrival.index), goal.page.locale)
        # It is here now; how long we read in it is not the site's time.
        self.arrival.told(time.monotonic())
        self.status, self.size = answer.status, answer.size
        goal.judge(answer)
        self.answer = answer
        difference = goal.difference(answer, self.visitor.at.url if self.visitor.at else "")
        if difference:
            took_ms = (time.monotonic() - self.arrival.due_s) * 1000
            self.crowd.tally.add(DIFFERENT, self.name, self.arrival.index, took_ms, difference)

    def afterwards(self) -> None:
        """Fetch what a browser would, of a page that was right."""
        answer, at = self.answer, self.visitor.at
        if not isinstance(self.who, Browser) or answer is None or at is None:
            return
        page_url = at.url.partition("?")[0]
        wanted = assets_of(answer.raw, ",".join(answer.web.codings), answer.content_type, page_url)

        def tell(url: str, took_ms: float, failure: str) -> None:
            self.crowd.tally.add(ASSET, url, self.arrival.index, took_ms, failure)

        self.who.fetch(wanted, tell)

    def leave(self, *, well: bool) -> None:  # noqa: ARG002 - a reader's broken connection is closed already
        """Stay for the next visit, or go."""
        if self.arrival.returning:
            self.crowd.idle.append(self.who)
        else:
            self.who.close()
