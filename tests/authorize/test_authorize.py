"""Who may receive load: every yes has a reason, and every spelling of a host is the same host."""

import pytest

from launchguard.authorize import Grant, Refusal, canonical_url, origin_of
from launchguard.model.campaign import RepositoryConfig
from launchguard.web.trackers import TRACKERS, tracker_of
from tests.authorize.deciding import NOON, SHOP, TEST_HOST, config_of, decide, names, plan_of, refused


@pytest.mark.parametrize(
    ("url", "addresses"),
    [
        ("http://127.0.0.1:3000/x", ("127.0.0.1",)),
        ("http://localhost:3000/", ("127.0.0.1", "::1")),
        ("http://[::1]:3000/", ("::1",)),
        ("http://127.1:3000/", ("127.0.0.1",)),
        ("http://0x7f.1:3000/", ("127.0.0.1",)),
        ("http://2130706433:3000/", ("127.0.0.1",)),
        ("http://１２７.０.０.１:3000/", ("127.0.0.1",)),
        ("http://127。0。0。1:3000/", ("127.0.0.1",)),
        ("http://[::ffff:127.0.0.1]:3000/", ("::ffff:7f00:1",)),
        ("http://LOCALHOST.:3000/", ("127.0.0.1", "::1")),
    ],
)
def test_a_loopback_origin_that_a_page_names_is_granted(url: str, addresses: tuple[str, ...]) -> None:
    (grant,) = decide(plan_of(url))
    assert grant == Grant(origin_of(url), addresses, None, "a loopback origin that a page names")


def test_localhost_that_leads_elsewhere_is_refused() -> None:
    assert "93.184.216.34" in refused(plan_of("http://localhost/"), resolver=names(localhost="93.184.216.34")).reason


def test_nobody_else_gets_load_without_being_named() -> None:
    answer = refused(plan_of(SHOP))
    assert answer.origin == "https://shop.example.com:443"
    assert "not authorized" in answer.reason
    assert answer.fix.splitlines()[1:] == ["load:", "  hosts: {'shop.example.com': {max_rate: 40/s}}"]


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/",
        "http://0.0.0.0/",
        "http://10.0.0.1/",
        "http://2852039166/",
        "http://[::ffff:169.254.169.254]/",
        "http://[::ffff:5db8:d822]/",
        "http://1572395042/",
        "http://0x5d.0xb8.0xd8.0x22/",
        "http://ѕhop.example.com/",
        "http://shop.example.com.evil.test/",
    ],
)
def test_addresses_and_lookalikes_are_refused(url: str) -> None:
    assert "not authorized" in refused(plan_of(url), config_of({"shop.example.com": TEST_HOST})).reason


def test_a_named_host_is_granted_with_its_cap_and_its_addresses() -> None:
    answers = decide(plan_of(SHOP), config_of({"shop.example.com": TEST_HOST}))
    assert answers[0] == Grant(
        "https://shop.example.com:443", ("93.184.216.34",), 50.0, "load.hosts.shop.example.com in .launchguard.yml"
    )
    assert [(a.origin, a.by_redirect) for a in answers[1:] if isinstance(a, Grant)] == [
        ("http://shop.example.com:80", True)
    ]


@pytest.mark.parametrize(
    "spelling",
    ["SHOP.example.com", "shop.example.com.", "Shop.Example.COM.", "ｓｈｏｐ.example.com", "shop。example.com"],
)
def test_every_spelling_of_a_host_is_the_same_host(spelling: str) -> None:
    answers = decide(plan_of(f"https://{spelling}/spring"), config_of({"shop.example.com": TEST_HOST}))
    assert isinstance(answers[0], Grant)
    assert answers[0].origin == "https://shop.example.com:443"


def test_an_international_name_is_its_ascii_form() -> None:
    resolver = names(xn__bcher_kva_example="93.184.216.34")
    answers = decide(plan_of("https://bücher.example/x"), config_of({"bücher.example": TEST_HOST}), resolver=resolver)
    assert isinstance(answers[0], Grant)
    assert canonical_url("https://BÜCHER.example./x?a=ü#top") == "https://xn--bcher-kva.example:443/x?a=ü"


@pytest.mark.parametrize(
    "url",
    [
        "https://shop.example.com@evil.test/",
        "http://user@shop.example.com/",
        "http://user:word@127.0.0.1/",
        "https://evil.test\\@shop.example.com/",
        "https://shop.example.com%2eevil.test/",
        "https://shop.example.com:443:80/",
        "https://xn--/",
        "ftp://x.test/",
    ],
)
def test_a_url_with_a_user_or_a_trick_is_no_origin(url: str) -> None:
    with pytest.raises(ValueError):
        origin_of(url)


