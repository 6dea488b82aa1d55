"""What a case of the page gallery is, and how its answers are made."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from tests.load.raw_site import Asked, whole

Right = Literal["clean", "go", "warn", "block", "unknown", "not go", ""]
"""The right answer: GO without a warning; GO, warned or not; at least a warning; NO-GO; UNKNOWN; one of these two.

"" stands for a case that is only read: no one right answer is known for it.
"""

TAGGED = "?utm_source=newsletter&utm_medium=email&utm_campaign=Spring%20sale%2030%25"
CLOSE = "Connection: close"
FOR_PHONES = '<meta name="viewport" content="width=device-width, initial-scale=1">'
TEXT = (
    "It goes on until Thursday, in all shops and online, for everybody who reads the newsletter and likes a bargain"
    " this spring."
)


@dataclass(frozen=True)
class Ask:
    """One request: what stands behind the case's name in the path, the query with its "?", and the head."""

    name: str
    rest: str
    query: str
    head: str

    @classmethod
    def of(cls, asked: Asked) -> "Ask":
        path, mark, query = asked.path.partition("?")
        name, _, rest = path.lstrip("/").partition("/")
        return cls(name, rest, mark + query, asked.head.decode("latin-1"))

    @property
    def target(self) -> str:
        return self.head.split(" ", 2)[1]

    def header(self, name: str) -> str:
        wanted = f"{name.lower()}:"
        return next(
            (line.partition(":")[2].strip() for line in self.head.split("\r\n") if line.lower().startswith(wanted)), ""
        )

    def kept(self, keep: Callable[[str], bool]) -> str:
        """The query with those of its parameters only whose names are kept."""
        parts = [part for part in self.query[1:].split("&") if keep(part.partition("=")[0])]
        return "?" + "&".join(parts)


@dataclass(frozen=True)
class PageCase:
    """A page that people met: its name, the right answer, and what a server says to a request."""

    id: str
    right: Right
    answer: bytes | Callable[[Ask], bytes]
    contains: tuple[str, ...] = ("Spring sale",)
    path: str = ""
    query: str = TAGGED
    locale: str = ""

    def says(self, ask: Ask) -> bytes:
        return self.answer if isinstance(self.answer, bytes) else self.answer(ask)


def html(
    body: str,
    *,
    title: str = "Spring sale",
    head: str = "",
    charset: str = '<meta charset="utf-8">',
    viewport: str = FOR_PHONES,
) -> str:
    """A document around a body."""
    inside = f"<head>{charset}<title>{title}</title>{viewport}{head}</head><body>{body}</body>"
    return f'<!doctype html><html lang="en">{inside}</html>'


def offer(body: str = "", head: str = "") -> str:
    """The landing page with something else on it."""
    return html(f"<h1>Spring sale</h1><p>{TEXT}</p>{body}", head=head)


GOOD = html(
    "<h1>Spring sale</h1><p>-30 % on everything until Thursday, in all shops and online.</p>"
    "<a class=btn href=/buy>Buy now</a>"
)


def said(body: str | bytes = b"", *headers: str, status: str = "200 OK") -> bytes:
    """An answer after which the connection is closed."""
    return whole(body.encode() if isinstance(body, str) else body, *headers, CLOSE, status=status)


def bare(body: bytes, *lines: str) -> bytes:
    """An answer with these lines only."""
    return "\r\n".join([*lines, CLOSE, "", ""]).encode() + body


def leads(to: str, *headers: str, status: str = "302 Found") -> bytes:
    """A redirect."""
    return said(b"", f"Location: {to}", *headers, status=status)


def first(leading: Callable[[Ask], bytes], there: bytes = b"") -> Callable[[Ask], bytes]:
    """Answers that lead away from the page itself; what stands behind it in the path is the landing page."""
    return lambda ask: (there or said(GOOD)) if ask.rest else leading(ask)
