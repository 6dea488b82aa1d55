"""requests on top of our own sockets: a Session whose connections resolve, connect and wait as the policy says."""

import functools
import http.client
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.response import HTTPResponse

from launchguard import __version__
from launchguard.probe.failure import answer_failure
from launchguard.probe.wire import Line, WatchedSocket, Wire

AGENT = f"LaunchGuard/{__version__} (+https://github.com/launchguard/launchguard)"
"""Who we are, behind what a browser says."""


def open_http_session(wire: Wire) -> requests.Session:
    """Make the session of one thread. It reads neither proxies nor .netrc from the environment."""
    session = requests.Session()
    session.trust_env = False
    session.headers.clear()
    adapter = _Adapter(wire)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session


class _Watched(HTTPConnection):
    """What plain and TLS connections share: the wire, the line that it opened, failures with a reason."""

    wire: Wire
    line: Line | None = None

    def open_line(self, *, secure: bool) -> None:
        self.line = self.wire.open(self.host, self.port, secure=secure)
        self.sock = WatchedSocket(self.line, self.wire)

    def request(self, *args: Any, **options: Any) -> None:
        """Send a request; a connection that an earlier visit left open is judged again before."""
        if self.sock is None:
            self.connect()
        assert self.line is not None
        reason = self.wire.exchange.gate.refusal(self.host, self.line.address)
        if reason:
            raise self.wire.exchange.gate.failure(reason)
        exchange = self.wire.exchange
        exchange.line, exchange.address, exchange.addresses = self.line, self.line.address, self.line.addresses
        super().request(*args, **options)

    def getresponse(self) -> HTTPResponse:  # type: ignore[override] # urllib3 narrows it the same way
        """Wait for status line and headers."""
        try:
            return super().getresponse()
        except (http.client.HTTPException, HTTPError, ConnectionError, ValueError) as exc:
            raise answer_failure(exc) from exc


class _PlainConnection(_Watched):
    def __init__(self, *args: Any, wire: Wire, **options: Any) -> None:
        super().__init__(*args, **options)
        self.wire = wire

    def connect(self) -> None:
        self.open_line(secure=False)


class _TlsConnection(_Watched, HTTPSConnection):
    def __init__(self, *args: Any, wire: Wire, **options: Any) -> None:
        super().__init__(*args, **options)
        self.wire = wire

    def connect(self) -> None:
        self.open_line(secure=True)
        self.is_verified = True


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


class _Adapter(HTTPAdapter):
    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        super().__init__(pool_maxsize=1)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        # A pool hands keywords that it does not know on to its connections.
        self.poolmanager.pool_classes_by_scheme = {
            "http": functools.partial(_PlainPool, wire=self._wire),
            "https": functools.partial(_TlsPool, wire=self._wire),
        }

    def cert_verify(self, *args: Any, **options: Any) -> None:
        """Load nothing: the wire's shared context verifies, and has its roots already."""
