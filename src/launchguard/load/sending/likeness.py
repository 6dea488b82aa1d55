"""Whether an answer that looks right is the page that the first visitors got: its place, its title, its size.

Nobody knows from one answer alone whether a 200 is an error, a login or a waiting room. What a page was before the load
grew is known, and an answer that is something else is told, not judged.
"""

from collections.abc import Callable
from dataclasses import dataclass

from launchguard.load.sending.content import folded
from launchguard.words import count

FIRST = 3
"""Visitors whose answers say what the page is."""
SMALL = 0.1
"""A page of less than this share of the smallest one is another."""
TITLE_WITHIN_BYTES = 65_536
LONGEST_TITLE = 60


@dataclass(frozen=True)
class Facts:
    """What tells one page from another: where the visitor ended (without the query), the title, the size in bytes."""

    place: str
    title: str
    size: int
    empty: bool


def facts_of(plain: bytes, url: str) -> Facts:
    """The facts of an unfolded body and the address that it came from."""
    return Facts(url.partition("#")[0].partition("?")[0], title_of(plain), len(plain), not plain.strip())


def title_of(plain: bytes) -> str:
    """The first title in the markup, as text for comparing; "" for none."""
    start = plain[:TITLE_WITHIN_BYTES]
    lower = start.lower()
    begin = lower.find(b"<title")
    inside = lower.find(b">", begin) + 1 if begin >= 0 else 0
    end = lower.find(b"</title", inside)
    return folded(start[inside:end].decode("utf-8", "replace"))[:LONGEST_TITLE] if inside and end >= 0 else ""


class FirstSeen:
    """Remembers what the first visitors of a page got, and says in what an answer differs from that.

    Where the first answers differ among themselves in something, that tells nothing and is not asked.
    """

    def __init__(self) -> None:
        self.facts: list[Facts] = []

    def difference(self, seen: Facts) -> str:
        """In what the answer is another page, the end of "a page that ..."; "" where it is not, or is a first one."""
        if len(self.facts) < FIRST:
            self.facts.append(seen)
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

    def _is_new(self, seen: Facts, of: Callable[[Facts], str]) -> bool:
        known = {of(facts) for facts in self.facts}
        return len(known) == 1 and of(seen) not in known
