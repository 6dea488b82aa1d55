"""What a reader of an answer has seen of it, in words that both readers can be asked for."""

from dataclasses import asdict, dataclass

from launchguard.model.visit import Hop, Visit
from launchguard.web.kind import answer_kind

ENDED = {
    "reset": "cut",
    "bad-response": "no http",
    "too-large": "too large",
    "bad-encoding": "coding",
    "redirect-loop": "astray",
    "redirect-refused": "astray",
    "app-link": "astray",
    "forbidden-address": "astray",
    "dns-nxdomain": "astray",
    "refused": "astray",
    "other": "astray",
}
ELSEWHERE = ("is no web address", "AssertionError: a test tried to reach")
"""What the idle visit says of an address that cannot be opened, and the fence around the tests of a public one."""


PHRASES = ("Spring sale", "SPRING SALE", "-30 % on everything", "Buy now", "9,99 €", "Frühlingsangebot", "price 9 €")


@dataclass(frozen=True)
class Sight:
    """An answer as one of the readers sees it.

    `ended` is "whole", or why there is no answer: "cut", "no http", "too large", "coding" (its bytes are not what its
    headers say), "astray" (it leads where nobody can follow). Whoever went astray has seen no page. `says` are those of
    PHRASES that the reader finds on the page, where it was asked for them.
    """

    ended: str
    status: int = 0
    headers: tuple[tuple[str, str], ...] = ()
    url: str = ""
    text: str = ""
    kind: str = ""
    says: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        return asdict(self)


def whole_sight(url: str, status: int, headers: tuple[tuple[str, str], ...], body: bytes, text: str) -> Sight:
    """The sight of an answer with this body, unfolded; `text` is what the reader made of it."""
    visit = Visit(page=url, url=url, hops=(Hop(url, status, headers),), body=body)
    return Sight("whole", status, headers, url, text, answer_kind(visit).name)


def broken_sight(ended: str, status: int) -> Sight:
    """The sight of no page, and the status that came before that was known."""
    return Sight(ended, 0 if ended == "astray" else status)


def of_the_probe(visit: Visit) -> Sight:
    """What the idle visit has seen."""
    status = visit.hops[-1].status if visit.hops else 0
    if visit.error is None:
        return whole_sight(visit.final_url, status, visit.hops[-1].headers, visit.body, visit.text)
    assert visit.error.kind != "other" or any(words in visit.error.detail for words in ELSEWHERE), visit.error
    return broken_sight(ENDED[visit.error.kind], status)


def said_idle(visit: Visit) -> tuple[str, ...]:
    """The phrases that a visitor reads on the page, as the check of the idle page finds them."""
    try:
        return tuple(phrase for phrase in PHRASES if visit.error is None and visit.document.says(phrase))
    except ValueError:  # it cannot be read in time
        return ()
