"""What an error page says of itself, for the reader who has to find it in the site's own logs."""

import re

from launchguard.load.sending.answer import VisitAnswer
from launchguard.load.sending.content import BadBodyError
from launchguard.web.document import excerpt
from launchguard.web.likeness import title_of

SHOWN = ("server", "via", "x-powered-by", "x-cache", "cache-status", "retry-after")
"""Headers that say who answered."""
_TEXT = re.compile(rb"<[^>]{0,500}>")
MOST_BYTES = 100_000
MOST_OF_A_HEADER = 60
MOST_TOLD = 20


class Refusals:
    """Puts error pages into words, each different one once: most of them are all alike."""

    def __init__(self, page: str) -> None:
        self.page = page
        self.known: dict[tuple[int, int], str] = {}

    def told(self, answer: VisitAnswer, otherwise: str) -> str:
        """The status, the page's title or first words, and what its headers say of who sent it."""
        key = answer.status, answer.size
        if key not in self.known:
            if len(self.known) >= MOST_TOLD:
                return f"{self.page} answered {answer.status}, {otherwise}"
            self.known[key] = f"{self.page} answered {answer.status}, {otherwise}{_words(answer)}"
        return self.known[key]


def _words(answer: VisitAnswer) -> str:
    says = _says(answer)
    headers = [
        f"{name}: {excerpt(value, MOST_OF_A_HEADER)}"
        for name in SHOWN
        if (value := answer.header(name)) and value.strip()
    ]
    parts = [f'"{says}"'] * bool(says) + headers
    return f" ({'; '.join(parts)})" if parts else ""


def _says(answer: VisitAnswer) -> str:
    """The title, or the first words of a short page; "" for nothing that can be read."""
    try:
        plain = answer.plain() if answer.size <= MOST_BYTES else b""
    except BadBodyError:
        return ""
    return title_of(plain) or excerpt(" ".join(_TEXT.sub(b" ", plain[:2000]).decode("utf-8", "replace").split()), 80)
