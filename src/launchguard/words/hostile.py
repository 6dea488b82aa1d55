"""Text from pages, headers and manifests made harmless, for each place where it is printed."""

import re
import unicodedata

_ESCAPE_SEQUENCE = re.compile(
    r"(?:\x1b\]|\x9d)[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"  # OSC: titles, hyperlinks
    r"|(?:\x1b[PX^_]|[\x90\x98\x9e\x9f])[^\x1b\x9c]*(?:\x1b\\|\x9c)?"  # DCS, SOS, PM, APC
    r"|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"  # CSI: colours, cursor
    r"|\x1b[ -/]*[0-~]?"
)
_UNPRINTABLE = re.compile(r"[^ -~]")
_JOINERS = "\u200c\u200d"
_WORKFLOW_COMMAND = re.compile(r"^::|::(?=[A-Za-z])")
_MARKDOWN_PUNCTUATION = re.compile(r"([\\`*_\[\]<>#|~$&])")
_LIST_START = re.compile(r"^(?:[-+](?=[\s-]|$)|\d+[.)](?=\s|$))")
_AUTOLINK = re.compile(r"(https?|ftp|mailto|xmpp)(?=:)|(www)(?=\.)|(GH)(?=-\d)", re.IGNORECASE)
_BREAK = "\u200b"
ELLIPSIS = "…"


def plain(text: object) -> str:
    """One line for a terminal or a log: no escape sequences, control or direction characters, workflow commands.

    A runner reads `::name` at a line's start and `##[` anywhere as a command; both get a space inside.
    """
    return _without_commands(" ".join(_without_escapes(str(text)).split()))


def plain_lines(text: object) -> list[str]:
    """Like `plain`, line by line, with each line's indentation: for what is there to be copied."""
    lines = str(text).splitlines()
    return [" " * min(len(line) - len(line.lstrip(" ")), 20) + plain(line) for line in lines]


def laid_out(text: object) -> str:
    """Like `plain`, line by line, with all spaces and tabs as they are: for what was laid out in columns."""
    lines = ["\t".join(map(_without_escapes, line.split("\t"))) for line in str(text).splitlines()]
    bodies = [line.lstrip() for line in lines]
    kept = zip(lines, bodies, strict=True)
    return "\n".join(line[: len(line) - len(body)] + _without_commands(body) for line, body in kept)


def _without_escapes(text: str) -> str:
    return text if text.isprintable() else _UNPRINTABLE.sub(_harmless, _ESCAPE_SEQUENCE.sub("", text))


def _without_commands(line: str) -> str:
    return _WORKFLOW_COMMAND.sub(": :", line).replace("##[", "## [")


def _harmless(found: re.Match[str]) -> str:
    char = found.group(0)
    if char.isspace():
        return " "
    match unicodedata.category(char):
        case "Cs":
            return "\N{REPLACEMENT CHARACTER}"
        case "Cc" | "Cf":
            return char if char in _JOINERS else ""
        case _:
            return char


def clip(text: str, limit: int) -> str:
    """At most `limit` characters, the last one telling that something is missing."""
    return text if len(text) <= limit else text[: limit - 1] + ELLIPSIS


def excerpt(text: str, limit: int = 120) -> str:
    """A bounded line of foreign text that is safe to print: no control, escape or direction characters."""
    line = "".join(" " if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp", "Cs") else c for c in text[: limit * 8])
    return clip(" ".join(line.split()), limit)


def markdown_text(text: object, limit: int = 1_000) -> str:
    """Hostile text as Markdown prose on one line: no markup, HTML, mention, reference or automatic link.

    GitHub finds mentions and references after the Markdown is rendered, where a backslash is gone; so a
    zero-width space stands behind the character that starts them.
    """
    line = clip(plain(text), limit)
    line = _AUTOLINK.sub(lambda found: found.group(0) + _BREAK, line)
    line = _MARKDOWN_PUNCTUATION.sub(r"\\\1", line)
    line = _LIST_START.sub(lambda found: found.group(0)[:-1] + "\\" + found.group(0)[-1], line)
    return line.replace("@", "@" + _BREAK).replace("\\#", "\\#" + _BREAK)


def markdown_code(text: object, limit: int = 1_000) -> str:
    """Hostile text as code on one line, also in a table cell."""
    line = clip(plain(text), limit)
    if line and "`" not in line and "|" not in line and not line.endswith("\\"):
        return f"`{line}`"
    return (
        "<code>" + re.sub(r"[^\w\s]", lambda found: f"&#{ord(found.group(0))};", line).replace("_", "&#95;") + "</code>"
    )


def xml_text(text: object) -> str:
    """Text that XML 1.0 can hold: the characters of its section 2.2, on one line."""
    return "".join(char for char in plain(text) if char < "\ufffe" or char > "\uffff")
