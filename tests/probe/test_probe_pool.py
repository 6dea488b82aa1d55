"""Many visits at once."""

import signal
import socket
import threading
from collections.abc import Callable
from typing import Any

import pytest

from launchguard.probe import ProbePolicy, VisitRequest, visit_all

Serve = Callable[..., Any]


def test_nothing_to_visit() -> None:
    assert visit_all([], policy=ProbePolicy()) == []


def test_visits_come_back_in_the_order_of_the_requests(serve: Serve, answer: Any) -> None:
    site: Any = serve(lambda conn, head: answer(head.split(" ")[1].encode()))
    requests = [VisitRequest(f"page-{n}", f"{site.url}/{n}", "plain") for n in range(150)]
    visits = visit_all(requests, policy=ProbePolicy())
    assert [visit.body for visit in visits] == [f"/{n}".encode() for n in range(150)]
    assert [visit.page for visit in visits] == [f"page-{n}" for n in range(150)]
    assert site.connections <= 64


def test_visits_run_at_the_same_time(serve: Serve, answer: Any) -> None:
    together = threading.Barrier(20)

    def handler(conn: socket.socket, head: str) -> Any:
        together.wait()  # breaks, and so fails the test, unless all twenty are under way at once
        return answer(b"fine")

    site: Any = serve(handler)
    requests = [VisitRequest("p", f"{site.url}/{n}") for n in range(20)]
    visits = visit_all(requests, policy=ProbePolicy(threads=20, deadline_s=30))
    assert [visit.status for visit in visits] == [200] * 20


def test_connections_are_reused_and_closed_at_the_end(serve: Serve, answer: Any) -> None:
    site: Any = serve(lambda conn, head: answer(b"fine"))
    requests = [VisitRequest("p", f"{site.url}/{n}") for n in range(10)]
    visits = visit_all(requests, policy=ProbePolicy(threads=1))
    assert site.connections == 1
    connects = [visit.hops[0].timings.connect_ms is None for visit in visits]
    assert connects == [False] + [True] * 9
    assert {visit.hops[0].address for visit in visits} == {"127.0.0.1"}


def test_ipv6_loopback(serve: Serve, answer: Any) -> None:
    try:
        site = serve(lambda conn, head: answer(b"six"), host="::1")
    except OSError:
        pytest.skip("this machine has no IPv6 loopback")
    (visit,) = visit_all([VisitRequest("p", f"{site.url}/")], policy=ProbePolicy())
    assert (visit.body, visit.hops[0].address) == (b"six", "::1")
    assert f"Host: [::1]:{site.port}" in site.heads[0]


def test_an_interrupt_ends_the_visits_under_way(serve: Serve) -> None:
    gone: list[str] = []
    once = threading.Lock()  # both handlers may see two heads, and a second interrupt would be another test

    def handler(conn: socket.socket, head: str) -> None:
        if len(site.heads) == 2 and once.acquire(blocking=False):
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        if conn.recv(1) == b"":
            gone.append(head)

    site: Any = serve(handler)
    requests = [VisitRequest("p", f"{site.url}/{n}") for n in range(8)]
    with pytest.raises(KeyboardInterrupt):
        visit_all(requests, policy=ProbePolicy(threads=2, deadline_s=600))
    site.close()
    assert len(gone) == len(site.heads) == 2
