"""Fresh and returning visitors, what their browsers fetch, and the click ids that they bring."""

import resource
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from launchguard.load import make_plan
from launchguard.load.orders import PageOrders
from launchguard.load.sending.answer import VisitAnswer
from launchguard.load.sending.assets import assets_of, fresh_for_s
from launchguard.load.sending.goal import VisitGoal
from launchguard.load.sending.tally import ASSET, Tally, is_told
from launchguard.load.steps import read_requests
from launchguard.model.load_plan import LinkShare, LoadPlan
from launchguard.model.load_run import LoadRun
from launchguard.testing import a_campaign, a_forecast
from launchguard.web.click_ids import KINDS
from launchguard.web.reading import AnswerReader
from tests.busy import at_once
from tests.load.recorder import Answered, recording_site

HTML = "text/html; charset=utf-8"
PAGE = """<!doctype html><html><head><link rel="stylesheet" href="/style.css"><link rel="icon" href="icon.png">
<script src="/app.js?v=3"></script></head><body><h1>Spring sale</h1><img src="/a.png" srcset="/a-2x.png 2x, /a-3x.png">
<img src="/missing.png"><script src="https://www.google-analytics.com/x.js"></script></body></html>"""
KEPT = {"Cache-Control": "public, max-age=3600"}
SITE = {
    "/": Answered(PAGE, headers={"Set-Cookie": "id=abc; Path=/"}),
    "/style.css": Answered("a{}", headers=KEPT),
    "/icon.png": Answered("", headers={"Last-Modified": "Mon, 01 Mar 2027 08:00:00 GMT"}),
    "/app.js": Answered("0", headers={"Cache-Control": "no-cache"}),
    "/a-2x.png": Answered("x", headers={"Cache-Control": "max-age=0"}),
}
ASSETS = ("/style.css", "/icon.png", "/app.js", "/a-2x.png", "/missing.png")

load = pytest.mark.load


def found(markup: str, url: str = "http://shop.test/sale/index.html", content_type: str = HTML) -> list[str]:
    return [address.url for address in assets_of(markup.encode(), "", content_type, url)]


@pytest.mark.parametrize(
    ("markup", "assets"),
    [
        ('<script src="a.js"></script>', ["http://shop.test/sale/a.js"]),
        ('<script src="/a.js" type="module"></script>', ["http://shop.test/a.js"]),
        ('<script src="/data.json" type="application/json"></script>', []),
        ('<link rel="preload stylesheet" href="//shop.test/b.css#top">', ["http://shop.test/b.css"]),
        ('<link rel="canonical" href="/sale"><link rel="preconnect" href="/x">', []),
        ('<img srcset="/s.png, /l.png 2x" src="/never.png">', ["http://shop.test/s.png"]),
        ('<img src=" /a b.png ">', ["http://shop.test/a b.png"]),
        ('<img src=""><img><script>1</script><link rel="icon">', []),
        ('<img src="data:image/gif;base64,R0lGOD"><img src="http://[oops">', []),
        ('<img src="https://shop.test/other-origin.png"><img src="//cdn.test/x.png">', []),
        ('<img src="http://user@shop.test/x.png">', []),
        ('<noscript><img src="/pixel.png"></noscript><template><img src="/t.png"></template>', []),
        ('</noscript><img src="/a.png"><NOSCRIPT><noscript><img src="/b.png">', ["http://shop.test/a.png"]),
        pytest.param("<noscript>" * 200_000, [], id="many-noscripts"),
        ('<base href="/static/"><img src="a.png"><img src="a.png">', ["http://shop.test/static/a.png"]),
        (
            '<base href="https://cdn.test/"><img src="a.png"><img src="http://shop.test/a.png">',
            ["http://shop.test/a.png"],
        ),
    ],
)
def test_a_page_s_assets_are_what_a_browser_would_fetch_of_its_origin(markup: str, assets: list[str]) -> None:
    assert found(markup) == assets


