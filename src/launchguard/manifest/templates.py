"""`extends: template.yml`: a manifest on top of a template, merged before anything is validated.

Mappings are merged key by key, the manifest's own values win, and lists are replaced as a whole. Positions stay those
of the file in which a value was written.
"""

import os
from pathlib import Path

from launchguard.manifest.reader import Source, read_source, read_tree
from launchguard.manifest.tree import Complaint, Node
from launchguard.words.quoted import shown

MAX_TEMPLATES = 5

_ROOT_MARKS = (".git", ".launchguard.yml")


def repository_root(folder: Path) -> Path:
    """The nearest folder from `folder` upwards that holds `.git` or `.launchguard.yml`; `folder` itself without one."""
    folder = folder.resolve()
    for candidate in (folder, *folder.parents):
        if any((candidate / mark).exists() for mark in _ROOT_MARKS):
            return candidate
    return folder


def inside(text: str, folder: Path, root: Path) -> Path:
    """The file that `text` names relative to `folder`. Raises ValueError outside of `root`, or when there is none."""
    if Path(text).is_absolute():
        raise ValueError(f"{shown(text)} is an absolute path; write it relative to this file")
    try:
        path = (folder / text).resolve()
        found = path.is_file()
    except (OSError, ValueError) as error:
        raise ValueError(f"{shown(text)} is not the name of a file") from error
    if not path.is_relative_to(root):
        raise ValueError(f"{shown(text)} is outside of the repository; keep it inside")
    if not found:
        raise ValueError(f"there is no file {shown(text)}; write a path relative to this file")
    return path


def merge(template: Node, own: Node) -> Node:
    """`own` over `template`."""
    if not isinstance(template.value, dict) or not isinstance(own.value, dict):
        return own
    merged = dict(template.value)
    for key, node in own.value.items():
        merged[key] = merge(merged[key], node) if key in merged else node
    return Node(merged, own.at, own.key_at)


class Extended:
    """A manifest's tree with its templates merged in, what is wrong, and the sources that it was read from."""

    def __init__(self, path: Path) -> None:
        """Read `path` and its templates. Raises UnreadableError."""
        self.sources: list[Source] = []
        self.complaints: list[Complaint] = []
        self._root = repository_root(path.parent)
        self._seen: list[Path] = []
        self.tree = self._read(path)

    def _read(self, path: Path) -> Node:
        source = read_source(path)
        self.sources.append(source)
        self._seen.append(path.resolve())
        reading = read_tree(source)
        self.complaints += reading.complaints
        assert isinstance(reading.root.value, dict)
        extends = reading.root.value.get("extends")
        if extends is None or extends.value is None:
            return reading.root
        template = self._template(extends, path)
        return reading.root if template is None else merge(template, reading.root)

    def _template(self, extends: Node, path: Path) -> Node | None:
        """The template's tree; None when it cannot be used, which is then complained about."""
        if not isinstance(extends.value, str):
            return None  # the model says that it has to be text
        try:
            self._refuse_circles(inside(extends.value, path.parent, self._root))
        except ValueError as error:
            self.complaints.append(Complaint(extends.at, "extends", str(error)))
            return None
        # Its path as written, so that complaints show it relative to where the user stands.
        return self._read(Path(os.path.normpath(path.parent / extends.value)))

    def _refuse_circles(self, target: Path) -> None:
        if target in self._seen:
            raise ValueError(f"{shown(target.name)} extends itself in a circle; remove one `extends`")
        if len(self._seen) > MAX_TEMPLATES:
            raise ValueError(f"more than {MAX_TEMPLATES} templates on top of each other; merge some of them")
