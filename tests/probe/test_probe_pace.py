"""At most so many requests per second to one host."""

from collections.abc import Callable
from typing import Any

from launchguard.probe import ProbePolicy, VisitRequest, visit_all
from launchguard.probe.pace import Pace
from launchguard.probe.pool import _interleaved


def test_requests_are_spaced_per_host() -> None:
    now = [100.0]
    pace = Pace(4, ["Free.test"], clock=lambda: now[0])
    assert [pace.reserve("a.test") for _ in range(3)] == [0.0, 0.25, 0.5]
    assert pace.reserve("b.test") == 0.0
    assert [pace.reserve("free.test") for _ in range(3)] == [0.0, 0.0, 0.0]
    assert [pace.reserve("localhost") for _ in range(3)] == [0.0, 0.0, 0.0]
    now[0] = 100.6
    assert round(pace.reserve("a.test"), 6) == 0.15
    now[0] = 110.0
    assert pace.reserve("a.test") == 0.0


def test_hops_and_retries_wait_too_and_do_not_use_up_the_deadline(
    serve: Callable[..., Any], answer: Any, resolver: Any
) -> None:
    site: Any = serve(lambda conn, head: answer(b"", 302, "Location: /b") if "GET /a" in head else answer(b"x", 503))
    waits: list[float] = []
    policy = ProbePolicy(
        resolver=resolver,
        private_hosts=["shop.test"],
        requests_per_s=0.001,
        retry_pause_s=7,
        sleep=waits.append,
    )
    (visit,) = visit_all([VisitRequest("p", f"{site.named('shop.test')}/a")], policy=policy)
    assert (visit.status, visit.attempts) == (503, 2)
    assert [round(wait, -3) for wait in waits] == [1000, 0, 2000, 3000]
    assert waits[1] == 7


def test_hosts_take_turns() -> None:
    urls = ["http://a/1", "http://a/2", "http://a/3", "http://b/1", "http://[bad"]
    assert _interleaved([VisitRequest("p", url) for url in urls]) == [0, 3, 4, 1, 2]
