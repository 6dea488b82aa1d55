"""Which files of a page are asked for: where a host says how many requests it may receive, and by how many visitors."""

import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from launchguard.authorize import Grant
from launchguard.errors import AuthorizationError
from launchguard.load import run_load
from launchguard.load.allowance import allowances, files_per_visit
from launchguard.load.drawn import check_drawn
from launchguard.load.schedule import make_schedule
from launchguard.load.sending.fetching import Fetching, fetching_one_in
from launchguard.model.load_plan import LoadPlan
from launchguard.report.requests import files_sentence
from tests.load.recorder import Answered, Recorder, recording_site

FILES = ("/a.css", "/b.js", "/c.png", "/d.png")
PAGE = (
    'Spring sale <link rel="stylesheet" href="/a.css"><script src="/b.js"></script><img src="/c.png"><img src="/d.png">'
)
SITE = {
    "/": Answered(PAGE + '<img src="/lazy.png" loading="LAZY">'),
    **dict.fromkeys((*FILES, "/lazy.png"), Answered("x")),
}
PINNED = ("127.0.0.1",)


def named(site: Recorder, name: str) -> str:
    """The same site at a name that is not loopback's, which its grant pins."""
    return site.url.replace("127.0.0.1", name)


def asked(site: Recorder) -> list[int]:
    return [len(site.of(path)) for path in FILES]


@pytest.mark.load
def test_files_are_asked_for_on_loopback_and_as_far_as_a_host_says(a_plan: Callable[..., LoadPlan]) -> None:
    """One run of four origins, 10 visits/s each: loopback, a cap for a quarter of the visitors, and two old rules."""
    with (
        recording_site(SITE) as free,
        recording_site(SITE) as capped,
        recording_site(SITE) as old,
        recording_site(SITE) as ruled,
    ):
        origins = [free.url, named(capped, "capped.test"), named(old, "old.test"), ruled.url.replace(".1:", ".2:")]
        grants = [
            Grant(origins[0], PINNED, None, "loopback", closed="x"),
            Grant(origins[1], PINNED, 10.0, "rule", closed="x", max_requests_per_s=20.0),
            Grant(origins[2], PINNED, 10.0, "rule", closed="x"),
            Grant(origins[3], PINNED, 10.0, "rule on loopback", closed="x"),
        ]
        plan = a_plan(*(f"{origin}/" for origin in origins), rate=40, hold=2, arrivals="uniform", assets="auto")
        run = run_load(plan, grants)
    assert run.stats().ok == 80 and not run.invalid
    assert all(len(site.of("/")) == 20 and not site.of("/lazy.png") for site in (free, capped, old, ruled))
    assert asked(free) == [20] * 4
    # 20 requests/s are 10 pages and 10 more: all four files of a page for one visitor in four, which is 2.5 a second.
    few = asked(capped)[0]
    assert 3 <= few <= 7 and asked(capped) == [few] * 4
    assert asked(old) == asked(ruled) == [0] * 4
    told = {page.name: (page.requests, page.failed, page.example) for page in run.files}
    assert told[f"{origins[0]}/"] == (20, 0, "")
    assert told[f"{origins[1]}/"] == (20, 20 - few, "4 files")
    assert told[f"{origins[2]}/"] == told[f"{origins[3]}/"] == (1, 1, "4 files")
    sentence = files_sentence(run)
    assert f"{origins[1]}/: 1 in {round(20 / few)} visitors fetched its 4 files of the same origin" in sentence
    assert f"{origins[2]}/: its 4 files of the same origin were not asked for" in sentence
    assert origins[0] not in sentence


