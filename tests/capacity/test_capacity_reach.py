"""How far a search may go: caps of hosts, shares of pages, and what is refused before anything is sent."""

from datetime import UTC, datetime
from typing import Any

import pytest

from launchguard.errors import AuthorizationError
from launchguard.forecast import forecast_campaign
from launchguard.load.capacity import CapacityScope, at_peak_shares
from launchguard.load.capacity.traffic import peak_shares
from launchguard.load.schedule import make_schedule
from launchguard.model.campaign import Campaign, RepositoryConfig
from launchguard.run import Request
from launchguard.run.wiring import Authority, make_reach, make_tools, plan_of, scope_of
from launchguard.testing import a_campaign

NOW = datetime(2027, 2, 1, 12, tzinfo=UTC)
REQUEST = Request(seed=1, run_id="r")
SPRING, SHOES = "http://127.0.0.1:9/spring", "http://127.0.0.1:9/shoes"


def campaign_of(rate: int, **over: Any) -> Campaign:
    given: dict[str, Any] = {"pages": [{"url": SPRING}], "channels": [{"kind": "rate", "rate": f"{rate}/s"}]}
    return a_campaign(**(given | {"load": {"find_capacity": "yes"}} | over))


def authority(**hosts: Any) -> Authority:
    config = RepositoryConfig.model_validate({"load": {"hosts": {"127.0.0.1:9": hosts}}} if hosts else {})
    return Authority(config, lambda: NOW)


def capped(campaign: Campaign, asked: Authority, scope: CapacityScope | None = None) -> CapacityScope:
    forecast = forecast_campaign(campaign)
    template = plan_of(campaign, forecast, REQUEST)
    return make_reach(campaign, asked, {}).capped(scope or scope_of(campaign, forecast), template, REQUEST)


def test_a_host_without_a_cap_is_searched_as_far_as_the_gate_needs() -> None:
    scope = capped(campaign_of(50), authority())
    assert (scope.first_per_s, scope.largest_per_s, scope.cut) == (50, 100, False)


def test_the_cap_of_a_host_ends_the_search() -> None:
    scope = capped(campaign_of(50), authority(max_rate="80/s"))
    assert (scope.first_per_s, scope.cut) == (50, True)
    assert scope.largest_per_s == pytest.approx(80)
    lower = capped(campaign_of(50), authority(max_rate="20/s"))
    assert [lower.first_per_s, lower.largest_per_s] == pytest.approx([20, 20])
    failing = scope_of(campaign_of(50), forecast_campaign(campaign_of(50)), to_failure=True)
    assert capped(campaign_of(50), authority(max_rate="800/s"), failing).largest_per_s == pytest.approx(800)


def test_the_cap_counts_what_the_host_gets_of_the_visits() -> None:
    pages = [{"url": SPRING, "share": "25%"}, {"url": "http://127.0.0.2:9/shoes", "share": "75%"}]
    scope = capped(campaign_of(50, pages=pages), authority(max_rate="20/s"))
    assert scope.largest_per_s == pytest.approx(80)


def test_a_host_that_nobody_authorized_is_refused_with_the_rate_to_allow() -> None:
    stranger = campaign_of(50, pages=[{"url": "https://shop.acme.test/"}])
    with pytest.raises(AuthorizationError, match=r"shop\.acme\.test is not authorized") as caught:
        capped(stranger, authority())
    assert "max_rate: 100/s" in caught.value.hint


def test_a_run_is_refused_below_the_median_peak() -> None:
    campaign = campaign_of(50)
    tools = make_tools(campaign, authority(max_rate="40/s"), {})
    with pytest.raises(AuthorizationError, match="more than the 40/s"):
        tools.send(campaign, forecast_campaign(campaign), REQUEST, lambda _: None)


def test_visits_are_split_as_at_the_peak() -> None:
    campaign = a_campaign(
        pages=[{"url": SPRING, "share": "50%"}, {"url": SHOES, "share": "50%"}],
        channels=[{"kind": "rate", "rate": "10/s"}, {"kind": "flash", "waiters": 3000, "page": SHOES, "at": "+1h"}],
    )
    forecast = forecast_campaign(campaign)
    shares = peak_shares(forecast)
    assert sum(shares.values()) == pytest.approx(1)
    assert shares[SPRING] == pytest.approx(5 / forecast.peak_per_s)
    plan = plan_of(campaign, forecast, REQUEST)
    assert plan.peak_per_s == forecast.peak_p95_per_s > forecast.peak_per_s
    assert {target.page: target.share for target in plan.targets} == shares
    assert plan.schedule_sha256 == make_schedule(plan).sha256
    assert at_peak_shares(plan, forecast) == plan