def test_a_port_is_another_origin() -> None:
    config = config_of({"shop.example.com": TEST_HOST})
    assert "not authorized" in refused(plan_of("https://shop.example.com:8443/"), config).reason
    answers = decide(plan_of("https://shop.example.com:8443/"), config_of({"shop.example.com:8443": TEST_HOST}))
    assert isinstance(answers[0], Grant)
    assert "not authorized" in refused(plan_of(SHOP), config_of({"shop.example.com:8443": TEST_HOST})).reason


def test_a_plan_above_the_cap_is_refused_and_the_cap_is_named() -> None:
    config = config_of({"shop.example.com": TEST_HOST})
    answer = refused(plan_of(SHOP, rate=80), config)
    assert "80.0 visits/s are more than the 50/s" in answer.reason
    # Two pages of one host add up, whatever their scheme.
    answers = decide(plan_of(SHOP, "http://shop.example.com/b", rate=80), config)
    assert all(isinstance(a, Refusal) for a in answers)
    # A page elsewhere does not.
    answers = decide(plan_of(SHOP, "http://127.0.0.1:3000/", rate=80), config)
    assert [isinstance(a, Grant) and a.reachable for a in answers] == [True, True, False]


def test_production_needs_to_be_asked_for() -> None:
    config = config_of({"shop.example.com": {"max_rate": "50/s"}})
    assert "--production" in refused(plan_of(SHOP), config).fix
    assert isinstance(decide(plan_of(SHOP), config, production_allowed=True)[0], Grant)


@pytest.mark.parametrize(("hour", "allowed"), [(0, True), (4, True), (5, False), (12, False), (23, False)])
def test_a_host_with_hours_gets_load_only_then(hour: int, allowed: bool) -> None:
    config = config_of({"shop.example.com": {**TEST_HOST, "hours": "01:00-06:00 Europe/Madrid"}})  # 00:00-05:00 UTC
    answer = decide(plan_of(SHOP), config, now=NOON.replace(hour=hour))[0]
    assert isinstance(answer, Grant) is allowed
    if isinstance(answer, Refusal):
        assert "01:00-06:00 Europe/Madrid" in answer.reason


def test_a_load_has_to_be_over_before_the_hours_are() -> None:
    config = config_of({"shop.example.com": {**TEST_HOST, "hours": "01:00-06:00 Europe/Madrid"}})
    just_before = NOON.replace(hour=4, minute=59)  # 05:59 in Madrid; the plan takes 70 s
    answer = refused(plan_of(SHOP), config, now=just_before)
    assert "this load of 70 s would outlast that" in answer.reason
    assert isinstance(decide(plan_of(SHOP, hold_s=40), config, now=just_before)[0], Grant)
    # A load longer than the whole day's hours does not fit, although both of its ends would.
    assert "outlast" in refused(plan_of(SHOP, hold_s=86400), config, now=NOON.replace(hour=3)).reason


def test_production_gets_load_only_in_its_hours_and_when_asked() -> None:
    config = config_of({"shop.example.com": {"max_rate": "50/s", "hours": "01:00-06:00 Europe/Madrid"}})
    night = NOON.replace(hour=2)
    assert "--production" in refused(plan_of(SHOP), config, now=night).fix
    assert "only in 01:00-06:00" in refused(plan_of(SHOP), config, production_allowed=True).reason
    grant = decide(plan_of(SHOP), config, now=night, production_allowed=True)[0]
    assert isinstance(grant, Grant)
    assert (grant.production, grant.hours) == (True, "01:00-06:00 Europe/Madrid")


def test_loopback_is_never_production() -> None:
    grant = decide(plan_of("http://localhost:3000/"), config_of({"localhost:3000": {"max_rate": "50/s"}}))[0]
    assert isinstance(grant, Grant)
    assert (grant.max_rate_per_s, grant.production) == (50, False)


@pytest.mark.parametrize(
    "host", ["www.google-analytics.com", "GoogleTagManager.com.", "stats.g.doubleclick.net", "connect.facebook.net"]
)
def test_a_tracking_host_is_never_loaded_even_when_it_is_configured(host: str) -> None:
    plan = plan_of(f"https://{host}/collect")
    answer = refused(plan, config_of({host: TEST_HOST}), resolver=names(), production_allowed=True)
    assert "tracking or advertising host" in answer.reason
    # Nor is it a place that a page may redirect its visitors to.
    answers = decide(plan_of("http://127.0.0.1:3000/"), config_of({host: TEST_HOST}))
    assert [type(a) for a in answers] == [Grant]


