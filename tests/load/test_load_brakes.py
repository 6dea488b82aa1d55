"""When a run stops before its end: first on hand-made records, then in real runs."""

from collections.abc import Callable

import numpy as np
import pytest

from launchguard.load.brakes import Brakes, Stop, Watched, allowed_failures, allowed_slow, failures
from launchguard.model.load_plan import LoadPlan, Phase, Target, VisitResult
from launchguard.model.load_run import LoadRun
from launchguard.model.load_stats import percentile
from launchguard.numbers.statistics import judge_ratio
from launchguard.site import landing_site
from tests.busy import is_void, reached

R = VisitResult


def plan_of(
    *, ramp: float = 2.0, rate: float = 100.0, p95: float = 800.0, errors: float = 0.01, timeout: float = 10.0
) -> LoadPlan:
    climb = [Phase("ramp", 0, ramp, rate, rate)] if ramp else []
    phases = (*climb, Phase("hold", ramp, ramp + 60.0, rate, rate, judged=True))
    return LoadPlan("r", 1, "uniform", phases, (Target("u", "http://127.0.0.1:9/", 1.0),), 10.0, timeout, p95, errors)


class Story:
    """A run at a steady rate in which visits get what they are told to get."""

    def __init__(self, plan: LoadPlan) -> None:
        self.plan = plan
        self.intended = np.arange(plan.duration_s * plan.peak_per_s) / plan.peak_per_s
        self.latency = np.full(len(self.intended), 0.05)
        self.outcome = np.full(len(self.intended), R.OK, dtype=np.uint8)

    def between(self, first: float, last: float, outcome: R, latency: float = 0.05, every: int = 1) -> "Story":
        chosen = np.flatnonzero((self.intended >= first) & (self.intended < last))[::every]
        self.outcome[chosen], self.latency[chosen] = outcome, latency
        return self

    def at(self, now: float) -> Watched:
        sent = np.where(self.intended <= now, self.intended, np.nan)
        done = np.where(self.intended + self.latency <= now, self.intended + self.latency, np.nan)
        result = np.where(np.isnan(done), R.DROPPED, self.outcome).astype(np.uint8)
        return Watched(self.intended, sent, done, result)

    def first_stop(self) -> tuple[float, Stop] | None:
        """When the brakes are first pulled, looking ten times a second, and why."""
        brakes = Brakes(self.plan, self.intended)
        for now in np.arange(0.0, self.plan.duration_s, 0.1):
            stop = brakes.look(self.at(now), float(now))
            if stop:
                return float(now), stop
        return None

    def stop(self) -> tuple[float, Stop]:
        """The same for a run that has to be stopped."""
        found = self.first_stop()
        assert found is not None
        return found


def test_a_good_run_is_not_stopped() -> None:
    assert Story(plan_of()).first_stop() is None


def test_few_failures_do_not_stop_and_the_certain_breach_does() -> None:
    plan = plan_of(errors=0.01)  # 6,000 judged visits: 60 may fail
    assert Story(plan).between(2, 62, R.STATUS, every=101).first_stop() is None
    now, stop = Story(plan).between(2, 62, R.STATUS, every=10).stop()
    # Every tenth of 100/s: the 61st failure is due 6.0 s into the hold.
    assert now == pytest.approx(8.1, abs=0.15)
    assert "61 of 6,000 planned visits had failed, more than the 60 that the limit of 1 % allows" in stop.reason


@pytest.mark.parametrize(("every", "stops"), [(150, False), (70, False), (20, True)])
def test_what_could_still_be_chance_is_judged_at_the_end(every: int, stops: bool) -> None:
    """Of 600 planned visits 6 may fail; a seventh is no certainty where the judge would call so few too close."""
    plan = plan_of(rate=10, errors=0.01)
    story = Story(plan).between(2, 62, R.STATUS, every=every)
    found = story.first_stop()
    assert (found is not None) is stops
    if found is not None:
        run = story.at(found[0])
        sent = int(np.count_nonzero(~np.isnan(run.sent_s) & (run.intended_s >= 2)))
        failed = int(np.count_nonzero(failures(run.result)))
        assert judge_ratio(failed, sent, 0.01) == "breaks"


def test_failures_outside_the_judged_phase_do_not_count_against_the_limit() -> None:
    assert Story(plan_of(ramp=4)).between(0, 4, R.STATUS, every=4).first_stop() is None


def test_a_visit_is_slow_the_moment_its_age_passes_the_limit() -> None:
    # 400/s asked of 200/s: the latency grows by half a second per second. 60 s: 24,000 visits, 1,200 may be slow.
    story = Story(plan_of(ramp=0.0, rate=400, p95=1000))
    story.latency = story.intended + 0.0
    now, stop = story.stop()
    # Visits due from 1 s on are slow, and known to be 1 s after they were due: the 1,201st is due at 4 s.
    assert now == pytest.approx(5.0, abs=0.15)
    assert "1,201 of 24,000" in stop.reason or "5 %" in stop.reason


