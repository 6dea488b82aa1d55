"""The look after the load: only where its last moments went wrong, and only what stays wrong is told."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from launchguard.load.recorded import RecordingReader
from launchguard.load.recording import Records
from launchguard.load.schedule import LoadSchedule
from launchguard.load.sending.aftermath import broken_at_the_end
from launchguard.model.load_plan import LoadPlan, VisitResult
from launchguard.model.load_run import LoadRun
from tests.load.raw_site import Asked, raw_site, whole

R = VisitResult
PAGE = b"<!doctype html><title>Spring</title><h1>Spring sale</h1>"
load = pytest.mark.load


def ended(tmp_path: Path, *visits: tuple[int, VisitResult, float], rate: float = 10.0) -> Records:
    """Records of visits at this rate (target, result, seconds until it was done), the last ones of which are given."""
    count = 60
    good = [(target, R.OK, 0.05) for target in (0, 1)] * count
    last = [*good[: count - len(visits)], *visits]
    schedule = LoadSchedule(
        np.arange(count) / rate, np.array([t for t, _, _ in last], np.uint16), *np.zeros((2, count), np.uint8)
    )
    reader = RecordingReader(tmp_path / "records", schedule, 1)
    reader.sent[:] = schedule.intended_s
    reader.done[:] = schedule.intended_s + [took for _, _, took in last]
    reader.result[:] = [result for _, result, _ in last]
    return Records(tmp_path / "records")


@pytest.mark.parametrize(
    ("visits", "broken"),
    [
        ([], {}),
        ([(0, R.STATUS, 0.05)], {0: 59}),  # the very last visit
        ([(0, R.STATUS, 0.05), (0, R.OK, 0.05)], {0: 58}),
        ([(0, R.OK, 0.9)], {0: 59}),  # too slow
        ([(0, R.STATUS, 0.05), *[(0, R.OK, 0.05)] * 3], {}),  # it came back
        ([*[(0, R.STATUS, 0.05)] * 5, *[(0, R.OK, 0.05)] * 4], {0: 55}),  # half of the last second
        ([(1, R.UNANSWERED, 5.0), (0, R.OK, 0.05)], {1: 58}),
        ([(0, R.STATUS, 0.05), (1, R.TIMEOUT, 5.0)], {0: 58, 1: 59}),
        ([(0, R.RATE_LIMITED, 0.05)] * 5, {}),  # says nothing about other visitors
        ([(0, R.UNAUTHORIZED, 0.05)] * 5, {}),
        ([(0, R.DROPPED, 0.0)] * 5, {}),
    ],
)
def test_where_the_last_moments_went_wrong(
    tmp_path: Path, visits: list[tuple[int, VisitResult, float]], broken: dict[int, int]
) -> None:
    assert broken_at_the_end(ended(tmp_path, *visits), 0, 1, end_s=6.0, limit_s=0.8) == broken


def test_a_process_looks_back_at_its_own_visits_only(tmp_path: Path) -> None:
    records = ended(tmp_path, (0, R.STATUS, 0.05), (0, R.OK, 0.05))
    assert broken_at_the_end(records, 0, 2, end_s=6.0, limit_s=0.8) == {0: 58}
    assert broken_at_the_end(records, 1, 2, end_s=6.0, limit_s=0.8) == {}


def test_a_page_that_is_seldom_visited_is_looked_back_at_however_long_ago(tmp_path: Path) -> None:
    visits = [(1, R.STATUS, 0.05), *[(0, R.OK, 0.05)] * 30]
    assert broken_at_the_end(ended(tmp_path, *visits), 0, 1, end_s=6.0, limit_s=0.8) == {1: 29}


async def _dies(asked: Asked, after: int) -> bytes:
    return whole(PAGE) if asked.number <= after else whole(b"oom", status="500 Internal Server Error")


@load
def test_a_page_that_dies_at_the_end_and_stays_dead_is_looked_at(
    a_plan: Callable[..., LoadPlan], send: Callable[..., LoadRun]
) -> None:
    with raw_site(lambda asked: _dies(asked, 95)) as site:
        run = send(a_plan(site.url + "/", rate=50, hold=2, limit_failure_ratio=0.2))
        assert len(site.asked) == 103
    assert (run.stats().failed, run.stopped) == (5, "")
    (page,) = run.after
    assert (page.name, page.requests, page.failed) == (f"{site.url}/", 3, 3)
    assert "answered 500" in page.example


@load
def test_a_page_that_came_back_is_looked_at_and_right(
    a_plan: Callable[..., LoadPlan], send: Callable[..., LoadRun]
) -> None:
    async def stumbles(asked: Asked) -> bytes:
        return await _dies(asked, 95 if asked.number <= 100 else 1000)

    with raw_site(stumbles) as site:
        run = send(a_plan(site.url + "/", rate=50, hold=2, limit_failure_ratio=0.2))
    (page,) = run.after
    assert (page.requests, page.failed) == (3, 0)


@load
def test_a_page_that_stays_slow_is_told_within_two_seconds_and_a_well_one_is_left_alone(
    a_plan: Callable[..., LoadPlan], send: Callable[..., LoadRun]
) -> None:
    async def slows(asked: Asked) -> bytes:
        await asyncio.sleep(0 if asked.number <= 95 else 1.5)
        return whole(PAGE)

    with raw_site(slows) as site:
        run = send(a_plan(site.url + "/", rate=50, hold=2, limit_p95_ms=1000.0))
    (page,) = run.after
    assert page.requests == page.failed >= 1
    assert "took longer than 1,000 ms" in page.example

    with raw_site(lambda asked: _dies(asked, 1000)) as site:
        run = send(a_plan(site.url + "/", rate=50, hold=1))
        assert len(site.asked) == 50
    assert run.after == ()
