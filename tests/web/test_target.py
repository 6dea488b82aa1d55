"""URLs as browsers send and join them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchguard.web.target import RequestTarget, app_scheme, joined_url, request_target


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://Shop.example.com", ("https", "shop.example.com", 443, "shop.example.com", "/")),
        ("http://shop.example.com:80/a#b", ("http", "shop.example.com", 80, "shop.example.com", "/a")),
        ("http://localhost:3000/?", ("http", "localhost", 3000, "localhost:3000", "/?")),
        ("https://[::1]:8443/a?b=c#d?e", ("https", "::1", 8443, "[::1]:8443", "/a?b=c")),
        ("https://user:p%2Fw@a.example/b", ("https", "a.example", 443, "a.example", "/b")),
        ("https://bücher.example/", ("https", "xn--bcher-kva.example", 443, "xn--bcher-kva.example", "/")),
        ("http://127.1/", ("http", "127.0.0.1", 80, "127.0.0.1", "/")),
        (" HTTPS:\\\\a.example\\b ", ("https", "a.example", 443, "a.example", "/b")),
    ],
)
def test_a_url_says_where_a_request_goes(url: str, expected: tuple[str, str, int, str, str]) -> None:
    assert request_target(url) == RequestTarget(*expected)


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("/-30%", "/-30%"),
        ("/-30%?x=50%&y=%zz", "/-30%?x=50%&y=%zz"),
        ("/%41%2f%e4", "/%41%2f%e4"),
        ("/a b", "/a%20b"),
        ("/frühling?q=größe", "/fr%C3%BChling?q=gr%C3%B6%C3%9Fe"),
        ('/"<>^`{}|[]', "/%22%3C%3E%5E%60%7B%7D|[]"),
        ("/?\"<>'^`{}|[]", "/?%22%3C%3E%27^`{}|[]"),
        ("/a/./b/../c/%2e%2E/d", "/a/d"),
        ("/../..//a", "//a"),
        ("\\a\\b?c\\d", "/a/b?c\\d"),
        ("/a\tb\r\nc", "/abc"),
        ("/a\x01\x7f", "/a%01%7F"),
        ("/a?b#c d", "/a?b"),
        ("/a??b=c?d", "/a??b=c?d"),
        ("/a+b;c=d,e:@!$&()*~", "/a+b;c=d,e:@!$&()*~"),
        ("/\ud800", "/%EF%BF%BD"),
    ],
)
def test_a_target_is_escaped_as_browsers_do_it_and_no_further(written: str, sent: str) -> None:
    assert request_target(f"https://shop.example.com{written}").target == sent


@pytest.mark.parametrize(
    "url", ["", "shop.example.com", "/a", "ftp://a/", "http://", "http://a:99999/", "http://a b/", "mailto:a@b.example"]
)
def test_what_is_no_url_of_the_web_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="is no URL"):
        request_target(url)


@pytest.mark.parametrize(
    ("location", "leads_to"),
    [
        ("/new", "https://a.example/new#top"),
        ("new?x=1", "https://a.example/shop/new?x=1#top"),
        ("?x=1", "https://a.example/shop/old?x=1#top"),
        ("", "https://a.example/shop/old?q#top"),
        ("#own", "https://a.example/shop/old?q#own"),
        ("/new#", "https://a.example/new#"),
        ("//b.example/c", "https://b.example/c#top"),
        ("HTTP://B.example", "http://b.example/#top"),
        ("https:new", "https://a.example/shop/new#top"),
        (" /a b \n", "https://a.example/a%20b#top"),
        ("/frühling", "https://a.example/fr%C3%BChling#top"),
        ("..\\x%", "https://a.example/x%#top"),
        ("itms-apps://apps.example/app/id1", "itms-apps://apps.example/app/id1"),
        ("market://details?id=x", "market://details?id=x"),
    ],
)
def test_a_location_is_joined(location: str, leads_to: str) -> None:
    assert joined_url("https://a.example/shop/old?q#top", location) == leads_to


def test_a_location_that_leads_nowhere_is_refused() -> None:
    with pytest.raises(ValueError, match="'https://' is no URL"):
        joined_url("http://a.example/", "https://")


@pytest.mark.parametrize(
    ("url", "scheme"),
    [
        ("itms-apps://apps.example/x", "itms-apps"),
        ("INTENT://x#Intent;end", "intent"),
        ("\n mar\tket://details", "market"),
        ("mailto:a@b.example", "mailto"),
        ("https://a.example/x:y", ""),
        ("HTTP:x", ""),
        ("/a:b", ""),
        ("a/b:c", ""),
        ("", ""),
    ],
)
def test_a_scheme_that_leads_out_of_the_web_is_named(url: str, scheme: str) -> None:
    assert app_scheme(url) == scheme


@given(st.text(max_size=60))
def test_a_target_can_be_sent_and_stays_as_it_is(rest: str) -> None:
    sent = request_target(f"https://shop.example.com/{rest}")
    assert sent.target.startswith("/")
    assert all("!" <= char <= "~" for char in sent.target)
    assert request_target(f"https://shop.example.com{sent.target}") == sent
    assert sent.netloc == "shop.example.com"


@given(st.text(max_size=40), st.text(max_size=40))
def test_anything_is_joined_or_refused(base: str, location: str) -> None:
    for start in (base, "https://a.example/b#c"):
        try:
            assert joined_url(start, location).isascii()
        except ValueError as error:
            assert "is no URL" in str(error)
