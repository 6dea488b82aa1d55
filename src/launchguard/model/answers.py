"""Answers to a channel's keys that are no single number: a range, `400k..500k`, and `unknown`."""

from collections.abc import Callable, Mapping
from typing import Any, Self, get_args

from pydantic import BaseModel, BeforeValidator, PrivateAttr
from pydantic.fields import FieldInfo

from launchguard.model.quantities import parse_count, parse_duration, parse_money, parse_number, parse_rate, parse_ratio

Reader = Callable[[Any], float]

UNKNOWN = "unknown"
_MAY_BE_A_RANGE: tuple[Reader, ...] = (parse_count, parse_money, parse_number, parse_rate, parse_ratio)
_MAY_BE_UNKNOWN: tuple[Reader, ...] = (*_MAY_BE_A_RANGE, parse_duration)


class AnsweredKeys(BaseModel):
    """What was said of its keys beside their values, which are the upper ends, or what counts while nobody knows."""

    _lower_ends: dict[str, float] = PrivateAttr(default_factory=dict)
    _said_unknown: tuple[str, ...] = PrivateAttr(default=())

    @property
    def lower_ends(self) -> Mapping[str, float]:
        """The lower ends of the keys for which a range was given."""
        return self._lower_ends

    @property
    def said_unknown(self) -> tuple[str, ...]:
        """The keys of which it was said that nobody knows them."""
        return self._said_unknown

    def at_lower_ends(self) -> Self:
        """The same with the lower end of every range."""
        lower = {key: min(low, getattr(self, key)) for key, low in self._lower_ends.items()}
        return self.model_copy(update=lower).with_answers({}, self._said_unknown)

    def with_answers(self, lower_ends: dict[str, float], said_unknown: tuple[str, ...]) -> Self:
        """A copy of which this was said."""
        copy = self.model_copy()
        copy._lower_ends, copy._said_unknown = lower_ends, said_unknown
        return copy


def take_answers(
    kind: type[BaseModel], keys: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, float], tuple[str, ...]]:
    """A channel's keys with single values, the lower ends of ranges, and the keys that nobody knows.

    Of a range the upper end counts. One that has two readings is left for its reader to refuse.
    """
    values: dict[str, Any] = dict(keys)
    lower: dict[str, float] = {}
    unknown: list[str] = []
    for key, value in keys.items():
        field = kind.model_fields.get(key)
        reader = reader_of(field) if field and isinstance(value, str) else None
        if reader is None:
            continue
        if value.strip().lower() == UNKNOWN:
            del values[key]
            unknown.append(key)
        elif reader in _MAY_BE_A_RANGE and (ends := read_range(value, reader)):
            lower[key], values[key] = ends
    return values, lower, tuple(unknown)


def read_range(text: str, reader: Reader) -> tuple[float, str] | None:
    """The lower end of `400k..500k`, read, and the upper end as it is written; None for what is no such range.

    A unit may stand at the upper end alone: 2..3%, 30..40/s. Not a factor: 400..500k is from 400 on to somebody who
    counts, and from 400k on to somebody who speaks.
    """
    first, dots, last = (part.strip() for part in text.partition(".."))
    unit = last.lstrip("0123456789._ ") if dots and first[-1:].isdigit() else ""
    readings = {_read(first, reader), _read(first + unit, reader)} - {None}
    low, high = readings.pop() if len(readings) == 1 else None, _read(last, reader)
    return (low, last) if dots and low is not None and high is not None and low <= high else None


def _read(text: str, reader: Reader) -> float | None:
    try:
        return reader(text)
    except ValueError:
        return None


def reader_of(field: FieldInfo) -> Reader | None:
    """Who reads the number of a key; None for a key that holds none."""
    known = {id(reader): reader for reader in _MAY_BE_UNKNOWN}
    parts = _parts(field.annotation, field.metadata)
    found = (known.get(id(one.func)) for one in parts if isinstance(one, BeforeValidator))
    return next(filter(None, found), None)


def _parts(annotation: Any, metadata: Any) -> list[Any]:
    """What is said of a type, and of the types inside of it."""
    inside = [part for one in get_args(annotation) for part in _parts(one, getattr(one, "__metadata__", ()))]
    return [*metadata, *inside]
