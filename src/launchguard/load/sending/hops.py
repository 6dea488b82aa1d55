"""Where an answer sends its visitor next, by the rules of the idle visit."""

from launchguard.load.sending.answer import VisitAnswer
from launchguard.load.sending.content import BadBodyError, pause
from launchguard.web.charset import text_of
from launchguard.web.redirects import MARKUP_CHARACTERS, by_refresh, led_by_head, may_refresh, refresh_in
from launchguard.web.request import Device
from launchguard.web.target import app_scheme

LOOKED_THROUGH_BYTES = 4 * MARKUP_CHARACTERS
"""So many bytes hold the characters that are looked through, in any charset."""
MOST_BYTES = 16_000_000
"""Of bodies that are kept for comparing: with a click id every visit has an address of its own."""


class Leads:
    """Finds where answers lead, and remembers what the markup of the last body of each address says, by device."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.kept_bytes = 0
        self.last: dict[tuple[str, Device], tuple[bytes, str]] = {}

    def target(self, answer: VisitAnswer, url: str, device: Device) -> str:
        """The address that a redirect or a refresh within 5 s leads to; "" where the visitor stays.

        Raises ValueError where an app would open.
        """
        target = self._target(answer, url, device)
        if scheme := app_scheme(target):
            raise ValueError(f"an app opens for {scheme}: addresses")
        return target

    def _target(self, answer: VisitAnswer, url: str, device: Device) -> str:
        led = led_by_head(url, answer.web.head)
        if led is not None:
            return led.url
        if not answer.raw or not may_refresh(answer.web):
            return ""
        known = self.last.get((url, device))
        if known is not None and known[0] == answer.raw:
            answer.raw = known[0]  # one object for the same bytes: whoever compares it next is done at once
            return known[1]
        target = self._in_markup(answer, url)
        self.kept_bytes += len(answer.raw)
        if len(self.last) >= self.most or self.kept_bytes > MOST_BYTES:
            self.last.clear()
            self.kept_bytes = len(answer.raw)
        self.last[url, device] = answer.raw, target
        return target

    def _in_markup(self, answer: VisitAnswer, url: str) -> str:
        try:
            start = answer.plain(pause)[:LOOKED_THROUGH_BYTES]
        except BadBodyError:
            return ""  # whoever judges the page will say so
        if b"refresh" not in start.lower() and b"\0" not in start:  # of UTF-16 every other byte is a zero
            return ""
        led = by_refresh(url, refresh_in(text_of(start, answer.content_type).text), "meta refresh")
        return led.url if led else ""