def test_assets_are_bounded_and_only_html_has_some() -> None:
    assert len(found("".join(f'<img src="/{i}.png">' for i in range(300)))) == 100
    assert found('<img src="/a.png">' + "<div>" * 300_000 + '<img src="/b.png">') == ["http://shop.test/a.png"]
    assert found('<img src="/a.png">', content_type="application/json") == []
    assert assets_of(b"no gzip", "gzip", HTML, "http://shop.test/") == ()


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Cache-Control": "public, max-age=60"}, 60.0),
        ({"Cache-Control": "max-age=60, no-cache"}, 0.0),
        ({"Cache-Control": "no-store"}, 0.0),
        ({"Cache-Control": "max-age=soon"}, 0.0),
        ({"Last-Modified": "Mon, 01 Mar 2027 08:00:00 GMT"}, float("inf")),
        ({"ETag": '"abc"'}, 0.0),
        ({}, 0.0),
    ],
)
def test_how_long_an_answer_is_used_again(headers: dict[str, str], seconds: float) -> None:
    reader = AnswerReader()
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    reader.feed(f"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n{lines}\r\n".encode())
    assert fresh_for_s(VisitAnswer(reader.answer)) == seconds


@pytest.mark.parametrize(
    ("line", "good"),
    [
        ('["asset", "/a.png", [0, 8], [1.5, 0.0], [0, 1], "answered 404"]', True),
        ('["asset", "/a.png", [0, 9], [1.5, 0.0], [0, 1], "answered 404"]', False),
        ('["asset", "/a.png", [0, 10], [1.5, 0.0], [0, 1], ""]', False),
        ('["asset", "/a.png", [-1], [1.5], [0], ""]', False),
        ('["asset", "/a.png", [0], [NaN], [0], ""]', False),
        ('["asset", "/a.png", [0], [1.5, 2.0], [0], ""]', False),
        ('["visit", "/a.png", [0], [1.5], [0], ""]', False),
        ('["asset", 1, [0], [1.5], [0], ""]', False),
        ('["asset", "/a.png", 1, 1.5, 0, ""]', False),
        ("[]", False),
        ("nothing", False),
    ],
)
def test_a_worker_s_word_about_requests_is_looked_at(line: str, good: bool) -> None:
    assert is_told(line, visits=range(0, 10, 2)) is good


def test_requests_are_told_when_no_file_descriptor_is_left(tmp_path: Path) -> None:
    tally = Tally(tmp_path / "requests")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
    try:
        with pytest.raises(OSError, match="Too many open files"):
            (tmp_path / "another").open("w")
        tally.add(ASSET, "/a.png", 0, 1.5)
        tally.flush()
        tally.add(ASSET, "/a.png", 1, 2.5, "answered 404")
        tally.flush()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    (asset,) = read_requests(tmp_path / "requests", np.array([True, True])).assets
    assert (asset.requests, asset.failed, asset.example) == (2, 1, "answered 404")


@load
def test_a_fifth_of_the_visitors_come_back_with_their_connection_and_cookie(
    a_plan: Callable[..., LoadPlan], send: Callable[..., LoadRun]
) -> None:
    with recording_site(SITE) as site:
        run = send(a_plan(site.url + "/", rate=20, hold=2, arrivals="uniform", returning_ratio=0.25))
    assert run.stats().ok == 40
    pages = Counter(seen.client for seen in site.of("/"))
    # 30 came once; 10 visits were made by few who came back (one, unless two of them met).
    assert sum(pages.values()) == 40
    assert 31 <= len(pages) <= 30 + at_once(run)
    with_cookie = [seen for seen in site.of("/") if seen.headers.get("cookie") == "id=abc"]
    again = sum(count - 1 for count in pages.values())
    assert len(with_cookie) == again
    first = {seen.client: seen for seen in reversed(site.of("/"))}
    assert all("cookie" not in seen.headers for seen in first.values())
    assert not site.of("/style.css") and run.assets == ()


