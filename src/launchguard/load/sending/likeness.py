"""Whether an answer that looks right is the page: by what idle visitors got of it, or else the first ones of the load.

An answer that is something else is told, not judged, and no answer is held against what differs from visit to visit
anyway.
"""

from collections.abc import Callable, Sequence

from launchguard.load.orders import PageOrders
from launchguard.load.sending.answer import VisitAnswer
from launchguard.load.sending.content import no_pause
from launchguard.load.sending.kinds import KindReader
from launchguard.load.sending.tally import DIFFERENT, UNREAD
from launchguard.web.glance import HtmlSigns, head_signs
from launchguard.web.likeness import OTHER_PAGES, PageFacts, facts_of
from launchguard.web.request import Device
from launchguard.words import count

FIRST = 3
"""Visitors whose answers say what the page is, where no idle visit did."""
SMALL = 0.1
"""A page of less than this share of the smallest one is another."""

Unlike = tuple[str, str]
"""What an answer is, DIFFERENT or UNREAD as a Tally names them, and the end of "a page that ..."; both may be ""."""


class KnownPage:
    """Remembers what visitors with one device got of a page, and says in what an answer differs from that.

    Where what they got differs among themselves in something, that tells nothing and is not asked. `beside` is what
    idle visitors with other devices got: nothing new either.
    """

    def __init__(self, idle: Sequence[PageFacts] = (), beside: Sequence[PageFacts] = ()) -> None:
        self.facts = list(idle)
        self.beside = tuple(beside)
        self.settled = bool(idle)

    def difference(self, seen: PageFacts) -> str:
        """In what the answer is another page, the end of "a page that ..."; "" where it is not, or is a first one."""
        if not self.settled:
            self.facts.append(seen)
            self.settled = len(self.facts) == FIRST
            return ""
        least = min(known.size for known in self.facts)
        if self._is_new(seen, lambda known: known.place):
            return f"came from {seen.place} instead of {self.facts[0].place}"
        if seen.empty and not any(known.empty for known in self.facts):
            return "is empty"
        if self._is_new(seen, lambda known: known.title):
            return f"has the title {seen.title!r} instead of {self.facts[0].title!r}"
        if seen.size < SMALL * least:
            return f"has {count(seen.size)} bytes instead of {count(least)}"
        return ""

    def _is_new(self, seen: PageFacts, of: Callable[[PageFacts], str]) -> bool:
        own, others = ({of(facts) for facts in known} for known in (self.facts, self.beside))
        return len(own) == 1 and len(others) <= 1 and of(seen) not in own | others


class Likeness:
    """Compares the right answers that visitors with one device get of a page; the last one's is remembered."""

    def __init__(self, page: PageOrders, device: Device, kinds: KindReader) -> None:
        self.page = KnownPage(
            [facts for facts in page.idle if facts.device == device],
            [facts for facts in page.idle if facts.device != device],
        )
        self.usual = frozenset({facts.kind for facts in page.idle} | set(page.kinds))
        self.promises = bool(page.contains)
        self.kinds = kinds
        self.last: tuple[bytes, str, HtmlSigns, Unlike] | None = None

    def unlike(self, answer: VisitAnswer, url: str, pause: Callable[[], None] = no_pause) -> Unlike:
        """In what an answer, from this address at the end, is another page. Raises BadBodyError."""
        head, last = head_signs(answer.web.headers), self.last
        if last is not None and last[0] == answer.raw and last[1:3] == (url, head):
            return last[3]
        found = self._compared(answer, url, pause)
        if self.page.settled:
            self.last = answer.raw, url, head, found
        return found

    def _compared(self, answer: VisitAnswer, url: str, pause: Callable[[], None]) -> Unlike:
        kind = self.kinds.kind(answer, url, pause) if answer.status < 400 else ""
        words = OTHER_PAGES.get(kind, "") if kind not in self.usual else ""
        difference = words or self.page.difference(facts_of(answer.plain(pause), url))
        if difference:
            return DIFFERENT, difference
        return (UNREAD, "has words of its own") if kind == UNREAD and not self.promises else ("", "")
