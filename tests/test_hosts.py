"""Host, port and origin: one reading of them, for every form in which a URL or a host is written."""

import pytest

from launchguard import hosts
from launchguard.testing import a_campaign
from launchguard.web.hosts import normalize_host
from launchguard.web.target import request_target


@pytest.mark.parametrize(
    ("url", "host", "port", "both"),
    [
        ("https://Shop.Example.com/Spring", "shop.example.com", 443, "shop.example.com"),
        ("http://shop.example.com", "shop.example.com", 80, "shop.example.com"),
        ("https://shop.example.com:8443/a:b@c", "shop.example.com", 8443, "shop.example.com:8443"),
        ("http://127.0.0.1:3000", "127.0.0.1", 3000, "127.0.0.1:3000"),
        ("https://[::1]:8443/", "::1", 8443, "[::1]:8443"),
        ("https://[2001:db8::1]/", "2001:db8::1", 443, "[2001:db8::1]"),
        ("https://shop.example.com:99999/", "shop.example.com", 0, "shop.example.com"),
        ("https://[shop", "", 0, ""),
        ("ftp://files.example.com/", "files.example.com", 0, "files.example.com"),
        ("", "", 0, ""),
    ],
)
def test_a_url_has_a_host_and_a_port(url: str, host: str, port: int, both: str) -> None:
    assert (hosts.host_of(url), hosts.port_of(url), hosts.host_and_port(url)) == (host, port, both)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Shop.example.com", ("shop.example.com", None)),
        ("shop.example.com:8443", ("shop.example.com", 8443)),
        ("::1", ("::1", None)),
        ("[::1]", ("::1", None)),
        ("[::1]:5557", ("::1", 5557)),
        ("shop.example.com:http", ("shop.example.com:http", None)),
    ],
)
def test_a_host_is_split_from_its_port(text: str, parts: tuple[str, int | None]) -> None:
    assert hosts.split_host(text) == parts


@pytest.mark.parametrize(
    ("url", "shown", "twin"),
    [
        ("https://shop.example.com", "shop.example.com", "http://shop.example.com:80"),
        ("http://shop.example.com", "shop.example.com", "https://shop.example.com:443"),
        ("http://[::1]", "[::1]", "https://[::1]:443"),
        ("http://[::1]:3000", "[::1]:3000", None),
        ("http://shop.example.com:443", "shop.example.com:443", None),
    ],
)
def test_an_origin_is_written_short_and_has_a_twin_on_default_ports(url: str, shown: str, twin: str | None) -> None:
    origin = hosts.origin_of(url)
    assert (hosts.written(origin), hosts.twin_of(origin)) == (shown, twin)
    if twin is not None:
        assert hosts.twin_of(twin) == origin


def test_a_url_is_moved_with_everything_behind_its_host() -> None:
    url = "http://127.0.0.1:3000/p/%41?utm_source=x#f"
    assert hosts.moved(url, onto="https://Shop.test:8443/else") == "https://Shop.test:8443/p/%41?utm_source=x#f"


def test_the_hosts_of_a_campaign_are_in_one_spelling() -> None:
    pages = [{"url": url} for url in ("https://SHOP.test:8443/a", "http://shop.test./b", "https://b\u00fccher.test/")]
    assert a_campaign(pages=pages).hosts == {"shop.test", "xn--bcher-kva.test"}


SPELLINGS = [
    ("0x7f.1", "127.0.0.1"),
    ("2130706433", "127.0.0.1"),
    ("017700000001", "127.0.0.1"),
    ("0X7F000001", "127.0.0.1"),
    ("127.1.", "127.0.0.1"),
    ("\uff11\uff12\uff17.0.0.1", "127.0.0.1"),
    ("127\u30020\u30020\u30021", "127.0.0.1"),
    ("3627734734", "216.58.214.206"),
    ("[0:0:0:0:0:0:0:1]", "[::1]"),
    ("[::FFFF:127.0.0.1]", "[::ffff:7f00:1]"),
    ("shop1.example.com", "shop1.example.com"),
    ("1.example.com", "1.example.com"),
    ("0x7g", "0x7g"),
]


@pytest.mark.parametrize(("text", "host"), SPELLINGS)
def test_an_address_has_one_spelling_whatever_number_it_is_written_as(text: str, host: str) -> None:
    assert normalize_host(text) == host
    assert normalize_host(f"{text}:8080") == f"{host}:8080"
    assert hosts.origin_of(f"http://{text}/") == f"http://{host}:80"
    assert hosts.host_of(f"http://{text}/p") == host.strip("[]")
    assert request_target(f"http://{text}/").host == host.strip("[]")  # and browsers agree


@pytest.mark.parametrize("text", ["256.1", "1.2.3.4.5", "shop.1", "09", "0x1ffffffff", "[1::2::3]", "shop.0x1"])
def test_what_ends_in_a_number_and_is_no_address_is_no_host(text: str) -> None:
    with pytest.raises(ValueError, match="is not a host"):
        normalize_host(text)
