"""Which parameters of a link arrive where its redirects lead, and what became of the others."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, unquote_plus, urlsplit

from launchguard.web.answered import Step
from launchguard.web.click_ids import is_tracking

MAX_PARAMETERS = 1000
Pair = tuple[str, str]


@dataclass(frozen=True)
class Loss:
    """One parameter that did not arrive as it was sent, and at which hop (from 1).

    `how` is one of lost, changed, duplicated, double-encoded, behind-fragment.
    """

    name: str
    how: str
    hop: int


def pairs_of(url: str) -> list[Pair]:
    """The parameters of an address, decoded; [] for a query with more of them than anybody writes."""
    return _parse(urlsplit(url).query)


def losses(hops: Sequence[Step], sent: Sequence[Pair]) -> list[Loss]:
    """What of `sent` the last hop does not have. Decoded pairs are compared: clients and servers re-quote addresses."""
    got = pairs_of(hops[-1].url)
    behind = _parse(urlsplit(hops[-1].url).fragment.rpartition("?")[2])
    found = []
    for name, value in dict.fromkeys(sent):
        values = [other for key, other in got if key == name]
        if value in values:
            how = "duplicated" if len(values) > sent.count((name, value)) and set(values) == {value} else ""
        elif any(unquote_plus(other) == value for other in values):
            how = "double-encoded"
        elif (name, value) in behind:
            how = "behind-fragment"
        else:
            how = "changed" if values else "lost"
        hop = _hop(hops, (name, value))
        if how and not (how in ("lost", "changed") and _is_taken_over(hops, hop, name, value)):
            found.append(Loss(name, how, hop))
    return found


def _hop(hops: Sequence[Step], pair: Pair) -> int:
    """The number, from 1, of the first hop whose address does not have the pair."""
    without = [number for number, hop in enumerate(hops, 1) if pair not in pairs_of(hop.url)]
    return without[0] if without else len(hops)


def _is_taken_over(hops: Sequence[Step], hop: int, name: str, value: str) -> bool:
    """Whether a parameter of the page's own went on as a part of the path, or in a cookie that came with the hop."""
    if is_tracking(name) or not value:
        return False
    wanted = value.casefold()
    parts = [part.casefold() for part in unquote(urlsplit(hops[hop - 1].url).path).split("/")]
    cookies = [line.partition(";")[0] for line in hops[max(0, hop - 2)].header_values("set-cookie")]
    kept = [unquote_plus(cookie.partition("=")[2]).strip('"').casefold() for cookie in cookies]
    tokens = {token for part in parts for token in part.replace("_", "-").split("-")[:1]}
    in_cookies = any(wanted in re.split(r"[^0-9a-z\u0080-\uffff-]+", value) for value in kept)
    return wanted in parts or wanted in tokens or wanted in kept or in_cookies


def _parse(query: str) -> list[Pair]:
    return parse_qsl(query, keep_blank_values=True) if query.count("&") < MAX_PARAMETERS else []
