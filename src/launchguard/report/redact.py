"""Secrets taken out of what a report tells."""

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from launchguard.model.result import RunResult
from launchguard.words.redaction import redactor

_T = TypeVar("_T")


def redact_result(result: RunResult, secrets: Iterable[str]) -> RunResult:
    """Redact every text of a result before a renderer wraps, clips or escapes it beyond recognition."""
    return _walk(result, redactor(secrets))


def _walk(value: _T, redacted: Callable[[str], str]) -> _T:
    """Rebuild a value with its texts redacted: text, mappings, sequences and dataclasses; others stay as they are."""
    changed: object = value
    if isinstance(value, str) and type(value) is str:
        changed = redacted(value)
    elif isinstance(value, Mapping):
        changed = {_walk(key, redacted): _walk(item, redacted) for key, item in value.items()}
    elif isinstance(value, list | tuple | set | frozenset):
        changed = type(value)(_walk(item, redacted) for item in value)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {f.name: getattr(value, f.name) for f in dataclasses.fields(value) if f.init}
        changed = dataclasses.replace(value, **{name: _walk(item, redacted) for name, item in fields.items()})
    return changed  # type: ignore[return-value]  # each branch keeps the type that came in
