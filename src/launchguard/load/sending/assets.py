"""What a browser fetches beside a page: scripts, styles, icons, images of the page's own origin.

They load the site as visitors do and are told in the report, but they are no visits: a page's latency is its own, and
an asset that fails is told, not judged, because the page was there.
"""

import re
import time
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from urllib.parse import urljoin

import gevent
from selectolax.lexbor import LexborHTMLParser

from launchguard.load.orders import MAX_ASSETS
from launchguard.load.sending.answer import VisitAnswer
from launchguard.load.sending.client import LoadVisitor
from launchguard.load.sending.content import BadBodyError, decode
from launchguard.load.sending.network import Endpoint, Network, address_of
from launchguard.load.sending.outcomes import OutOfResources, VisitFailed
from launchguard.web.charset import text_of
from launchguard.web.request import Device

AT_A_TIME = 6
"""Connections that browsers open to one host over HTTP/1.1."""
MAX_TAGS = 10_000
"""Tags of a page that are searched for assets. Parsing keeps this process from sending other visits on time, and takes
time with the square of how deep a page nests."""
_LINKS = frozenset({"stylesheet", "icon", "preload", "modulepreload"})
_SCRIPTS = frozenset({"", "module", "text/javascript", "application/javascript"})
_NOSCRIPT = re.compile(r"<(/?)noscript\b", re.IGNORECASE)

Tell = Callable[[str, float, str], None]
"""Told of one asset: its URL, milliseconds from its sending, and why it failed or ""."""


@lru_cache(maxsize=64)
def assets_of(body: bytes, encoding: str, content_type: str, page_url: str) -> tuple[Endpoint, ...]:
    """The assets of a page on its own origin, each once, at most MAX_ASSETS; none of what is no HTML.

    `body` and `encoding` are the answer's as they travelled. Remembered, since most visits get the same bytes.
    """
    if "html" not in content_type.lower():
        return ()
    try:
        markup = _with_scripts(text_of(decode(body, encoding), content_type).text)
        tree = LexborHTMLParser("<".join(markup.split("<", MAX_TAGS)[:MAX_TAGS]))
    except (BadBodyError, ValueError):
        return ()
    base = tree.css_first("base[href]")
    base_url = _joined(page_url, (base.attributes.get("href") or "") if base else "")
    origin = address_of(page_url).origin
    found: dict[str, Endpoint] = {}
    for reference in _references(tree):
        try:
            address = address_of(_joined(base_url, reference).partition("#")[0])
        except ValueError:
            continue  # data:, blob:, or nothing that could be requested
        if address.origin == origin:
            found.setdefault(address.url, address)
        if len(found) == MAX_ASSETS:
            break
    return tuple(found.values())


def _with_scripts(markup: str) -> str:
    """The markup without what only a browser without scripts would render; one pass, whatever it is."""
    kept, at, inside = [], 0, False
    for tag in _NOSCRIPT.finditer(markup):
        if not inside and not tag[1]:
            kept.append(markup[at : tag.start()])
        if inside != (not tag[1]):
            inside, at = not tag[1], tag.end()
    return "".join(kept) if inside else "".join(kept) + markup[at:]


def _joined(base_url: str, reference: str) -> str:
    try:
        return urljoin(base_url, reference.strip())
    except ValueError:
        return ""


def _references(tree: LexborHTMLParser) -> Iterator[str]:
    """What the markup asks for, in its order."""
    for node in tree.css("script[src], link[href], img"):
        reference = _reference(node.tag or "", {name: value or "" for name, value in node.attributes.items()})
        if reference.strip():
            yield reference


def _reference(tag: str, attributes: Mapping[str, str]) -> str:
    """What one element makes a browser fetch; "" for nothing. A lazy image counts: its visitor may scroll."""
    if tag == "script":
        return attributes["src"] if attributes.get("type", "").lower() in _SCRIPTS else ""
    if tag == "link":
        return attributes["href"] if _LINKS & set(attributes.get("rel", "").lower().split()) else ""
    candidates = attributes.get("srcset", "").split()
    return candidates[0].rstrip(",") if candidates else attributes.get("src", "")


def fresh_for_s(answer: VisitAnswer) -> float:
    """How long a browser uses an answer again without asking (RFC 9111): seconds; infinite where only a date is known.

    What it would ask about again ("has it changed?") is 0 here, and so fetched again as a whole.
    """
    if answer.status != 200:
        return 0.0
    given = (part.strip().partition("=") for part in answer.header("cache-control").lower().split(","))
    directives = {name: value.strip('"') for name, _, value in given}
    if "no-store" in directives or "no-cache" in directives:
        return 0.0
    if "max-age" in directives:
        return float(directives["max-age"]) if directives["max-age"].isdecimal() else 0.0
    return float("inf") if answer.header("expires") or answer.header("last-modified") else 0.0


class Browser:
    """One visitor with the connections and the cache of a browser. The first lane also fetches the pages."""

    def __init__(self, network: Network, device: Device = "desktop") -> None:
        self.visitor = LoadVisitor(network, keep=True, device=device)
        self.lanes = [self.visitor]
        self.fresh_until: dict[str, float] = {}

    def fetch(self, assets: tuple[Endpoint, ...], tell: Tell) -> None:
        """Fetch what is not in the cache, at most AT_A_TIME at once; what is broken off is told as failed."""
        now = time.monotonic()
        waiting = iter([address for address in assets if self.fresh_until.get(address.url, 0.0) <= now])
        while len(self.lanes) < min(AT_A_TIME, len(assets)):
            lane = LoadVisitor(self.visitor.network, keep=True, device=self.visitor.device)
            lane.cookies = self.visitor.cookies
            self.lanes.append(lane)
        busy = [gevent.spawn(self._empty, lane, waiting, tell) for lane in self.lanes]
        try:
            gevent.joinall(busy)
        finally:
            gevent.killall(busy)

    def leave(self) -> None:
        """Hold every connection, as a browser does while its page is read."""
        for lane in self.lanes:
            lane.leave()

    def _empty(self, lane: LoadVisitor, waiting: Iterator[Endpoint], tell: Tell) -> None:
        for address in waiting:
            began, failure = time.monotonic(), "it was not answered in time"
            try:
                failure = self._get(lane, address)
            finally:
                tell(address.url, (time.monotonic() - began) * 1000, failure)

    def _get(self, lane: LoadVisitor, address: Endpoint) -> str:
        try:
            answer = lane.visit(address, of=self.visitor)
        except (VisitFailed, OutOfResources) as failed:
            return str(failed)
        self.fresh_until[address.url] = time.monotonic() + fresh_for_s(answer)
        return f"answered {answer.status}" if answer.status >= 400 else ""