@pytest.mark.parametrize(
    ("allowance", "files", "pages", "part", "one_in"),
    [
        (float("inf"), 100, 1, 1.0, 1),
        (5.0, 4, 1, 1.0, 1),
        (5.0, 4, 2, 1.0, 2),  # a redirect takes one of them
        (1.5, 4, 1, 1.0, 8),
        (1.0, 4, 1, 1.0, 0),
        (0.0, 4, 1, 1.0, 0),
        (float("inf"), 4, 1, 0.3, 4),
        (float("inf"), 4, 1, 0.0, 0),
        (1.0, 0, 1, 1.0, 1),
    ],
)
def test_how_many_visitors_fetch_the_files_of_their_page(
    allowance: float, files: int, pages: int, part: float, one_in: int
) -> None:
    assert fetching_one_in(allowance, files, pages, part) == one_in
    # Whatever the share is, what they ask for stays within the allowance, or is nothing.
    assert not one_in or pages + files / one_in <= allowance


def test_they_are_spread_evenly_and_become_fewer_where_a_process_is_busy() -> None:
    fetching = Fetching({"http://a.test:80": float("inf")})
    assert fetching.one_in("http://a.test:80", 20, 1) == 1
    for one_in in (2, 8):
        assert sum(fetching.chosen(index, one_in) for index in range(800)) == pytest.approx(800 / one_in, abs=2)
    assert not any(fetching.chosen(index, 0) for index in range(8))
    fetching.looked = time.monotonic() - 100, time.process_time() - 90  # 90 % of a core since then
    fetching.chosen(0, 1)
    assert fetching.one_in("http://a.test:80", 20, 1) == 2
    fetching.looked = time.monotonic() - 100, time.process_time() - 10
    fetching.chosen(0, 1)
    assert fetching.one_in("http://a.test:80", 20, 1) == 2
    fetching.spare()
    assert fetching.one_in("http://a.test:80", 20, 1) == 4


def test_an_old_rule_lets_through_no_more_than_before(a_plan: Callable[..., LoadPlan]) -> None:
    rules = [
        Grant("http://127.0.0.1:80", (), None, "t"),
        Grant("http://127.0.0.2:80", (), 50.0, "t"),
        Grant("http://a.test:80", (), 50.0, "t"),
        Grant("http://b.test:80", (), 50.0, "t", max_requests_per_s=100.0),
        Grant("http://c.test:80", (), 50.0, "t", max_requests_per_s=30.0, by_redirect=True, closed="x"),
    ]
    plan = a_plan("http://127.0.0.1/", rate=50)
    assert allowances(replace(plan, assets="no"), rules) == {}
    assert allowances(replace(plan, assets="auto", journey="walk.py"), rules) == {}
    auto = allowances(replace(plan, assets="auto"), rules)
    assert auto == {"http://127.0.0.1:80": float("inf"), "http://b.test:80": 2.0}
    # `yes` is the `true` of before: what a rule does not bound is fetched, and what it bounds is not more for it.
    every = allowances(replace(plan, assets="yes"), rules)
    assert every == dict.fromkeys([rule.origin for rule in rules[:3]], float("inf")) | {"http://b.test:80": 2.0}
    (target,) = plan.targets
    assert files_per_visit(replace(plan, targets=(replace(target, files=7),)), auto) == 7.0


def test_what_was_drawn_is_compared_with_the_requests_too(a_plan: Callable[..., LoadPlan]) -> None:
    plan = a_plan("http://a.test/", rate=20, hold=5, arrivals="uniform", assets="auto")
    rule = Grant("http://a.test:80", (), 50.0, "t", max_requests_per_s=100.0)
    drawn = make_schedule(plan)
    check_drawn(plan, drawn, [rule])
    # A plan that says less of itself than it sends: 20 visits/s at the ten requests that 10/s would have left for each.
    meek = replace(plan, phases=tuple(replace(p, rate_from_per_s=1.0, rate_to_per_s=1.0) for p in plan.phases))
    with pytest.raises(AuthorizationError, match=r"requests to http://a\.test:80 within .* may receive 100 requests/s"):
        check_drawn(meek, drawn, [rule])
    with pytest.raises(AuthorizationError, match="may receive 1 requests/s"):
        check_drawn(plan, drawn, [replace(rule, max_requests_per_s=1.0)])
