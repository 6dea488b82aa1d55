"""Authorization at its borders: the last rate and the last second that is allowed, and how a refusal is said."""

from datetime import datetime

import pytest

from launchguard.authorize import Grant, Refusal, origins_of, peak_of
from tests.authorize.deciding import (
    LOCAL,
    NOON,
    ORIGIN,
    RULE,
    SHOP,
    SHOP_ONLY,
    TEST_HOST,
    config_of,
    decide,
    first,
    plan_of,
    refused,
    to_add,
)


@pytest.mark.parametrize(
    ("rate", "granted"),
    [
        (0.0, True),
        (50.0, True),
        (50.00000004, True),
        (50 * (1 + 1e-9), True),
        (50.00000006, False),
        (51.0, False),
    ],
)
def test_a_cap_carries_its_own_rate_and_what_rounding_adds(rate: float, granted: bool) -> None:
    assert isinstance(first(SHOP, rate=rate), Grant) is granted


def test_a_cap_below_the_plan_is_refused_in_whole_sentences() -> None:
    assert refused(plan_of(SHOP, rate=1250.5), SHOP_ONLY) == Refusal(
        ORIGIN,
        "the plan's 1,250.5 visits/s are more than the 50/s that shop.example.com may receive",
        f"Raise {RULE}.max_rate in .launchguard.yml to 1251/s or more.",
    )


@pytest.mark.parametrize(
    ("rate", "cap"),
    [(0.0, "1/s"), (0.2, "1/s"), (1.0, "1/s"), (1.01, "2/s"), (40.0, "40/s"), (40.00000003, "40/s"), (40.1, "41/s")],
)
def test_the_cap_that_is_asked_for_is_the_next_whole_one(rate: float, cap: str) -> None:
    assert refused(plan_of(SHOP, rate=rate)) == Refusal(
        ORIGIN, "shop.example.com is not authorized to receive load", to_add("shop.example.com", cap)
    )
    if rate:
        config = config_of({"shop.example.com": {**TEST_HOST, "max_rate": cap}})
        assert isinstance(first(SHOP, config=config, rate=rate), Grant)


def test_the_peak_of_a_host_is_the_share_of_all_its_origins() -> None:
    plan = plan_of(SHOP, "http://SHOP.example.com/b", "https://shop.example.com:8443/", LOCAL, rate=80)
    assert origins_of(plan) == [
        ORIGIN,
        "http://shop.example.com:80",
        "https://shop.example.com:8443",
        "http://127.0.0.1:3000",
    ]
    assert [peak_of(plan, origin) for origin in origins_of(plan)] == [60, 60, 60, 20]
    assert peak_of(plan, "https://other.example.com:443") == 0


def test_shares_that_do_not_add_up_to_one_are_shares_all_the_same() -> None:
    plan = plan_of(SHOP, LOCAL, rate=80)
    halved = plan.targets[0].__class__("p", SHOP, 0.25), plan.targets[1]
    assert peak_of(plan.__class__(**{**vars(plan), "targets": halved}), ORIGIN) == pytest.approx(80 / 3)


def test_each_origin_of_one_host_is_answered_once_and_in_the_plans_order() -> None:
    config = config_of({"shop.example.com": TEST_HOST, "shop.example.com:8443": {**TEST_HOST, "max_rate": "30/s"}})
    answers = decide(plan_of("https://shop.example.com:8443/", SHOP, SHOP + "?b", rate=30), config)
    assert [(a.origin, isinstance(a, Grant) and (a.max_rate_per_s, a.by_redirect)) for a in answers] == [
        ("https://shop.example.com:8443", (30, False)),
        (ORIGIN, (50, False)),
        ("http://shop.example.com:80", (50, True)),
        ("http://shop.example.com:8443", (30, True)),
    ]


@pytest.mark.parametrize("allowed", [{}, {"production_allowed": False}])
def test_production_without_the_flag_says_both_ways_out(allowed: dict[str, bool]) -> None:
    config = config_of({"shop.example.com": {"max_rate": "50/s"}})
    assert refused(plan_of(SHOP), config, **allowed) == Refusal(
        ORIGIN,
        "shop.example.com is a production host",
        f"Run with --production, or write `production: false` under {RULE} in .launchguard.yml.",
    )
    granted = first(SHOP, config=config, production_allowed=True)
    assert granted == Grant(ORIGIN, ("93.184.216.34",), 50, f"{RULE} in .launchguard.yml", production=True)


