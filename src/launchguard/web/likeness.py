"""What tells one page from another: where its visitor ended, its title, its size, and what kind of answer it is."""

from collections.abc import Mapping
from dataclasses import dataclass

from launchguard.web.answered import Answered
from launchguard.web.bots import wall_of
from launchguard.web.folding import folded
from launchguard.web.kind import answer_kind
from launchguard.web.request import Device
from launchguard.web.target import request_target

WALL = "wall"
PLAIN = "page"
OTHER_PAGES: Mapping[str, str] = {
    WALL: "asks whether the visitor is human",
    "download": "is no page but a download",
    "pdf": "is a PDF",
    "source": "shows source code",
    "data": "shows data",
    "media": "is a single picture or film",
    "empty": "is empty",
    "frames": "is a frame around another address",
    "error-page": "is an error page",
    "default-page": "is a server's or a registrar's own page",
    "waiting-room": "is a waiting room",
    "login": "is a login page",
    "consent": "is a consent page",
    "question": "asks for a country, a language or an age",
    "refusal": "says that this visitor cannot have it",
    "over": "says that the offer is over",
    "scripted": "is empty until scripts fill it",
    "nothing": "shows nothing, and leaves its visitor where it was",
    "unchanged": "says that nothing has changed",
    "script-leaves": "sends visitors on at once by a script",
    "script-redirect": "sends visitors on by a script",
}
"""The kinds of answers that are no page, by name, as the end of "a page that ...". What nobody can read is none."""

TITLE_WITHIN_BYTES = 65_536
LONGEST_TITLE = 60


@dataclass(frozen=True)
class PageFacts:
    """What a visitor with this device got: where the visit ended (without the query), the folded title, bytes, kind."""

    place: str
    title: str
    size: int
    empty: bool
    kind: str = PLAIN
    device: Device = "desktop"


def facts_of(plain: bytes, url: str, kind: str = PLAIN, device: Device = "desktop") -> PageFacts:
    """The facts of an unfolded body and the address that it came from, however that is written."""
    return PageFacts(place_of(url), title_of(plain), len(plain), not plain.strip(), kind, device)


def place_of(url: str) -> str:
    """Scheme, host and path of an address as browsers write them; what is none, as it is."""
    try:
        where = request_target(url)
    except ValueError:
        return url.partition("#")[0].partition("?")[0]
    return f"{where.scheme}://{where.netloc}{where.target.partition('?')[0]}"


def title_of(plain: bytes) -> str:
    """The first title in the markup, as text for comparing; "" for none."""
    start = plain[:TITLE_WITHIN_BYTES]
    lower = start.lower()
    begin = lower.find(b"<title")
    inside = lower.find(b">", begin) + 1 if begin >= 0 else 0
    end = lower.find(b"</title", inside)
    return folded(start[inside:end].decode("utf-8", "replace"))[:LONGEST_TITLE] if inside and end >= 0 else ""


def kind_name(answer: Answered) -> str:
    """What kind an answer with a status below 400 is, by name: "page", one of OTHER_PAGES, or "unreadable"."""
    return WALL if wall_of(answer) else answer_kind(answer).name
