"""The crowd on a journey: users of a locustfile, one for every arrival, and Locust's clients made ready for them."""

import random
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import gevent
from locust import FastHttpUser, TaskSet, User
from locust.clients import HttpSession
from locust.contrib.fasthttp import FastHttpSession
from locust.env import Environment

from launchguard.load.journeys.fence import always, put_up
from launchguard.load.journeys.journey_file import load_users, read_rows
from launchguard.load.journeys.traveller import Traveller, traveller_of
from launchguard.load.orders import Orders
from launchguard.load.sending.network import Network
from launchguard.load.sending.tally import Tally
from launchguard.load.sending.visitors import Arrival
from launchguard.web.request import Device


class Travellers:
    """The users of a journey in one process. Made once, before anything is sent: it puts up the fence."""

    def __init__(self, orders: Orders, network: Network, tally: Tally, *, environment: Environment) -> None:
        # The visit's deadline ends a request; a client's own time-out is only there for what outlives it.
        timeout_s = 2 * orders.visit_timeout_s
        put_up(network, orders.ca_file, timeout_s)
        self.orders = orders
        self.tally = tally
        self.environment = environment
        self.kinds = load_users(orders.journey)
        self.weights = [float(kind.weight) for kind in self.kinds]
        self.rows = read_rows(orders.data) if orders.data else []
        # A client knows the origin that its user came to, and a returning one comes back there.
        self.idle: defaultdict[tuple[type[User], str, Device], list[Any]] = defaultdict(list)
        for kind in self.kinds:
            if issubclass(kind, FastHttpUser):
                _prepare(kind, network, timeout_s)
        _report_here()
        # What the journey draws itself, such as its waits; another process draws others.
        random.seed(f"{orders.seed} {getattr(environment.runner, 'worker_index', 0)}")

    def arrive(self, arrival: Arrival) -> Traveller:
        """A user for one visit: of a kind drawn by weight, with the row of this visit."""
        rng = random.Random(self.orders.seed << 40 | arrival.index)  # noqa: S311 - a draw that can be repeated
        (kind,) = rng.choices(self.kinds, self.weights)
        row = self.rows[arrival.index % len(self.rows)] if self.rows else {}
        return Traveller(self, arrival, kind, row, rng)


def _prepare(kind: Any, network: Network, timeout_s: float) -> None:
    """What a FastHttpUser class says about its connections, replaced: verified TLS, one context, no sharing."""
    kind.insecure = False
    kind.ssl_context_factory = staticmethod(always(network.context))
    kind.client_pool = kind.proxy_host = kind.proxy_port = None
    kind.network_timeout = kind.connection_timeout = timeout_s
    kind.max_retries = 0


def _report_here() -> None:
    """Let Locust's clients and waits say what a user is about to do, where that user is on a journey of ours."""
    for session in (FastHttpSession, HttpSession):
        session.request = _announced(session.request)
    TaskSet._sleep = _sleep  # the one place where users and task sets wait


def _announced(original: Callable[..., Any]) -> Callable[..., Any]:
    def request(self: Any, method: str, url: str, name: str | None = None, *args: Any, **options: Any) -> Any:
        traveller = traveller_of(self.user)
        if traveller is not None:
            traveller.asks(f"{method} {name or self.request_name or url}")
        return original(self, method, url, name, *args, **options)

    return request


def _sleep(self: TaskSet, seconds: float) -> None:
    traveller = traveller_of(self.user)
    if traveller is not None:
        traveller.due_s = time.monotonic() + seconds
    gevent.sleep(seconds)
