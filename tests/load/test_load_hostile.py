"""Answers that would take for ever, or all of the memory: a load of them ends on time, and costs no other visit."""

import socketserver
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import cycle

import brotli
import gevent
import psutil
import pytest

from launchguard.load.sending.content import MAX_BODY_BYTES, pause
from launchguard.model.events import LoadProgress
from launchguard.model.load_plan import LoadPlan, Target
from launchguard.model.load_run import LoadRun
from launchguard.web.coding import zstd
from tests.load.raw_site import whole

GOOD = "/good"
PAGE = b"<!doctype html><title>Spring</title><h1>Spring sale</h1>"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
PIECE = bytes(10_000_000)
"""Every bomb is a gigabyte: a hundred of these."""


CODINGS = ("gzip", "deflate", "br", "zstd")


def folded_in(coding: str) -> bytes:
    """The body of a bomb."""
    if coding == "br":
        folding = brotli.Compressor(quality=1)
        return b"".join([folding.process(PIECE) for _ in range(100)]) + bytes(folding.finish())
    if coding == "zstd":
        return bytes(zstd.compress(PIECE)) * 100
    folder = zlib.compressobj(1, wbits=31 if coding == "gzip" else 15)
    return b"".join([folder.compress(PIECE) for _ in range(100)]) + folder.flush()


# Name -> what comes first, and what comes then, again and again.
ENDLESS: Mapping[str, tuple[bytes, bytes]] = {
    "interim-answers": (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000),
    "early-hints": (b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n" * 500),
    "headers": (HEAD, b"X: y\r\n" * 10_000),
    "one-header": (HEAD + b"X: ", b"y" * 65_536),
    "folded-header": (HEAD + b"X: y", b"\r\n y" * 10_000),
    "no-line-end": (b"", b"y" * 65_536),
    "chunks-of-one-byte": (CHUNKED, b"1\r\nx\r\n" * 10_000),
    "chunk-extension": (CHUNKED + b"1;", b"a=b;" * 16_384),
    "chunk-size": (CHUNKED, b"0" * 65_536),
    "trailers": (CHUNKED + b"0\r\n", b"X: y\r\n" * 10_000),
    "markup": (HEAD + b"\r\n", b"<" * 65_536),
    "words": (HEAD + b"\r\n", b"spring " * 10_000),
    "empty-members": (HEAD + b"Content-Encoding: gzip\r\n\r\n", zlib.compress(b"", wbits=31) * 1000),
}
WHOLE: Mapping[str, bytes] = {
    "less-than": whole(b"<" * 3_000_000),
    "ampersands": whole(b"&" * 3_000_000),
    "comments": whole(b"<!--" * 500_000),
    "scripts": whole(b"<script>" * 300_000),
    "quotes": whole(b"<a b='\"" * 300_000),
    "refreshes": whole(b'<meta http-equiv="refresh" content="9; url=/x">' * 60_000),
    "deep": whole(b"<b>" * 1_000_000),
    "attributes": whole(b"<p" + b" a=1" * 300_000 + b">"),
    "digits": whole(b"&#" + b"1" * 1_000_000 + b";"),
    "accents": whole("e\u0301\u0316".encode() * 300_000),
    "long-title": whole(b"<title>" + b"x" * 3_000_000),
    "punycode": whole(b'<meta charset="punycode">' + b"a-" * 1_500_000),
    "utf-16": whole("Spring".encode("utf-16") * 100_000, "Content-Type: text/html; charset=utf-16"),
    "cookies": whole(b"x", *(f"Set-Cookie: c{number}=x" for number in range(9_000))),
    "many-headers": whole(b"x", *(f"X-{number}: x" for number in range(15_000))),
    "refresh-loop": whole(b'<meta http-equiv="refresh" content="0; url=?again">'),
    "long-location": whole(b"", "Location: /" + "x" * 100_000, status="302 Found"),
}


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 128


@contextmanager
def hostile_site() -> Iterator[str]:
    """A site that gives every visit another of these answers, but for GOOD; its origin."""
    bombs = {f"{coding}-bomb": whole(folded_in(coding), f"Content-Encoding: {coding}") for coding in CODINGS}
    answers = [*ENDLESS.values(), *((data, b"") for data in ({**WHOLE, **bombs}).values())]
    turns = cycle(answers)

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with suppress(OSError):
                head = b""
                while b"\r\n\r\n" not in head:
                    head += self.request.recv(65_536)
                path = head.split(b" ", 2)[1].decode()
                first, again = (whole(PAGE), b"") if path.startswith(GOOD) else next(turns)
                self.request.sendall(first)
                while again:
                    self.request.sendall(again)

    with _Server(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,)).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()


class Memory:
    """The most that a load process held at one time, in bytes, as the kernel counts it."""

    peak = 0

    def look(self, _: LoadProgress) -> None:
        for process in psutil.Process().children():
            with suppress(psutil.Error):
                self.peak = max(self.peak, process.memory_info().rss)


def test_a_pause_lets_go_on_what_is_due() -> None:
    went_on: list[bool] = []
    gevent.spawn_later(0.001, went_on.append, True)
    time.sleep(0.01)  # reading that takes so long is no time in which anybody else could do something
    pause()
    pause()
    assert went_on == [True]


@pytest.mark.load
def test_a_load_of_hostile_answers_ends_on_time_and_is_bounded(
    a_plan: Callable[..., LoadPlan], send: Callable[..., LoadRun]
) -> None:
    """With a text to look for and without; a process holds the answers that are under way, and none of the others."""
    kinds = len(ENDLESS) + len(WHOLE) + len(CODINGS)

    def run(memory: Memory, *hostile: Target) -> LoadRun:
        share = 0.8 if hostile else 0.0
        plan = a_plan(site, rate=kinds / share / 5 if share else 10, hold=5 if share else 1, visit_timeout_s=5.0)
        targets = (Target(site + GOOD, site + GOOD, 1 - share, ("Spring sale",)), *hostile)
        plan = replace(plan, arrivals="uniform", limit_failure_ratio=1.0, processes=1, targets=targets)
        return send(plan, on_progress=memory.look)

    with hostile_site() as site:
        usual, worst = Memory(), Memory()
        run(usual)
        made = run(worst, Target("read", site + "/read", 0.4), Target("searched", site + "/x", 0.4, ("Spring sale",)))
    assert not made.partial and made.stats(None).planned == made.stats(None).started
    assert (made.done_s - made.intended_s).max() < 15.0  # their deadline is a third of that
    good, hostile = made.stats(page=site + GOOD), made.stats()
    assert good.ok == good.planned > 5
    assert hostile.failures_by_kind["too-large"] > 5
    assert worst.peak - usual.peak < 30_000_000 + made.generator.peak_in_flight * MAX_BODY_BYTES
