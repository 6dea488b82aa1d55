"""Where an answer sends its visitor next: a redirect, a Refresh header, or a refresh in the markup."""

from launchguard.load.sending.answer import LOOKED_THROUGH_BYTES, VisitAnswer
from launchguard.load.sending.content import BadBodyError, pause
from launchguard.web.charset import text_of
from launchguard.web.document import Document, read
from launchguard.web.request import Device
from launchguard.web.target import app_scheme, joined_url

REDIRECTS = frozenset({301, 302, 303, 307, 308})


def location_of(answer: VisitAnswer, url: str) -> str:
    """Where a redirect leads; "" for an answer that is none. Raises ValueError for what is no address."""
    location = answer.header("location") if answer.status in REDIRECTS else ""
    if not location:
        return ""
    target = joined_url(url, location)
    if scheme := app_scheme(target):
        raise ValueError(f"an app opens for {scheme}: addresses")
    return target


class Refreshes:
    """Finds where pages refresh to at once, and remembers it of the last body of each address for each device."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.last: dict[tuple[str, Device], tuple[bytes, str]] = {}

    def target(self, answer: VisitAnswer, url: str, device: Device) -> str:
        """Where a refresh within 5 s leads, as an address; "" for none, or for the same page."""
        if header := answer.header("refresh"):
            return Document(metas={"refresh": header}).refresh_target(url)
        if not answer.raw:
            return ""
        known = self.last.get((url, device))
        if known is not None and known[0] == answer.raw:
            answer.raw = known[0]  # one object for the same bytes: whoever compares it next is done at once
            return known[1]
        target = self._in_markup(answer, url)
        if len(self.last) >= self.most:
            self.last.clear()
        self.last[url, device] = answer.raw, target
        return target

    def _in_markup(self, answer: VisitAnswer, url: str) -> str:
        try:
            start = answer.plain(pause)[:LOOKED_THROUGH_BYTES]
        except BadBodyError:
            return ""  # whoever judges the page will say so
        lower = start.lower()
        if b"http-equiv" not in lower or b"refresh" not in lower:
            return ""
        try:
            return read(text_of(start, answer.content_type).text).refresh_target(url)
        except ValueError:  # markup that nobody can read in time
            return ""
