"""Whatever a manifest or a server writes, a visit ends with a Visit."""

import socket
import ssl
import tracemalloc
import zlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from launchguard.model.visit import Visit
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


PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
CHUNKED = PAGE + b"Transfer-Encoding: chunked\r\n\r\n"
REFRESHES = b'<meta http-equiv="refresh" content="9; url=/x">'
BOMB = zlib.compressobj(9, wbits=31)
ENDLESS: list[tuple[str, bytes, bytes]] = [
    ("interim answers", b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000),
    ("chunks of one byte", CHUNKED, b"1\r\nx\r\n" * 10_000),
    ("empty lines of framing", CHUNKED + b"0\r\n", b"X: y\r\n" * 10_000),
    ("headers", PAGE, b"X: y\r\n" * 10_000),
    ("markup", PAGE + b"\r\n", b"<" * 65_536),
    ("zeros unfolded", PAGE + b"Content-Encoding: gzip\r\n\r\n" + BOMB.compress(bytes(50_000_000)), b"\0" * 65_536),
]
WHOLE: list[tuple[str, bytes]] = [
    ("3 MB of <", b"<" * 3_000_000),
    ("refreshes", REFRESHES * 60_000),
    ("deep", b"<b>" * 1_000_000 + REFRESHES),
    ("a time of a million digits", b'<meta http-equiv=refresh content="' + b"1" * 1_000_000 + b'">'),
    ("a strange charset", b'<meta charset="punycode">' + b"a-" * 1_500_000),
]


def peak_of(visiting: Callable[[], Visit]) -> tuple[Visit, int]:
    """A visit, and the most bytes that were held at once."""
    tracemalloc.start()
    try:
        return visiting(), tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(("first", "again"), [row[1:] for row in ENDLESS], ids=[row[0] for row in ENDLESS])
def test_what_never_ends_is_bounded(serve: Callable[..., Any], first: bytes, again: bytes) -> None:
    def handler(conn: socket.socket, head: str) -> None:
        conn.sendall(first)
        while True:
            conn.sendall(again)

    site: Any = serve(handler)
    bounded = replace(POLICY, max_body_bytes=1_000_000)
    visit, peak = peak_of(lambda: visit_all([VisitRequest("p", site.url)], policy=bounded)[0])
    assert visit.error is not None
    assert visit.error.kind == "too-large"
    assert peak < 20_000_000


@pytest.mark.parametrize("body", [row[1] for row in WHOLE], ids=[row[0] for row in WHOLE])
def test_no_page_makes_reading_slow_or_large(serve: Callable[..., Any], body: bytes) -> None:
    site: Any = serve(lambda conn, head: PAGE + b"Content-Length: %d\r\n\r\n" % len(body) + body)
    visit, peak = peak_of(lambda: visit_all([VisitRequest("p", site.url)], policy=POLICY)[0])
    assert (visit.error, visit.body) == (None, body)
    assert peak < 50_000_000
