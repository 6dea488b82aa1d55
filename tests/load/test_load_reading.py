"""Answers that servers of the field give: what every browser shows is right, and what is broken has its own kind."""

import gzip
from collections.abc import Callable
from dataclasses import replace

import pytest

from launchguard.model.load_plan import LoadPlan
from launchguard.model.load_run import LoadRun
from tests.load.raw_site import Asked, raw_site, whole

pytestmark = pytest.mark.load

PAGE = b"<!doctype html><title>Spring</title><h1>Spring sale</h1>" + b"<p>text</p>" * 60
CHUNKED = b"%x;note=1\r\n%s\r\n0\r\nX-Sum: 1\r\n\r\n" % (len(PAGE), PAGE)
IN_CHUNKS = "Transfer-Encoding: chunked"
BOMB = gzip.compress(b"Spring sale" + bytes(50_000_000), mtime=0)
HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n"
BLOCK = "<p>Ein Satz mit Umlauten: Fr\u00fchling &amp; Gr\u00f6\u00dfe.</p>".encode() * 3000

SHOWN = {
    "/hints": HINTS * 3 + whole(PAGE),
    "/chunks-and-length": whole(CHUNKED, IN_CHUNKS, f"Content-Length: {len(PAGE)}"),
    "/blank-in-name": whole(PAGE, "X Powered By: PHP", "no colon at all"),
    "/two-lengths-alike": whole(PAGE, f"Content-Length: {len(PAGE)}", f"content-length: {len(PAGE)}"),
    "/no-coding": whole(PAGE, "Content-Encoding: utf-8"),
    "/no-trailer": whole(gzip.compress(PAGE, mtime=0)[:-8], "Content-Encoding: gzip"),
    "/line-feeds": whole(PAGE).replace(b"\r\n", b"\n"),
    "/no-reason": whole(PAGE, status="200"),
    "/latin-1": whole(b'<meta charset="iso-8859-1">Fr\xfchling: Spring sale', "Content-Type: text/html"),
    "/entities": whole(BLOCK + b"S&#112;ring&nbsp;sale" + BLOCK),
    "/soft": whole(b"<h1>Spring <b>sa</b>le</h1>"),
    "/capitals": whole(b"<h1 style='text-transform: uppercase'>SPRING SALE</h1>"),
    "/refresh": whole(b'<meta http-equiv="refresh" content="0; url=/hints">'),
    "/refresh-header": whole(b"", "Refresh: 1; url=/hints"),
    "/place": whole(b"", "Location: /hints#top", status="302 Found"),
}
BROKEN = {
    "/cut-chunk": ("reset", whole(b"400\r\n" + PAGE[:300], IN_CHUNKS, "Connection: close"), "ended after 300 bytes"),
    "/cut-body": ("reset", whole(PAGE, "Content-Length: 5000", "Connection: close"), "of 5,000 bytes"),
    "/cut-head": ("reset", b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Ty", "ended in its head"),
    "/bomb": ("too-large", whole(BOMB, "Content-Encoding: gzip"), "unfolds to more than 10,000,000 bytes"),
    "/other-lengths": ("other", whole(PAGE, "Content-Length: 9", "content-length: 10"), "two lengths"),
    "/elsewhere": ("unauthorized", whole(b"", "Refresh: 0; url=http://127.0.0.1:1/"), "not authorized for load"),
    "/app": ("redirect", whole(b"", "Location: itms-apps://x/y", status="302 Found"), "an app opens"),
    "/words": ("content", whole(b"<p>The queue is full.</p>"), "does not contain"),
}
EACH = 4


def on_every_page(plan: LoadPlan, sizes: int) -> LoadPlan:
    """The plan at a rate that brings every page some visits."""
    (hold,) = plan.phases
    rate = float(EACH * sizes)
    return replace(plan, arrivals="uniform", phases=(replace(hold, rate_from_per_s=rate, rate_to_per_s=rate),))


def test_what_every_browser_shows_is_right(a_plan: Callable[..., LoadPlan], send: Callable[..., LoadRun]) -> None:
    async def answer(asked: Asked) -> bytes:
        return SHOWN[asked.path]

    with raw_site(answer) as site:
        plan = a_plan(*(site.url + path for path in SHOWN), hold=1.0)
        run = send(on_every_page(plan, len(SHOWN)))
    wrong = {target.page: run.stats(page=target.page).failures_by_kind for target in run.plan.targets}
    assert {page: kinds for page, kinds in wrong.items() if kinds} == {}, run.examples
    assert all(run.stats(page=target.page).ok for target in run.plan.targets)


@pytest.mark.parametrize("path", BROKEN)
def test_what_is_broken_has_its_own_kind(
    a_plan: Callable[..., LoadPlan], send: Callable[..., LoadRun], path: str
) -> None:
    kind, data, words = BROKEN[path]

    async def answer(_: Asked) -> bytes:
        return data

    with raw_site(answer) as site:
        run = send(a_plan(site.url + path, rate=20, hold=0.5, limit_failure_ratio=1))
    assert run.stats().failures_by_kind == {kind: 10}
    assert words in run.examples[kind]


def test_requests_are_those_of_a_browser(a_plan: Callable[..., LoadPlan], send: Callable[..., LoadRun]) -> None:
    async def answer(asked: Asked) -> bytes:
        if b"Cookie: seen=1\r\n" in asked.head:
            return whole(PAGE)
        cookies = ("Set-Cookie: seen=1; Path=/sale", "Set-Cookie: other=2; Path=/basket", "Location: /sale?c=-30%")
        return whole(b"", *cookies, status="302 Found")

    with raw_site(answer) as site:
        plan = a_plan(site.url + "/sale?c=-30%", rate=20, hold=0.5)
        run = send(replace(plan, targets=(replace(plan.targets[0], locale="es-ES"),)))
    assert run.stats().ok == 10
    first, last = site.asked[0], site.asked[-1]
    assert first.path == "/sale?c=-30%"
    assert b"\r\nAccept-Language: es-ES,es;q=0.9,en;q=0.8\r\n" in first.head
    assert b"\r\nAccept-Encoding: gzip, deflate, br, zstd\r\n" in first.head
    assert b"Cookie" not in first.head
    assert b"\r\nCookie: seen=1\r\n" in last.head
