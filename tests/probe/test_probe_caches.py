"""What a cache tells a page's links apart by, against real Varnish and nginx: the truth is what reached the origin."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial

import pytest
import requests

from launchguard.probe import ProbePolicy, VisitRequest, look_at_caches
from launchguard.web.caches import CacheKey, key_of
from launchguard.web.click_ids import RECIPIENT, id_value
from launchguard.web.urls import with_parameters
from tests.caches import Origin, nginx, origin, varnish

NAMES = ("utm_source", "utm_campaign", "gclid", "mc_eid", RECIPIENT)
LINK = "/spring?utm_source=newsletter&utm_campaign=spring"

Cache = Callable[..., AbstractContextManager[str]]


def without(names: str) -> str:
    """VCL that takes parameters out of the URL."""
    return f'set req.url = regsuball(req.url, "(?<=[?&])({names})=[^&]*&?", "");'


CACHES: dict[str, Cache] = {
    "varnish, whole URL": varnish,
    "varnish, no query": partial(varnish, recv='set req.url = regsub(req.url, "[?].*", "");'),
    "varnish, without ad ids": partial(varnish, recv=without("gclid|fbclid|msclkid")),
    "varnish, without utm and ad ids": partial(varnish, recv=without("utm_[a-z]+|gclid")),
    "varnish, without what it knows": partial(varnish, recv=without("utm_[a-z]+|gclid|mc_eid")),
    "varnish, never": partial(varnish, recv="return (pass);"),
    "nginx, whole URL": nginx,
    "nginx, path alone": partial(nginx, key="$uri"),
    "nginx, by utm_source": partial(nginx, key="$uri?$arg_utm_source"),
    "nginx, by an ad id": partial(nginx, key="$uri?$arg_gclid"),
}


def asked_of(url: str, names: tuple[str, ...], seed: str) -> CacheKey | None:
    """What the looks at one page say."""
    looks = look_at_caches([VisitRequest(url, url)], {url: names}, policy=ProbePolicy(), seed=seed)
    return key_of(looks[url])


def truth(url: str, behind: Origin) -> tuple[str, ...]:
    """The parameters of which another value reaches the origin, where the page as it is does not."""
    reached = []
    for name in NAMES:
        requests.get(url, timeout=5)
        before = len(behind.asked)
        requests.get(with_parameters(url, {name: id_value(name, "nobody asked for this")}), timeout=5)
        reached += [name] * (len(behind.asked) > before)
    return tuple(reached)


@pytest.mark.parametrize("told", [True, False], ids=["told", "by times"])
@pytest.mark.parametrize("name", CACHES)
def test_it_names_exactly_what_reaches_the_origin(name: str, told: bool) -> None:
    with origin(0.02 if told else 0.2) as behind, CACHES[name](behind, told=told) as site:
        key = asked_of(site + LINK, NAMES, name)
        asked = len(behind.asked)
        right = truth(site + LINK, behind)
    if name == "varnish, never":
        assert key is None
        assert asked <= 6 if told else asked <= 12
        return
    assert asked <= 40
    if not told and not right:
        assert key is None  # nothing tells that there is a cache
        return
    assert key is not None
    assert key.split_by == right
    assert key.told is told
    if told:
        assert key.product == name.split(",", maxsplit=1)[0]


def test_values_are_new_in_every_run_and_old_ones_are_not() -> None:
    with origin(takes_s=0.0) as behind, varnish(behind) as site:
        first = asked_of(site + LINK, ("gclid",), "a run")
        again = asked_of(site + LINK, ("gclid",), "the same run")
        warm = asked_of(site + LINK, ("gclid",), "a run")
    assert first is not None
    assert first == again
    assert warm is not None
    assert warm.split_by == ()  # the cache had seen every one of them


def test_nothing_is_asked_where_nothing_in_the_link_differs() -> None:
    with origin() as behind, varnish(behind) as site:
        assert asked_of(site + "/spring", (), "seed") is None
        assert not behind.asked
