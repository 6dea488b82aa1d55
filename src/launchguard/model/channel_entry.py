"""A channel as the manifest writes it, `email: {recipients: 500_000}`, and the typed channel that it becomes."""

import difflib
from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Any, Union

from pydantic import BeforeValidator, Discriminator, TypeAdapter, ValidationInfo

from launchguard.channels import KINDS
from launchguard.channels.base import Channel
from launchguard.model.quantities import shown


def main_key(kind: str) -> str:
    """The key that a single value stands for: `rate: 40/s` is `rate: {rate: 40/s}`."""
    return "file" if kind == "curve" else kind


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[Channel]:
    """One type for all kinds, told apart by `kind`."""
    kinds: Any = Union[tuple(KINDS.values())]  # noqa: UP007 - the members are known only at run time
    return TypeAdapter(Annotated[kinds, Discriminator("kind")])


def read_channel(entry: object, info: ValidationInfo) -> Channel:
    """Turn `{email: {...}}`, `{rate: 40/s}` or a Channel into a Channel; a complaint's path begins with the kind.

    The validation context is passed on. Raises ValueError, pydantic's own for what is inside.
    """
    if isinstance(entry, Channel):
        return entry
    if isinstance(entry, str):
        entry = {entry: None}
    if not isinstance(entry, Mapping) or not entry:
        raise ValueError("is not a channel; write it like `- email: {recipients: 500_000}`")
    kind = next(iter(entry))
    if kind not in KINDS:
        near = difflib.get_close_matches(str(kind), KINDS, n=1)
        right = f"did you mean `{near[0]}`?" if near else f"write one of: {', '.join(KINDS)}"
        raise ValueError(f"{shown(kind)} is no kind of channel; {right}")
    if len(entry) > 1:
        raise ValueError(f"has more than one key; write the channel's keys indented below `{kind}:`")
    return _adapter().validate_python({"kind": kind, **_keys(kind, entry[kind])}, context=info.context)


def _keys(kind: str, value: object) -> Mapping[str, object]:
    """The keys of a channel; a single value stands for the kind's main key."""
    if isinstance(value, Mapping):
        if "kind" in value:
            raise ValueError(f"`kind` is already said by `{kind}:`; remove it")
        return value
    if value is None:
        return {}
    if isinstance(value, list):
        raise ValueError(f"is a list; write the keys of `{kind}` below it without dashes")  # noqa: TRY004 - pydantic collects ValueError
    return {main_key(kind): value}


ChannelEntry = Annotated[Channel, BeforeValidator(read_channel)]
