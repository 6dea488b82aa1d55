"""YAML as a tree of text with positions, and what can be complained about in it."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from launchguard.words.quoted import shown

Path = tuple[str | int, ...]

_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufffe\uffff]"
)
"""Control characters, and those that turn the direction of text around, so that it reads as something else."""


@dataclass(frozen=True, order=True)
class Position:
    """A place in a file: 1-based line and column."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        """As editors and terminals link it."""
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, order=True)
class Complaint:
    """One thing that is wrong, where; `key` is "" when it is about the file."""

    at: Position
    key: str
    text: str

    def __str__(self) -> str:
        """One line: file:line:col: key: what is wrong; what is right."""
        return f"{self.at}: {self.key}: {self.text}" if self.key else f"{self.at}: {self.text}"


class UnreadableError(Exception):
    """The file cannot be read to its end; `complaints` say why, and what else was wrong until there."""

    def __init__(self, *complaints: Complaint) -> None:
        super().__init__("; ".join(map(str, complaints)))
        self.complaints = complaints


@dataclass(frozen=True)
class Node:
    """A value with its position and its key's position (its own, in a list). None: the key has no value."""

    value: "str | list[Node] | dict[str, Node] | None"
    at: Position
    key_at: Position


def find_invisible(text: str) -> tuple[int, str] | None:
    """Index and description of the first character that no text needs; None when there is none."""
    match = _INVISIBLE.search(text)
    if match is None:
        return None
    name = unicodedata.name(match[0], "a control character").lower()
    return match.start(), f"has an invisible character, U+{ord(match[0]):04X} ({name}); remove it"


def plain_values(node: Node) -> Any:
    """The values alone."""
    if isinstance(node.value, dict):
        return {key: plain_values(child) for key, child in node.value.items()}
    if isinstance(node.value, list):
        return [plain_values(child) for child in node.value]
    return node.value


def _child(node: Node, step: str | int) -> Node | None:
    if isinstance(node.value, dict) and isinstance(step, str):
        return node.value.get(step)
    if isinstance(node.value, list) and isinstance(step, int) and step < len(node.value):
        return node.value[step]
    return None


def find_node(node: Node, path: Path) -> tuple[Node, int]:
    """The node at `path`, or the deepest one on the way, and how many steps of the path it took."""
    for taken, step in enumerate(path):
        child = _child(node, step)
        if child is None:
            return node, taken
        node = child
    return node, len(path)


def walk_nodes(node: Node, path: Path = ()) -> Iterator[tuple[Path, Node]]:
    """Every node with its path, parents first."""
    yield path, node
    if isinstance(node.value, dict):
        for key, child in node.value.items():
            yield from walk_nodes(child, (*path, key))
    elif isinstance(node.value, list):
        for index, child in enumerate(node.value):
            yield from walk_nodes(child, (*path, index))


def key_text(path: Path) -> str:
    """A path as people write it: `channels[0].email.recipients`."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            name = step if step.replace("_", "").replace("-", "").isalnum() and len(step) < 60 else shown(step)
            text += f".{name}" if text else name
    return text
