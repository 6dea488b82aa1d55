"""What a visitor reads on a page: visible text, title, headings, calls to action, meta tags. Pure; no browser."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from launchguard.web.bounds import MAX_ATTRIBUTES, MAX_TAGS_OPEN, costs_too_much, nests_too_deep
from launchguard.web.scripts import leave_at_once, send_away
from launchguard.web.seen import Seen, look_through
from launchguard.web.signs import LOADING_SAYS
from launchguard.words import count
from launchguard.words.hostile import excerpt

__all__ = ["MAX_TAGS_OPEN", "Document", "comparable", "excerpt", "read", "without_query"]

FEW_WORDS = 20
"""A page with less text than this shows nothing that a visitor came for, where scripts may bring it."""

Match = Literal["exact", "capitals", "after a click", "in the title", ""]

_FOLDED = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d", "-")
    | dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u00b4\u0060\u02bc\uff07\u05f3", "'")
    | {"\u2044": "/", "\u00d7": "x"}
    | dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb\uff02\u05f4", '"')
    | dict.fromkeys(
        "\ufe0e\ufe0f\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\u180e",
        "",
    )
)


_LOOSE = re.compile(r" ?([\"%!?:;€$£¥]) ?")


@dataclass(frozen=True)
class Document:
    """A page as text. `text` is what is visible, `prose` the same without code and form text.

    `later` is what shows after a click (closed `details`). `metas` maps the lower-case name, property or http-equiv of
    a meta tag to its content (the first one counts); `viewport` is the last one's, as browsers take it.
    `is_shell` says that the page is an empty frame which scripts fill in the visitor's browser, `sent_away` that they
    may send on a visitor of a page without other content, and `leaves` that they do so at once, whatever is on it.
    `framed` is the address that a frame shows in place of other content, "" without one. The last four say what the
    page is made of: a field for a password, any field to fill in, what shows without a word, and scripts.
    """

    title: str = ""
    text: str = ""
    prose: str = ""
    later: str = ""
    headings: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()
    metas: Mapping[str, str] = field(default_factory=dict)
    viewport: str = ""
    is_shell: bool = False
    sent_away: bool = False
    leaves: bool = False
    framed: str = ""
    has_client_templates: bool = False
    asks_password: bool = False
    has_fields: bool = False
    has_media: bool = False
    has_scripts: bool = False

    def match(self, wanted: str) -> Match:
        """How the page says `wanted`, whatever spaces, dashes and quotes it is set with; "" when it does not."""
        needle, text = comparable(wanted), comparable(self.text)
        if needle in text:
            return "exact"
        if needle in comparable(self.later):
            return "after a click"
        if _uncased(needle) in _uncased(text):
            return "capitals"
        return "in the title" if needle in comparable(self.title) else ""

    def is_shorter(self, words: int) -> bool:
        """True when the visible text has fewer words; a long text is not counted to its end."""
        return len(self.text.split(None, words)) < words

    def says(self, wanted: str) -> bool:
        """True when the visible text holds `wanted` in these capitals."""
        return self.match(wanted) == "exact"

    def says_all(self, wanted: Sequence[str]) -> bool:
        """True when the visible text holds every one of at least one text in these capitals."""
        return bool(wanted) and all(map(self.says, wanted))


def comparable(text: str) -> str:
    """Text for comparing (Unicode NFKC): one kind of space, dash, quote and apostrophe, nothing without a width.

    Spaces beside quotes, `%`, `!`, `?`, `:`, `;` and signs of money are a matter of language and style, and left out.
    """
    folded = unicodedata.normalize("NFKC", text.translate(_FOLDED)).translate(_FOLDED)
    return _LOOSE.sub(r"\1", " ".join(folded.split()))


def _waits_for_scripts(seen: Seen, text: str) -> bool:
    """Whether all that a bare page says is to wait, or to let scripts run."""
    if not seen.scripts or seen.has_media:
        return False
    return (seen.has_custom and not text) or bool(LOADING_SAYS.search(text))


def _uncased(text: str) -> str:
    """Text without capitals, also where those have no accents (Greek) or a dot of their own (Turkish)."""
    apart = unicodedata.normalize("NFD", text.casefold().replace("\u0131", "i"))
    return "".join(character for character in apart if not unicodedata.combining(character))


def without_query(url: str) -> str:
    """An address that is safe to print: without credentials, and without a query, which may identify a visitor."""
    parts = urlsplit(url)
    return excerpt(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}", 200)


def read(markup: str) -> Document:
    """Read a page. Raises ValueError for markup that cannot be read in time."""
    if nests_too_deep(markup):
        raise ValueError(f"the markup nests more than {count(MAX_TAGS_OPEN)} elements and cannot be read")
    if costs_too_much(markup):
        raise ValueError(f"an element has more than {count(MAX_ATTRIBUTES)} attributes, and the page cannot be read")
    seen = look_through(markup)
    text = seen.visible.text()
    bare = len(text.split()) < FEW_WORDS and not seen.calls and len(seen.headings) < 2
    away = bare and send_away(seen.scripts)
    framed = seen.frames[0] if seen.frames and bare and not (seen.headings or seen.has_media) else ""
    return Document(
        title=seen.title,
        text=text,
        prose=seen.visible.prose(),
        later=seen.visible.later(),
        headings=tuple(part.prose() for part in seen.headings),
        calls=tuple(seen.calls),
        metas=dict(reversed(seen.metas)),
        viewport=dict(seen.metas).get("viewport", ""),
        is_shell=bare and (seen.has_mount or away or _waits_for_scripts(seen, text)),
        sent_away=away,
        leaves=leave_at_once(seen.scripts),
        framed=framed,
        has_client_templates=seen.has_client_templates,
        asks_password=seen.asks_password,
        has_fields=seen.has_fields,
        has_media=seen.has_media,
        has_scripts=bool(seen.scripts),
    )
