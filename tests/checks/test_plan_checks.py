"""The checks of the plan: hand-built campaigns, no network."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from launchguard import Finding
from launchguard.checking.files import built_in_checks
from launchguard.judging.judge import decide, judge
from launchguard.model.evidence import Evidence
from launchguard.model.verdict import Decision
from launchguard.testing import a_campaign, a_clock, a_forecast

Found = Callable[..., list[tuple[str, str]]]


OVER_A_CHANGE = {"launch": "2027-03-25 09:00 Europe/Madrid", "ends": None}


def tv(at: str) -> dict[str, object]:
    return {"kind": "tv", "responders": 10, "at": at}


def test_the_usual_campaign_passes_every_plan_check(found: Found) -> None:
    assert found("launch-time", a_campaign(), a_clock()) == []
    assert found("channel-plausible", a_campaign()) == []
    assert found("half-baked", a_campaign()) == []


@pytest.mark.parametrize(
    ("over", "expected"),
    [
        ({"ends": None}, []),
        ({"launch": "2027-03-27 09:00 Europe/Madrid", "ends": None}, [("clock-change", "warn")]),
        ({"launch": "2027-03-28 09:00 UTC", "ends": None}, []),
        ({"launch": "2027-03-25 09:00 Europe/Madrid", "ends": None}, []),
        (
            {"launch": "2027-10-31 02:30 Europe/Madrid", "ends": None},
            [("ambiguous", "warn"), ("clock-change", "warn")],
        ),
        ({"ends": "2027-10-31 02:30 Europe/Madrid"}, [("ambiguous", "warn")]),
        ({"channels": [{"kind": "tv", "responders": 10, "at": "-1h"}]}, [("before-launch", "warn")]),
        ({"channels": [{"kind": "tv", "responders": 10, "at": "2027-03-02 21:00"}]}, []),
        ({"launch": "2027-03-01T09:00+01:00"}, []),
        ({"launch": "2027-03-01 09:00 US/Eastern"}, []),
        ({"launch": "2027-03-01 09:00 GMT"}, []),
        ({"launch": "2027-07-01 09:00 GMT", "ends": None}, [("abbreviation", "warn")]),
        ({"launch": "2027-03-01 09:00 CET"}, [("abbreviation", "warn")]),
        ({"launch": "2027-07-01 09:00 EST", "ends": None}, [("abbreviation", "warn")]),
        ({"launch": "2027-03-01 09:00 Etc/GMT+2"}, [("abbreviation", "warn")]),
        ({**OVER_A_CHANGE, "channels": [tv("+72h")]}, []),
        ({**OVER_A_CHANGE, "channels": [tv("+3d")]}, [("day-over-clock-change", "warn")]),
        ({**OVER_A_CHANGE, "channels": [tv("+2d")]}, []),
        ({**OVER_A_CHANGE, "channels": [tv("2027-03-28 12:00")]}, []),
        ({**OVER_A_CHANGE, "channels": [tv("2027-03-28 12:00 CET")]}, [("abbreviation", "warn")]),
        ({**OVER_A_CHANGE, "launch": "2027-03-25T09:00+01:00", "channels": [tv("2027-03-25 21:00")]}, []),
        (
            {**OVER_A_CHANGE, "launch": "2027-03-25T09:00+01:00", "channels": [tv("2027-03-28 12:00")]},
            [("offset-of-launch", "warn")],
        ),
        (
            {"launch": "2027-10-28 02:00 Europe/Madrid", "ends": None, "channels": [tv("2027-10-31 02:30")]},
            [("ambiguous", "warn")],
        ),
        ({"launch": "2027-10-28 02:30 Europe/Madrid", "ends": None, "channels": [tv("+72h")]}, []),
    ],
)
def test_launch_time(found: Found, over: dict[str, object], expected: list[tuple[str, str]]) -> None:
    assert found("launch-time", a_campaign(**over), a_clock()) == expected


@pytest.mark.parametrize(
    ("over", "moment"),
    [
        ({"launch": "2027-10-31 02:30 Europe/Madrid", "ends": None}, "2027-10-31 00:30 UTC"),
        ({"launch": "2027-07-01 09:00 EST", "ends": None}, "2027-07-01 14:00 UTC"),
        ({**OVER_A_CHANGE, "channels": [tv("+3d")]}, "2027-03-28 08:00 UTC"),
    ],
)
def test_a_time_with_two_readings_says_which_moment_it_takes(
    judged: Callable[..., list[Finding]], over: dict[str, object], moment: str
) -> None:
    assert moment in judged("launch-time", a_campaign(**over), a_clock())[0].fix


@pytest.mark.parametrize(
    ("now", "running"),
    [
        (datetime(2027, 3, 1, 7, 59, tzinfo=UTC), False),
        (datetime(2027, 3, 1, 8, 0, tzinfo=UTC), True),
        (datetime(2027, 3, 4, 22, 58, tzinfo=UTC), True),
        (datetime(2027, 3, 4, 22, 59, tzinfo=UTC), False),
    ],
)
def test_launch_time_names_a_running_campaign_without_a_warning(found: Found, now: datetime, running: bool) -> None:
    assert found("launch-time", a_campaign(), a_clock(now)) == [("running", "info")] * running


@pytest.mark.parametrize(
    ("over", "hours", "reason"),
    [
        ({}, 0.9, ""),
        ({}, 1.1, "its launch was 1 h 6 min ago and it says no end"),
        ({}, 75.0, "its launch was 3 d 3 h ago and it says no end"),
        ({}, -24.0, ""),
        ({"ends": "2027-03-31 12:00 UTC"}, 500.0, ""),
        ({"channels": [{"kind": "sms", "recipients": 1, "at": "+2d"}]}, 48.5, ""),
        ({"channels": [{"kind": "sms", "recipients": 1, "at": "+2d"}]}, 49.5, "its launch was 2 d 1 h ago"),
    ],
)
def test_a_launch_in_the_past_without_an_end_is_no_go(over: dict[str, object], hours: float, reason: str) -> None:
    campaign = a_campaign(**{"ends": None} | over)
    now = campaign.launch.astimezone(UTC) + timedelta(hours=hours)
    checks = [check for check in built_in_checks() if check.id in ("past-launch", "half-baked")]
    outcomes = judge(checks, Evidence(campaign=campaign, clock=a_clock(now), forecast=a_forecast(campaign)))
    assert decide(outcomes) is (Decision.UNKNOWN if reason else Decision.GO)
    (told,) = [outcome.reason for outcome in outcomes if outcome.check == "past-launch"]
    assert told.startswith(reason)
    assert bool(told) is bool(reason)


@pytest.mark.parametrize(
    ("channel", "expected"),
    [
        ({"kind": "email", "recipients": 1000, "click_rate": "0.3%"}, []),
        ({"kind": "email", "recipients": 1000, "click_rate": "10%"}, []),
        ({"kind": "email", "recipients": 1000, "click_rate": "0.29%"}, [("rate-implausible", "warn")]),
        ({"kind": "email", "recipients": 1000, "click_rate": "22%"}, [("rate-implausible", "warn")]),
        ({"kind": "email"}, [("reach-unknown", "block")]),
        ({"kind": "email", "recipients": 0}, [("reach-unknown", "block")]),
        ({"kind": "push", "devices": 1000}, []),
        ({"kind": "push", "devices": 1000, "open_rate": "30%"}, [("rate-implausible", "warn")]),
        ({"kind": "tv", "responders": 3000}, []),
        ({"kind": "tv", "viewers": 1_000_000, "visit_rate": "5%"}, [("rate-implausible", "warn")]),
        ({"kind": "tv"}, [("reach-unknown", "block")]),
        ({"kind": "social", "visits": 8000}, []),
        ({"kind": "search", "clicks_per_day": 40_000}, []),
        ({"kind": "rate", "rate": "40/s"}, []),
    ],
)
def test_channel_plausible(found: Found, channel: dict[str, object], expected: list[tuple[str, str]]) -> None:
    assert found("channel-plausible", a_campaign(channels=[channel])) == expected


def test_channel_plausible_blocks_a_campaign_without_channels(found: Found) -> None:
    assert found("channel-plausible", a_campaign(channels=[])) == [("no-channel", "block")]


def test_an_unknown_reach_names_the_key_that_would_answer_it(judged: Callable[..., list[Finding]]) -> None:
    (finding,) = judged("channel-plausible", a_campaign(channels=[{"kind": "email", "name": "teaser"}]))
    assert finding.message == "channel teaser: its reach is unknown"
    assert "`recipients`" in finding.fix


@pytest.mark.parametrize(
    ("over", "expected"),
    [
        ({"name": "TBD"}, [("placeholder", "warn")]),
        ({"name": "TODO: a name"}, [("placeholder", "warn")]),
        ({"name": "TODO"}, [("placeholder", "warn")]),
        ({"name": "TODO INCLUIDO"}, []),
        ({"name": "Método"}, []),
        ({"budget": "[insert amount]"}, [("placeholder", "warn")]),
        ({"ticket": "https://jira.example.com/browse/WEB-1"}, [("placeholder", "warn")]),
        ({"pages": [{"url": "https://shop.test/TBD"}]}, [("placeholder", "block")]),
        ({"pages": [{"url": "https://shop.test/{{path}}"}]}, []),  # campaign-link finds it
        ({"budget": "*|BUDGET|*"}, [("placeholder", "warn")]),
        ({"fallback": "https://shop.test/${path}"}, [("placeholder", "warn")]),
        ({"pages": [{"url": "https://www.example.com/spring"}]}, [("placeholder", "block")]),
        ({"pages": [{"url": "https://shop.test/", "contains": ["Lorem Ipsum dolor"]}]}, [("placeholder", "warn")]),
        ({"pages": [{"url": "https://shop.test/", "contains": [" "]}]}, [("empty-contains", "warn")]),
        ({"owners": {"marketing": "TBC", "engineering": "FIXME"}}, [("placeholder", "warn")] * 2),
    ],
)
def test_half_baked(found: Found, over: dict[str, object], expected: list[tuple[str, str]]) -> None:
    assert found("half-baked", a_campaign(**over)) == expected


def test_half_baked_reads_the_channels_too(judged: Callable[..., list[Finding]]) -> None:
    (finding,) = judged("half-baked", a_campaign(channels=[{"kind": "tv", "responders": 5, "name": "TBD"}]))
    assert finding.subject == "channels[0].name"
