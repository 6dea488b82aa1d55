"""What becomes of visits: real runs against a site with known weaknesses, counted on both sides."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from launchguard.model.load_plan import LoadPlan, VisitResult
from launchguard.model.load_run import LoadRun
from launchguard.site import Behaviour, landing_site
from tests.busy import at_once

pytestmark = pytest.mark.load


def test_a_fast_page_answers_every_visit(a_plan: Callable[..., LoadPlan], send: Callable[..., LoadRun]) -> None:
    with landing_site() as site:
        run = send(a_plan(site.url + "/", rate=50, ramp=1, warm_up=0.5, hold=2))
        assert site.arrivals("/") == run.stats(None).started
        agent = site.counts()["/"]["headers"]["user-agent"]
    judged = run.stats()
    assert judged.planned == judged.started == judged.ok == 100
    assert run.stats("ramp").planned == 25
    assert judged.latency_ms is not None
    assert 0 < judged.latency_ms.p50 < 800  # two orders of magnitude above what it takes
    assert run.stopped == "" and not run.partial
    assert agent.startswith("Mozilla/5.0 ")
    assert agent.endswith("(+https://github.com/launchguard/launchguard; run test-run)")


def test_a_visit_that_never_gets_an_answer_is_counted_with_its_age(
    a_plan: Callable[..., LoadPlan], send: Callable[..., LoadRun]
) -> None:
    with landing_site(hang_ratio=0.2) as site:
        plan = a_plan(site.url + "/", rate=20, hold=3, limit_failure_ratio=0.5, visit_timeout_s=2.0, drain_s=2.0)
        run = send(plan)
        assert site.counts()["/"]["statuses"]["hung"] == 12
    stats = run.stats()
    assert (stats.ok, stats.unanswered, stats.failed, stats.cut) == (48, 12, 0, 0)
    hung = run.result == VisitResult.UNANSWERED
    assert np.all(run.done_s[hung] - run.intended_s[hung] >= 1.9)
    assert stats.latency_ms is not None
    assert stats.latency_ms.p95 >= 1900
    assert stats.failures_by_kind == {"unanswered": 12}
    assert "no whole answer" in run.examples["unanswered"]


def test_a_queue_that_grows_is_seen_and_the_offered_rate_stays(
    a_plan: Callable[..., LoadPlan], send: Callable[..., LoadRun]
) -> None:
    with landing_site(capacity_per_s=20) as site:
        run = send(a_plan(site.url + "/", rate=30, hold=4, arrivals="uniform", visit_timeout_s=9.0))
    stats = run.stats()
    assert stats.started == stats.ok == 120
    assert stats.offered_per_s == pytest.approx(30)
    thirds = np.array_split(run.done_s - run.intended_s, 3)
    assert np.median(thirds[0]) < np.median(thirds[1]) < np.median(thirds[2])
    # 120 visits at 20/s take 6 s, and longer where the machine stalls; the last one was due after 4.
    assert stats.latency_ms is not None
    assert 1900 < stats.latency_ms.max < 4000
    assert np.all(np.diff(run.sent_s) > 0)


def test_what_was_slow_only_in_the_warm_up_is_out_of_every_number(
    a_plan: Callable[..., LoadPlan], send: Callable[..., LoadRun]
) -> None:
    with landing_site(latency_ms=2200, until_s=0.8) as site:
        run = send(a_plan(site.url + "/", rate=40, warm_up=1.5, hold=2, limit_p95_ms=2000.0))
    warm_up, judged = run.stats("warm_up"), run.stats()
    assert warm_up.latency_ms is not None and judged.latency_ms is not None
    # The p95 of the warm-up is one of the slow half, and stays so when a stall makes that half smaller.
    assert warm_up.latency_ms.p95 >= 2200 > judged.latency_ms.max
    assert run.stopped == ""


def test_a_drip_cannot_outlive_its_deadline(a_plan: Callable[..., LoadPlan], send: Callable[..., LoadRun]) -> None:
    with landing_site(drip=True) as site:
        plan = a_plan(site.url + "/", rate=5, hold=2, limit_failure_ratio=1, visit_timeout_s=2.0, drain_s=2.0)
        run = send(plan)
    stats = run.stats()
    assert stats.failures_by_kind == {"timeout": 10}
    assert stats.latency_ms is not None
    assert 1900 < stats.latency_ms.max < 10_000  # the whole page would take hours


@pytest.mark.parametrize(
    ("behaviour", "kind", "example"),
    [
        ({"fail_ratio": 0.2}, "status", "answered 503, expected 200"),
        ({"reset_ratio": 0.2}, "reset", "closed without an answer"),
        ({"fail_ratio": 0.2, "fail_status": 404}, "status", "answered 404"),
    ],
)
def test_failures_have_their_kind_and_an_example(
    a_plan: Callable[..., LoadPlan], send: Callable[..., LoadRun], behaviour: dict[str, Any], kind: str, example: str
) -> None:
    with landing_site(**behaviour) as site:
        run = send(a_plan(site.url + "/", rate=50, hold=1, limit_failure_ratio=0.9))
        assert site.arrivals("/") == 50 + sum(page.requests for page in run.after)
    stats = run.stats()
    assert (stats.ok, stats.failed, stats.failures_by_kind) == (40, 10, {kind: 10})
    assert example in run.examples[kind]
    assert stats.failure_ratio == pytest.approx(0.2)


def test_a_200_without_the_promised_text_fails(a_plan: Callable[..., LoadPlan], send: Callable[..., LoadRun]) -> None:
    with landing_site(body="<p>queue is full</p>") as site:
        run = send(a_plan(site.url + "/", rate=20, hold=1, limit_failure_ratio=1))
    assert run.stats().failures_by_kind == {"content": 20}
    assert "does not contain 'Spring sale'" in run.examples["content"]


def test_nobody_listening_is_a_failed_connection(a_plan: Callable[..., LoadPlan], send: Callable[..., LoadRun]) -> None:
    with landing_site() as site:
        url = site.url + "/"
    run = send(a_plan(url, rate=20, hold=1, limit_failure_ratio=1))
    assert run.stats().failures_by_kind == {"connect": 20}


def test_visits_are_split_over_pages_by_share(a_plan: Callable[..., LoadPlan], send: Callable[..., LoadRun]) -> None:
    with landing_site(paths={"/b": Behaviour(fail_ratio=1)}) as site:
        plan = a_plan(site.url + "/a?utm_source=x", site.url + "/b", rate=40, hold=1, limit_failure_ratio=1)
        run = send(plan)
        assert (site.arrivals("/a"), site.arrivals("/b")) == (20, 20)
    first, second = (run.stats(page=target.page) for target in plan.targets)
    assert (first.ok, first.failed, second.ok, second.failed) == (20, 0, 0, 20)


@pytest.mark.parametrize(("returning", "connections"), [(0.0, 40), (1.0, 1)])
def test_returning_visitors_keep_connection_and_cookie(
    a_plan: Callable[..., LoadPlan], send: Callable[..., LoadRun], returning: float, connections: int
) -> None:
    with landing_site(set_cookie="id=abc; Path=/") as site:
        run = send(a_plan(site.url + "/", rate=20, hold=2, arrivals="uniform", returning_ratio=returning))
        counted = site.counts()["/"]
    assert run.stats().ok == 40
    # Visits that a stall let meet need one more each.
    assert connections <= counted["connections"] <= max(connections, at_once(run))
    assert ("cookie" in counted["headers"]) is (returning == 1.0)


def test_a_kept_connection_that_the_server_closed_is_opened_anew(
    a_plan: Callable[..., LoadPlan], send: Callable[..., LoadRun]
) -> None:
    with landing_site(close_silently=True) as site:
        run = send(a_plan(site.url + "/", rate=20, hold=1, returning_ratio=1.0))
        assert site.counts()["/"]["connections"] == 20
    assert run.stats().ok == 20


def test_a_redirect_within_the_plan_is_followed(a_plan: Callable[..., LoadPlan], send: Callable[..., LoadRun]) -> None:
    with landing_site(paths={"/old": Behaviour(redirect_to="/new")}) as site:
        run = send(a_plan(site.url + "/old", rate=20, hold=1))
        assert (site.arrivals("/old"), site.arrivals("/new")) == (20, 20)
    assert run.stats().ok == 20


def test_a_redirect_to_another_origin_is_not_followed(
    a_plan: Callable[..., LoadPlan], send: Callable[..., LoadRun]
) -> None:
    with landing_site() as other, landing_site(redirect_to=other.url + "/") as site:
        run = send(a_plan(site.url + "/", rate=20, hold=1, limit_failure_ratio=1))
        assert other.arrivals("/") == 0
        assert site.arrivals("/") == 20
    assert run.stats().failures_by_kind == {"unauthorized": 20}
    assert "not authorized for load" in run.examples["unauthorized"]


def test_a_redirect_to_another_origin_of_the_plan_is_followed(
    a_plan: Callable[..., LoadPlan], send: Callable[..., LoadRun]
) -> None:
    with landing_site() as other, landing_site(redirect_to=other.url + "/") as site:
        run = send(a_plan(site.url + "/", rate=20, hold=1), also=[other.url])
        assert other.arrivals("/") == 20
    assert run.stats().ok == 20


def test_a_redirect_loop_ends(a_plan: Callable[..., LoadPlan], send: Callable[..., LoadRun]) -> None:
    with landing_site(redirect_to="/") as site:
        run = send(a_plan(site.url + "/", rate=5, hold=1, limit_failure_ratio=1))
    assert run.stats().failures_by_kind == {"redirect": 5}


def test_a_freeze_is_seen_by_everyone_who_came_meanwhile(
    a_plan: Callable[..., LoadPlan], send: Callable[..., LoadRun]
) -> None:
    with landing_site(freeze_at_s=0.5, freeze_s=1.0) as site:
        run = send(a_plan(site.url + "/", rate=40, hold=2.5, arrivals="uniform"))
    latency = run.done_s - run.intended_s
    # 40 visits came during the second of the freeze; each waited for what was left of it. A stall of the machine adds
    # some to them; it does not make them all.
    assert 35 <= np.count_nonzero(latency > 0.1) <= 80
    assert run.stats().started == 100
    assert not math.isnan(float(latency.max()))
