"""The fence around a journey's code: whatever library it uses, it reaches what was authorized, and nothing else.

Put up once in a load process that runs a journey. Names lead to the addresses that the plan pinned, connections to
other addresses are refused, certificates are verified, and a method other than GET and HEAD needs a marked step. An
origin whose cap does not carry all visits of the plan is there for those that begin at it. The code itself is the
repository's own; the fence is there for its mistakes.
"""

import socket as plain_socket
import ssl
from collections.abc import Callable, Collection, Mapping, MutableMapping, Sequence
from contextvars import ContextVar
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

import locust.clients
import requests
from gevent import socket
from geventhttpclient.client import HTTPClient
from requests.adapters import HTTPAdapter

from launchguard.journey import may_repeat
from launchguard.load.sending.network import Network, address_of
from launchguard.web.hosts import host_of, port_of
from launchguard.web.request import Device

READING = frozenset({"GET", "HEAD"})
LIBRARIES = ("python/gevent-http-client", "python-requests/")
"""How the User-Agents of Locust's own clients begin: no journey chose these."""

BEGAN_AT: ContextVar[str] = ContextVar("began_at", default="")
"""The origin of the page that this visit began with; "" in greenlets and threads of a journey's own."""

AFTER_HTTPS: ContextVar[bool] = ContextVar("after_https", default=False)
"""Whether this visit has asked for anything over https."""
HOLDS: ContextVar[Device] = ContextVar("holds", default="desktop")
"""The device of this visit's visitor."""

Place = tuple[str, int]
"""Host and port."""
Places = Mapping[Place, tuple[str, ...]]
"""With their pinned addresses."""


class Refused(OSError):  # noqa: N818 - it is an outcome
    """A request that LaunchGuard did not send: not authorized, whatever the site would have answered."""


def put_up(network: Network, ca_file: str, timeout_s: float) -> None:
    """Put up the fence in this process, for good."""
    fence_sockets(network.addresses, network.closed)
    _fence_fast_client(network)
    _fence_requests(network, ca_file, timeout_s)
    locust.clients._preloaded_ssl_context = network.context  # what HttpUser verifies with


def fence_sockets(addresses: Mapping[str, Sequence[str]], closed: Mapping[str, str]) -> None:
    """Let this process reach these origins at these addresses, and nothing else, for good.

    Those that are `closed` are reached by the visits that begin there.
    """
    places = {_place(origin): tuple(pinned) for origin, pinned in addresses.items()}
    shut = {_place(origin): why for origin, why in closed.items()}
    _fence_names(places, shut)
    at: dict[Place, list[Place]] = {}
    for place, pinned in places.items():
        for address in pinned:
            at.setdefault((address, place[1]), []).append(place)
    _fence_connections(at, shut)


def _place(origin: str) -> Place:
    return host_of(origin), port_of(origin)


def _refuse_shut(places: Collection[Place], shut: Mapping[Place, str]) -> None:
    """Raise Refused where the visit that goes on may enter none of these places."""
    began_at = BEGAN_AT.get()
    if all(place in shut and place != _place(began_at) for place in places):
        (name, port), *_ = places
        raise Refused(f"{began_at or 'the journey'} leads to {name}:{port}, {shut[name, port]}")


def _fence_names(places: Places, shut: Mapping[Place, str]) -> None:
    """Names of authorized origins lead to their pinned addresses; no other name leads anywhere."""

    def getaddrinfo(host: Any, port: Any, *_: Any, **__: Any) -> list[tuple[Any, ...]]:
        name = (host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)).lower().removesuffix(".")
        if (name, port) not in places:
            raise Refused(f"{name}:{port} was not authorized for load")
        _refuse_shut([(name, port)], shut)
        return [
            (
                socket.AF_INET6 if ":" in address else socket.AF_INET,
                socket.SOCK_STREAM,
                socket.IPPROTO_TCP,
                "",
                (address, port),
            )
            for address in places[name, port]
        ]

    socket.getaddrinfo = plain_socket.getaddrinfo = getaddrinfo


