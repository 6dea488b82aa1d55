"""Secrets taken out of texts that leave this process."""

import base64
import html
import json
from collections.abc import Callable, Iterable
from urllib.parse import quote, quote_plus

HIDDEN = "[redacted]"
MIN_LENGTH = 4
"""Shorter values would blot out ordinary words; a shorter secret protects nothing."""


def redactor(secrets: Iterable[str]) -> Callable[[str], str]:
    """A function that replaces every secret, as it is and as URLs, HTML, JSON and basic authentication write it."""
    found = {form for secret in secrets for form in _forms(secret) if len(form) >= MIN_LENGTH}
    forms = sorted(found, key=len, reverse=True)

    def redacted(text: str) -> str:
        for form in forms:
            text = text.replace(form, HIDDEN)
        return text

    return redacted


def redact(text: str, secrets: Iterable[str]) -> str:
    """One text without them."""
    return redactor(secrets)(text)


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
