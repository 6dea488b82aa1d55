"""Which keys of a manifest and of its configuration nobody judges yet: every report tells them, so none is lost."""

from collections.abc import Iterator, Mapping
from functools import lru_cache

from pydantic import BaseModel

from launchguard.manifest.keys import ManifestKey, config_keys, manifest_keys
from launchguard.model.campaign import Campaign, RepositoryConfig
from launchguard.model.channel import Channel


def keys_not_judged(campaign: Campaign, config: RepositoryConfig | None) -> tuple[str, ...]:
    """The paths of the keys that a manifest and `.launchguard.yml` set and that nobody judges, each once, in order."""
    of_manifest, of_config = _known_keys()
    found = list(_unjudged_in(campaign, of_manifest))
    if config is not None:
        found += _unjudged_in(config, of_config)
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=1)
def _known_keys() -> tuple[tuple[ManifestKey, ...], tuple[ManifestKey, ...]]:
    return manifest_keys(), config_keys()


def _unjudged_in(part: BaseModel, keys: tuple[ManifestKey, ...]) -> Iterator[str]:
    """The paths of those of a part's keys that nobody reads, or nothing below which is read; KIND with its word."""
    names = {field.alias or name: name for name, field in type(part).model_fields.items()}
    for key in keys:
        name = names[key.path.rpartition(".")[2]]
        if name not in part.model_fields_set:
            continue
        if not key.readers:
            yield key.path.replace(".KIND.", f".{part.kind}.") if isinstance(part, Channel) else key.path
            continue
        for below in _parts_of(getattr(part, name)):
            yield from _unjudged_in(below, key.below)


def _parts_of(value: object) -> Iterator[BaseModel]:
    """The parts that a key's value holds: itself, or each item of a list or of a mapping."""
    if isinstance(value, BaseModel):
        yield value
    elif isinstance(value, tuple):
        yield from (part for item in value for part in _parts_of(item))
    elif isinstance(value, Mapping):
        yield from (part for item in value.values() for part in _parts_of(item))
