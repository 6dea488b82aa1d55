"""Cookies kept and sent as browsers do it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchguard.web.cookies import MAX_AGE_S, MAX_COOKIES, CookieJar, cookie_date

NOW = 1_792_000_000.0
SHOP = "https://www.shop.example/spring/sale?x=1"


def sent(*values: str, at: str = SHOP, to: str = SHOP, later_s: float = 0) -> str:
    jar = CookieJar()
    jar.store(at, values, NOW)
    return jar.header_for(to, NOW + later_s)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a=1", "a=1"),
        ("a=1; HttpOnly; SameSite=Strict; Priority=High", "a=1"),
        ('a={"x":1,"y":[2,3]}', 'a={"x":1,"y":[2,3]}'),
        ('a="quoted, value"', 'a="quoted, value"'),
        (" a = b=c ;x", "a=b=c"),
        ("a=", "a="),
        ("=a", "a"),
        ("alone", "alone"),
        ("=", ""),
        ("", ""),
        ("a=b\x01", ""),
        ("a=ü", "a=ü"),
        ("a=" + "x" * 4095, "a=" + "x" * 4095),
        ("a=" + "x" * 4096, ""),
    ],
)
def test_names_and_values_stay_as_they_were_sent(value: str, expected: str) -> None:
    assert sent(value) == expected


@pytest.mark.parametrize(
    ("value", "to", "goes"),
    [
        ("a=1", "https://www.shop.example/spring/", True),
        ("a=1", "https://shop.example/spring/", False),
        ("a=1", "https://x.www.shop.example/spring/", False),
        ("a=1; Domain=shop.example", "https://shop.example/spring/", True),
        ("a=1; Domain=.Shop.Example", "https://x.shop.example/spring/", True),
        ("a=1; Domain=shop.example", "https://otshop.example/spring/", False),
        ("a=1; Domain=", "https://www.shop.example/spring/", True),
        ("a=1; Domain=other.example", SHOP, False),
        ("a=1; Domain=x.www.shop.example", SHOP, False),
        ("a=1; Domain=example", SHOP, False),
        ("a=1; Domain=hop.example", SHOP, False),
        ("a=1", "https://www.shop.example/spring", True),
        ("a=1", "https://www.shop.example/springtime", False),
        ("a=1", "https://www.shop.example/", False),
        ("a=1; Path=/", "https://www.shop.example/", True),
        ("a=1; Path=sale", "https://www.shop.example/spring/x", True),
        ("a=1; Path=/a", "https://www.shop.example/a/b?c", True),
        ("a=1; Path=/a", "https://www.shop.example/a?b", True),
        ("a=1; Path=/a", "https://www.shop.example/ab", False),
        ("a=1; Path=/a/", "https://www.shop.example/a/b", True),
        ("a=1; Secure", "http://www.shop.example/spring/", False),
        ("a=1", "http://www.shop.example/spring/", True),
        ("a=1", "https://www.shop.example:8443/spring/", True),
        ("__Secure-a=1; Secure", SHOP, True),
        ("__Secure-a=1", SHOP, False),
        ("__Host-a=1; Secure; Path=/", SHOP, True),
        ("__Host-a=1; Secure", SHOP, False),
        ("__Host-a=1; Secure; Path=/; Domain=www.shop.example", SHOP, False),
        ("__host-a=1; Path=/", SHOP, False),
    ],
)
def test_a_cookie_goes_where_it_belongs(value: str, to: str, goes: bool) -> None:
    assert bool(sent(value, to=to)) is goes


@pytest.mark.parametrize(
    ("url", "domain", "to", "goes"),
    [
        ("https://shop.co.uk/", "co.uk", "https://shop.co.uk/", False),
        ("https://shop.co.uk/", "co.uk", "https://other.co.uk/", False),
        ("https://me.github.io/", "github.io", "https://me.github.io/", False),
        ("https://x.me.github.io/", "me.github.io", "https://y.me.github.io/", True),
        ("https://github.io/", "github.io", "https://github.io/", True),
        ("https://github.io/", "github.io", "https://me.github.io/", False),
        ("https://shop.example/", "example", "https://shop.example/", False),
    ],
)
def test_a_cookie_is_not_shared_below_a_public_suffix(url: str, domain: str, to: str, goes: bool) -> None:
    jar = CookieJar()
    jar.store(url, [f"a=1; Domain={domain}; Path=/"], NOW)
    assert bool(jar.header_for(to, NOW)) is goes


@pytest.mark.parametrize(
    ("at", "value", "kept"),
    [
        ("http://www.shop.example/", "a=1; Secure", False),
        ("http://localhost:3000/", "a=1; Secure", True),
        ("http://127.0.0.1:3000/", "a=1; Secure", True),
        ("http://localhost:3000/", "a=1; Domain=localhost", True),
        ("http://127.0.0.1/", "a=1; Domain=127.0.0.1", True),
        ("http://127.0.0.1/", "a=1; Domain=0.0.1", False),
        ("http://[::1]/", "a=1", True),
    ],
)
def test_a_host_may_set_what_is_its_own(at: str, value: str, kept: bool) -> None:
    assert bool(sent(value, at=at, to=at)) is kept


@pytest.mark.parametrize(
    ("attributes", "lives_s"),
    [
        ("Max-Age=60", 60),
        ("Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT", 60),
        ("Max-Age=0", 0),
        ("Max-Age=-1", 0),
        ("Max-Age=1e3; Expires=Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("Expires=Thu, 01-Jan-1970 00:00:00 GMT", 0),
        ("Expires=Fri, 31 Dec 9999 23:59:59 GMT", MAX_AGE_S),
        ("Max-Age=999999999999", MAX_AGE_S),
    ],
)
def test_a_cookie_lives_as_long_as_it_says(attributes: str, lives_s: float) -> None:
    assert bool(sent(f"a=1; {attributes}", later_s=lives_s - 1)) is (lives_s > 0)
    assert sent(f"a=1; {attributes}", later_s=lives_s + 1) == ""


def test_a_cookie_without_a_life_stays() -> None:
    assert sent("a=1", "b=2; Expires=soon", "c=3; Max-Age=", later_s=10 * MAX_AGE_S) == "a=1; b=2; c=3"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Wed, 21 Oct 2026 07:28:00 GMT", 1_792_567_680),
        ("Wed, 21-Oct-26 07:28:00 GMT", 1_792_567_680),
        ("Wednesday, 21-October-2026 7:28:0 GMT", 1_792_567_680),
        ("Oct 21 07:28:00 2026", 1_792_567_680),
        ("1 Jan 70 00:00:00", 0),
        ("Wed, 41 Oct 2026 07:28:00 GMT", None),
        ("Wed, 21 Oct 2026 27:28:00 GMT", None),
        ("Wed, 21 Okt 2026 07:28:00 GMT", None),
        ("21 Oct 1600 07:28:00", None),
        ("soon", None),
        ("", None),
    ],
)
def test_dates_are_read_in_the_forms_that_are_seen(text: str, moment: int | None) -> None:
    assert cookie_date(text) == moment


def test_a_cookie_replaces_its_like_and_is_deleted() -> None:
    jar = CookieJar()
    jar.store(SHOP, ["a=1; Path=/", "b=2; Path=/", "a=3"], NOW)
    assert jar.header_for(SHOP, NOW) == "a=3; a=1; b=2"
    jar.store(SHOP, ["b=4; Path=/"], NOW)
    jar.store(SHOP, ["a=; Path=/; Max-Age=0"], NOW)
    assert jar.header_for(SHOP, NOW) == "a=3; b=4"


def test_plain_http_does_not_replace_a_secure_cookie() -> None:
    jar = CookieJar()
    jar.store(SHOP, ["a=1; Secure"], NOW)
    jar.store(SHOP.replace("https", "http"), ["a=2"], NOW)
    assert jar.header_for(SHOP, NOW) == "a=1"


def test_the_oldest_cookies_go_first() -> None:
    jar = CookieJar()
    jar.store(SHOP, [f"c{number}=x" for number in range(MAX_COOKIES + 3)], NOW)
    names = jar.header_for(SHOP, NOW).split("; ")
    assert (len(names), names[0], names[-1]) == (MAX_COOKIES, "c3=x", "c52=x")


PARTS = st.sampled_from(["a=1", "Domain=shop.example", "Path=/", "Max-Age=5", "Secure", "Expires=1 Jan 2030 0:0:0"])


@given(st.lists(st.lists(PARTS | st.text(max_size=20), max_size=5).map(";".join), max_size=5))
def test_whatever_is_set_stays_in_its_line(values: list[str]) -> None:
    header = sent(*values)
    assert "\r" not in header
    assert "\n" not in header
    assert sent(*values, to="https://other.example/spring/") == ""
