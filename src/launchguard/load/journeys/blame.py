"""What a request of a journey failed by: Locust's two clients and a journey's own words, as our kinds of failure."""

import socket
import ssl
from collections.abc import Iterator, Mapping
from typing import Any

import gevent
import requests
from geventhttpclient.response import HTTPConnectionClosed
from geventhttpclient.useragent import RetriesExceeded
from locust.exception import CatchResponseError

from launchguard.load.journeys.fence import Refused
from launchguard.load.sending.goal import TOO_MANY
from launchguard.load.sending.outcomes import EXHAUSTED, OutOfResources, VisitFailed
from launchguard.model.load_plan import VisitResult

KINDS: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], VisitResult], ...] = (
    (Refused, VisitResult.UNAUTHORIZED),
    (requests.TooManyRedirects, VisitResult.REDIRECT),
    (ssl.SSLError, VisitResult.TLS),
    (socket.gaierror, VisitResult.DNS),
    ((TimeoutError, gevent.Timeout, requests.Timeout), VisitResult.TIMEOUT),
    (ConnectionRefusedError, VisitResult.CONNECT),
    ((ConnectionResetError, BrokenPipeError, HTTPConnectionClosed), VisitResult.RESET),
)


def blame(name: str, meta: Mapping[str, Any]) -> VisitFailed | None:
    """Why a request failed, from what its client told Locust; None when it did not.

    Raises OutOfResources where this machine had nothing left to send it with.
    """
    error = meta.get("exception")
    if error is None:
        return None
    response = meta.get("response")
    status = int(getattr(response, "status_code", 0) or 0)
    if isinstance(error, CatchResponseError):
        return VisitFailed(VisitResult.CONTENT, f"{name}: {error}", status)
    causes = list(_causes(error))
    if any(isinstance(cause, OSError) and cause.errno in EXHAUSTED for cause in causes):
        raise OutOfResources(str(error))
    refused = next((cause for cause in causes if isinstance(cause, Refused)), None)
    if refused is not None:
        return VisitFailed(VisitResult.UNAUTHORIZED, f"{name}: {refused}", status)
    if status >= 400:
        kind = VisitResult.RATE_LIMITED if status == TOO_MANY else VisitResult.STATUS
        return VisitFailed(kind, f"{name} answered {status}", status)
    return VisitFailed(_kind(causes), f"{name}: {_words(causes)}", status)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An error and what it came from; clients wrap the first cause in errors of their own."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        cause = waiting.pop(0)
        if id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        nested = (cause.__cause__, cause.__context__, getattr(cause, "original", None), *cause.args)
        waiting += [other for other in nested if isinstance(other, BaseException)]


def _kind(causes: list[BaseException]) -> VisitResult:
    for types, kind in KINDS:
        if any(isinstance(cause, types) for cause in causes):
            return kind
    if any(isinstance(cause, RetriesExceeded) and "edirect" in str(cause) for cause in causes):
        return VisitResult.REDIRECT
    broken = any(isinstance(cause, requests.ConnectionError) for cause in causes)
    return VisitResult.RESET if broken else VisitResult.OTHER


def _words(causes: list[BaseException]) -> str:
    """The words of the first cause that has some."""
    return next((words for cause in reversed(causes) if (words := str(cause).strip())), type(causes[0]).__name__)
