"""Markup that would cost too much time to parse, told apart before it is: cheap upper estimates, in linear time."""

import re

MAX_TAGS_OPEN = 20_000
"""Nesting beyond this is refused: the parser's time grows with the square of the depth."""
MAX_ATTRIBUTES = 2_000
"""Attributes of one element beyond this are refused: the parser's time grows with the square of their number."""

_LONG = re.compile(rf"<[^<]{{{MAX_ATTRIBUTES + 1},}}")
_QUOTES = re.compile(r"\"[^\"]*\"|'[^']*'")
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
# fmt: off
_NEVER_NEST = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr",
    "p", "li", "td", "th", "tr", "dt", "dd", "option",
})
# fmt: on


def costs_too_much(markup: str) -> bool:
    """Whether an element has more attributes than can be parsed in time; a cheap upper estimate."""
    begun = (found[0].partition(">")[0] for found in _LONG.finditer(markup))
    return any(len(_QUOTES.sub("", part).split()) > MAX_ATTRIBUTES for part in begun)


def nests_too_deep(markup: str) -> bool:
    """Whether more elements may be open at once than can be parsed; a cheap upper estimate."""
    if markup.count("<") <= MAX_TAGS_OPEN:
        return False
    depth = deepest = 0
    for found in _TAG.finditer(markup):
        if found[2].lower() not in _NEVER_NEST:
            depth = max(0, depth - 1) if found[1] else depth + 1
            deepest = max(deepest, depth)
    return deepest > MAX_TAGS_OPEN
