"""Two versions of a typed part of a manifest or a configuration, key by key: what the later one loosens."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from launchguard.manifest.keys import ManifestKey
from launchguard.model.loosening import GONE, NOT_SET, Loosening
from launchguard.trust.ways import SOFTER_WORDS, Way
from launchguard.web.document import without_query

Steps = tuple[str | int, ...]

IDENTITY: Mapping[str, tuple[str, ...]] = {
    "pages": ("url",),
    "systems": ("host",),
    "access": ("host", "from_env"),
    "approvals": ("role", "by"),
    "deliverables": ("what",),
    "freeze_windows": ("reason",),
}
"""By which of its keys an item of a list is the same one in both versions."""


@dataclass(frozen=True)
class KeyPlace:
    """Where a key stands: its path in the tables of ways, as a person reads it, and in the file."""

    path: str = ""
    shown: str = ""
    at: Steps = ()

    def below(self, name: str) -> "KeyPlace":
        """A key below this one."""
        return KeyPlace(
            f"{self.path}.{name}" if self.path else name,
            f"{self.shown}.{name}" if self.shown else name,
            (*self.at, name),
        )

    def item(self, name: str, step: str | int, kind: str = "[]") -> "KeyPlace":
        """An item of the list or mapping that stands here."""
        return KeyPlace(self.path + kind, f"{self.shown}[{name}]", (*self.at, step))


def compare_models(
    was: BaseModel, now: BaseModel, ways: Mapping[str, Way], place: KeyPlace | None = None
) -> Iterator[Loosening]:
    """Yield what `now` loosens, by the way that each key has in `ways`; what is APART or NEVER is not looked at."""
    place = place or KeyPlace()
    for name, field in type(now).model_fields.items():
        here = place.below(field.alias or name)
        way = ways[here.path]
        if way not in (Way.APART, Way.NEVER):
            yield from compare_values(getattr(was, name), getattr(now, name), field, ways, here)


def compare_values(
    was: Any, now: Any, field: FieldInfo, ways: Mapping[str, Way], here: KeyPlace
) -> Iterator[Loosening]:
    """Yield what the later of two values of one key loosens."""
    way = ways[here.path]
    if way is Way.BELOW:
        yield from compare_models(was, now, ways, here)
    elif isinstance(now, dict) or isinstance(was, dict):
        yield from _mappings(was or {}, now or {}, field, ways, here)
    elif isinstance(now, tuple) and any(isinstance(item, BaseModel) for item in (*was, *now)):
        yield from _parts(was, now, ways, here)
    elif isinstance(now, tuple) and way in (Way.GONE, Way.ADDED):
        old, new = [as_written(item, field) for item in was], [as_written(item, field) for item in now]
        yield from (
            Loosening(here.shown, text, GONE, at=here.at) for text in old if way is Way.GONE and text not in new
        )
        yield from (
            Loosening(here.shown, NOT_SET, text, at=here.at) for text in new if way is Way.ADDED and text not in old
        )
    elif loosens(was, now, way, SOFTER_WORDS.get(here.path, ())):
        yield Loosening(here.shown, as_written(was, field), as_written(now, field), at=here.at)


def loosens(was: Any, now: Any, way: Way, words: tuple[str, ...] = ()) -> bool:
    """Whether one value asks for less than another did."""
    if was == now:
        return False
    if way is Way.GONE:
        return bool(was)
    if way is Way.ADDED:
        return bool(now)
    if way is Way.SOFTER:
        return words.index(now) > words.index(was)
    if was is None or now is None or way is Way.CHANGED:
        return True
    return bool(now > was if way is Way.MORE else now < was)


def _mappings(
    was: Mapping[str, Any], now: Mapping[str, Any], field: FieldInfo, ways: Mapping[str, Way], here: KeyPlace
) -> Iterator[Loosening]:
    """Names with what they stand for: hosts with their rules, secrets with their hosts, tiers with their times."""
    way = ways[here.path]
    for name in dict.fromkeys((*was, *now)):
        old, new = was.get(name), now.get(name)
        item = here.item(name, name, ".NAME")
        if isinstance(old, BaseModel) and isinstance(new, BaseModel):
            yield from compare_models(old, new, ways, item)
        elif isinstance(old or new, tuple):
            more = [host for host in new or () if host not in (old or ())]
            yield from (Loosening(item.shown, NOT_SET, str(host), at=item.at) for host in more)
        elif way is Way.CHANGED:
            if old != new:
                yield Loosening(item.shown, as_written(old, field), as_written(new, field), at=item.at)
        elif (old is not None and new is None and way is Way.GONE) or (old is None and way is Way.ADDED):
            yield Loosening(
                item.shown, as_written(old, field), as_written(new, field) if new is not None else GONE, at=item.at
            )
        elif isinstance(old, float) and isinstance(new, float) and new < old:
            yield Loosening(item.shown, as_written(old, field), as_written(new, field), at=item.at)


def _parts(
    was: tuple[BaseModel, ...], now: tuple[BaseModel, ...], ways: Mapping[str, Way], here: KeyPlace
) -> Iterator[Loosening]:
    """Items with keys of their own, each beside the same one of the other version."""
    way, pairs = ways[here.path], paired(was, now, _names(here.path))
    for old, index in pairs.items():
        yield from compare_models(was[old], now[index], ways, here.item(_name_of(now[index], here.path), index))
    if way is Way.GONE:
        missing = [item for index, item in enumerate(was) if index not in pairs]
        yield from (Loosening(here.shown, _name_of(item, here.path), GONE, at=here.at) for item in missing)
    if way is Way.ADDED:
        old_ones = set(pairs.values())
        fresh = [(index, item) for index, item in enumerate(now) if index not in old_ones]
        yield from (Loosening(here.shown, NOT_SET, _name_of(item, here.path), at=(*here.at, i)) for i, item in fresh)


def paired(was: Sequence[Any], now: Sequence[Any], names: Sequence[Callable[[Any], str]]) -> dict[int, int]:
    """The index of each old item with that of the new one that is the same by the first of `names` by which one is."""
    pairs: dict[int, int] = {}
    for name in names:
        taken, left = set(pairs.values()), defaultdict[str, list[int]](list)
        for index in reversed([index for index in range(len(now)) if index not in taken]):
            left[name(now[index])].append(index)
        for index in (index for index in range(len(was)) if index not in pairs):
            if same := left.get(name(was[index])):
                pairs[index] = same.pop()
    return dict(sorted(pairs.items()))


def _names(path: str) -> list[Callable[[Any], str]]:
    """Pages are the same whatever parameters their links carry."""
    exact = partial(_name_of, path=path)
    return [exact, lambda item: without_query(exact(item))] if path == "pages" else [exact]


def _name_of(part: BaseModel, path: str) -> str:
    return " ".join(str(getattr(part, name)) for name in IDENTITY[path])


def as_written(value: Any, field: FieldInfo) -> str:
    """A value as a manifest writes it."""
    if value is None or value in ("", (), {}):
        return NOT_SET
    if isinstance(value, BaseModel):
        fields = {name: type(value).model_fields[name] for name in value.model_fields_set}
        return ", ".join(f"{name} {as_written(getattr(value, name), below)}" for name, below in fields.items())
    if isinstance(value, dict):
        return ", ".join(f"{name}={item}" for name, item in value.items())
    return ManifestKey("", field).written(value)
