"""What kind of answer a visit got that looked right: the page, or a waiting room, a login, an error, an empty frame.

The question is that of the idle visit, and asked in three steps, each for what the one before left open: a glance at
the first words, what was found of another answer of the same template, and the whole page read as a browser would.
"""

from collections.abc import Callable, Iterator
from functools import cached_property

from launchguard.load.orders import PageOrders
from launchguard.load.sending.answer import VisitAnswer
from launchguard.load.sending.content import no_pause
from launchguard.load.sending.tally import UNREAD
from launchguard.web.answered import Step
from launchguard.web.charset import text_of
from launchguard.web.document import Document, read
from launchguard.web.glance import Glance, HtmlSigns, glance, head_signs
from launchguard.web.hosts import host_of
from launchguard.web.kind import MANY_WORDS, REFUTED, kind_by_headers
from launchguard.web.likeness import PLAIN, kind_name, place_of

FIRST_BYTES = 32_768
MOST_BYTES = 524_288
"""No wall, queue, login or error page is as large; of a larger body the headers alone decide."""
FREE_BYTES = 2_000_000
READ_SHARE = 0.005
"""So much of what a process gets is read as a whole, at least: a megabyte takes about a tenth of a second."""
MOST_TEMPLATES = 1_000
LOCATION = b"location"
"""What is in every script that sends its visitor on."""


class Passed:
    """An address on the way to an answer; what it answered is not kept."""

    def __init__(self, url: str) -> None:
        self.url = url

    def header_values(self, _name: str) -> Iterator[str]:
        """None."""
        return iter(())


class LoadAnswered:
    """An answer under load as those see it who say what kind it is: asked for at one address, got from another."""

    def __init__(self, answer: VisitAnswer, asked: str, url: str, body: bytes) -> None:
        self.answer = answer
        self.url = url
        self.hops: tuple[Step, ...] = (self,) if place_of(asked) == place_of(url) else (Passed(asked), self)
        self.status: int | None = answer.status
        self.final_url = url
        self.body = body
        self.content_type = answer.content_type

    @cached_property
    def text(self) -> str:
        """The body as browsers read it."""
        return text_of(self.body, self.answer.content_type).text

    @cached_property
    def document(self) -> Document:
        """The body as a visitor reads it. Raises ValueError for markup that cannot be read in time."""
        return read(self.text)

    def header(self, name: str) -> str | None:
        """The first header of this name; None without one."""
        return next(self.header_values(name), None)

    def header_values(self, name: str) -> Iterator[str]:
        """Every header of this name."""
        return iter(self.answer.web.header_values(name))


class KindReader:
    """Says of one page's answers what kind each is, and remembers it by template."""

    def __init__(self, page: PageOrders) -> None:
        self.page = page
        self.place = place_of(page.url)
        self.known: dict[int, str] = {}
        self.came = self.read = 0

    def kind(self, answer: VisitAnswer, url: str, pause: Callable[[], None] = no_pause) -> str:
        """The name of its kind (`kind_name`), or UNREAD where there is no time to read it. Raises BadBodyError."""
        body, head = answer.plain(pause), head_signs(answer.web.headers)
        looked = _looked_at(body, answer.content_type)
        place = place_of(url)
        likely = place == self.place and looked.seems_page(head, host_of(url))
        if likely and not looked.doubtful and body.rfind(LOCATION) < 0:  # three times as fast as `in`
            return PLAIN
        key = hash((answer.status, head, place, looked.template, body.count(LOCATION), body.count(b"password")))
        found = self.known.get(key)
        if found is None:
            found = self._found(LoadAnswered(answer, self.page.url, url, body), head)
            if found == UNREAD:
                found = PLAIN if likely else UNREAD
            else:
                if len(self.known) >= MOST_TEMPLATES:
                    self.known.clear()
                self.known[key] = found
        return found

    def _found(self, answer: LoadAnswered, head: HtmlSigns) -> str:
        size = len(answer.body)
        if size > MOST_BYTES:
            kind = kind_by_headers(answer) if head else None
            return kind.name if kind is not None else PLAIN
        self.came += size
        if self.read + size > FREE_BYTES + READ_SHARE * self.came:
            return UNREAD
        self.read += size
        found = kind_name(answer)
        return PLAIN if found in REFUTED and self._promised(answer.document) else found

    def _promised(self, page: Document) -> bool:
        return bool(self.page.contains) and all(page.match(text) for text in self.page.contains)


def _looked_at(body: bytes, content_type: str) -> Glance:
    """A glance at the beginning, and at more where that says little."""
    looked = glance(text_of(body[:FIRST_BYTES], content_type).text)
    if len(body) > FIRST_BYTES and len(looked.words) <= MANY_WORDS:
        return glance(text_of(body[:MOST_BYTES], content_type).text)
    return looked
