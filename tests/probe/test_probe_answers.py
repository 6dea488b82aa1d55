"""Answers, good and bad: each is a Visit, and each failure a reason on it."""

import contextlib
import gzip
import socket
import struct
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import brotli
import pytest

from launchguard import __version__
from launchguard.model.visit import Visit
from launchguard.probe import ProbePolicy, VisitRequest, visit_all
from launchguard.web.reading import AnswerReader

Serve = Callable[..., Any]
QUICK = ProbePolicy(deadline_s=20, retry_pause_s=0.0, max_body_bytes=100_000)
IMPATIENT = replace(QUICK, deadline_s=0.6)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


def look(url: str, policy: ProbePolicy = QUICK) -> Visit:
    (visit,) = visit_all([VisitRequest("https://shop.example.com/", url, "untagged")], policy=policy)
    return visit


def test_a_good_answer(serve: Serve, answer: Any) -> None:
    site: Any = serve(lambda conn, head: answer(b"<h1>Sale</h1>", 200, "X-A: 1", "Set-Cookie: a=1", "Set-Cookie: b=2"))
    visit = look(f"{site.url}/spring?utm_source=x")
    assert (visit.page, visit.variant) == ("https://shop.example.com/", "untagged")
    assert (visit.status, visit.body, visit.attempts, visit.error) == (200, b"<h1>Sale</h1>", 1, None)
    assert (visit.wire_bytes, visit.body_bytes, visit.tls) == (13, 13, None)
    (hop,) = visit.hops
    assert list(hop.header_values("set-cookie")) == ["a=1", "b=2"]
    assert hop.address == "127.0.0.1"
    times = hop.timings
    assert times.dns_ms is None
    assert times.tls_ms is None
    assert times.connect_ms is not None
    assert times.first_byte_ms is not None
    assert times.total_ms is not None
    assert times.total_ms >= times.connect_ms + times.first_byte_ms > 0


def test_we_look_like_a_browser_and_say_who_we_are(serve: Serve, answer: Any) -> None:
    site: Any = serve(lambda conn, head: answer())
    look(site.url)
    (head,) = site.heads
    agent = next(line for line in head.split("\r\n") if line.startswith("User-Agent: "))
    assert agent.startswith("User-Agent: Mozilla/5.0 ")
    assert agent.endswith(f" LaunchGuard/{__version__} (+https://github.com/launchguard/launchguard)")
    assert "Accept-Encoding: gzip, deflate, br, zstd\r\n" in head
    assert "Accept-Language: " in head


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("/%41?q=%7e&utm_source=a%2Bb&x=a+b", "/%41?q=%7e&utm_source=a%2Bb&x=a+b"),
        ("", "/"),
        ("?x=1", "/?x=1"),
        ("/-30%-sale?utm_campaign=-30%", "/-30%-sale?utm_campaign=-30%"),
        ("/a b?c d#top", "/a%20b?c%20d"),
        ("/ä", "/%C3%A4"),
    ],
)
def test_the_url_is_sent_as_written(serve: Serve, answer: Any, written: str, sent: str) -> None:
    site: Any = serve(lambda conn, head: answer())
    visit = look(site.url + written)
    assert site.paths() == [sent]
    assert visit.final_url == site.url + written


ENCODERS: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("gzip", gzip.compress),
    ("br", brotli.compress),
    ("br, gzip", lambda data: gzip.compress(brotli.compress(data))),
]


@pytest.mark.parametrize(("encoding", "encode"), ENCODERS)
def test_encoded_bodies_are_decoded_and_both_sizes_known(
    serve: Serve, answer: Any, encoding: str, encode: Callable[[bytes], bytes]
) -> None:
    body = b"Spring sale -30 % " * 1000
    site: Any = serve(lambda conn, head: answer(encode(body), 200, f"Content-Encoding: {encoding}"))
    visit = look(site.url)
    assert visit.error is None
    assert (visit.body, visit.body_bytes, visit.wire_bytes) == (body, 18_000, len(encode(body)))


def test_zstd_is_decoded_as_we_say_we_accept_it(serve: Serve, answer: Any) -> None:
    # A frame with one raw block (RFC 8878): magic, single segment of 4 bytes, last block of 4 bytes.
    frame = bytes.fromhex("28b52ffd2004210000") + b"Sale"
    site: Any = serve(lambda conn, head: answer(frame, 200, "Content-Encoding: zstd"))
    assert look(site.url).body == b"Sale"


