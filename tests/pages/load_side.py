"""What the load's client sees: takes an origin and paths as JSON on standard input, writes a sight for each.

Runs in a process of its own, for the client's sockets are gevent's.
"""

import json
import ssl
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace

import gevent

from launchguard.load.sending.answer import VisitAnswer
from launchguard.load.sending.client import LoadVisitor
from launchguard.load.sending.content import BadBodyError, missing, needle_of
from launchguard.load.sending.network import Network, address_of
from launchguard.load.sending.outcomes import VisitFailed
from launchguard.model.load_plan import VisitResult
from launchguard.web.charset import text_of
from launchguard.web.request import agent_of
from tests.pages.sight import PHRASES, Sight, broken_sight, whole_sight

PATIENCE_S = 20
ENDED = {
    VisitResult.RESET: "cut",
    VisitResult.OTHER: "no http",
    VisitResult.TOO_LARGE: "too large",
    VisitResult.CONTENT: "coding",
    VisitResult.REDIRECT: "astray",
    VisitResult.UNAUTHORIZED: "astray",
}


def network_of(origin: str) -> Network:
    """What visitors of one origin share."""
    addresses = {address_of(origin).origin: ("127.0.0.1",)}
    return Network(addresses, {}, {"desktop": agent_of("desktop")}, {}, ssl.create_default_context())


def seen(
    network: Network,
    url: str,
    judge: Callable[[VisitAnswer], None] = lambda _: None,
    phrases: Sequence[str] = (),
) -> Sight:
    """One visit of a fresh visitor, judged, and searched for phrases."""
    visitor = LoadVisitor(network, keep=False)
    try:
        with gevent.Timeout(PATIENCE_S):
            answer = visitor.visit(address_of(url))
    except VisitFailed as failed:
        return broken_sight(ENDED[failed.kind], failed.status)
    try:
        body = answer.plain()
    except BadBodyError as error:
        return broken_sight("too large" if error.too_large else "coding", answer.status)
    judge(answer)
    assert visitor.at is not None
    text = text_of(body, answer.content_type).text
    sight = whole_sight(visitor.at.url, answer.status, answer.web.headers, body, text)
    says = (phrase for phrase in phrases if missing(body, answer.content_type, (needle_of(phrase),)) is None)
    return replace(sight, says=tuple(says))


def main() -> None:
    """Look at every path, one after the other."""
    asked = json.load(sys.stdin)
    network = network_of(asked["origin"])
    for path in asked["paths"]:
        print(json.dumps(seen(network, asked["origin"] + path, phrases=PHRASES).as_json()))


if __name__ == "__main__":
    main()
