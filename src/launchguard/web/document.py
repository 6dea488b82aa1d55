"""What a visitor reads on a page: visible text, title, headings, calls to action, meta tags. Pure; no browser."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from launchguard.words import count
from launchguard.words.hostile import excerpt

__all__ = ["MAX_TAGS_OPEN", "Document", "comparable", "excerpt", "read", "without_query"]

MAX_TAGS_OPEN = 20_000
"""Nesting beyond this is refused: the parser's time grows with the square of the depth."""

_UNSEEN = frozenset({"script", "style", "template", "noscript", "head", "iframe", "object", "svg"})
_QUOTED = frozenset({"code", "pre", "kbd", "samp", "textarea"})
# fmt: off
_INLINE = frozenset({
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins", "kbd", "label",
    "mark", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "u", "var", "wbr",
})
_NEVER_NEST = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr",
    "p", "li", "td", "th", "tr", "dt", "dd", "option",
})
# fmt: on
_SHELL = "#root, #app, #__next, #__nuxt, #___gatsby, app-root"
_CALLS = 'button, input[type="submit"], [role="button"], a[class*="btn" i], a[class*="button" i], a[class*="cta" i]'
_REFRESH = re.compile(r"\s*(\d{1,6}(?:\.\d{1,6})?)\s*[;,]\s*(?:url\s*=)?\s*[\"']?([^\"'\s]+)", re.IGNORECASE)
MAX_REFRESH_S = 5.0
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2212", "-"))


@dataclass(frozen=True)
class Document:
    """A page as text. `text` is what is visible, `prose` the same without code and form text.

    `metas` maps the lower-case name, property or http-equiv of a meta tag to its content (the first one counts).
    `is_shell` says that the page is an empty frame which scripts fill in the visitor's browser.
    """

    title: str = ""
    text: str = ""
    prose: str = ""
    headings: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()
    metas: Mapping[str, str] = field(default_factory=dict)
    is_shell: bool = False
    has_client_templates: bool = False

    def says(self, wanted: str) -> bool:
        """True when the visible text holds `wanted`, whatever spaces and dashes the page is set with."""
        return comparable(wanted) in comparable(self.text)

    def refresh_target(self, base_url: str) -> str:
        """Where a meta refresh of at most 5 s leads; "" when there is none or it stays on the page."""
        found = _REFRESH.match(self.metas.get("refresh", ""))
        if not found or float(found[1]) > MAX_REFRESH_S:
            return ""
        target = urljoin(base_url, found[2])
        return "" if target == base_url else target


def comparable(text: str) -> str:
    """Text for comparing: one kind of space and dash, compatibility characters folded (Unicode NFKC)."""
    return " ".join(unicodedata.normalize("NFKC", text).translate(_DASHES).split())


def without_query(url: str) -> str:
    """An address that is safe to print: without credentials, and without a query, which may identify a visitor."""
    parts = urlsplit(url)
    return excerpt(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}", 200)


def read(markup: str) -> Document:
    """Read a page. Raises ValueError for markup that nests too deep to be read in time."""
    if _nests_too_deep(markup):
        raise ValueError(f"the markup nests more than {count(MAX_TAGS_OPEN)} elements and cannot be read")
    tree = LexborHTMLParser(markup)
    body = tree.body
    text = _text(body, _UNSEEN)
    titles = tree.css_first("title")
    return Document(
        title=" ".join(titles.text().split()) if titles else "",
        text=text,
        prose=_text(body, _UNSEEN | _QUOTED),
        headings=tuple(_text(node, _UNSEEN | _QUOTED) for node in tree.css("h1, h2, h3")),
        calls=tuple(_call(node) for node in tree.css(_CALLS)),
        metas=dict(reversed(list(_metas(tree)))),
        is_shell=tree.css_first(_SHELL) is not None and len(text.split()) < 20,
        has_client_templates=tree.css_first("[v-cloak], [ng-app], [data-ng-app], [ng-cloak], [x-data]") is not None,
    )


def _metas(tree: LexborHTMLParser) -> Iterator[tuple[str, str]]:
    for node in tree.css("meta[content]"):
        given = node.attributes
        name = given.get("name") or given.get("property") or given.get("http-equiv") or ""
        yield name.strip().lower(), given.get("content") or ""


def _call(node: LexborNode) -> str:
    return node.attributes.get("value") or "" if node.tag == "input" else _text(node, _UNSEEN | _QUOTED)


def _text(top: LexborNode | None, skip: frozenset[str]) -> str:
    """The text below a node, a space where a block begins or ends; walks without recursion."""
    parts: list[str] = []
    stack: list[LexborNode | str | None] = [top]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            parts.append(item)
        elif item is None:
            continue
        elif item.is_text_node:
            parts.append(item.text_content or "")
        elif item.is_element_node and item.tag not in skip and not _is_hidden(item):
            if item.tag not in _INLINE:
                parts.append(" ")
                stack.append(" ")
            child = item.last_child
            while child is not None:
                stack.append(child)
                child = child.prev
    return " ".join("".join(parts).split())


def _is_hidden(node: LexborNode) -> bool:
    given = node.attributes
    style = (given.get("style") or "").replace(" ", "").lower()
    return "hidden" in given or "display:none" in style or "visibility:hidden" in style


def _nests_too_deep(markup: str) -> bool:
    """Whether more elements may be open at once than can be parsed; a cheap upper estimate."""
    if markup.count("<") <= MAX_TAGS_OPEN:
        return False
    depth = deepest = 0
    for slash, name in _TAG.findall(markup):
        if name.lower() not in _NEVER_NEST:
            depth = max(0, depth - 1) if slash else depth + 1
            deepest = max(deepest, depth)
    return deepest > MAX_TAGS_OPEN
