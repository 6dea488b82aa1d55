"""What a host says itself about load: one line of text that names a repository and a cap. Pure: nothing is fetched.

    launchguard: v=1; repository=owner/name; max_rate=50/s; max_requests=1000/s; until=2027-12-31; hours=01:00-06:00 UTC

`max_requests`, `until` (a day in UTC, included), `hours` and `max_connections=2000` are optional. Everything else about
the line is strict, because whoever wrote it meant something by it: an unknown key, a key given twice or a value that
cannot be read makes it worthless.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from launchguard.model.quantities import parse_count, parse_rate
from launchguard.model.times import Window, parse_day, parse_window
from launchguard.words.quoted import shown

MARK = "launchguard:"
VERSION = "1"
REQUIRED = ("v", "repository", "max_rate")
OPTIONAL = ("max_requests", "until", "hours", "max_connections")
MAX_LINES = 100

_T = TypeVar("_T")
_REPOSITORY = re.compile(r"[A-Za-z0-9_.-]{1,100}(/[A-Za-z0-9_.-]{1,100}){1,5}", re.ASCII)


@dataclass(frozen=True)
class Claim:
    """One line, read: a repository and its cap in visits/s.

    None where it has no such bound: the last day in UTC, the hours, the cap in requests/s, and that of connections that
    visitors hold.
    """

    repository: str
    max_rate_per_s: float
    until: date | None = None
    hours: Window | None = None
    max_requests_per_s: float | None = None
    max_connections: int | None = None


@dataclass(frozen=True)
class Proof:
    """A claim, where it was found, and the addresses that were seen to be the host's own."""

    claim: Claim
    where: str
    addresses: tuple[str, ...]


def is_repository(text: str) -> bool:
    """Whether this can be a repository's path: owner/name, with groups in between where a forge has them."""
    return _REPOSITORY.fullmatch(text) is not None


def claim_for(lines: Iterable[str], repository: str, today: date) -> Claim | None:
    """The claim among these lines that is for `repository`; None when no line is a claim at all.

    Lines that do not begin with `launchguard:` are somebody else's. Raises ValueError with a sentence when a claim
    cannot be read, when none or more than one is for the repository, and when it has expired.
    """
    found = [line.strip() for line in lines if line.strip().lower().startswith(MARK)]
    if not found:
        return None
    if len(found) > MAX_LINES:
        raise ValueError(f"has more than {MAX_LINES} lines for LaunchGuard")
    claims = [parse_claim(line) for line in found]
    ours = [claim for claim in claims if claim.repository.casefold() == repository.casefold()]
    if not ours:
        named = ", ".join(dict.fromkeys(claim.repository for claim in claims[:3]))
        raise ValueError(f"names {named}, not {repository}")
    if len(ours) > 1:
        raise ValueError(f"names {repository} more than once")
    if ours[0].until is not None and ours[0].until < today:
        raise ValueError(f"allowed {repository} until {ours[0].until} only")
    return ours[0]


def parse_claim(line: str) -> Claim:
    """Read one line. Raises ValueError with a sentence."""
    fields = _fields(line[len(MARK) :])
    if fields.get("v") != VERSION:
        raise ValueError(f"does not begin with v={VERSION}")
    if unknown := [key for key in fields if key not in REQUIRED + OPTIONAL]:
        raise ValueError(f"has the unknown key {shown(unknown[0])}")
    if missing := [key for key in REQUIRED if key not in fields]:
        raise ValueError(f"has no {missing[0]}")
    if not is_repository(fields["repository"]):
        raise ValueError(f"names {shown(fields['repository'])}, which is no repository like owner/name")
    return Claim(
        repository=fields["repository"],
        max_rate_per_s=_rate(fields, "max_rate"),
        until=_read("until", parse_day, fields["until"]) if "until" in fields else None,
        hours=_read("hours", parse_window, fields["hours"]) if "hours" in fields else None,
        max_requests_per_s=_rate(fields, "max_requests") if "max_requests" in fields else None,
        max_connections=_read("max_connections", parse_count, fields["max_connections"])
        if "max_connections" in fields
        else None,
    )


def _rate(fields: dict[str, str], key: str) -> float:
    rate_per_s = _read(key, parse_rate, fields[key])
    if rate_per_s <= 0:
        raise ValueError(f"allows nothing: {key}={shown(fields[key])}")
    return rate_per_s


def _fields(text: str) -> dict[str, str]:
    """`key=value` pairs between semicolons; a last semicolon is allowed."""
    parts = [part.strip() for part in text.split(";")]
    if parts and not parts[-1]:
        parts.pop()
    fields: dict[str, str] = {}
    for part in parts:
        key, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals or not value:
            raise ValueError(f"has {shown(part)} where key=value is expected")
        if key in fields:
            raise ValueError(f"has {shown(key)} twice")
        fields[key] = value
    return fields


def _read(key: str, parse: Callable[[object], _T], text: str) -> _T:
    try:
        return parse(text)
    except ValueError as error:
        raise ValueError(f"has a wrong {key}: {error}") from error
