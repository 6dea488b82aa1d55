"""Variants, other origins, and what is recorded of a URL."""

from urllib.parse import parse_qs, urlsplit

import pytest

from launchguard.errors import LaunchGuardError
from launchguard.probe import rebase, variant_url
from launchguard.web.click_ids import TRIED
from launchguard.web.urls import without_userinfo

UNTAGGED = [
    ("https://a.test/p?utm_source=x&id=%41&UTM_Medium=y#top", "https://a.test/p?id=%41#top"),
    ("https://a.test/p?b=2&gclid=1&a=1&fbclid=z", "https://a.test/p?b=2&a=1"),
    ("https://a.test/p?utm_source=x", "https://a.test/p"),
    ("https://a.test/p?%75tm_source=x&q=a+b", "https://a.test/p?q=a+b"),
    ("https://a.test/p?utm=x&my_utm_source=y", "https://a.test/p?utm=x&my_utm_source=y"),
]


@pytest.mark.parametrize(("url", "expected"), UNTAGGED)
def test_untagged(url: str, expected: str) -> None:
    assert variant_url(url, "untagged") == expected


def test_click_ids_are_added_once_and_the_rest_stays() -> None:
    url = variant_url("https://a.test/p?utm_source=x&gclid=real&q=%41#f", "click-id")
    assert url.startswith("https://a.test/p?utm_source=x&gclid=real&q=%41&gbraid=")
    assert url.endswith("#f")
    query = parse_qs(urlsplit(url).query)
    assert query["gclid"] == ["real"]
    assert set(TRIED) < set(query)


def test_plain_is_untouched_and_others_are_refused() -> None:
    assert variant_url("https://a.test/%7E?x", "plain") == "https://a.test/%7E?x"
    with pytest.raises(ValueError, match="no variant 'odd'"):
        variant_url("https://a.test/", "odd")


@pytest.mark.parametrize("base", ["http://127.0.0.1:3000", "http://127.0.0.1:3000/"])
def test_rebase_keeps_path_query_and_fragment(base: str) -> None:
    assert rebase("https://a.test/p/%41?utm_source=x#f", base) == "http://127.0.0.1:3000/p/%41?utm_source=x#f"


@pytest.mark.parametrize(
    "base",
    ["", "localhost:3000", "ftp://a.test", "http://", "http://a:99999", "http://a/x", "http://u:p@a", "http://[::1"],
)
def test_rebase_refuses_what_is_no_origin(base: str) -> None:
    with pytest.raises(LaunchGuardError, match="is no origin") as caught:
        rebase("https://a.test/", base)
    assert "http://127.0.0.1:3000" in caught.value.hint


def test_userinfo_is_not_recorded() -> None:
    assert without_userinfo("https://user:pass@a.test:8443/x?y=z@w") == "https://a.test:8443/x?y=z@w"
