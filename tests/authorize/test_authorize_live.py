"""A campaign that is live on a host keeps load away from it."""

from datetime import timedelta

import pytest

from launchguard.authorize import Grant, Refusal, live_campaign
from tests.authorize.deciding import NOON, SHOP, TEST_HOST, campaign_of, config_of, decide, plan_of, refused

CONFIG = config_of({"shop.example.com": TEST_HOST})
LIVE = campaign_of(SHOP, launch="2027-03-01 09:00 UTC", ends="2027-03-02 12:00 UTC")


@pytest.mark.parametrize(
    ("launch", "ends", "live"),
    [
        ("2027-03-01 12:00 UTC", "2027-03-02 12:00 UTC", True),  # it begins this moment
        ("2027-03-01 12:01 UTC", "2027-03-02 12:00 UTC", True),  # it begins before the load is over
        ("2027-03-01 12:02 UTC", "2027-03-02 12:00 UTC", False),
        ("2027-02-01 09:00 UTC", "2027-03-01 12:00 UTC", True),  # it ends this moment
        ("2027-02-01 09:00 UTC", "2027-03-01 11:59 UTC", False),
        ("2027-02-01 09:00 UTC", None, True),  # nobody said when it ends
        ("2027-03-01 13:30 Europe/Madrid", "2027-03-02 12:00 UTC", False),  # 12:30 UTC
        ("2027-03-01 12:30 Europe/Madrid", "2027-03-02 12:00 UTC", True),  # 11:30 UTC
    ],
)
def test_when_a_campaign_is_live(launch: str, ends: str | None, live: bool) -> None:
    campaign = campaign_of(SHOP, launch=launch, ends=ends)
    found = live_campaign("shop.example.com", [campaign], NOON, NOON + timedelta(seconds=70))
    assert (found is campaign) is live


@pytest.mark.parametrize(
    ("url", "live"),
    [
        ("https://SHOP.example.com./other", True),
        ("http://shop.example.com:8443/", True),
        ("https://www.example.com/", False),
        ("https://shop.example.com.evil.test/", False),
    ],
)
def test_where_a_campaign_is_live(url: str, live: bool) -> None:
    campaign = campaign_of("https://other.example.com/", url, launch="2027-03-01 09:00 UTC")
    assert (live_campaign("shop.example.com", [campaign], NOON, NOON) is campaign) is live


def test_no_load_while_a_campaign_is_live_unless_it_is_asked_for() -> None:
    answer = refused(plan_of(SHOP), CONFIG, campaigns=[LIVE])
    assert answer.reason.startswith("Autumn is live on shop.example.com, until 2027-03-02 12:00 UTC")
    assert "--during-campaign" in answer.fix
    assert isinstance(decide(plan_of(SHOP), CONFIG, campaigns=[LIVE], during_campaign=True)[0], Grant)


@pytest.mark.parametrize(("hold_s", "kept_away"), [(70.0, True), (55.0, True), (50.0, True), (49.0, False)])
def test_no_load_that_a_campaign_would_launch_into(hold_s: float, kept_away: bool) -> None:
    """It launches a minute after the load begins: in its hold, or in the 10 s in which the last visits are answered."""
    soon = campaign_of(SHOP, launch="2027-03-01 12:01 UTC", ends="2027-03-02 12:00 UTC")
    (answer, *_) = decide(plan_of(SHOP, hold_s=hold_s), CONFIG, campaigns=[soon])
    assert isinstance(answer, Refusal if kept_away else Grant)
    later = decide(plan_of(SHOP, hold_s=hold_s), CONFIG, campaigns=[soon], now=NOON - timedelta(minutes=5))
    assert isinstance(later[0], Grant)


def test_a_live_host_is_no_place_to_be_redirected_to_either() -> None:
    plan = plan_of("http://127.0.0.1:3000/")
    assert [a.origin for a in decide(plan, CONFIG, campaigns=[LIVE])] == ["http://127.0.0.1:3000"]
    assert len(decide(plan, CONFIG, campaigns=[])) == 3


def test_loopback_has_no_visitors_to_spare() -> None:
    here = campaign_of("http://127.0.0.1:3000/", launch="2027-03-01 09:00 UTC")
    assert isinstance(decide(plan_of("http://127.0.0.1:3000/"), campaigns=[here])[0], Grant)