def _fence_connections(at: Mapping[Place, Collection[Place]], shut: Mapping[Place, str]) -> None:
    """Sockets connect to pinned addresses only; `at` has the places that each address and port stands for."""
    kind = socket.socket
    for method in ("connect", "connect_ex"):
        setattr(kind, method, _only(at, shut, getattr(kind, method)))


def _only(
    at: Mapping[Place, Collection[Place]], shut: Mapping[Place, str], original: Callable[..., Any]
) -> Callable[..., Any]:
    @wraps(original)
    def connect(self: Any, address: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            places = at.get(tuple(address[:2]))
            if places is None:
                raise Refused(f"{address[0]}:{address[1]} was not authorized for load")
            _refuse_shut(places, shut)
        return original(self, address)

    return connect


def _fence_fast_client(network: Network) -> None:
    """FastHttpUser's client, below everything that a journey can configure."""
    original = HTTPClient.request

    @wraps(original)
    def request(self: Any, method: str, request_uri: str, body: Any = b"", headers: Any = None) -> Any:
        url = f"{'https' if self.ssl else 'http'}://{self.host}:{self.port}{request_uri}"
        _refuse(method, url, network)
        made = self.headers_type()
        made.update(headers or {})
        _sign(made, network, url)
        return original(self, method, request_uri, body, made)

    HTTPClient.request = request


def _fence_requests(network: Network, ca_file: str, timeout_s: float) -> None:
    """HttpUser's client and plain requests: each hop of a redirect comes through here."""
    original = HTTPAdapter.send

    @wraps(original)
    def send(self: Any, request: Any, **options: Any) -> Any:
        try:
            _refuse(request.method, request.url, network)
            _sign(request.headers, network, request.url)
        except Refused as refused:
            raise requests.ConnectionError(refused, request=request) from refused
        options["timeout"] = options.get("timeout") or timeout_s
        options["verify"] = True if isinstance(self, locust.clients.LocustHttpAdapter) else ca_file
        options["proxies"] = {}
        return original(self, request, **options)

    setattr(HTTPAdapter, "send", send)  # noqa: B010 - mypy would have its exact signature


def _refuse(method: str, url: str, network: Network) -> None:
    """Raise Refused for a request that this visit may not send; a connection may be there already."""
    origin, began_at = _origin(url), BEGAN_AT.get()
    shut = network.shut(origin, began_at)
    if shut:
        raise Refused(f"{began_at or 'the journey'} leads to {origin}, {shut}")
    if method.upper() not in READING and not may_repeat():
        raise Refused(
            f"{method.upper()} {urlsplit(url).path} was not sent: mark the step that sends it with "
            "launchguard.journey.safe_to_repeat"
        )


def _sign(headers: MutableMapping[str, Any], network: Network, url: str) -> None:
    """Say who asks, and bring the credentials that this request may carry, of no other origin.

    A client that follows a redirect brings along what it was given for the request before.
    """
    headers["User-Agent"] = signed(str(headers.get("User-Agent") or ""), network.agents[HOLDS.get()])
    origin = _origin(url)
    AFTER_HTTPS.set(AFTER_HTTPS.get() or origin.startswith("https:"))
    for given in network.credentials.values():
        for name, value in given.items():
            if headers.get(name) == value:
                del headers[name]
    headers.update(network.confided(origin, BEGAN_AT.get(), after_https=AFTER_HTTPS.get()))


def _origin(url: str) -> str:
    try:
        return address_of(url).origin
    except ValueError as error:
        raise Refused(f"{url[:200]!r} is no plain http(s) URL") from error


def signed(given: str, ours: str) -> str:
    """A journey's own User-Agent with LaunchGuard's name at its end; ours as a whole where it chose none."""
    name = ours[ours.rindex("LaunchGuard/") :]
    if not given or given.startswith(LIBRARIES):
        return ours
    return given if given.endswith(name) else f"{given} {name}"


def always(context: ssl.SSLContext) -> Callable[..., ssl.SSLContext]:
    """A factory for clients that make a context per user: the run's one context, whatever they ask for."""

    def factory(cafile: str | None = None, **_: Any) -> ssl.SSLContext:  # noqa: ARG001 - without it they load the bundle themselves
        return context

    return factory
