"""A manifest as the base branch has it: as much of it as can be read with what the change brings along.

What cannot be read any more (a kind of channel that went, a value that is refused by now) is left out and told, so
that one broken key hides no other.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from launchguard.channels import Kinds
from launchguard.errors import ManifestError
from launchguard.manifest.templates import Extended
from launchguard.manifest.tree import Node, UnreadableError, find_node, key_text, plain_values
from launchguard.model.campaign import Campaign, RepositoryConfig

MOST_TRIES = 50
FILES = (("load", "journey"), ("load", "data"))


@dataclass(frozen=True)
class Known:
    """The base's campaign; `checks` as they are written there, and `unread` with the paths of what was left out."""

    campaign: Campaign
    checks: Mapping[str, Mapping[str, Any]]
    unread: tuple[tuple[str | int, ...], ...] = ()


def read_known(path: str, base: Path, now: Campaign, kinds: Kinds, config: RepositoryConfig) -> Known | None:
    """The base's version of the manifest at `path`; None where the base has none, or none that can be read at all.

    `now` stands in for the keys that have to be there and cannot be read.
    """
    there = base / os.path.relpath(path)
    try:
        extended = Extended(there)
    except (UnreadableError, ManifestError):
        return None
    if extended.complaints:
        return None
    data = plain_values(extended.tree)
    checks = data.pop("checks", {})
    final, pages = data.get("expected_final"), data.get("pages")
    if isinstance(final, str) and isinstance(pages, list):
        data["pages"] = [{"expected_final": final, **page} if isinstance(page, dict) else page for page in pages]
    if isinstance(data.get("limits", {}), dict):
        data["limits"] = {**config.limits.model_dump(exclude_unset=True), **data.get("limits", {})}
    for part, key in FILES:
        node, taken = find_node(extended.tree, (part, key))
        if taken == 2 and isinstance(node.value, str):
            data[part][key] = str(_in_the_change(node, base))
    campaign, unread = _salvaged(data, now, kinds, [there.parent, Path(path).parent])
    kept = (
        {name: given for name, given in checks.items() if isinstance(given, dict)} if isinstance(checks, dict) else {}
    )
    return Known(campaign, kept, tuple(unread))


def _in_the_change(node: Node, base: Path) -> Path:
    """The place in the working directory of a file that the base's manifest names; it need not exist in either."""
    file = Path(node.at.file).resolve()
    folder = file.parent
    if folder.is_relative_to(base.resolve()):
        folder = Path.cwd() / folder.relative_to(base.resolve())
    return (folder / str(node.value)).resolve()


def _salvaged(
    data: dict[str, Any], now: Campaign, kinds: Kinds, folders: list[Path]
) -> tuple[Campaign, list[tuple[str | int, ...]]]:
    """What can be validated, without the keys and items that cannot; recordings are looked for in both folders."""
    unread: list[tuple[str | int, ...]] = []
    places = iter(folders[1:])
    folder = folders[0]
    for _ in range(MOST_TRIES):
        context = {"folder": str(folder), "kinds": kinds, "may_have_others": True}
        try:
            return Campaign.model_validate(data, context=context), unread
        except ValidationError as error:
            broken = [detail["loc"] for detail in error.errors(include_url=False, include_input=False)]
            if any("file" in loc for loc in broken) and (other := next(places, None)):
                folder = other
                continue
            for path in sorted({_cut(loc) for loc in broken}, key=str, reverse=True):
                unread.append(path)
                _leave_out(data, path, now)
    return now, [()]


def _cut(loc: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """An item of a list, or a key of a part: what is left out together. A rule of the whole is about its limits."""
    return loc[:2] if loc else ("limits", "p95")


def _leave_out(data: dict[str, Any], path: tuple[str | int, ...], now: Campaign) -> None:
    """Take one key out, or one item; a key that has to be there is then as the change has it."""
    name, *rest = path
    part: Any = data.get(str(name))
    item = isinstance(part, list) and rest and isinstance(rest[0], int) and 1 < len(part) > rest[0]
    if item or (isinstance(part, dict) and rest and rest[0] in part):
        del part[rest[0]]
    elif name in ("name", "launch", "pages"):
        data[str(name)] = getattr(now, str(name))
    else:
        data.pop(str(name), None)


def unread_keys(known: Known) -> Iterator[str]:
    """The keys that could not be read, as people write them."""
    yield from (key_text(path) or "the manifest" for path in known.unread)
