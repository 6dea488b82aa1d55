"""Whether the cache before a page serves one copy to every link."""

import pytest

from launchguard import Finding, NotApplicable
from launchguard.testing import a_cache, a_campaign, a_visit, some_visits
from launchguard.web.caches import CacheKey, CacheLook, Product, key_of, next_changes, product_of, what_said
from launchguard.web.click_ids import RECIPIENT
from tests.checks.conftest import Judge

PUSH = {"kind": "push", "name": "app", "devices": "5000"}


def test_one_copy_for_everybody_passes(judged: Judge) -> None:
    visits = some_visits(a_visit(), cache=a_cache(ignored=["gclid", "fbclid"]))
    assert judged("cache-key-split", visits, a_campaign()) == []


@pytest.mark.parametrize("looks", [[], [CacheLook((), "miss", 50.0)] * 3, [CacheLook((), "", 50.0)] * 4])
def test_without_a_cache_there_is_no_question(judged: Judge, looks: list[CacheLook]) -> None:
    (answer,) = judged("cache-key-split", some_visits(a_visit(), cache=looks), a_campaign())
    assert isinstance(answer, NotApplicable)


@pytest.mark.parametrize(
    ("product", "words"),
    [
        ("varnish", "(gclid|mc_eid)=[^&]*"),
        ("nginx", "proxy_cache_key"),
        ("fastly", 'querystring.filter(req.url, "gclid" + querystring.filtersep() + "mc_eid")'),
        ("cloudflare", "ignores the query parameters gclid, mc_eid"),
        ("cloudfront", "all except gclid, mc_eid"),
        ("other", 'No-Vary-Search: params=("gclid" "mc_eid")'),
    ],
)
def test_the_recipe_is_that_of_the_cache_seen(judged: Judge, product: Product, words: str) -> None:
    cache = a_cache(split_by=["gclid", "mc_eid"], ignored=["utm_source"], product=product)
    (finding,) = judged("cache-key-split", some_visits(a_visit(), cache=cache), a_campaign())
    assert isinstance(finding, Finding)
    assert finding.measured == "gclid, mc_eid"
    assert words in finding.fix
    assert "utm_source" not in finding.fix


@pytest.mark.parametrize(("click_id", "open_"), [(None, True), ("none", False), ("mc_eid", False)])
def test_what_nobody_has_said_of_a_channel_is_open(judged: Judge, click_id: str | None, open_: bool) -> None:
    said = {} if click_id is None else {"click_id": click_id}
    campaign = a_campaign(channels=[PUSH | said])
    cache = a_cache(split_by=[RECIPIENT])
    (finding,) = judged("cache-key-split", some_visits(a_visit(), cache=cache), campaign)
    assert isinstance(finding, Finding)
    assert ("each app link carries an id of its own" in finding.unseen) is open_
    assert RECIPIENT not in finding.fix
    assert "any parameter that is new to it" in str(finding.measured)


def test_the_parameters_are_told_apart_only_where_they_matter() -> None:
    names = ("utm_source", "gclid")
    looks: list[CacheLook] = []
    asked = []
    while changes := next_changes(names, looks):
        asked.append(changes)
        looks += [CacheLook(change, "miss" if "gclid" in change else "hit", 9.0) for change in changes]
    assert asked == [[()], [(), ()], [(), names, names, names], [("utm_source",)] * 2 + [("gclid",)] * 2]
    assert key_of(looks) == CacheKey(("gclid",), "other", told=True)


def test_a_look_that_disagrees_is_asked_once_more() -> None:
    looks = [*a_cache(split_by=["gclid"], ignored=["utm_source"])[:-1], CacheLook(("utm_source",), "miss", 9.0)]
    names = ("gclid", "utm_source")
    assert next_changes(names, looks) == [("utm_source",)]
    assert next_changes(names, [*looks, CacheLook(("utm_source",), "hit", 9.0)]) == []


@pytest.mark.parametrize(
    ("header", "value", "said"),
    [
        ("Cache-Status", "ExampleCache; hit; ttl=376", "hit"),
        ("Cache-Status", "Origin; fwd=miss, Edge; hit", "hit"),
        ("cache-status", "Edge; fwd=uri-miss; stored", "miss"),
        ("Cache-Status", "\x00;;;", ""),
        ("X-Cache", "MISS, HIT", "hit"),
        ("X-Cache", "Hit from cloudfront", "hit"),
        ("X-Cache", "TCP_MISS from a1", "miss"),
        ("X-Cache-Status", "EXPIRED", "miss"),
        ("CF-Cache-Status", "DYNAMIC", "miss"),
        ("X-Varnish", "32770 3", "hit"),
        ("X-Varnish", "32770", "miss"),
        ("Age", "7", "hit"),
        ("Age", "0", ""),
        ("Age", "9" * 400, ""),
        ("Server", "hit", ""),
    ],
)
def test_what_an_answer_says_of_caches(header: str, value: str, said: str) -> None:
    assert what_said([(header, value)]) == said


@pytest.mark.parametrize(
    ("headers", "product"),
    [
        ([("Server", "cloudflare"), ("CF-Ray", "1")], "cloudflare"),
        ([("X-Served-By", "cache-mad-1"), ("X-Varnish", "1")], "fastly"),
        ([("Via", "1.1 varnish (Varnish/7.1)")], "varnish"),
        ([("X-Amz-Cf-Id", "x")], "cloudfront"),
        ([("Server", "nginx/1.22")], "nginx"),
        ([], "other"),
    ],
)
def test_whose_cache_it_is(headers: list[tuple[str, str]], product: Product) -> None:
    assert product_of(headers) == product
