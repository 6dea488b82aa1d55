"""What a reader of an answer has seen of it, in words that both readers can be asked for."""

from dataclasses import asdict, dataclass

from launchguard.model.visit import Hop, Visit
from launchguard.web.kind import answer_kind


@dataclass(frozen=True)
class Sight:
    """An answer as one of the readers sees it.

    `ended` is "whole", or why there is no answer: "cut", "no http", "too large", "coding" (its bytes are not what its
    headers say), "astray" (it leads where nobody can follow). Whoever went astray has seen no page.
    """

    ended: str
    status: int = 0
    headers: tuple[tuple[str, str], ...] = ()
    url: str = ""
    text: str = ""
    kind: str = ""

    def as_json(self) -> dict[str, object]:
        return asdict(self)


def whole_sight(url: str, status: int, headers: tuple[tuple[str, str], ...], body: bytes, text: str) -> Sight:
    """The sight of an answer with this body, unfolded; `text` is what the reader made of it."""
    visit = Visit(page=url, url=url, hops=(Hop(url, status, headers),), body=body)
    return Sight("whole", status, headers, url, text, answer_kind(visit).name)


def broken_sight(ended: str, status: int) -> Sight:
    """The sight of no page, and the status that came before that was known."""
    return Sight(ended, 0 if ended == "astray" else status)
