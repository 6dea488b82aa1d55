"""One walk through a page's markup: what a visitor sees of it, and what the page says of itself.

Hidden are `hidden`, `template` (but not the shadow of an element), `noscript`, scripts, styles, a closed `dialog` and
inline styles that say so, with everything below them. Frames that React streams in (`<div hidden id="S:0">`) are shown
as soon as its script has run, and count. What only a style sheet hides cannot be known here.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from selectolax.lexbor import LexborHTMLParser, LexborNode

from launchguard.web.elements import (
    INLINE,
    Attributes,
    frame_address,
    is_call,
    is_field,
    is_hidden,
    is_picture,
    is_run,
    run_by_itself,
    shown_instead,
    style_of,
)

MAX_SCRIPT = 100_000
MAX_MOUNTS = 5
"""Elements that scripts may fill: so many are looked into, for each costs the length of what is below it."""

_UNSEEN = frozenset({"style", "template", "noscript", "head", "iframe", "object", "datalist"})
_QUOTED = frozenset({"code", "pre", "kbd", "samp", "textarea"})
_HEADINGS = frozenset({"h1", "h2", "h3"})
_MOUNTS = frozenset(
    {"root", "app", "main", "vue-root", "app-root", "__next", "__nuxt", "___gatsby", "ember-application", "svelte"}
)
_CLIENT = ("v-cloak", "ng-app", "data-ng-app", "ng-cloak", "x-data", "data-v-app", "ng-version")
_CLIENT_PREFIXES = ("v-", "@", ":", "ng-", "x-on:", "x-bind:")
_LINKED_PICTURE = "a[href] img, a[href] picture, a[href] video, area[href], input[type=image]"
"""What a page that is one picture consists of: it leads on, as what scripts are yet to fill does not."""
_SHADOW = re.compile(r"<template(?=[^<>]{0,500}\bshadowrootmode)", re.IGNORECASE)
_HEAD_END = re.compile(r"</head|<body", re.IGNORECASE)
_NOSCRIPT, _NOSCRIPT_END = (re.compile(rf"<{slash}noscript\b[^<>]*>", re.IGNORECASE) for slash in ("", "/"))
_TEMPLATE_END = re.compile(r"<(/?)template\b", re.IGNORECASE)


@dataclass
class Pieces:
    """Text in the order of the page: each piece with whether it is quoted (code, a form's text), or shown later."""

    parts: list[tuple[str, bool, bool]] = field(default_factory=list)

    def text(self) -> str:
        """All that is visible."""
        return _joined(part for part, _, later in self.parts if not later)

    def prose(self) -> str:
        """The same without code and form text."""
        return _joined(part for part, quoted, later in self.parts if not later and not quoted)

    def later(self) -> str:
        """What shows after a click."""
        return _joined(part for part, _, later in self.parts if later)


@dataclass
class Seen:
    """What one walk found; `metas` in the order of the page, `headings` and `calls` as they are read.

    `scripts` are those that run without a click, `frames` the addresses that visible frames show. There is an
    element that scripts fill (`has_mount`), or one that a script defines (`has_custom`).
    """

    title: str = ""
    visible: Pieces = field(default_factory=Pieces)
    headings: list[Pieces] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    metas: list[tuple[str, str]] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    has_mount: bool = False
    mounts: int = 0
    has_custom: bool = False
    has_client_templates: bool = False
    frames: list[str] = field(default_factory=list)
    asks_password: bool = False
    has_fields: bool = False
    has_media: bool = False


@dataclass(frozen=True)
class _State:
    """How what stands below an element is shown; `into` are the pieces that its text belongs to.

    There are three of them at most, the page's, a heading's and a call's: with more, nested markup would cost its
    square.
    """

    into: tuple[Pieces, ...]
    in_heading: bool = False
    in_call: bool = False
    shown: bool = False
    visible: bool = True
    quoted: bool = False
    later: bool = False


def look_through(markup: str) -> Seen:
    """Walk through a page once, without recursion; time is linear in what the parser made of it."""
    tree = LexborHTMLParser(_with_shadows(_without_noscripts(markup)))
    seen = Seen()
    stack: list[tuple[LexborNode | None, _State]] = [(tree.root, _State((seen.visible,)))]
    calls: list[Pieces] = []
    while stack:
        node, state = stack.pop()
        if node is None:  # the end of a block
            _add(state, " ")
        elif node.is_text_node:
            _add(state, node.text_content or "")
        elif node.is_element_node:
            below = _enter(node, state, seen, calls)
            if below is None:
                continue
            if node.tag not in INLINE:
                _add(below, " ")
                stack.append((None, below))
            child = node.last_child
            while child is not None:
                stack.append((child, _of_child(node, child, below)))
                child = child.prev
    seen.calls += [call for call in (pieces.prose() for pieces in calls) if call]
    return seen


def _add(state: _State, text: str) -> None:
    if state.shown and state.visible:
        for pieces in state.into:
            pieces.parts.append((text, state.quoted, state.later))


def _enter(node: LexborNode, state: _State, seen: Seen, calls: list[Pieces]) -> _State | None:
    """Note what an element is, and say how what stands below it is shown; None for nothing of it."""
    tag, given = node.tag or "", node.attributes
    _note(tag, given, seen)
    if _may_be_mount(tag, given, seen):
        seen.mounts += 1
        seen.has_mount = node.css_first(_LINKED_PICTURE) is None
    seen.has_custom = seen.has_custom or "-" in tag
    if tag == "title" and not seen.title and (node.parent is None or node.parent.tag == "head"):
        seen.title = " ".join(node.text().split())
    if tag == "script":
        if is_run(given):
            seen.scripts.append((node.text() or "")[:MAX_SCRIPT])
        return None
    if tag == "head":
        return replace(state, shown=False)
    style = style_of(given)
    if is_hidden(tag, given, style):
        seen.scripts += _scripts_below(node)
        return None
    shown = state.shown or tag == "body"
    visible = style.get("visibility", "visible" if state.visible else "hidden") == "visible"
    if visible:
        seen.has_media = seen.has_media or is_picture(tag, given, style)
        seen.frames += frame_address(tag, given, style)
    if tag in _UNSEEN:
        return None
    into = state.into
    heading, call = tag in _HEADINGS and not state.in_heading, is_call(tag, given) and not state.in_call
    if shown and visible and heading:
        seen.headings.append(Pieces())
        into = (*into, seen.headings[-1])
    if shown and visible and call:
        calls.append(Pieces())
        into = (*into, calls[-1])
    quoted = state.quoted or tag in _QUOTED
    below = _State(into, state.in_heading or heading, state.in_call or call, shown, visible, quoted, state.later)
    _add(below, shown_instead(tag, given))
    return below


def _scripts_below(node: LexborNode) -> list[str]:
    """The scripts of what is hidden, which run all the same and may show it."""
    return [(one.text() or "")[:MAX_SCRIPT] for one in node.css("script") if is_run(one.attributes)]


def _note(tag: str, given: Attributes, seen: Seen) -> None:
    if tag == "meta" and given.get("content") is not None:
        name = given.get("name") or given.get("property") or given.get("http-equiv") or ""
        seen.metas.append((name.strip().lower(), given["content"] or ""))
    if at_once := run_by_itself(given):
        seen.scripts.append(at_once[:MAX_SCRIPT])
    seen.has_fields = seen.has_fields or is_field(tag, given)
    seen.asks_password = seen.asks_password or (tag == "input" and (given.get("type") or "").lower() == "password")
    if not seen.has_client_templates:
        seen.has_client_templates = any(name in _CLIENT or name.startswith(_CLIENT_PREFIXES) for name in given)


def _may_be_mount(tag: str, given: Attributes, seen: Seen) -> bool:
    """Whether scripts may fill the element, where nothing of it is told yet; a few of them are looked at."""
    named = tag == "app-root" or (given.get("id") or "") in _MOUNTS
    return named and not seen.has_mount and seen.mounts < MAX_MOUNTS


def _of_child(node: LexborNode, child: LexborNode, below: _State) -> _State:
    """How a child is shown: in closed `details` everything but the first line comes after a click."""
    if node.tag == "details" and "open" not in node.attributes and child.tag != "summary":
        return replace(below, later=True)
    return below


def _joined(parts: Iterable[str]) -> str:
    return " ".join("".join(parts).split())


def _without_noscripts(markup: str) -> str:
    """The same without what a head has for browsers without scripts: to the parser a frame there ends the head."""
    head = _HEAD_END.search(markup)
    end = head.start() if head else 0
    kept, at = [], 0
    while (begin := _NOSCRIPT.search(markup, at, end)) and (close := _NOSCRIPT_END.search(markup, begin.end(), end)):
        kept.append(markup[at : begin.start()])
        at = close.end()
    return "".join(kept) + markup[at:]


def _with_shadows(markup: str) -> str:
    """Templates that are the shadow of an element become elements, for the parser keeps what is in others apart."""
    if not _SHADOW.search(markup):
        return markup
    kept, at, open_shadows = [], 0, []
    for tag in _TEMPLATE_END.finditer(markup):
        if not tag[1]:
            open_shadows.append(bool(_SHADOW.match(markup, tag.start())))
            is_shadow = open_shadows[-1]
        else:
            is_shadow = bool(open_shadows) and open_shadows.pop()
        if is_shadow:
            kept += [markup[at : tag.start()], f"<{tag[1]}div"]
            at = tag.end()
    return "".join(kept) + markup[at:]
