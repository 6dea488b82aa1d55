"""Every key that a manifest and `.launchguard.yml` may have, by its path: what it means, and who reads it.

All of it is said beside the keys themselves, in the models; this module only walks over them.
"""

import types
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Literal

from pydantic import BaseModel, WithJsonSchema
from pydantic.fields import FieldInfo

from launchguard.model.campaign import Campaign, RepositoryConfig
from launchguard.model.channel import Channel
from launchguard.model.keys import KeyReaders, readers_of
from launchguard.model.quantities import format_duration, format_rate, format_ratio
from launchguard.model.times import format_instant
from launchguard.words import exact

MUST = "must be given"

_WRITTEN: Mapping[str, Callable[[float], str]] = {
    "a duration": format_duration,
    "a percentage": format_ratio,
    "a rate": format_rate,
}


@dataclass(frozen=True)
class ManifestKey:
    """One key by its path: `load.hold`, `pages[].url`, `load.hosts.NAME.max_rate`, `channels[].KIND.at`.

    `below` are the keys that its value may have; () for one that holds no others.
    """

    path: str
    field: FieldInfo
    below: tuple["ManifestKey", ...] = ()

    @property
    def meaning(self) -> str:
        """What it says of the campaign."""
        return self.field.description or ""

    @property
    def unit(self) -> str:
        """Its type and unit in words."""
        return _unit(self.field.annotation, self.field.metadata)

    @property
    def default(self) -> str:
        """What counts when it is left out."""
        if self.field.is_required():
            return MUST
        value = self.field.get_default(call_default_factory=True)
        if value is None or isinstance(value, BaseModel) or value in ("", (), {}):
            return ""
        return self.written(value)

    def written(self, value: object) -> str:
        """A value of it as a manifest writes it."""
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, datetime):
            return format_instant(value)
        if isinstance(value, int | float):
            return _WRITTEN.get(self.unit.removeprefix("by name, each "), exact)(value)
        return str(value)

    @property
    def example(self) -> str:
        """As a manifest may have it; "" where the keys below say more."""
        given = self.field.examples or [e for part in _said(self.field.metadata) for e in part.get("examples", ())]
        return str(given[0]) if given and not (self.below and not self.field.examples) else ""

    @cached_property
    def readers(self) -> KeyReaders:
        """Who reads it, or one of the keys below it. Raises ValueError where nobody said."""
        own = readers_of(self.field)
        if own is None:
            raise ValueError(f"{self.path}: say beside the key who reads it, with `described`")
        those = [own, *(key.readers for key in self.below)]
        checks = dict.fromkeys(check for readers in those for check in readers.checks)
        return KeyReaders(tuple(checks), next((readers.use for readers in those if readers.use), ""))


def manifest_keys() -> tuple[ManifestKey, ...]:
    """Every key that a campaign's manifest may have, but for those of single kinds of channels."""
    return tuple(_keys_of(Campaign, ""))


def config_keys() -> tuple[ManifestKey, ...]:
    """Every key that `.launchguard.yml` may have."""
    return tuple(_keys_of(RepositoryConfig, ""))


def unjudged_keys(keys: tuple[ManifestKey, ...]) -> tuple[str, ...]:
    """The paths of the keys that nobody reads, in order; of a key with others below it, its own path alone."""
    found: list[str] = []
    for key in keys:
        found += unjudged_keys(key.below) if key.readers else (key.path,)
    return tuple(found)


def every_key(keys: tuple[ManifestKey, ...]) -> Iterator[ManifestKey]:
    """The keys with all that are below them, each before its own."""
    for key in keys:
        yield key
        yield from every_key(key.below)


def _keys_of(model: type[BaseModel], prefix: str) -> Iterator[ManifestKey]:
    for name, field in model.model_fields.items():
        if model is Channel and name == "kind":
            continue  # the word before the channel's keys
        path = prefix + (field.alias or name)
        part, steps = _part_of(field.annotation)
        yield ManifestKey(path, field, tuple(_keys_of(part, f"{path}{steps}.")) if part else ())


def _part_of(annotation: Any) -> tuple[type[BaseModel] | None, str]:
    """The model that a type holds, and the steps of a path that lead into it."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, ".KIND" if annotation is Channel else ""
    origin, inside = typing.get_origin(annotation), typing.get_args(annotation)
    steps = "[]" if origin is tuple else ".NAME" if origin is dict else ""
    for one in inside:
        part, more = _part_of(one)
        if part is not None:
            return part, steps + more
    return None, ""


def _said(metadata: list[Any]) -> list[Mapping[str, Any]]:
    """The JSON Schemas that a type brings with it: those of `model.units` say its unit."""
    return [one.json_schema for one in metadata if isinstance(one, WithJsonSchema) and one.json_schema]


def _unit(annotation: Any, metadata: list[Any]) -> str:
    if said := _said(metadata):
        return str(said[0]["description"])
    origin, inside = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return _unit(inside[0], list(inside[1:]))
    if origin in (typing.Union, types.UnionType):
        return _unit(next(one for one in inside if one is not type(None)), [])
    if origin is Literal:
        return " or ".join(f"`{word}`" for word in inside)
    if origin in (tuple, dict):
        return f"{'a list' if origin is tuple else 'by name'}, each {_unit(inside[origin is dict], [])}"
    return {str: "text", Any: "an option"}.get(annotation, "with the keys below")