def test_chunked_body(serve: Serve) -> None:
    site: Any = serve(lambda conn, head: HEAD + b"Transfer-Encoding: chunked\r\n\r\n4\r\nSale\r\n1\r\n!\r\n0\r\n\r\n")
    assert look(site.url).body == b"Sale!"


def endless(conn: socket.socket, data: bytes, first: bytes = b"") -> None:
    """Send for ever; ends when the client goes away."""
    with contextlib.suppress(OSError):
        conn.sendall(first)
        while True:
            conn.sendall(data)


def reset(conn: socket.socket) -> None:
    conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def say(data: bytes) -> Callable[[socket.socket, str], None]:
    """Send some bytes and close."""
    return lambda conn, head: conn.sendall(data)


BAD = [
    ("garbage", say(b"\x00\xff\x13garbage\r\n\r\n"), "bad-response"),
    ("status that is no number", say(b"HTTP/1.1 abc OK\r\n\r\n"), "bad-response"),
    ("two lengths", say(HEAD + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"), "bad-response"),
    ("nothing", say(b""), "reset"),
    ("reset", lambda conn, head: reset(conn), "reset"),
    ("half a body", say(HEAD + b"Content-Length: 100\r\n\r\nhalf"), "reset"),
    ("half a chunk", say(HEAD + b"Transfer-Encoding: chunked\r\n\r\n64\r\nhalf"), "reset"),
    ("a long header", say(HEAD + b"X-A: " + b"a" * 300_000 + b"\r\n\r\n"), "too-large"),
    ("many headers", say(HEAD + b"X-A: 1\r\n" * 40_000 + b"\r\n"), "too-large"),
    ("one-byte chunks", lambda conn, head: endless(conn, b"1\r\nx\r\n" * 10_000, CHUNKED), "too-large"),
    ("headers for ever", lambda conn, head: endless(conn, HEAD + b"X-A: 1\r\n" * 1000), "too-large"),
    ("one header for ever", lambda conn, head: endless(conn, HEAD + b"X" * 100_000), "too-large"),
    ("100 Continue for ever", lambda conn, head: endless(conn, b"HTTP/1.1 100 Continue\r\n\r\n"), "too-large"),
    ("an endless body", lambda conn, head: endless(conn, HEAD + b"\r\n" + b"x" * 65_536), "too-large"),
    ("1 GB announced", say(HEAD + b"Content-Length: 1000000000\r\n\r\nxxx"), "too-large"),
    (
        "a gzip bomb",
        say(HEAD + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(bytes(50_000_000), 9)),
        "too-large",
    ),
    (
        "a bomb in a bomb",
        say(HEAD + b"Content-Encoding: gzip, gzip\r\n\r\n" + gzip.compress(gzip.compress(bytes(50_000_000)))),
        "too-large",
    ),
    ("no brotli", say(HEAD + b"Content-Encoding: br\r\n\r\n\xff\xff\xffplain"), "bad-encoding"),
]


@pytest.mark.parametrize(("handler", "kind"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_a_bad_answer_is_a_definite_reason(serve: Serve, handler: Any, kind: str) -> None:
    site: Any = serve(handler)
    visit = look(f"{site.url}/x", ProbePolicy(deadline_s=20, retry_pause_s=0.0, max_body_bytes=100_000))
    assert visit.error is not None
    assert (visit.error.kind, visit.error.url) == (kind, f"{site.url}/x")
    assert visit.error.definite
    assert visit.error.detail
    assert visit.status is None
    assert visit.attempts == 2
    assert site.paths() == ["/x", "/x"]
    assert len(visit.body) == 0
    assert visit.wire_bytes < 500_000


def test_gzip_with_rubbish_behind_it_is_not_read_for_ever(serve: Serve) -> None:
    def handler(conn: socket.socket, head: str) -> None:
        conn.sendall(HEAD + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"Sale"))
        endless(conn, b"\x00" * 65_536)

    visit = look(serve(handler).url, ProbePolicy(deadline_s=20, retry_pause_s=0.0, max_body_bytes=100_000))
    assert visit.error is not None
    assert visit.error.kind == "too-large"


def test_silent_means_silent_twice(serve: Serve) -> None:
    site: Any = serve(lambda conn, head: site.closing.wait() and None)
    visit = look(site.url, IMPATIENT)
    assert visit.error is not None
    assert (visit.error.kind, visit.attempts, len(site.heads)) == ("silent", 2, 2)
    assert "no answer within 0.6 s" in visit.error.detail


@pytest.mark.parametrize("start", [b"", HEAD, HEAD + b"Content-Length: 1000\r\n\r\n", HEAD + b"\r\n"])
def test_a_drip_ends_at_the_deadline(serve: Serve, start: bytes) -> None:
    def handler(conn: socket.socket, head: str) -> None:
        conn.sendall(start)
        while not site.closing.wait(0.05):
            conn.sendall(b"H")

    site: Any = serve(handler)
    visit = look(site.url, IMPATIENT)
    assert visit.error is not None
    assert (visit.error.kind, len(site.heads)) == ("silent", 2)
    assert "not whole after 0.6 s" in visit.error.detail


FIRST_ATTEMPTS = [
    (say(b""), 200, None),
    (say(HEAD + b"Content-Length: 5\r\n\r\nhal"), 200, None),
    (say(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"), 200, None),
]


@pytest.mark.parametrize(("bad", "status", "error"), FIRST_ATTEMPTS)
def test_a_second_attempt_that_works_counts(serve: Serve, answer: Any, bad: Any, status: int, error: None) -> None:
    site: Any = serve(lambda conn, head: bad(conn, head) if len(site.heads) == 1 else answer(b"fine"))
    visit = look(site.url)
    assert (visit.status, visit.error, visit.attempts, visit.body) == (status, error, 2, b"fine")


def test_silent_once_is_not_called_silent(serve: Serve, answer: Any) -> None:
    site: Any = serve(lambda conn, head: answer(b"", 503) if len(site.heads) == 1 else site.closing.wait() and None)
    visit = look(site.url, IMPATIENT)
    assert (visit.status, visit.error, visit.attempts) == (503, None, 2)


def test_4xx_is_not_repeated(serve: Serve, answer: Any) -> None:
    site: Any = serve(lambda conn, head: answer(b"gone", 404))
    visit = look(site.url)
    assert (visit.status, visit.attempts, len(site.heads)) == (404, 1, 1)


@pytest.fixture
def closed_port() -> Iterator[int]:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))  # bound and never listening: nobody else gets it, nobody answers
        yield reserved.getsockname()[1]


def test_refused(closed_port: int) -> None:
    visit = look(f"http://127.0.0.1:{closed_port}/")
    assert visit.error is not None
    assert (visit.error.kind, visit.attempts, visit.hops) == ("refused", 2, ())


def test_the_next_address_is_tried(serve: Serve, answer: Any, closed_port: int) -> None:
    site: Any = serve(lambda conn, head: answer(b"fine"))

    def two(host: str, port: int, family: int = 0, kind: int = 0) -> list[tuple[Any, ...]]:
        ports = (closed_port, port)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", each)) for each in ports]

    policy = ProbePolicy(resolver=two, private_hosts=["shop.test"])
    visit = look(site.named("shop.test"), policy)
    assert visit.body == b"fine"
    assert visit.hops[0].timings.dns_ms is not None


RESOLVERS = [
    (socket.gaierror(socket.EAI_NONAME, "unknown"), "dns-nxdomain", True),
    (socket.gaierror(socket.EAI_AGAIN, "try again"), "dns-failure", False),
    (socket.gaierror(socket.EAI_FAIL, "failed"), "dns-failure", False),
    (OSError("resolver gone"), "dns-failure", False),
    (UnicodeError("label too long"), "dns-nxdomain", True),
    (ZeroDivisionError("a mistake"), "other", False),
]


@pytest.mark.parametrize(("raised", "kind", "definite"), RESOLVERS)
def test_resolver_failures(raised: Exception, kind: str, definite: bool) -> None:
    def fail(host: str, port: int, family: int = 0, type_: int = 0) -> list[tuple[Any, ...]]:
        raise raised

    visit = look("http://shop.test/", ProbePolicy(resolver=fail, retry_pause_s=0, requests_per_s=1000))
    assert visit.error is not None
    assert (visit.error.kind, visit.error.definite, visit.attempts) == (kind, definite, 2)


def test_a_name_without_addresses_does_not_exist() -> None:
    policy = ProbePolicy(resolver=lambda *_: [], retry_pause_s=0, requests_per_s=1000)
    visit = look("http://shop.test/", policy)
    assert visit.error is not None
    assert visit.error.kind == "dns-nxdomain"


def test_a_resolver_that_hangs_does_not_hold_us_up(serve: Serve) -> None:
    site: Any = serve(lambda conn, head: None)

    def hang(host: str, port: int, family: int = 0, type_: int = 0) -> list[tuple[Any, ...]]:
        site.closing.wait()
        return []

    visit = look("http://shop.test/", ProbePolicy(resolver=hang, deadline_s=0.2, retry_pause_s=0, requests_per_s=1000))
    assert visit.error is not None
    assert visit.error.kind == "dns-failure"


@pytest.mark.parametrize(
    "url", ["", "shop", "ftp://a.test/", "http://", "http://a.test:99999/", "http://[::1/", "http://a|b/"]
)
def test_what_is_no_web_address_is_said(url: str) -> None:
    visit = look(url)
    assert visit.error is not None
    assert visit.error.kind == "other"
    assert "no web address" in visit.error.detail


def test_a_mistake_of_ours_is_one_visit_of_kind_other(
    serve: Serve, answer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    site: Any = serve(lambda conn, head: answer(b"fine", 200, *(["X-Bad: 1"] if "/bad" in head else [])))
    real = AnswerReader.feed

    def feed(self: AnswerReader, data: bytes) -> bool:
        if b"X-Bad" in data:
            raise RuntimeError("a mistake")
        return real(self, data)

    monkeypatch.setattr(AnswerReader, "feed", feed)
    requests = [VisitRequest("p", f"{site.url}/{name}") for name in ("bad", "good")]
    bad, good = visit_all(requests, policy=QUICK)
    assert bad.error is not None
    assert (bad.error.kind, bad.error.detail) == ("other", "RuntimeError: a mistake")
    assert good.body == b"fine"


GOOD = "<h1>Frühlings-Sale</h1>"
ODD: list[tuple[str, bytes, str]] = [
    ("early hints", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + HEAD, "utf-8"),
    ("three interim answers", b"HTTP/1.1 100 Continue\r\n\r\n" * 3 + HEAD, "utf-8"),
    ("a line without a colon", HEAD + b"nonsense\r\nX-After: 1\r\n", "utf-8"),
    ("a blank before the colon", HEAD + b"X-After : 1\r\n", "utf-8"),
    ("120 headers", HEAD + b"Link: </a>\r\n" * 120, "utf-8"),
    ("line ends without CR", HEAD.replace(b"\r\n", b"\n"), "utf-8"),
    ("no coding of that name", HEAD + b"Content-Encoding: none\r\n", "utf-8"),
    ("no gzip", HEAD + b"Content-Encoding: gzip\r\n", "utf-8"),
    ("a charset of the header", HEAD.replace(b"html", b"html; charset=latin1"), "windows-1252"),
]


@pytest.mark.parametrize(("head", "charset"), [row[1:] for row in ODD], ids=[row[0] for row in ODD])
def test_what_browsers_show_is_read(serve: Serve, head: bytes, charset: str) -> None:
    body = GOOD.encode(charset)
    end = b"\n" if head.endswith(b"\n") and not head.endswith(b"\r\n") else b"\r\n"
    visit = look(serve(say(head + b"Content-Length: %d" % len(body) + end + end + body)).url)
    assert (visit.error, visit.text, visit.charset) == (None, GOOD, charset)


def test_what_was_odd_about_an_answer_is_noted(serve: Serve) -> None:
    visit = look(serve(say(HEAD + b"nonsense\r\nContent-Length: 0\r\n\r\n")).url)
    assert visit.notes == ("a header line without a colon was skipped: 'nonsense'",)


@pytest.mark.parametrize(("locale", "line"), [("", "en-US,en;q=0.9"), ("es-ES", "es-ES,es;q=0.9,en;q=0.8")])
def test_the_language_is_that_of_the_page(serve: Serve, answer: Any, locale: str, line: str) -> None:
    site: Any = serve(lambda conn, head: answer())
    visit_all([VisitRequest("p", site.url, locale=locale)], policy=QUICK)
    assert f"Accept-Language: {line}\r\n" in site.heads[0]


def test_a_connection_that_ends_before_the_next_request_is_replaced(serve: Serve, answer: Any) -> None:
    def handler(conn: socket.socket, head: str) -> Any:
        if "GET /first" in head:
            return answer(b"first")
        return answer(b"again") if site.connections > 1 else None

    site: Any = serve(handler)
    requests = [VisitRequest("p", f"{site.url}/{name}") for name in ("first", "second")]
    first, second = visit_all(requests, policy=replace(QUICK, threads=1))
    assert (first.body, second.body, second.attempts, site.connections) == (b"first", b"again", 1, 2)
