"""From PyYAML's events to a tree of text: nothing is guessed, and nothing is executed.

YAML 1.1 reads `on:` as true, `21:04` as 1264 and `no` as false; here every scalar stays the text that it is, and the
model types it. Tags, anchors and aliases are refused: a manifest needs none, and bombs are made of them.
"""

import re
from dataclasses import dataclass, field, replace
from typing import Any

from launchguard.manifest.tree import Complaint, Node, Path, Position, UnreadableError, find_invisible, key_text
from launchguard.model.readings import refuse_two_readings
from launchguard.words.quoted import shown

MAX_DEPTH = 20
"""A manifest nests five levels deep."""
TOO_DEEP = f"nested more than {MAX_DEPTH} levels deep; no key needs that"


@dataclass
class _Open:
    """A mapping or list that is still being read; `key` is the key whose value comes next.

    `cut` are the keys whose numbers a comma has cut: YAML reads {recipients: 500,000} as two keys.
    """

    value: "list[Node] | dict[str, Node]"
    at: Position
    path: Path
    key: tuple[str | None, Position] | None = None
    in_braces: bool = False
    cut: dict[str, Node] = field(default_factory=dict)

    def mend_number(self) -> bool:
        """Whether the key without a value is the rest of the number before it, which then is whole again."""
        name, before = self.key[0] if self.key else None, None
        if isinstance(self.value, dict) and self.value:
            before = next(reversed(self.value))
        if name is None or before is None:
            return False
        assert isinstance(self.value, dict)
        node = self.value[before]
        if not isinstance(node.value, str) or not re.search("[0-9]$", node.value) or not re.match("[0-9]", name):
            return False
        self.value[before] = self.cut[before] = replace(node, value=f"{node.value},{name}")
        return True


@dataclass
class Builder:
    """Builds a tree from PyYAML's events, with a stack of its own, so that no depth of nesting can exhaust Python's."""

    file: str
    root: Node | None = None
    complaints: list[Complaint] = field(default_factory=list)
    _stack: list[_Open] = field(default_factory=list)
    _documents: int = 0

    def feed(self, event: Any) -> None:
        """Take one event. Raises UnreadableError where reading on makes no sense."""
        mark = event.start_mark
        at = Position(self.file, mark.line + 1, mark.column + 1)
        kind = type(event).__name__.removesuffix("Event")
        if kind == "DocumentStart":
            self._documents += 1
            if self._documents > 1:
                raise UnreadableError(Complaint(at, "", "a second document begins; write one campaign per file"))
        elif kind in ("MappingStart", "SequenceStart"):
            self._refuse_extras(event, at)
            if len(self._stack) >= MAX_DEPTH:
                raise UnreadableError(Complaint(at, "", TOO_DEEP))
            opened = _Open({} if kind == "MappingStart" else [], at, self._path(), in_braces=bool(event.flow_style))
            self._stack.append(opened)
        elif kind in ("MappingEnd", "SequenceEnd"):
            closed = self._stack.pop()
            self._refuse_cut_numbers(closed)
            self._add(closed.value, closed.at)
        elif kind == "Scalar":
            self._refuse_extras(event, at)
            if invisible := find_invisible(event.value):
                self._complain(at, invisible[1])
            empty = not event.style and event.value in ("", "~", "null") and event.tag is None
            self._add(None if empty else event.value, at)
        elif kind == "Alias":
            self._complain(at, "is a YAML alias; write the value out, or put text that begins with * in quotes")
            self._add("", at)

    def _path(self) -> Path:
        """Where the next node will stand."""
        if not self._stack:
            return ()
        top = self._stack[-1]
        if isinstance(top.value, list):
            return (*top.path, len(top.value))
        return (*top.path, top.key[0] or "?") if top.key else top.path

    def _complain(self, at: Position, text: str) -> None:
        self.complaints.append(Complaint(at, key_text(self._path()), text))

    def _refuse_extras(self, event: Any, at: Position) -> None:
        if event.tag is not None:
            self._complain(at, f"has the YAML tag {shown(event.tag)}; write plain text, in quotes if it begins with !")
        if event.anchor is not None:
            self._complain(at, "is a YAML anchor; write the value alone, in quotes if it begins with &")

    def _add(self, value: "str | list[Node] | dict[str, Node] | None", at: Position) -> None:
        if not self._stack:
            self.root = Node(value, at, at)
            return
        top = self._stack[-1]
        if isinstance(top.value, dict) and top.key is None:
            self._take_key(top, value, at)
            return
        if value is None and top.mend_number():
            top.key = None
            return
        if value is None:
            if top.in_braces and top.key and top.value:
                why = "a comma ends a value inside of braces, so put text with a comma in quotes"
                self._complain(top.key[1], f"has no value; {why}")
            else:
                self._complain(at, "has no value; write one, or remove the line")
        if isinstance(top.value, list):
            if value is not None:
                top.value.append(Node(value, at, at))
            return
        assert top.key is not None
        name, key_at = top.key
        if name is not None:
            top.value[name] = Node(value, at, key_at)
        top.key = None

    def _refuse_cut_numbers(self, closed: _Open) -> None:
        """Whatever reads them, numbers with commas are refused: which digits belong together is a guess."""
        for key, node in closed.cut.items():
            why = f"{shown(node.value)} is not how a number is written here; write it without commas"
            try:
                refuse_two_readings(str(node.value))
            except ValueError as error:
                why = str(error)
            text = f"{why}; a comma ends a value inside of braces"
            self.complaints.append(Complaint(node.at, key_text((*closed.path, key)), text))

    def _take_key(self, top: _Open, value: object, at: Position) -> None:
        assert isinstance(top.value, dict)
        name = value if isinstance(value, str) and value else None
        if name is None:
            self._complain(at, "a key has to be text; write it like `name: Spring sale`")
        elif name in top.value:
            line = top.value[name].key_at.line
            text = f"stands twice, first in line {line}; keep one of them"
            self.complaints.append(Complaint(at, key_text((*top.path, name)), text))
            name = None
        top.key = (name, at)
