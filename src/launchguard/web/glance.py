"""A short look at an answer: enough to say that it is surely a page, or to tell one template's answers from another's.

Where every visit gets other bytes nobody can read them all as a browser does. A glance costs time with what it looks
at only, stops after as many words as no error page or login has, and never takes for a page what may be something else.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from launchguard.web import signs
from launchguard.web.bots import WALL_HEADERS, WALL_TITLE
from launchguard.web.folding import folded
from launchguard.web.kind import MANY_WORDS

HEADERS = WALL_HEADERS | {"content-type", "content-disposition", "refresh", "retry-after", "set-cookie"}
"""What is asked of an answer's headers, in lower case, by those who say what kind it is."""

HtmlSigns = tuple[tuple[str, str], ...]

MOST_STEPS = 20_000
"""Tags that are looked at; a page of more is no error page."""
PIECE = 16_384
MOST_WORDS = 2_000
"""Words of a page that may hide some of them: what it shows is in the others."""
MOST_OF_A_WORD = 40
MOST_OF_A_TITLE = 1_000

_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]{0,30})")
_HIDDEN = re.compile(r"(?<![-\w])hidden(?![-\w])|display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_ENDS = {
    name: re.compile(f"</{name}", re.IGNORECASE)
    for name in ("script", "style", "template", "noscript", "iframe", "object", "datalist", "svg", "title")
}
"""Elements of which nothing is read, or not here, by what ends them."""
_FOLDED_AWAY = frozenset({"dialog", "details"})
_HTML = ("text/html", "application/xhtml+xml")
_NUMBER = re.compile(r"\d+")


def head_signs(headers: Iterable[tuple[str, str]]) -> HtmlSigns:
    """The headers that decide on the kind of an answer; of cookies those of waiting rooms, without their values."""
    found = []
    for given, value in headers:
        name = given.lower()
        if name not in HEADERS:
            continue
        if name != "set-cookie":
            found.append((name, value))
        elif signs.QUEUE_COOKIE.match(value):
            found.append((name, value.partition("=")[0]))
    return tuple(found)


@dataclass(frozen=True)
class Glance:
    """Title and first headings in one line, the first words, the elements around them.

    It is `doubtful` where some of that may be hidden, or sends its visitor away.
    """

    says: str
    words: tuple[str, ...]
    elements: frozenset[str]
    doubtful: bool

    def seems_page(self, head: HtmlSigns, host: str) -> bool:
        """Whether this is a page with nothing in it that a wall, a queue or an error page says, but for what it hides.

        Where it is not `doubtful` either, it is one for sure.
        """
        return (
            len(self.words) > MANY_WORDS
            and all(name == "content-type" and value.lower().startswith(_HTML) for name, value in head)
            and not signs.QUEUE_HOST.search(host)
            and not any(sign.search(self.says) for sign in _SAYS)
        )

    @property
    def template(self) -> str:
        """What two answers of one template have in common: all of it but numbers that are no status."""
        return _NUMBER.sub(_status, f"{sorted(self.elements)} {self.says}\n{' '.join(self.words)}")


def _status(number: re.Match[str]) -> str:
    return number[0] if len(number[0]) == 3 and number[0][0] in "45" else "#"


_SAYS = (signs.ERROR_SAYS, signs.CONSENT_SAYS, signs.QUEUE_SAYS, WALL_TITLE)


def glance(markup: str) -> Glance:
    """Look at markup until it has said more than MANY_WORDS words, or MOST_WORDS where it may hide some."""
    words: list[str] = []
    says: list[str] = []
    elements: set[str] = set()
    doubtful = markup.lstrip()[:2] in ("<?", "<%")
    heading = -1
    for tag, closes, text in _steps(markup):
        if not tag:
            words.extend([word[:MOST_OF_A_WORD] for word in text.split()])
            if len(words) > (MOST_WORDS if doubtful else MANY_WORDS):
                break
            continue
        elements.add(tag)
        if tag == "title":
            says.append(text[:MOST_OF_A_TITLE])
        elif tag in ("h1", "h2", "h3"):
            if closes and heading >= 0:
                says.extend(words[heading:])
            heading = -1 if closes else len(words)
        elif tag == "meta":
            doubtful = doubtful or "refresh" in text.lower()
        elif tag in _FOLDED_AWAY:
            doubtful = True
        elif text and tag != "input":
            doubtful = doubtful or bool(_HIDDEN.search(text))
    if heading >= 0:
        says.extend(words[heading:])
    return Glance(folded(" ".join(says)), tuple(words[: MOST_WORDS + 1]), frozenset(elements), doubtful)


def _steps(markup: str) -> Iterator[tuple[str, bool, str]]:
    """Pieces of text ("", False, text), and tags: name, whether it ends something, and what stands in it.

    What is not read is passed over, a title comes with its text. Every step moves on, and there is an end of them.
    """
    at = 0
    for _ in range(MOST_STEPS):
        start = markup.find("<", at, at + PIECE)
        text = markup[at : start if start >= 0 else at + PIECE]
        if text:
            yield "", False, text
        if start < 0:
            at += PIECE
            if at >= len(markup):
                return
            continue
        if markup.startswith("<!--", start):
            at = markup.find("-->", start + 4) + 3
            if at < 3:
                return
            continue
        found = _TAG.match(markup, start)
        if found is None:
            at = start + 1
            continue
        close = markup.find(">", found.end())
        if close < 0:
            return
        name, at = found[2].lower(), close + 1
        end = None if found[1] else _ENDS.get(name)
        if end is None:
            yield name, bool(found[1]), markup[found.end() : close]
            continue
        last = end.search(markup, at)
        if last is None:
            return
        yield name, False, markup[at : last.start()] if name == "title" else ""
        at = last.start()
