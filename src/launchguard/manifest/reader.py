"""A file -> text -> tree. Everything that is no YAML, or more than a manifest needs, ends in a complaint."""

from dataclasses import dataclass
from pathlib import Path

import yaml

from launchguard.manifest.builder import TOO_DEEP, Builder
from launchguard.manifest.marks import begins_with_foreign_space
from launchguard.manifest.tree import Complaint, Node, Position, UnreadableError, find_invisible
from launchguard.words import count

MAX_BYTES = 1_000_000
"""A manifest with a thousand pages is a tenth of this."""

_LOADER: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DEPTH_REFUSED = "nesting depth"
"""What libyaml says of 1,000 levels, from PyYAML 6.0.4 on."""
_WRONG = {
    "mapping values are not allowed": "a colon stands where it cannot; indent, or put text with a colon in quotes",
    "could not find expected ':'": "a line is neither `key: value` nor `- item`; check the indentation and the quotes",
    "did not find expected key": "the indentation does not fit the lines above, or text follows a closing quote",
    "did not find expected '-' indicator": "the indentation does not fit the list above; begin every item with `- `",
    "did not find expected ',' or ']'": "a list in [brackets] is not closed; write it like [one, two]",
    "did not find expected ',' or '}'": "keys in {braces} are not closed; write them like {name: teaser, at: +30m}",
    "found unexpected end of stream": "a quoted text has no end; close its quote",
    _DEPTH_REFUSED: TOO_DEEP,
}


@dataclass(frozen=True)
class Source:
    """A file's bytes, its decoded text, and the name to show for it."""

    file: str
    data: bytes
    text: str


@dataclass(frozen=True)
class Reading:
    """The tree of a file, and what is wrong with it."""

    root: Node
    complaints: tuple[Complaint, ...]


def _stop(file: str, text: str, line: int = 1, column: int = 1) -> UnreadableError:
    return UnreadableError(Complaint(Position(file, line, column), "", text))


def _place(text: str, index: int) -> tuple[int, int]:
    """1-based line and column of a character."""
    start = text.rfind("\n", 0, index) + 1
    return text.count("\n", 0, index) + 1, index - start + 1


def read_source(path: Path) -> Source:
    """Read a file of at most MAX_BYTES as UTF-8, with or without a BOM. Raises UnreadableError."""
    file = "".join(char if char.isprintable() else "?" for char in str(path))
    try:
        if path.exists() and not path.is_file():
            raise _stop(file, "is not a file; name a .yml file")
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a file name"
        raise _stop(file, f"cannot be read: {reason}") from error
    if len(data) > MAX_BYTES:
        raise _stop(file, f"is larger than {count(MAX_BYTES / 1e6)} MB; a manifest has a few kilobytes")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _stop(file, "is not UTF-8 text; save the file as UTF-8", line) from error
    return Source(file, data, text)


def _syntax_error(source: Source, error: yaml.YAMLError) -> Complaint:
    """One sentence about what YAML could not read, where."""
    problem = str(getattr(error, "problem", None) or "is not YAML")
    marks = [getattr(error, name, None) for name in ("problem_mark", "context_mark")]
    if "end of stream" in problem or "',' or" in problem:
        marks.reverse()  # where the quote or the bracket opens says more than where the file ends
    mark = marks[0] or marks[1]
    if mark is None:
        return Complaint(Position(source.file, 1, 1), "", "is not YAML; write it like `name: Spring sale`")
    at = Position(source.file, mark.line + 1, mark.column + 1)
    lines = source.text.split("\n")
    rest = lines[mark.line][mark.column :] if mark.line < len(lines) else ""
    char = rest[:1]
    if char in ("@", "%", "`") and char:
        value = rest.split()[0].rstrip(",]}")[:40]
        return Complaint(at, "", f'a value cannot begin with {char}; put it in quotes, like "{value}"')
    if space := begins_with_foreign_space(lines[min(mark.line, len(lines) - 1)]):
        return Complaint(at, "", f"is indented with {space}, which is no space to a program; indent with spaces")
    if "\t" in lines[min(mark.line, len(lines) - 1)][: mark.column + 1]:
        return Complaint(at, "", "has a tab; indent with spaces")
    text = next((right for wrong, right in _WRONG.items() if wrong in problem), None)
    return Complaint(at, "", text or f"is not YAML: {problem}")


def _built(source: Source, loader: type) -> Builder:
    """A builder that has taken every event of the file. Raises UnreadableError."""
    builder = Builder(source.file)
    try:
        for event in yaml.parse(source.text, Loader=loader):
            builder.feed(event)
    except yaml.YAMLError as error:
        if _DEPTH_REFUSED in str(error) and loader is not yaml.SafeLoader:
            # libyaml reads ahead of its events, so that it can refuse before the builder does; the slower loader comes
            # to the first level that is too deep, and with it to the place.
            return _built(source, yaml.SafeLoader)
        raise UnreadableError(*builder.complaints, _syntax_error(source, error)) from error
    except UnreadableError as error:
        raise UnreadableError(*builder.complaints, *error.complaints) from error
    return builder


def read_tree(source: Source, *, may_be_empty: bool = False) -> Reading:
    """Parse a file's text. Raises UnreadableError where nothing sensible can be said about the rest."""
    if invisible := find_invisible(source.text):
        raise _stop(source.file, invisible[1], *_place(source.text, invisible[0]))
    builder = _built(source, _LOADER)
    root = builder.root
    if (root is None or root.value is None) and may_be_empty:
        start = Position(source.file, 1, 1)
        return Reading(Node({}, start, start), ())
    if root is None or root.value is None:
        raise _stop(source.file, "is empty; `launchguard init` writes a manifest to start from")
    if not isinstance(root.value, dict):
        raise _stop(source.file, "is not a mapping; write keys like `name: Spring sale`", root.at.line, root.at.column)
    return Reading(root, tuple(builder.complaints))