@load
def test_a_share_of_the_visitors_have_a_phone_and_keep_to_it(
    a_plan: Callable[..., LoadPlan], send: Callable[..., LoadRun]
) -> None:
    with recording_site(SITE) as site:
        plan = a_plan(site.url + "/", rate=20, hold=2, assets=True, returning_ratio=0.5, phones_ratio=0.7)
        run = send(plan)
    assert run.stats().ok == 40
    phones = {seen.client: "Mobile" in seen.headers["user-agent"] for seen in site.seen}
    assert all(phones[seen.client] == ("Mobile" in seen.headers["user-agent"]) for seen in site.seen)
    assert sum(phones[seen.client] for seen in site.of("/")) == 28
    assert all(" LaunchGuard/" in seen.headers["user-agent"] for seen in site.seen)
    assert all(seen.headers["user-agent"].endswith("; run test-run)") for seen in site.seen)


@load
def test_a_fresh_visitor_s_browser_fetches_every_asset(
    a_plan: Callable[..., LoadPlan], send: Callable[..., LoadRun]
) -> None:
    with recording_site(SITE) as site:
        run = send(a_plan(site.url + "/", rate=10, hold=2, assets=True))
    stats = run.stats()
    assert (stats.ok, stats.failed, stats.started) == (20, 0, 20)
    assert {path: len(site.of(path)) for path in ASSETS} == dict.fromkeys(ASSETS, 20)
    assert all(seen.headers["cookie"] == "id=abc" for seen in site.of("/app.js"))
    told = {stats.name.removeprefix(site.url): stats for stats in run.assets}
    assert set(told) == {"/style.css", "/icon.png", "/app.js?v=3", "/a-2x.png", "/missing.png"}
    assert all(one.requests == 20 for one in told.values())
    assert (told["/missing.png"].failed, told["/missing.png"].example) == (20, "answered 404")
    assert told["/style.css"].failed == 0 and (told["/style.css"].p95_ms or 0) > 0
    assert run.steps == ()


@load
def test_a_returning_visitor_s_browser_fetches_what_it_may_keep_once(
    a_plan: Callable[..., LoadPlan], send: Callable[..., LoadRun]
) -> None:
    with recording_site(SITE) as site:
        run = send(a_plan(site.url + "/", rate=10, hold=2, arrivals="uniform", assets=True, returning_ratio=1.0))
    assert run.stats().ok == 20
    visitors = len({seen.client for seen in site.of("/")})
    assert visitors <= 10  # one, unless some of them met: then all of their assets are asked for once more
    counted = {path: len(site.of(path)) for path in ASSETS}
    assert counted["/style.css"] == counted["/icon.png"] == visitors
    assert counted["/app.js"] == counted["/a-2x.png"] == counted["/missing.png"] == 20


@load
def test_a_browser_fetches_at_most_six_at_a_time_and_a_slow_asset_does_not_slow_the_page(
    a_plan: Callable[..., LoadPlan], send: Callable[..., LoadRun]
) -> None:
    names = [f"/{number}.png" for number in range(20)]
    page = "Spring sale" + "".join(f'<img src="{name}">' for name in names)
    slow = Answered("x", wait_s=0.25)
    with recording_site({"/": Answered(page), **dict.fromkeys(names, slow)}) as site:
        run = send(a_plan(site.url + "/", rate=1, hold=1, arrivals="uniform", assets=True))
    assert run.stats().ok == 1
    assert max(int(seen.headers["-at-once"]) for seen in site.seen) == 6
    assert len({seen.client for seen in site.seen}) == 6
    assert sum(one.requests for one in run.assets) == 20
    assert run.stats().latency_ms is not None and run.stats().latency_ms.max < 1000  # type: ignore[union-attr]
    assert all((one.p95_ms or 0) >= 250 for one in run.assets)  # 20, six at a time: the last one after 1 s


@load
def test_an_asset_that_never_comes_ends_with_the_visit_s_deadline(
    a_plan: Callable[..., LoadPlan], send: Callable[..., LoadRun]
) -> None:
    answers = {"/": Answered('Spring sale <img src="/slow.png">'), "/slow.png": Answered("x", wait_s=4.0)}
    with recording_site(answers) as site:
        run = send(a_plan(site.url + "/", rate=3, hold=1, assets=True, visit_timeout_s=2.0))
    assert run.stats().ok == 3
    (slow,) = run.assets
    assert (slow.requests, slow.failed, slow.example) == (3, 3, "it was not answered in time")


