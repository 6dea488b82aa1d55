"""Secrets taken out of whatever is about to be shown."""

import base64
import dataclasses
import html
import json
from collections.abc import Iterable, Mapping
from typing import TypeVar
from urllib.parse import quote, quote_plus

from launchguard.model.verdict import Verdict

HIDDEN = "[redacted]"
MIN_LENGTH = 4
"""Shorter values would blot out ordinary words; a shorter secret protects nothing."""

_T = TypeVar("_T")


def redact(text: str, secrets: Iterable[str]) -> str:
    """Replace every secret, as it is and as URLs, HTML, JSON and basic authentication write it."""
    forms = {form for secret in secrets for form in _forms(secret) if len(form) >= MIN_LENGTH}
    for form in sorted(forms, key=len, reverse=True):
        text = text.replace(form, HIDDEN)
    return text


def redact_verdict(verdict: Verdict, secrets: Iterable[str]) -> Verdict:
    """Redact every text of a verdict before a renderer wraps, clips or escapes it beyond recognition."""
    return _walk(verdict, tuple(secrets))


def _forms(secret: str) -> set[str]:
    """All spellings of one secret; of a "user:password" pair the password alone as well."""
    user, colon, password = secret.partition(":")
    values = {secret, password} if user and colon else {secret}
    forms: set[str] = set()
    for value in values:
        encoded = value.encode(errors="replace")
        plain64 = base64.b64encode(encoded).decode()
        forms |= {value, quote(encoded), quote(encoded, safe=""), quote_plus(encoded), html.escape(value)}
        forms |= {json.dumps(value)[1:-1], plain64, plain64.rstrip("="), base64.urlsafe_b64encode(encoded).decode()}
    return forms


def _walk(value: _T, secrets: tuple[str, ...]) -> _T:
    """Rebuild a value with its texts redacted: text, mappings, sequences and dataclasses; others stay as they are."""
    changed: object = value
    if isinstance(value, str) and type(value) is str:
        changed = redact(value, secrets)
    elif isinstance(value, Mapping):
        changed = {_walk(key, secrets): _walk(item, secrets) for key, item in value.items()}
    elif isinstance(value, list | tuple | set | frozenset):
        changed = type(value)(_walk(item, secrets) for item in value)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {f.name: getattr(value, f.name) for f in dataclasses.fields(value) if f.init}
        changed = dataclasses.replace(value, **{name: _walk(item, secrets) for name, item in fields.items()})
    return changed  # type: ignore[return-value]  # each branch keeps the type that came in
