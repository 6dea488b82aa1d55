"""Whatever a manifest or a server writes, a visit ends with a Visit."""

import socket
import ssl
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from launchguard.model.visit_error import DEFINITE
from launchguard.probe import ProbePolicy, VisitRequest, visit_all


def nowhere(host: str, port: int, family: int = 0, kind: int = 0) -> list[tuple[Any, ...]]:
    raise socket.gaierror(socket.EAI_NONAME, "unknown")


FENCED = "AssertionError: a test tried to reach"
"""What becomes of a visit to a public address in numbers, such as 1.0: the fence around the tests ends it."""
POLICY = ProbePolicy(
    resolver=nowhere, retry_pause_s=0, requests_per_s=1e9, ssl_context=ssl.create_default_context(), deadline_s=20
)
SPECIAL = st.sampled_from(["/", "//", "@", ":", "[", "]", "%", "%zz", "\\", "?", "#", ".", " ", "\t", "\x00", "é", "a"])
PARTS = st.lists(SPECIAL | st.text(max_size=3), max_size=8).map("".join)


@given(st.sampled_from(["", "http:", "http://", "https://", "https://u:p@", "http://a."]), PARTS)
def test_any_page_url(start: str, rest: str) -> None:
    (visit,) = visit_all([VisitRequest("p", start + rest)], policy=POLICY)
    assert visit.error is not None
    assert visit.error.kind in ("other", "dns-nxdomain", "forbidden-address")
    mistakes = ("Type", "Attribute", "Index", "Key", "Assertion")
    assert visit.error.detail.startswith(FENCED) or not visit.error.detail.startswith(mistakes)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=60)
@given(st.sampled_from(["", "http://", "//", "https:", "mailto:"]), PARTS)
def test_any_location(serve: Callable[..., Any], start: str, rest: str) -> None:
    location = (start + rest).encode("utf-8", "surrogateescape" if start else "replace").translate(None, b"\r\n")

    def handler(conn: socket.socket, head: str) -> Any:
        if head.startswith("GET /start "):
            return b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + location + b"\r\n\r\n"
        return b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

    site: Any = serve(handler)
    (visit,) = visit_all([VisitRequest("p", f"{site.url}/start")], policy=POLICY)
    site.close()
    assert len(visit.hops) >= 1
    assert visit.error is None or visit.error.kind in DEFINITE or visit.error.detail.startswith(FENCED)