@load
def test_click_ids_are_each_visit_s_own_and_come_in_their_share(
    a_plan: Callable[..., LoadPlan], send: Callable[..., LoadRun]
) -> None:
    with recording_site({"/sale": Answered("Spring sale")}) as site:
        plan = a_plan(site.url + "/sale?utm_source=x", rate=20, hold=2)
        target = replace(plan.targets[0], links=(LinkShare(0.5, "gclid"), LinkShare(0.25, "fbclid")))
        assert send(replace(plan, targets=(target,))).stats().ok == 40
    queries = [seen.query for seen in site.of("/sale")]
    kinds = Counter(query.removeprefix("utm_source=x").removeprefix("&").partition("=")[0] for query in queries)
    assert kinds["gclid"] == pytest.approx(20, abs=2)
    assert kinds["fbclid"] == pytest.approx(10, abs=2)
    marked = [query for query in queries if "clid=" in query]
    assert len(set(marked)) == len(marked)
    assert all(
        len(query.rpartition("=")[2]) == KINDS[query.split("&")[-1].partition("=")[0]].length for query in marked
    )


def targets_of(*channels: dict[str, Any], **over: Any) -> list[tuple[LinkShare, ...]]:
    campaign = a_campaign(channels=channels, **over)
    return [target.links for target in make_plan(campaign, a_forecast(campaign), seed=1, run_id="r").targets]


def test_a_plan_has_no_click_ids_unless_a_channel_names_one() -> None:
    assert targets_of({"kind": "rate", "rate": "10/s"}) == [()]
    (ids,) = targets_of(
        {"kind": "rate", "name": "ads", "rate": "10/s", "click_id": "gclid"},
        {"kind": "rate", "name": "mail", "rate": "30/s"},
    )
    assert [(link.click_id, round(link.share, 2)) for link in ids] == [("gclid", 0.25)]


def test_click_ids_go_to_the_page_that_their_channel_leads_to() -> None:
    first, second = targets_of(
        {"kind": "rate", "name": "ads", "rate": "10/s", "page": "/a", "click_id": "fbclid"},
        {"kind": "rate", "name": "mail", "rate": "20/s"},
        pages=[{"url": "https://shop.test/a"}, {"url": "https://shop.test/b"}],
    )
    assert [(link.click_id, round(link.share, 2)) for link in first] == [("fbclid", 0.5)]
    assert second == ()


def test_each_channel_s_utm_comes_in_the_share_of_its_visits_with_its_click_id() -> None:
    (links,) = targets_of(
        {"kind": "rate", "name": "ads", "rate": "10/s", "click_id": "gclid", "utm": {"source": "google"}},
        {"kind": "rate", "name": "mail", "rate": "20/s", "utm": {"utm_source": "news letter", "medium": "email"}},
        {"kind": "rate", "name": "more", "rate": "5/s", "utm": {"source": "news letter", "utm_medium": "email"}},
        {"kind": "rate", "name": "radio", "rate": "15/s"},
    )
    assert [(link.click_id, link.utm, round(link.share, 2)) for link in links] == [
        ("gclid", (("utm_source", "google"),), 0.2),
        ("", (("utm_source", "news letter"), ("utm_medium", "email")), 0.5),
    ]


def test_a_visit_s_address_has_its_channel_s_utm_in_the_place_of_the_page_s() -> None:
    links = (LinkShare(0.5, "gclid", (("utm_source", "a&b"),)), LinkShare(0.25, "", (("utm_content", "hero"),)))
    page = PageOrders("p", "https://shop.test/sale?utm_source=x&size=3", (), 200, links)
    goal = VisitGoal(page, "r")
    urls = Counter(goal.address(index).url.partition("gclid=")[0] for index in range(1000))
    assert urls == {
        "https://shop.test/sale?utm_source=a%26b&size=3&": pytest.approx(500, abs=2),
        "https://shop.test/sale?utm_source=x&size=3&utm_content=hero": pytest.approx(250, abs=2),
        "https://shop.test/sale?utm_source=x&size=3": pytest.approx(250, abs=2),
    }
