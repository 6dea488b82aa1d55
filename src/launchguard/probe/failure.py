"""What ends a visit, and the words for what the system reports of names and connections."""

import errno
import re
import socket
from collections.abc import Iterable

from launchguard.model.visit_error import ErrorKind, TlsReason
from launchguard.words import exact


class VisitFailure(Exception):  # noqa: N818 - it becomes a VisitError
    """The reason why a visit has no usable answer; `code` and `reason` as a VisitError has them."""

    def __init__(self, kind: ErrorKind, detail: str, *, code: int | None = None, reason: TlsReason = "") -> None:
        super().__init__(detail)
        self.kind: ErrorKind = kind
        self.detail = detail
        self.code = code
        self.reason: TlsReason = reason


# EAI_NODATA and EAI_ADDRFAMILY are missing on some systems.
_NO_SUCH_NAME = frozenset(
    getattr(socket, name) for name in ("EAI_NONAME", "EAI_NODATA", "EAI_ADDRFAMILY") if hasattr(socket, name)
)
_NO_ROUTE = frozenset({errno.ENETUNREACH, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT})

_SCHEME = re.compile(r"\s*([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_NO_APPS = frozenset(
    {"http", "https", "about", "blob", "data", "file", "ftp", "javascript", "mailto", "sms", "tel", "ws", "wss"}
)


def no_web_address(url: str) -> VisitFailure:
    """The failure of a redirect to an address that no browser requests."""
    found = _SCHEME.match(url)
    scheme = found[1].lower() if found else ""
    if scheme and scheme not in _NO_APPS:
        words = f"redirects into an app ({scheme}:), which opens only where that app is installed"
        return VisitFailure("app-link", words)
    return VisitFailure("redirect-refused", f"redirects to {url!r}, which is no web address")


def dns_failure(host: str, error: Exception) -> VisitFailure:
    """Tell a name that does not exist from a resolver that did not answer."""
    if isinstance(error, UnicodeError):
        return VisitFailure("dns-nxdomain", f"{host} cannot be a host name")
    code = error.errno if isinstance(error, socket.gaierror) else None
    if code in _NO_SUCH_NAME:
        return VisitFailure("dns-nxdomain", f"{host} does not exist")
    return VisitFailure("dns-failure", f"the resolver failed on {host}: {error}")


def is_without_route(error: OSError) -> bool:
    """Whether this machine has no way to an address: hosted runners, for one, have no IPv6."""
    return error.errno in _NO_ROUTE


def connect_failure(host: str, errors: Iterable[OSError], timeout_s: float) -> VisitFailure:
    """Sum up why none of a host's addresses accepted a connection: only a refusal is definite."""
    every = list(errors)
    errors = [error for error in every if not is_without_route(error)]
    if every and not errors:
        return VisitFailure("no-route", f"this machine has no way to {host}: {every[-1].strerror}")
    if any(isinstance(error, TimeoutError) or error.errno == errno.ETIMEDOUT for error in errors):
        return VisitFailure("connect-timeout", f"{host} did not accept a connection within {exact(timeout_s)} s")
    if any(isinstance(error, ConnectionRefusedError) for error in errors):
        return VisitFailure("refused", f"{host} refused the connection")
    reason = errors[-1].strerror if errors else "no time was left"
    return VisitFailure("connect-timeout", f"{host} could not be reached: {reason}")