@pytest.mark.parametrize("visits", [1, 19, 20, 21, 59, 100, 101, 1000, 3333])
def test_the_brake_and_the_percentile_agree(visits: int) -> None:
    slow = allowed_slow(visits)
    values = np.sort(np.r_[np.full(visits - slow, 1.0), np.full(slow, 2.0)])
    assert percentile(values, 0.95) == 1.0
    if slow < visits:
        values[visits - slow - 1] = 2.0
        assert percentile(values, 0.95) == 2.0
    assert allowed_failures(100, 0.29) == 29


@pytest.mark.parametrize(("latency_s", "stops"), [(0.05, False), (0.5, False), (1.5, True)])
def test_what_a_stall_of_this_machine_explains_is_not_held_against_the_site(latency_s: float, stops: bool) -> None:
    story = Story(plan_of())
    story.latency[:] = latency_s
    watched: list[tuple[float, Watched]] = []
    for now in np.arange(0.0, 62.0, 0.1):
        if 10.0 < now < 14.0:
            continue  # nobody looked, sent or read for four seconds
        seen = story.at(float(now))
        held = (story.intended > 10.0) & (story.intended < 14.0) & (story.intended <= now)
        sent = np.where(held, 14.0, seen.sent_s)
        done = np.where((story.intended + latency_s > 10.0) & (story.intended < 14.0), 14.0 + latency_s, seen.done_s)
        watched.append((float(now), Watched(story.intended, sent, np.where(done <= now, done, np.nan), seen.result)))
    brakes = Brakes(story.plan, story.intended)
    assert any(brakes.look(seen, now) for now, seen in watched) is stops


def test_a_total_outage_stops_after_two_seconds_in_any_phase() -> None:
    now, stop = Story(plan_of(ramp=30)).between(10, 30, R.RESET).stop()
    assert now == pytest.approx(12.0, abs=0.25)
    assert "visits due in 2 s had failed (all)" in stop.reason


def test_half_of_the_visits_failing_for_five_seconds_stops() -> None:
    now, stop = Story(plan_of(ramp=30)).between(10, 30, R.STATUS, every=2).stop()
    assert now == pytest.approx(15.0, abs=0.6)
    assert "due in 5 s" in stop.reason
    assert Story(plan_of(ramp=30)).between(10, 30, R.STATUS, every=3).first_stop() is None


def test_a_site_that_hangs_altogether_is_left_alone_once_its_visits_have_failed() -> None:
    plan = plan_of(ramp=60, timeout=3.0)
    now, stop = Story(plan).between(0, 60, R.UNANSWERED, latency=3.0).stop()
    assert now == pytest.approx(5.0, abs=0.25)
    assert "failed" in stop.reason


def test_a_rate_limit_stops_kindly_and_concludes_nothing() -> None:
    now, stop = Story(plan_of(ramp=30)).between(10, 30, R.RATE_LIMITED, every=2).stop()
    assert stop.inconclusive
    assert now == pytest.approx(15.0, abs=0.6)
    now, stop = Story(plan_of()).between(2, 62, R.RATE_LIMITED, every=20).stop()
    assert stop.inconclusive


def test_rate_limits_outside_the_judged_phase_do_not_count_against_the_limit() -> None:
    assert Story(plan_of(ramp=30)).between(0, 30, R.RATE_LIMITED, every=4).first_stop() is None


def test_many_failures_beside_a_few_rate_limits_are_still_certain() -> None:
    story = Story(plan_of()).between(2, 62, R.STATUS, every=10)
    story.outcome[np.flatnonzero(story.intended > 2)[5:400:100]] = R.RATE_LIMITED
    _, stop = story.stop()
    assert not stop.inconclusive


def test_a_failing_page_is_spared_the_rest_of_the_run(
    a_plan: Callable[..., LoadPlan], send: Callable[..., LoadRun]
) -> None:
    with landing_site(fail_ratio=0.3) as site:
        run = send(a_plan(site.url + "/", rate=50, hold=8))
        assert reached(run.stats(), site.arrivals("/"))
    assert "planned visits had failed" in run.stopped
    assert run.invalid == "" or is_void(run.invalid)
    assert run.ended_s is not None and run.ended_s < 4  # after a third of a second, where the machine has time
    assert run.stats().started < 250


def test_a_hanging_page_is_named_as_unanswered_though_the_run_was_stopped(
    a_plan: Callable[..., LoadPlan], send: Callable[..., LoadRun]
) -> None:
    with landing_site(hang_ratio=0.2) as site:
        run = send(a_plan(site.url + "/", rate=40, hold=4, visit_timeout_s=10.0, limit_p95_ms=800.0))
        hung = site.counts()["/"]["statuses"]["hung"]
    stats = run.stats()
    assert "took longer than 800 ms" in run.stopped
    assert 0 < stats.bad <= hung <= stats.unanswered  # with those that the stop cut off
    assert stats.latency_ms is not None and stats.latency_ms.p95 > 800


def test_429_is_unknown_and_says_what_to_do(a_plan: Callable[..., LoadPlan], send: Callable[..., LoadRun]) -> None:
    with landing_site(fail_ratio=0.6, fail_status=429) as site:
        run = send(a_plan(site.url + "/", rate=50, hold=8))
        assert reached(run.stats(), site.arrivals("/"))
    assert run.stats().started < 250
    assert "rate" in run.invalid and "allow-list this source" in run.invalid
    assert run.stopped == ""
