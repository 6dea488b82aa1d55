"""A channel as the manifest writes it, `email: {recipients: 500_000}`, and the typed channel that it becomes."""

import difflib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Annotated, Any, Union

from pydantic import BeforeValidator, ConfigDict, Discriminator, TypeAdapter, ValidationInfo

from launchguard.model.answers import take_answers
from launchguard.model.channel import Channel, Firing, Kinds, Stream
from launchguard.words.quoted import shown


def main_key(kind: str) -> str:
    """The key that a single value stands for: `rate: 40/s` is `rate: {rate: 40/s}`."""
    return "file" if kind == "curve" else kind


class Unread(Channel):
    """A channel of a kind whose file is not to be imported: where it leads to is known, and not what it brings."""

    model_config = ConfigDict(extra="ignore")

    def streams(self, _firing: Firing, /) -> Iterator[Stream]:
        """Nothing that anybody knows of."""
        yield from ()


@lru_cache(maxsize=4)
def _adapter(kinds: tuple[type[Channel], ...]) -> TypeAdapter[Channel]:
    """One type for all kinds, told apart by `kind`."""
    union: Any = Union[kinds]  # noqa: UP007 - the members are known only at run time
    return TypeAdapter(Annotated[union, Discriminator("kind")])


def read_channel(entry: object, info: ValidationInfo) -> Channel:
    """Turn `{email: {...}}`, `{rate: 40/s}` or a Channel into a Channel; a complaint's path begins with the kind.

    The validation context is passed on. Its `kinds` are those that can be read. With `may_have_others` in it, a kind
    that is none of them is left unread. Raises ValueError, pydantic's own for what is inside.
    """
    if isinstance(entry, Channel):
        return entry
    if isinstance(entry, str):
        entry = {entry: None}
    if not isinstance(entry, Mapping) or not entry:
        raise ValueError("is not a channel; write it like `- email: {recipients: 500_000}`")
    kind = next(iter(entry))
    context: Mapping[str, Any] = info.context or {}
    kinds: Kinds = context.get("kinds", {})
    if kind not in kinds and not context.get("may_have_others"):
        near = difflib.get_close_matches(str(kind), kinds, n=1)
        right = f"did you mean `{near[0]}`?" if near else f"write one of: {', '.join(kinds)}"
        raise ValueError(f"{shown(kind)} is no kind of channel; {right}")
    if len(entry) > 1:
        raise ValueError(f"has more than one key; write the channel's keys indented below `{kind}:`")
    keys = {"kind": kind, **_keys(kind, entry[kind])}
    if kind not in kinds:
        return Unread.model_validate(keys, context=info.context)
    values, lower, unknown = take_answers(kinds[kind], keys)
    channel = _adapter(tuple(kinds.values())).validate_python(values, context=info.context)
    return channel.with_answers(lower, unknown) if lower or unknown else channel


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
