"""What an element is and shows by its own tag, attributes and style, whatever stands around it. Pure."""

import re

MAX_STYLE = 10_000

Attributes = dict[str, str | None]

# fmt: off
INLINE = frozenset({
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins", "kbd", "label",
    "mark", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "tspan", "u", "var", "wbr",
})
# fmt: on
_PICTURES = frozenset({"img", "picture", "video", "audio", "canvas", "svg", "embed", "object", "input", "button"})
_BUTTONS = frozenset({"submit", "button", "reset"})
_CALL = re.compile(r"btn|button|cta", re.IGNORECASE)
_STREAMED = re.compile(r"S:[0-9a-f]+")
_COMMENT = re.compile(r"/\*[^*]*\*+(?:[^/*][^*]*\*+)*/")
_SCRIPT_TYPE = re.compile(r"\s*(?:|module|(?:text|application)/(?:x-)?(?:java|ecma|j|live)script.*)\s*", re.IGNORECASE)
_SHOWS_NOTHING = re.compile(r"\s*(?:about:|javascript:|data:|$)", re.IGNORECASE)
_TINY = re.compile(r"\s*[0-9](?:\.\d*)?(?:px)?\s*")


def style_of(given: Attributes) -> dict[str, str]:
    """The declarations of the style attribute, the last of each property, comments taken out."""
    text = (given.get("style") or "")[:MAX_STYLE]
    declared = (part.partition(":") for part in _COMMENT.sub("", text).lower().split(";"))
    return {name.strip(): value.replace("!important", "").strip() for name, _, value in declared}


def is_hidden(tag: str, given: Attributes, style: dict[str, str]) -> bool:
    """Whether the element itself says that nothing of it is shown."""
    if style.get("display") == "none" or (tag == "dialog" and "open" not in given):
        return True
    return "hidden" in given and not _STREAMED.fullmatch(given.get("id") or "")


def is_field(tag: str, given: Attributes) -> bool:
    """Whether a visitor can fill something in."""
    return tag in ("textarea", "select") or (
        tag == "input" and (given.get("type") or "text").lower() not in _BUTTONS | {"hidden"}
    )


def is_call(tag: str, given: Attributes) -> bool:
    """Whether it is a button, or a link that looks like one."""
    if tag == "input":
        return (given.get("type") or "").lower() in _BUTTONS
    if tag == "button" or given.get("role") == "button":
        return True
    return tag == "a" and bool(_CALL.search(given.get("class") or ""))


def is_run(given: Attributes) -> bool:
    """Whether a browser runs a script element: data for other scripts is none."""
    return bool(_SCRIPT_TYPE.fullmatch(given.get("type") or ""))


def run_by_itself(given: Attributes) -> str:
    """What the element's attributes run without a click, as scripts: `<body onload="...">`."""
    return ";\n".join(given.get(name) or "" for name in ("onload", "onpageshow") if given.get(name))


def frame_address(tag: str, given: Attributes, style: dict[str, str]) -> list[str]:
    """What a frame that a visitor can see shows, as its `src` says it; [] for any other element."""
    is_frame = tag in ("iframe", "frame") or (tag == "object" and (given.get("type") or "").lower() == "text/html")
    source = (given.get("data" if tag == "object" else "src") or "").strip()
    if not is_frame or _SHOWS_NOTHING.match(source) or _is_tiny(given, style):
        return []
    return [source]


def is_picture(tag: str, given: Attributes, style: dict[str, str]) -> bool:
    """Whether it shows something without a word: a picture, a film, a control, a frame with markup of its own."""
    if tag == "object" and (given.get("type") or "").lower() == "text/html":
        return False
    return (tag in _PICTURES or (tag == "iframe" and bool(given.get("srcdoc")))) and not _is_tiny(given, style)


def _is_tiny(given: Attributes, style: dict[str, str]) -> bool:
    """Whether it is there to be counted, not to be seen: less than 10 pixels wide or high."""
    sides = (style.get(side) or given.get(side) or "" for side in ("width", "height"))
    return any(map(_TINY.fullmatch, sides))


def shown_instead(tag: str, given: Attributes) -> str:
    """The text that stands for an element which has none of its own: a button's value, an image's description."""
    kind = (given.get("type") or "").lower()
    if tag == "input" and kind in _BUTTONS:
        return f" {given.get('value') or ''} "
    if tag in ("input", "textarea") and kind not in ("hidden", "image"):
        return f" {given.get('placeholder') or ''} "
    if tag in ("img", "area") or (tag == "input" and kind == "image"):
        return f" {given.get('alt') or ''} "
    return ""
