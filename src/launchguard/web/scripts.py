"""Whether a page's own scripts send its visitor on: told by what is written in them, for nothing here runs them."""

import re
from collections.abc import Iterable, Iterator

MAX_READ = 1_000_000
"""Characters of scripts that are read of one page."""

_NAMED = re.compile(r"\[\s{0,9}(?:'(\w{1,40})'|\"(\w{1,40})\"|`(\w{1,40})`)\s{0,9}\]")
_WINDOW = r"(?<![\w$.])(?:(?:window|self|top|parent|document|globalThis|this|frames)\s{0,9}\??\.\s{0,9}){0,4}"
_LOCATION = (
    r"location\s{0,9}(?:\.\s{0,9}(?:href|pathname|search)\s{0,9})?=(?![=>])"
    r"|location\s{0,9}\.\s{0,9}(?:replace|assign)\s{0,9}\("
)
_AWAY = re.compile(
    rf"{_WINDOW}(?:{_LOCATION}|navigat(?:e|ion\.navigate)\s{{0,9}}\(|open\s{{0,9}}\([^()]{{0,300}}[\"'`]_(?:self|top|parent)\b)"
    r"|\.\s{0,9}(?:submit|requestSubmit|click)\s{0,9}\("
    r"|\.attr\s{0,9}\(\s{0,9}[\"'`]href[\"'`]\s{0,9},"
    r"|http-equiv\s{0,9}=\W{0,3}refresh",
    re.IGNORECASE,
)
_TOKEN = re.compile(
    r"(?P<comment>//[^\n]*+|<!--[^\n]*+|/\*(?:[^*]++|\*(?!/))*+(?:\*/)?)"
    r"|\"(?:[^\"\\\n]++|\\.)*+\"?|'(?:[^'\\\n]++|\\.)*+'?|`(?:[^`\\]++|\\.)*+`?"
    rf"|(?P<opens>[({{\[])|(?P<closes>[)}}\]])|(?P<away>{_WINDOW}(?:{_LOCATION}))",
    re.DOTALL,
)


def send_away(scripts: Iterable[str]) -> bool:
    """Whether anything in them leads to another address, whenever that is: a click may be what it waits for."""
    return any(_AWAY.search(script) for script in _read(scripts))


def leave_at_once(scripts: Iterable[str]) -> bool:
    """Whether one of them leads to another address as soon as it runs: outside of every function and condition."""
    return any(map(_leaves, _read(scripts)))


def _read(scripts: Iterable[str]) -> Iterator[str]:
    left = MAX_READ
    for script in scripts:
        if left <= 0:
            return
        piece = script[:left]
        left -= len(piece)
        yield _NAMED.sub(lambda found: f".{found[1] or found[2] or found[3]}", piece)


def _leaves(script: str) -> bool:
    if "location" not in script:
        return False
    depth, at, last = 0, 0, ""  # the last character of code: where a statement ends, the next one depends on nothing
    for token in _TOKEN.finditer(script):
        last = script[at : token.start()].rstrip()[-1:] or last
        at = token.end()
        if token["away"] and not depth and last in ("", ";", "}"):
            return True
        if not token["comment"]:
            last = token[0][-1:]
        # `location.replace(` opens a bracket, too.
        depth = max(0, depth + bool(token["opens"] or (token["away"] or "").endswith("(")) - bool(token["closes"]))
    return False
