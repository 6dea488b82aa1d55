"""Judging an answer's body under load: unfolded within a bound, and searched for what the page must say.

Most visits of a page that differs for everybody are decided by a search in its bytes. Where its words are written as
entities or have tags between them, the surroundings of one of their words are read; only what is not found there makes
the whole page be read, piece by piece. Nothing takes more than linear time, and `pause` lets other visits go on.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import gevent

from launchguard.web.charset import charset_in_header, charset_in_markup, text_of
from launchguard.web.coding import UnfoldError, unfold
from launchguard.web.folding import folded
from launchguard.web.reading import MAX_ANSWER_BYTES

MAX_BODY_BYTES = MAX_ANSWER_BYTES
"""As in the idle visit: one page is not too large for the one and right for the other."""

PIECE_BYTES = 32_768
"""What is read at once."""
SHARED_BYTES = 4_096
"""How much of a piece is in the next one, too, for what lies across its end."""
AROUND_BYTES = 256
PER_CHARACTER = 12
"""Bytes around a word in which the others are looked for, beyond those that an entity for each character takes."""
MAX_LOOKS = 32
"""Places of a word that are looked at before the whole page is."""

_WORD = re.compile(r"[A-Za-z0-9]{2,}")
_TAG = re.compile(r"<[^>]*>")
_NOT_SHOWN = re.compile(r"<!--|<script\b", re.IGNORECASE)
_COMMENT_END, _SCRIPT_END = re.compile("-->"), re.compile(r"</script\b[^>]{0,200}>", re.IGNORECASE)


def no_pause() -> None:
    """For callers that nobody waits for."""


PAUSE_S = 1e-6
"""Over as soon as it is looked at. Of sleeps for no time at all, gevent takes fifty before it looks at what is due."""


def pause() -> None:
    """Let other visits go on, those that are due and those whose answers have come."""
    gevent.sleep(PAUSE_S)


class BadBodyError(ValueError):
    """The body cannot be decoded as its headers say; `too_large`: it is, or unfolds to, more than MAX_BODY_BYTES."""

    def __init__(self, words: str, *, too_large: bool = False) -> None:
        super().__init__(words)
        self.too_large = too_large


def decode(body: bytes, encoding: str, pause: Callable[[], None] = no_pause) -> bytes:
    """Undo a Content-Encoding as browsers do. Raises BadBodyError."""
    try:
        return unfold(body, encoding, MAX_BODY_BYTES, pause)
    except UnfoldError as error:
        raise BadBodyError(str(error), too_large=error.too_large) from error


@dataclass(frozen=True)
class Needle:
    """A text that a page has to contain, made ready for the search.

    `raw` are its bytes, `anchor` its longest plain word with `before` and `after` characters around it ("" for none),
    `folded` the text for comparing, whatever its capitals and spaces.
    """

    text: str
    raw: bytes
    anchor: bytes
    before: int
    after: int
    folded: str


def needle_of(text: str) -> Needle:
    """Make a text ready for the search."""
    found = max(_WORD.finditer(text), key=lambda word: len(word[0]), default=None)
    anchor, start = (found[0], found.start()) if found else ("", 0)
    after = len(text) - start - len(anchor)
    return Needle(text, text.encode(), anchor.encode(), start, after, squeezed(text))


def missing(
    body: bytes, content_type: str, wanted: tuple[Needle, ...], pause: Callable[[], None] = no_pause
) -> str | None:
    """The first text that a page does not contain (unfolded, with its Content-Type), or None.

    A text counts when the markup holds it as it is, or when the words do, with the tags taken out. Unlike the check
    of the idle page this does not ask whether a visitor sees it: here it only has to tell the page from another.
    """
    absent = [needle for needle in wanted if needle.raw not in body]
    if not absent:
        return None
    charset = charset_of(body, content_type)
    absent = [needle for needle in absent if not _said_near(needle, body, charset)]
    for piece in _pieces(body, charset):
        if not absent:
            break
        pause()
        absent = [needle for needle in absent if not _says(piece, needle)]
    return absent[0].text if absent else None


def charset_of(body: bytes, content_type: str) -> str:
    """The charset of a whole page, as a Content-Type that its parts can be read with."""
    named = charset_in_header(content_type) or charset_in_markup(body)
    if not named or body[:3] == b"\xef\xbb\xbf" or body[:2] in (b"\xfe\xff", b"\xff\xfe"):
        named = text_of(body, content_type).charset
    return f"text/html; charset={named}"


def _said_near(needle: Needle, body: bytes, charset: str) -> bool:
    """Whether the words stand around one of the first places of their longest one."""
    place = body.find(needle.anchor) if needle.anchor else -1
    for _ in range(MAX_LOOKS):
        if place < 0:
            return False
        begin = max(0, place - AROUND_BYTES - PER_CHARACTER * needle.before)
        end = place + len(needle.anchor) + AROUND_BYTES + PER_CHARACTER * needle.after
        if _says(text_of(body[begin:end], charset).text, needle):
            return True
        place = body.find(needle.anchor, place + len(needle.anchor))
    return False


def _pieces(body: bytes, charset: str) -> Iterator[str]:
    """The text of the page, in pieces that overlap."""
    for begin in range(0, max(len(body) - SHARED_BYTES, 1), PIECE_BYTES - SHARED_BYTES):
        yield text_of(body[begin : begin + PIECE_BYTES], charset).text


def _says(markup: str, needle: Needle) -> bool:
    """Whether the words are in a piece of markup, wherever tags and spaces stand between them, or within a tag."""
    shown = _shown(markup)
    inside = shown[: shown.rfind(">") + 1]  # behind it no tag ends, and a search for one would look for ever
    rest = shown[len(inside) :]
    return any(needle.folded in squeezed(text) for text in (_TAG.sub("", inside) + rest, markup))


def _shown(markup: str) -> str:
    """The markup without comments and scripts, which may hold tags of their own, and without zeros; one pass."""
    kept, at = [], 0
    while begin := _NOT_SHOWN.search(markup, at):
        end = (_COMMENT_END if begin[0] == "<!--" else _SCRIPT_END).search(markup, begin.end())
        if end is None:
            break
        kept.append(markup[at : begin.start()])
        at = end.end()
    return ("".join(kept) + markup[at:]).replace("\0", "")


def squeezed(markup: str) -> str:
    """Folded text without its spaces: a tag may stand for one, or for none."""
    return folded(markup).replace(" ", "")
