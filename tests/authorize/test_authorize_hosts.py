"""Which hosts get load: loopback, private, under a rule, redirected to, speaking for themselves; and live campaigns."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from launchguard.authorize import Claim, Grant, Proof, Refusal, live_campaign
from launchguard.model.campaign import RepositoryConfig
from tests.authorize.deciding import (
    LOCAL,
    NOON,
    ORIGIN,
    PUBLIC,
    SHOP,
    SHOP_ONLY,
    TEST_HOST,
    campaign_of,
    config_of,
    decide,
    first,
    names,
    plan_of,
    refused,
    to_add,
)

# --- loopback, private hosts and addresses


@pytest.mark.parametrize("url", ["http://app.localhost:3000/", "http://127.255.255.254:3000/"])
def test_every_loopback_name_is_granted_without_a_rule(url: str) -> None:
    answer = first(url, resolver=names(app_localhost="127.0.0.1"))
    assert isinstance(answer, Grant)
    assert (answer.max_rate_per_s, answer.production, answer.hours, answer.closed) == (None, False, "", "")


def test_a_loopback_rule_is_never_production_and_has_its_own_words() -> None:
    config = config_of({"localhost:3000": {"max_rate": "10/s", "production": True}})
    assert refused(plan_of("http://localhost:3000/"), config) == Refusal(
        "http://localhost:3000",
        "the plan's 40.0 visits/s are more than the 10/s that localhost:3000 may receive",
        "Raise load.hosts.localhost:3000.max_rate in .launchguard.yml to 40/s or more.",
    )


def test_localhost_that_leads_away_is_refused_in_whole_sentences() -> None:
    answer = refused(plan_of("http://localhost/"), resolver=names(localhost=["127.0.0.1", "93.184.216.34"]))
    assert answer == Refusal(
        "http://localhost:80",
        "localhost leads to 93.184.216.34, which is not this machine",
        "Let localhost lead to 127.0.0.1 or ::1 on this machine, in its hosts file or resolver.",
    )


def test_localhost_that_leads_into_a_private_network_is_told_so() -> None:
    answer = refused(plan_of("http://localhost/"), resolver=names(localhost="10.1.2.3"))
    assert answer.reason == "localhost leads to the private address 10.1.2.3"


def test_a_name_that_leads_inside_is_refused_in_whole_sentences() -> None:
    assert refused(plan_of(SHOP), SHOP_ONLY, resolver=names(shop_example_com="10.1.2.3")) == Refusal(
        ORIGIN,
        "shop.example.com leads to the private address 10.1.2.3",
        "If that is meant, add to .launchguard.yml:\nprivate_hosts: [shop.example.com]",
    )


@pytest.mark.parametrize(
    ("private", "granted"),
    [("shop.example.com", True), ("SHOP.example.com.", True), ("example.com", False), ("www.example.com", False)],
)
def test_a_private_host_is_named_whole_and_in_any_spelling(private: str, granted: bool) -> None:
    config = config_of({"shop.example.com": TEST_HOST}, private_hosts=[private])
    answer = first(SHOP, config=config, resolver=names(shop_example_com="10.1.2.3"))
    assert isinstance(answer, Grant) is granted


@pytest.mark.parametrize("error", [OSError("no network"), UnicodeError("label too long")])
def test_a_resolver_that_fails_is_a_host_that_does_not_resolve(error: Exception) -> None:
    def failing(*_: Any) -> Any:
        raise error

    assert refused(plan_of(SHOP), SHOP_ONLY, resolver=failing) == Refusal(
        ORIGIN, "shop.example.com does not resolve", "Check the host's DNS record."
    )


def test_the_resolver_is_asked_for_streams_to_the_origins_port() -> None:
    asked = []

    def resolver(host: str, port: int, family: int, kind: int) -> Any:
        asked.append((host, port, family, kind))
        return PUBLIC(host, port, family, kind)

    first(SHOP, resolver=resolver)
    assert asked == [("shop.example.com", 443, 0, 1), ("shop.example.com", 80, 0, 1)]


def test_addresses_are_kept_once_ipv4_first_and_without_their_zone() -> None:
    many = ["2606:2800:220:1::2", "93.184.216.35", "93.184.216.34", "2606:2800:220:1::1%eth0", "93.184.216.35"]
    answer = first(SHOP, resolver=names(shop_example_com=many))
    assert isinstance(answer, Grant)
    assert answer.addresses == ("93.184.216.35", "93.184.216.34", "2606:2800:220:1::2", "2606:2800:220:1::1")


def test_an_address_under_a_rule_is_looked_up_nowhere() -> None:
    def never(*_: Any) -> Any:
        raise AssertionError("asked")

    answer = first("https://93.184.216.34/", config=config_of({"93.184.216.34": TEST_HOST}), resolver=never)
    assert isinstance(answer, Grant)
    assert answer.addresses == ("93.184.216.34",)


# --- rules, redirects, switches


@pytest.mark.parametrize(
    ("rule", "url", "granted"),
    [
        ("shop.example.com", "http://shop.example.com/", True),
        ("shop.example.com", "https://shop.example.com:80/", True),
        ("shop.example.com", "https://shop.example.com:8443/", False),
        ("shop.example.com:443", SHOP, True),
        ("shop.example.com:443", "http://shop.example.com/", False),
        ("Shop.example.com.:8443", "https://shop.example.com:8443/", True),
        ("[2606:2800:220:1::1]", "https://[2606:2800:220:1::1]/", True),
        ("[2606:2800:220:1::1]:8443", "https://[2606:2800:220:1::1]:8443/", True),
        ("[2606:2800:220:1::1]:8443", "https://[2606:2800:220:1::1]/", False),
    ],
)
def test_a_rule_covers_the_default_ports_or_the_one_that_it_names(rule: str, url: str, granted: bool) -> None:
    assert isinstance(first(url, config=config_of({rule: TEST_HOST})), Grant) is granted


def test_the_rule_with_the_port_goes_before_the_one_without() -> None:
    config = config_of({"shop.example.com": TEST_HOST, "shop.example.com:443": {**TEST_HOST, "max_rate": "60/s"}})
    answer = first(SHOP, config=config)
    assert isinstance(answer, Grant)
    assert (answer.max_rate_per_s, answer.why) == (60, "load.hosts.shop.example.com:443 in .launchguard.yml")


def test_a_host_that_no_page_names_is_granted_even_below_one_visit_a_second_and_closed() -> None:
    config = config_of({"shop.example.com:8443": {**TEST_HOST, "max_rate": "30/min"}})
    answers = decide(plan_of(LOCAL), config)
    closed = (
        "which may receive 0.5/s, and redirects could bring it the plan's whole peak of 40.0/s: "
        "raise its max_rate to 40/s, or name the final URL in the manifest"
    )
    why = "load.hosts.shop.example.com:8443 in .launchguard.yml"
    assert answers[1:] == [
        Grant(f"{scheme}://shop.example.com:8443", ("93.184.216.34",), 0.5, why, by_redirect=True, closed=closed)
        for scheme in ("http", "https")
    ]
    assert [a.reachable for a in answers if isinstance(a, Grant)] == [True, False, False]


@pytest.mark.parametrize(
    ("by_redirect", "closed", "reachable"),
    [(False, "", True), (False, "x", True), (True, "", True), (True, "x", False)],
)
def test_only_a_closed_origin_that_no_page_names_gets_no_visit(by_redirect: bool, closed: str, reachable: bool) -> None:
    assert Grant(ORIGIN, (), None, "", by_redirect=by_redirect, closed=closed).reachable is reachable


def test_nothing_is_added_for_redirects_where_no_page_may_be_loaded() -> None:
    assert decide(plan_of("https://other.example.com/"), SHOP_ONLY) == [
        Refusal(
            "https://other.example.com:443",
            "other.example.com is not authorized to receive load",
            to_add("other.example.com", "40/s"),
        )
    ]


def test_one_grant_among_refusals_opens_the_redirects() -> None:
    answers = decide(plan_of("https://other.example.com/", SHOP), SHOP_ONLY)
    assert [(type(a), a.origin) for a in answers] == [
        (Refusal, "https://other.example.com:443"),
        (Grant, ORIGIN),
        (Grant, "http://shop.example.com:80"),
    ]


def test_load_that_is_off_is_off_for_every_origin_once() -> None:
    config = RepositoryConfig.model_validate({"load": {"off": "we move", "hosts": {"shop.example.com": TEST_HOST}}})
    assert decide(plan_of(SHOP, LOCAL, SHOP + "?b"), config) == [
        Refusal(origin, "we move", "Remove load.off from .launchguard.yml.")
        for origin in (ORIGIN, "http://127.0.0.1:3000")
    ]


def test_a_tracker_is_refused_in_whole_sentences() -> None:
    assert refused(plan_of("https://connect.facebook.net/x")) == Refusal(
        "https://connect.facebook.net:443",
        "connect.facebook.net is a tracking or advertising host (Meta Pixel), and those are never loaded",
        "Take it out of the manifest's pages: what it counts would be wrong, and its owner is not asked.",
    )


# --- hosts that speak for themselves


def says(*, cap: float = 50, hours: Any = None, answer: str = "") -> Any:
    def prove(origin: str, addresses: tuple[str, ...], now: datetime) -> Proof | str:
        assert (addresses, now) == (("93.184.216.34",), NOON)
        return answer or Proof(Claim("acme/shop", cap, date(2027, 12, 31), hours), "the file", addresses)

    return prove


def test_a_proven_host_is_refused_in_words_that_lead_to_its_own_line() -> None:
    assert refused(plan_of(SHOP), RepositoryConfig(), prove=says(cap=5)) == Refusal(
        ORIGIN,
        "the plan's 40.0 visits/s are more than the 5/s that shop.example.com may receive",
        "Raise max_rate in the file to 40/s or more.",
    )
    assert refused(plan_of(SHOP), RepositoryConfig(), prove=says()) == Refusal(
        ORIGIN,
        "shop.example.com is a production host",
        "Run with --production, or name shop.example.com under load.hosts in .launchguard.yml "
        "with `production: false`.",
    )
    night = config_of({"x.test": {"max_rate": 1, "hours": "01:00-02:00 UTC"}}).load.hosts["x.test"].hours
    assert refused(plan_of(SHOP), RepositoryConfig(), prove=says(hours=night), production_allowed=True) == Refusal(
        ORIGIN,
        "shop.example.com may receive load only in 01:00-02:00 UTC",
        "Run it then, or change `hours` in the file.",
    )


def test_a_proven_host_is_granted_on_its_own_terms() -> None:
    answers = decide(plan_of(SHOP), prove=says(), production_allowed=True)
    expected = Grant(ORIGIN, ("93.184.216.34",), 50, "the file, which names acme/shop", production=True)
    assert answers[0] == expected


def test_a_host_that_cannot_be_asked_or_says_no_says_why() -> None:
    nobody, fix = "shop.example.com is not authorized to receive load", to_add("shop.example.com", "40/s")
    no = refused(plan_of(SHOP), prove=says(answer="it says nothing"))
    assert no == Refusal(ORIGIN, f"{nobody}: it says nothing", fix)
    lost = refused(plan_of(SHOP), prove=says(), resolver=names())
    assert lost == Refusal(ORIGIN, f"{nobody}: shop.example.com does not resolve", fix)


# --- live campaigns; the load is over at 12:01:10


@pytest.mark.parametrize(
    ("launch", "ends", "kept_away"),
    [
        ("2027-03-01 12:01:10 UTC", "2027-03-02 12:00 UTC", True),
        ("2027-03-01 12:01:11 UTC", "2027-03-02 12:00 UTC", False),
        ("2027-02-01 09:00 UTC", "2027-03-01 12:00:00 UTC", True),
        ("2027-02-01 09:00 UTC", "2027-03-01 11:59:59 UTC", False),
    ],
)
def test_a_campaign_keeps_load_away_to_its_first_and_its_last_second(launch: str, ends: str, kept_away: bool) -> None:
    campaigns = [campaign_of(SHOP, launch=launch, ends=ends)]
    assert isinstance(first(SHOP, campaigns=campaigns), Refusal) is kept_away
    assert isinstance(first(SHOP, campaigns=campaigns, during_campaign=True), Grant)


@pytest.mark.parametrize(
    ("ends", "until"),
    [("2027-03-02 12:00 UTC", "until 2027-03-02 12:00 UTC"), (None, "with no end in its manifest")],
)
def test_a_live_campaign_is_told_in_whole_sentences(ends: str | None, until: str) -> None:
    live = campaign_of(SHOP, launch="2027-03-01 09:00 UTC", ends=ends)
    assert refused(plan_of(SHOP, rate=80), SHOP_ONLY, campaigns=[live]) == Refusal(
        ORIGIN,
        f"Autumn is live on shop.example.com, {until}: load would meet its visitors",
        "Wait for its end, or run with --during-campaign.",
    )


def test_the_first_of_several_live_campaigns_is_named() -> None:
    over = campaign_of(SHOP, launch="2027-01-01 09:00 UTC", ends="2027-01-02 09:00 UTC", name="Over")
    elsewhere = campaign_of("https://www.example.com/", launch="2027-02-01 09:00 UTC", name="Elsewhere")
    one, two = (campaign_of(SHOP, launch="2027-02-01 09:00 UTC", name=name) for name in ("One", "Two"))
    end = NOON + timedelta(seconds=70)
    found = live_campaign("shop.example.com", iter([over, elsewhere, one, two]), NOON.astimezone(UTC), end)
    assert found is one


@pytest.mark.parametrize("spelling", ["2130706433", "0x7f.1", "017700000001", "127.1", "\uff11\uff12\uff17.0.0.1"])
def test_a_cap_is_found_in_whatever_spelling_a_page_names_its_host(spelling: str) -> None:
    config = config_of({"127.0.0.1:3000": {"max_rate": "5/s"}})
    answer = first(f"http://{spelling}:3000/", config=config)
    assert isinstance(answer, Refusal) and "more than the 5/s that 127.0.0.1:3000 may receive" in answer.reason
    halves = decide(plan_of(f"http://{spelling}:3000/", "http://127.0.0.1:3000/", rate=8), config)
    assert [type(answer) for answer in halves] == [Refusal]  # half of the visits each, of one host


@pytest.mark.parametrize("host", ["[64:ff9b::7f00:1]", "[::127.0.0.1]", "[2002:7f00:1::]"])
def test_what_carries_a_loopback_address_is_no_loopback_origin(host: str) -> None:
    answer = first(f"http://{host}:3000/", config=RepositoryConfig())
    assert isinstance(answer, Refusal) and "is not authorized to receive load" in answer.reason
