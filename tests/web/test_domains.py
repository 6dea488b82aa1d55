"""Which hosts belong to one owner, and which addresses are places that a link rarely means."""

import pytest

from launchguard.web.domains import is_public_suffix, registrable_domain, same_site
from launchguard.web.places import misplaced


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("shop.example.com", "example.com"),
        ("a.b.shop.co.uk", "shop.co.uk"),
        ("me.github.io", "me.github.io"),
        ("x.me.github.io", "me.github.io"),
        ("shop.test.", "shop.test"),
        ("xn--bcher-kva.xn--55qx5d.cn", "xn--bcher-kva.xn--55qx5d.cn"),
        ("co.uk", "co.uk"),
        ("localhost", "localhost"),
        ("shop.localhost", "localhost"),
        ("127.0.0.1", "127.0.0.1"),
        ("::1", "::1"),
        ("", ""),
    ],
)
def test_what_an_owner_has_registered(host: str, domain: str) -> None:
    assert registrable_domain(host) == domain


@pytest.mark.parametrize(
    ("host", "public"),
    [
        ("com", True),
        ("co.uk", True),
        ("github.io", True),
        ("me.github.io", False),
        ("127.0.0.1", False),
        ("1.2", False),
    ],
)
def test_names_below_which_anybody_may_register_one(host: str, public: bool) -> None:
    assert is_public_suffix(host) is public


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("www.shop.co.uk", "m.shop.co.uk", True),
        ("shop.co.uk", "other.co.uk", False),
        ("a.github.io", "b.github.io", False),
        ("127.0.0.1", "127.0.0.2", False),
    ],
)
def test_hosts_of_one_owner(one: str, other: str, same: bool) -> None:
    assert same_site(one, other) is same


ASKED = "https://shop.example.com/spring"


@pytest.mark.parametrize(
    ("final", "reason"),
    [
        ("https://shop.example.com/", "home"),
        ("https://shop.example.com/de/index.html", "home"),
        ("https://shop.example.com/account/login", "login"),
        ("https://shop.example.com/wp-login.php?redirect_to=x", "login"),
        ("https://staging.shop.example.com/spring", "staging"),
        ("https://shop-dev2.example.com/spring", "staging"),
        ("https://shop.example.com/blog-about-logins", ""),
        ("https://testing-kits.example.com/spring", ""),
        ("https://staging.com/spring", ""),
        ("https://shop.test/spring", ""),
    ],
)
def test_a_place_that_a_link_rarely_means(final: str, reason: str) -> None:
    assert misplaced(final, ASKED)[0] == reason
    assert misplaced(final, final) == ("", "")
