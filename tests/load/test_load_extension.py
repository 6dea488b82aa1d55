"""Too close to call: once more with a longer hold, where a longer hold can decide."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from launchguard.load.quality import why_invalid
from launchguard.load.repeat import hold_s_to_decide, once_more, visits_for, with_hold
from launchguard.model.config import RepositoryConfig
from launchguard.model.events import Noticed
from launchguard.model.load_plan import LoadPlan, Phase, VisitResult
from launchguard.model.load_run import Generator, LoadRun
from launchguard.numbers.statistics import judge_ratio
from launchguard.run import Request
from launchguard.run.authority import Authority
from launchguard.run.wiring import make_tools
from launchguard.testing import a_campaign, a_forecast, a_load_run


@pytest.mark.parametrize(
    ("run", "hold_s"),
    [
        ({"planned": 3000}, None),  # clean: decided
        ({"planned": 3000, "failed": 300}, None),  # broken: decided
        ({"planned": 3000, "failed": 22}, pytest.approx(214.32)),  # 0.73 % of 1 %: 10,716 visits decide
        ({"planned": 3000, "failed": 27}, 600.0),  # 0.9 % of 1 %: what may well be 0.73 % is worth the longest
        ({"planned": 100, "failed": 1}, 600.0),  # on the limit, and the truth may well be 0.1 %
        ({"planned": 100}, pytest.approx(179.4)),  # too few: 299 clean visits are needed
        ({"planned": 20}, None),  # 897 s are more than the longest hold
        ({"planned": 3000, "failed": 22, "p95_ms": 2000.0}, None),  # slow is broken, whatever failures say
        ({"planned": 3000, "failed": 22, "invalid": "a process was lost"}, None),
        ({"planned": 3000, "failed": 22, "stopped": "too many failed"}, None),
        ({"planned": 3000, "failed": 22, "partial": True}, None),
        ({"planned": 0}, None),
    ],
)
def test_how_long_a_hold_decides(run: dict[str, Any], hold_s: Any) -> None:
    assert hold_s_to_decide(a_load_run(**run)) == hold_s


@pytest.mark.parametrize(
    ("bad", "seen", "limit", "most", "visits"),
    [
        (19, 480, 0.05, 4800, 3446),  # 4 % of 5 %: decided within ten times the hold
        (22, 480, 0.05, 4800, 4800),  # 4.6 % takes 26,000, but 4 % may well be true
        (22, 480, 0.05, 960, None),  # and would not be shown by twice the hold
        (26, 480, 0.05, 4800, 4800),  # the same above the limit
        (26, 480, 0.05, 960, None),
    ],
)
def test_how_many_visits_are_worth_sending(bad: int, seen: int, limit: float, most: int, visits: int | None) -> None:
    assert visits_for(bad, seen, limit, most=most) == visits


def test_a_page_that_is_broken_for_its_few_visitors_is_not_tried_again() -> None:
    run = a_load_run(planned=3000, failed=22)
    assert hold_s_to_decide(run) is not None
    (target,) = run.plan.targets
    plan = replace(run.plan, targets=(replace(target, share=0.95), replace(target, page="/few", share=0.05)))
    few = np.arange(3000) % 20 == 0
    result = np.full(3000, VisitResult.OK, np.uint8)
    result[np.flatnonzero(few)[:22]] = VisitResult.STATUS
    run = replace(run, plan=plan, target=few.astype(np.uint16), result=result)
    assert judge_ratio(22, 150, 0.01) == "breaks"
    assert hold_s_to_decide(run) is None


def test_the_longer_hold_decides_if_failures_go_on_as_they_did() -> None:
    run = a_load_run(planned=3000, failed=22)
    hold_s = hold_s_to_decide(run)
    assert hold_s is not None
    times = hold_s / 60
    assert judge_ratio(22, 3000, 0.01) == "open"
    assert judge_ratio(round(22 * times), round(3000 * times), 0.01) == "meets"


def test_slow_visits_are_too_close_to_call_as_well() -> None:
    assert hold_s_to_decide(a_load_run(planned=3000, p95_ms=790.0)) is None
    assert hold_s_to_decide(a_load_run(planned=3000, p95_ms=795.0)) == pytest.approx(235, abs=10)


def test_what_follows_the_hold_comes_later() -> None:
    plan = a_load_run(planned=3000).plan
    phases = (
        Phase("ramp", 0, 10, 0, 50),
        Phase("hold", 10, 70, 50, 50, judged=True),
        Phase("recovery", 70, 80, 12, 12),
    )
    longer = with_hold(replace(plan, phases=phases), 90)
    assert [(p.name, p.start_s, p.end_s) for p in longer.phases] == [
        ("ramp", 0, 10),
        ("hold", 10, 100),
        ("recovery", 100, 110),
    ]
    assert longer.notes[-1] == "the first hold, of 60 s, was too close to call: it was repeated once with 90 s"


CLOSE = a_load_run(planned=3000, failed=22)


def sent_by(
    monkeypatch: pytest.MonkeyPatch, runs: Sequence[LoadRun], authority: Authority, emit: Callable[[Any], Any]
) -> tuple[list[LoadPlan], LoadRun | None]:
    """The plans that a run of a campaign sends when these are what comes of them, and the run that it goes by."""
    sent: list[LoadPlan] = []

    def came_of(plan: LoadPlan, *_: Any, **__: Any) -> LoadRun:
        sent.append(plan)
        return runs[len(sent) - 1]

    monkeypatch.setattr("launchguard.run.wiring.run_load", came_of)
    campaign = a_campaign(pages=[{"url": "http://127.0.0.1:9/spring"}])
    answer = make_tools(campaign, authority, {}).send(campaign, a_forecast(), Request(seed=1, run_id="r"), emit, ())
    return sent, answer.run


def test_a_run_sends_a_close_hold_once_more_and_no_third_time(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Any] = []
    anytime = Authority(RepositoryConfig(), lambda: datetime(2027, 2, 1, tzinfo=UTC))
    sent, _ = sent_by(monkeypatch, [CLOSE, CLOSE], anytime, told.append)
    first, second = ([p.end_s - p.start_s for p in plan.phases if p.judged] for plan in sent)
    assert second > first
    assert [event.text for event in told if isinstance(event, Noticed)] == [sent[1].notes[-1]]


def test_what_was_another_page_in_the_first_run_is_not_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    anytime = Authority(RepositoryConfig(), lambda: datetime(2027, 2, 1, tzinfo=UTC))
    first = replace(CLOSE, different=a_load_run(different=40).different)
    _, run = sent_by(monkeypatch, [first, CLOSE], anytime, lambda _: None)
    assert run is not None
    assert [page.requests for page in run.different] == [40]


def test_a_run_that_a_stall_spoilt_is_sent_once_more(monkeypatch: pytest.MonkeyPatch) -> None:
    good = a_load_run(planned=3000)
    late = replace(good, sent_s=good.sent_s + 0.05, done_s=good.done_s + 0.05)
    anytime = Authority(RepositoryConfig(), lambda: datetime(2027, 2, 1, tzinfo=UTC))
    runs = [replace(late, invalid=why_invalid(late)), good]
    sent, run = sent_by(monkeypatch, runs, anytime, lambda _: None)
    assert run is good
    assert len(sent) == 2
    assert sent[1].phases == sent[0].phases
    assert sent[1].notes[-1].startswith("the first run proved nothing, because visits were sent up to ")
    assert sent[1].notes[-1].endswith("(p99; at most 8 ms): it was repeated once")


@pytest.mark.parametrize(
    "over",
    [
        {"partial": True},
        {"stopped": "too many failed"},
        {"invalid": "a process was lost"},
        {"generator": Generator(cpu_ratio=0.95, lag_p99_ms=50.0, processes=1)},
    ],
)
def test_what_would_not_be_better_the_second_time_is_not_repeated(over: dict[str, Any]) -> None:
    good = a_load_run(planned=3000)
    late = replace(good, sent_s=good.sent_s + 0.05, done_s=good.done_s + 0.05)
    late = replace(late, invalid=why_invalid(late))
    assert once_more(late.plan, late) is not None
    assert once_more(late.plan, replace(late, **over)) is None
    assert once_more(good.plan, good) is None


def test_a_repetition_that_would_outlast_the_hours_is_not_sent_and_the_first_run_is_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    config = RepositoryConfig.model_validate(
        {"load": {"hosts": {"127.0.0.1:9": {"max_rate": "5000/s", "hours": "01:00-06:00 UTC"}}}}
    )
    # The first run takes 85 s with its drain, and the longer one more than the 90 s that are left.
    now = datetime(2027, 2, 1, 5, 58, 30, tzinfo=UTC)
    sent, run = sent_by(monkeypatch, [CLOSE], Authority(config, lambda: now), lambda _: None)
    assert len(sent) == 1
    assert run is not None
    assert run.stats().failed == 22
    assert "it could not be repeated with" in run.plan.notes[-1]
    assert "would outlast that" in run.plan.notes[-1]