def test_only_whole_labels_make_a_tracker() -> None:
    assert tracker_of("shop.example.com") == tracker_of("notfacebook.com") == tracker_of("facebook.com.evil.test") == ""
    assert tracker_of("M.Facebook.com.") == "Meta"
    assert all(tracker_of(f"x.{name}") == whose for name, whose in TRACKERS.items())


@pytest.mark.parametrize(
    "address", ["10.1.2.3", "127.0.0.1", "169.254.169.254", "fd00:ec2::254", "::ffff:10.0.0.1", "240.0.0.1"]
)
def test_a_host_that_leads_inside_is_refused_unless_it_is_named_private(address: str) -> None:
    resolver = names(shop_example_com=["93.184.216.34", address])
    config = config_of({"shop.example.com": TEST_HOST})
    answer = refused(plan_of(SHOP), config, resolver=resolver)
    assert address in answer.reason
    named = config_of({"shop.example.com": TEST_HOST}, private_hosts=["shop.example.com"])
    reachable = address in ("10.1.2.3", "127.0.0.1", "::ffff:10.0.0.1")
    # What is advised does what it promises, and where it would not, something else is.
    assert ("private_hosts: [shop.example.com]" in answer.fix) is reachable
    assert ("Correct the DNS record of shop.example.com" in answer.fix) is not reachable
    assert isinstance(decide(plan_of(SHOP), named, resolver=resolver)[0], Grant) is reachable


def test_a_host_that_does_not_resolve_gets_nothing() -> None:
    answer = refused(plan_of(SHOP), config_of({"shop.example.com": TEST_HOST}), resolver=names())
    assert "does not resolve" in answer.reason


def test_another_authorized_host_may_be_redirected_to_when_it_carries_the_whole_plan() -> None:
    resolver = names(
        shop_example_com="93.184.216.34", www_example_com="93.184.216.35", small_example_com="93.184.216.36"
    )
    hosts = {
        "shop.example.com": TEST_HOST,
        "www.example.com": TEST_HOST,
        "small.example.com": {**TEST_HOST, "max_rate": "5/s"},
    }
    answers = decide(plan_of(SHOP), config_of(hosts), resolver=resolver)
    reachable = {a.origin: a.reachable for a in answers if isinstance(a, Grant)}
    assert reachable["https://www.example.com:443"] is True
    assert reachable["https://small.example.com:443"] is False
    (small,) = [a for a in answers if isinstance(a, Grant) and a.origin == "https://small.example.com:443"]
    assert "may receive 5/s, and redirects could bring it the plan's whole peak of 40.0/s" in small.closed


@pytest.mark.parametrize(("cap", "closed"), [("79/s", True), ("80/s", False)])
def test_a_named_origin_is_closed_to_redirects_unless_its_cap_carries_the_whole_plan(cap: str, closed: bool) -> None:
    resolver = names(shop_example_com="93.184.216.34", www_example_com="93.184.216.35")
    config = config_of({"shop.example.com": TEST_HOST, "www.example.com": {**TEST_HOST, "max_rate": cap}})
    plan = plan_of(SHOP, "https://www.example.com/spring", "http://127.0.0.1:3000/", rate=80)
    shop, www, loopback = decide(plan, config, resolver=resolver)[:3]
    assert isinstance(shop, Grant) and isinstance(www, Grant) and isinstance(loopback, Grant)
    assert bool(www.closed) is closed
    assert (shop.closed, shop.reachable) == (
        "which may receive 50/s, and redirects could bring it the plan's whole peak of 80.0/s: "
        "raise its max_rate to 80/s, or name the final URL in the manifest",
        True,
    )
    assert loopback.closed == ""  # nobody set a cap


def test_load_that_is_switched_off_is_off_for_loopback_too() -> None:
    config = RepositoryConfig.model_validate({"load": {"off": "we are moving house"}})
    assert refused(plan_of("http://127.0.0.1:3000/"), config).reason == "we are moving house"


def test_a_rule_binds_loopback_as_well() -> None:
    config = config_of({"127.0.0.1:3000": {"max_rate": "10/s"}})
    assert "10/s" in refused(plan_of("http://127.0.0.1:3000/"), config).reason
