"""The files that a page makes a browser fetch of its own origin: scripts, styles, icons, images."""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser

from launchguard.web.hosts import bracketed
from launchguard.web.target import request_target
from launchguard.web.urls import without_userinfo

MOST_FILES = 100
"""Files that a visit fetches beside its page, at most."""
MAX_TAGS = 10_000
"""Tags of a page that are searched for files. Parsing keeps a process from sending other visits on time, and takes
time with the square of how deep a page nests."""
_LINKS = frozenset({"stylesheet", "icon", "preload", "modulepreload"})
_SCRIPTS = frozenset({"", "module", "text/javascript", "application/javascript"})
_NOSCRIPT = re.compile(r"<(/?)noscript\b", re.IGNORECASE)


def page_files(markup: str, page_url: str) -> tuple[str, ...]:
    """The URLs of what a browser fetches with a page of its own origin, each once, at most MOST_FILES.

    Images that are `loading=lazy` are none of them: most are fetched for those who scroll. Raises ValueError for a
    page whose address is none.
    """
    tree = LexborHTMLParser("<".join(_with_scripts(markup).split("<", MAX_TAGS)[:MAX_TAGS]))
    base = tree.css_first("base[href]")
    base_url = _joined(page_url, (base.attributes.get("href") or "") if base else "")
    origin = _origin(page_url)
    found: dict[str, None] = {}
    for reference in _references(tree):
        url = _joined(base_url, reference).partition("#")[0]
        try:
            if _origin(url) == origin:
                found[url] = None
        except ValueError:
            continue  # data:, blob:, or nothing that could be requested
        if len(found) == MOST_FILES:
            break
    return tuple(found)


def _origin(url: str) -> str:
    where = request_target(url)
    if without_userinfo(url) != url:
        raise ValueError("a URL with a user name")
    return f"{where.scheme}://{bracketed(where.host.removesuffix('.'))}:{where.port}"


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
    """What one element makes a browser fetch; "" for nothing."""
    if tag == "script":
        return attributes["src"] if attributes.get("type", "").lower() in _SCRIPTS else ""
    if tag == "link":
        return attributes["href"] if _LINKS & set(attributes.get("rel", "").lower().split()) else ""
    if attributes.get("loading", "").strip().lower() == "lazy":
        return ""
    candidates = attributes.get("srcset", "").split()
    return candidates[0].rstrip(",") if candidates else attributes.get("src", "")
