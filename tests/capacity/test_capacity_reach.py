"""How far a search may go: caps of hosts, shares of pages, and what is refused before anything is sent."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from launchguard.authorize import Grant
from launchguard.errors import AuthorizationError
from launchguard.forecast import forecast_campaign
from launchguard.load.capacity import Budget, CapacityScope, Found, at_peak_shares
from launchguard.load.capacity.traffic import peak_shares
from launchguard.load.schedule import make_schedule
from launchguard.model.campaign import Campaign, RepositoryConfig
from launchguard.model.load_plan import LoadPlan
from launchguard.model.load_run import LoadRun
from launchguard.run import Request, wiring
from launchguard.run.authority import Authority
from launchguard.run.planning import plan_of, scope_of
from launchguard.run.wiring import Reach, make_reach, make_tools
from launchguard.testing import a_campaign, a_load_run, a_visit
from tests.authorize.deciding import names

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
        tools.send(campaign, forecast_campaign(campaign), REQUEST, lambda _: None, ())


@dataclass
class Shop:
    """Pages that hold everything, on a host with visitors, and a clock that only the load moves."""

    campaign: Campaign
    neighbours: Sequence[Campaign]
    now: datetime = NOW
    plans: list[LoadPlan] = field(default_factory=list)

    def reach(self, monkeypatch: pytest.MonkeyPatch) -> Reach:
        monkeypatch.setattr(wiring, "run_load", self.send)
        monkeypatch.setattr(wiring, "visit_all", lambda requests, policy: [a_visit() for _ in requests])
        hosts = {"shop.example.com": {"max_rate": "500/s", "production": "false"}}
        config = RepositoryConfig.model_validate({"load": {"hosts": hosts}})
        campaigns = (self.campaign, *self.neighbours)
        asked = Authority(config, lambda: self.now, campaigns, resolver=names(shop_example_com="93.184.216.34"))
        return make_reach(self.campaign, asked, {})

    def send(self, plan: LoadPlan, grants: Sequence[Grant], **_: Any) -> LoadRun:
        assert {grant.origin for grant in grants if not grant.by_redirect} == {"https://shop.example.com:443"}
        self.plans.append(plan)
        self.now += timedelta(seconds=plan.duration_s)
        hold = plan.phases[-1]
        run = a_load_run(
            planned=round((hold.end_s - hold.start_s) * plan.peak_per_s), seconds=hold.end_s - hold.start_s
        )
        shifted = {key: getattr(run, key) + hold.start_s for key in ("intended_s", "sent_s", "done_s")}
        return replace(run, plan=plan, **shifted)


@pytest.mark.parametrize(
    ("launch", "during", "levels"),
    [
        ("2027-02-01 12:00 UTC", False, 0),  # it is live when the search begins
        ("2027-02-01 12:01 UTC", False, 1),  # between the first authorization and the end of the second level
        ("2027-02-01 12:01 UTC", True, 2),
        ("2027-02-01 13:00 UTC", False, 2),
    ],
)
def test_a_campaign_that_goes_live_between_two_levels_ends_the_search(
    monkeypatch: pytest.MonkeyPatch, launch: str, during: bool, levels: int
) -> None:
    page = [{"url": "https://shop.example.com/spring"}]
    campaign = campaign_of(50, pages=page)
    autumn = a_campaign(name="Autumn", launch=launch, ends="2027-02-03 12:00 UTC", pages=page)
    shop, forecast = Shop(campaign, [autumn]), forecast_campaign(campaign)
    reach, request = shop.reach(monkeypatch), replace(REQUEST, during_campaign=during)

    def search() -> Found:
        scope = scope_of(campaign, forecast)
        return reach.search(campaign, forecast, request, lambda _: None, scope, Budget())

    if not levels:
        with pytest.raises(AuthorizationError, match=r"Autumn is live on shop\.example\.com"):
            search()
    else:
        found = search()
        assert [level.offered_per_s for level in found.capacity.levels] == [50, 100][:levels]
        assert ("Autumn is live on shop.example.com" in found.capacity.reason) is (levels == 1)
        assert found.capacity.rate_per_s == (None if levels == 1 else 100)
    assert len(shop.plans) == levels


def test_a_run_too_close_to_call_is_not_repeated_into_a_campaign(monkeypatch: pytest.MonkeyPatch) -> None:
    page = [{"url": "https://shop.example.com/spring"}]
    campaign = campaign_of(50, pages=page, load={"hold": "30s", "ramp": "3s", "warm_up": "2s"})
    autumn = a_campaign(name="Autumn", launch="2027-02-01 12:01 UTC", ends="2027-02-03 12:00 UTC", pages=page)
    shop = Shop(campaign, [autumn])
    monkeypatch.setattr(wiring, "once_more", lambda plan, run: replace(plan, notes=("it was repeated once",)))
    authority_of_shop = shop.reach(monkeypatch).authority
    answer = make_tools(campaign, authority_of_shop, {}).send(
        campaign, forecast_campaign(campaign), REQUEST, lambda _: None, ()
    )
    assert answer.run is not None
    assert len(shop.plans) == 1
    assert answer.run.plan.notes[-1].startswith("it could not be repeated: Autumn is live on shop.example.com")


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
