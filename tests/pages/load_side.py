"""What the load's client sees: takes an origin and paths as JSON on standard input, writes a sight for each.

Runs in a process of its own, for the client's sockets are gevent's.
"""

import json
import ssl
import sys

import gevent

from launchguard.load.sending.client import LoadVisitor
from launchguard.load.sending.content import BadBodyError
from launchguard.load.sending.network import Network, address_of
from launchguard.load.sending.outcomes import VisitFailed
from launchguard.model.load_plan import VisitResult
from launchguard.web.charset import text_of
from launchguard.web.request import agent_of
from tests.pages.sight import Sight, broken_sight, whole_sight

PATIENCE_S = 20
ENDED = {
    VisitResult.RESET: "cut",
    VisitResult.OTHER: "no http",
    VisitResult.TOO_LARGE: "too large",
    VisitResult.CONTENT: "coding",
    VisitResult.REDIRECT: "astray",
    VisitResult.UNAUTHORIZED: "astray",
}


def seen(network: Network, url: str) -> Sight:
    """One visit of a fresh visitor."""
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
    assert visitor.at is not None
    text = text_of(body, answer.content_type).text
    return whole_sight(visitor.at.url, answer.status, answer.web.headers, body, text)


def main() -> None:
    """Look at every path, one after the other."""
    asked = json.load(sys.stdin)
    network = Network(
        {asked["origin"]: ("127.0.0.1",)}, {}, {"desktop": agent_of("desktop")}, {}, ssl.create_default_context()
    )
    for path in asked["paths"]:
        print(json.dumps(seen(network, asked["origin"] + path).as_json()))


if __name__ == "__main__":
    main()