def test_the_cap_is_told_before_production_and_production_before_the_hours() -> None:
    config = config_of({"shop.example.com": {"max_rate": "50/s", "hours": "01:00-02:00 UTC"}})
    assert "more than the 50/s" in refused(plan_of(SHOP, rate=51), config).reason
    assert "production" in refused(plan_of(SHOP), config).reason
    assert "only in" in refused(plan_of(SHOP), config, production_allowed=True).reason


@pytest.mark.parametrize(
    ("hours", "at", "granted"),
    [
        ("12:00-13:00 UTC", "11:59:59", False),
        ("12:00-13:00 UTC", "12:00:00", True),
        ("12:00-13:00 UTC", "12:58:49", True),
        ("12:00-13:00 UTC", "12:58:50", False),  # over at 13:00, which is no longer inside
        ("12:00-13:00 UTC", "13:00:00", False),
        ("22:00-04:00 UTC", "21:59:59", False),
        ("22:00-04:00 UTC", "22:00:00", True),
        ("22:00-04:00 UTC", "23:59:30", True),  # over midnight
        ("22:00-04:00 UTC", "00:00:00", True),
        ("22:00-04:00 UTC", "03:58:49", True),
        ("22:00-04:00 UTC", "03:58:50", False),
        ("22:00-04:00 UTC", "04:00:00", False),
        ("00:00-23:00 Europe/Madrid", "22:59:00", False),  # 23:59 there, and not yet its next day
        ("00:00-23:00 Europe/Madrid", "23:00:00", True),
        ("12:00-12:01 UTC", "12:00:00", False),  # shorter than the load
    ],
)
def test_hours_at_their_edges(hours: str, at: str, granted: bool) -> None:
    """The plan takes 70 s, 10 of them to drain."""
    config = config_of({"shop.example.com": {**TEST_HOST, "hours": hours}})
    assert (
        isinstance(first(SHOP, config=config, now=datetime.fromisoformat(f"2027-03-01 {at}+00:00")), Grant) is granted
    )


@pytest.mark.parametrize(("length_h", "granted"), [(3, True), (6, False), (10, False), (20, False), (24, False)])
def test_a_long_load_does_not_run_through_the_closed_hours_into_the_next_open_ones(
    length_h: int, granted: bool
) -> None:
    """Both of its ends lie in the hours where it begins at 21:00 and ends at 07:00; the four hours between do not."""
    config = config_of({"shop.example.com": {**TEST_HOST, "hours": "06:00-02:00 UTC"}})
    (answer, *_) = decide(plan_of(SHOP, hold_s=length_h * 3600 - 10), config, now=NOON.replace(hour=21))
    assert isinstance(answer, Grant) is granted


@pytest.mark.parametrize(
    ("at", "length_s", "granted"),
    [
        ("2027-03-28 00:00", 4 * 3600 - 1, True),  # 01:00 in Madrid; an hour of that night does not happen there
        ("2027-03-28 00:00", 4 * 3600, False),
        ("2027-10-30 23:30", 4.5 * 3600, True),  # 01:30 in Madrid, where an hour of that night happens twice
        ("2027-10-30 23:30", 4.5 * 3600 + 1, False),  # the hour more is not used
    ],
)
def test_hours_in_a_night_in_which_the_clocks_change(at: str, length_s: float, granted: bool) -> None:
    config = config_of({"shop.example.com": {**TEST_HOST, "hours": "01:00-06:00 Europe/Madrid"}})
    now = datetime.fromisoformat(f"{at}+00:00")
    (answer, *_) = decide(plan_of(SHOP, hold_s=length_s - 10), config, now=now)
    assert isinstance(answer, Grant) is granted


def test_hours_are_refused_in_whole_sentences() -> None:
    config = config_of({"shop.example.com": {**TEST_HOST, "hours": "13:00-14:00 UTC"}})
    fix = "Run it then, or change `hours` in .launchguard.yml."
    only = "shop.example.com may receive load only in 13:00-14:00 UTC"
    assert refused(plan_of(SHOP), config) == Refusal(ORIGIN, only, fix)
    late = NOON.replace(hour=13)
    assert refused(plan_of(SHOP, hold_s=3600), config, now=late) == Refusal(
        ORIGIN, f"{only}, and this load of 3,610 s would outlast that", fix
    )
