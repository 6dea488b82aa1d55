"""From a campaign to what will be sent."""

from typing import Any

import pytest

from launchguard.errors import LaunchGuardError
from launchguard.load import make_plan
from launchguard.model.load_plan import LoadPlan
from launchguard.testing import a_campaign, a_forecast

URL = "https://shop.example.com/spring?utm_source=newsletter"


def plan_of(
    base_url: str | None = None, peak_per_s: float | None = 20.0, expect_status: int = 200, **over: Any
) -> LoadPlan:
    campaign = a_campaign(**over)
    return make_plan(
        campaign,
        a_forecast(campaign),
        seed=7,
        run_id="r1",
        base_url=base_url,
        peak_per_s=peak_per_s,
        expect_status=expect_status,
    )


def test_it_ramps_up_warms_up_and_holds_the_peak() -> None:
    plan = plan_of(load={"ramp": "4s", "warm_up": "2s", "hold": "30s", "drain": "3s", "timeout": "5s"})
    assert [(p.name, p.start_s, p.end_s, p.rate_from_per_s, p.rate_to_per_s, p.judged) for p in plan.phases] == [
        ("ramp", 0, 4, 0, 20, False),
        ("warm_up", 4, 6, 20, 20, False),
        ("hold", 6, 36, 20, 20, True),
    ]
    assert (plan.drain_s, plan.visit_timeout_s, plan.duration_s, plan.peak_per_s) == (3, 5, 36, 20)
    assert len(plan.schedule_sha256) == 64


def test_a_phase_of_no_length_is_left_out() -> None:
    assert [p.name for p in plan_of(load={"ramp": "0s", "warm_up": "0s", "hold": "3s"}).phases] == ["hold"]


def test_the_peak_is_the_forecast_s_unless_another_is_asked_for() -> None:
    campaign = a_campaign()
    forecast = a_forecast(campaign)
    plan = make_plan(campaign, forecast, seed=1, run_id="r")
    assert plan.peak_per_s == pytest.approx(forecast.peak_per_s)
    assert plan_of(peak_per_s=33).peak_per_s == 33


def test_pages_keep_their_path_on_another_origin() -> None:
    plan = plan_of("http://127.0.0.1:3000", pages=[{"url": URL, "contains": ["Spring sale"]}])
    (target,) = plan.targets
    assert target.page == URL
    assert target.url == "http://127.0.0.1:3000/spring?utm_source=newsletter"
    assert target.contains == ("Spring sale",)
    assert (target.share, target.expect_status) == (1.0, 200)
    with pytest.raises(LaunchGuardError):
        plan_of("http://127.0.0.1:3000/elsewhere")


def test_limits_and_expectations_are_the_campaign_s() -> None:
    plan = plan_of(
        limits={"p95": "500ms", "errors": "2%"},
        load={"returning": "30%", "arrivals": "uniform"},
        expect_status=204,
    )
    assert (plan.limit_p95_ms, plan.limit_failure_ratio, plan.returning_ratio) == (500, 0.02, 0.3)
    assert plan.arrivals == "uniform"
    assert plan.targets[0].expect_status == 204
