"""Answers that look right and are another page: told with in what they differ from what the first visitors got."""

from collections.abc import Callable

import pytest

from launchguard.load.sending.likeness import KnownPage
from launchguard.model.load_plan import LoadPlan
from launchguard.model.load_run import LoadRun
from launchguard.web.likeness import PageFacts, facts_of, title_of
from tests.load.raw_site import Answer, Asked, raw_site, whole

SHOP = "https://shop.test/spring"
PAGE = b"<!doctype html><title>Spring</title><h1>Spring sale</h1>" + b"<p>text</p>" * 60
ERROR = b"<html><body>Fatal error: Uncaught PDOException: too many connections</body></html>"


@pytest.mark.parametrize(
    ("markup", "title"),
    [
        (b"<head><TITLE lang=en>Spring &amp;  sale</TITLE>", "spring & sale"),
        (b"<title></title>", ""),
        (b"<title>never closed", ""),
        (b"<title", ""),
        (b"no title", ""),
        (b"x" * 70_000 + b"<title>far away</title>", ""),
        (b"<title>" + b"long " * 50 + b"</title>", ("long " * 50)[:60]),
    ],
)
def test_the_title_is_the_first_one_of_the_markup(markup: bytes, title: str) -> None:
    assert title_of(markup) == title


@pytest.mark.parametrize(
    ("body", "url", "words"),
    [
        (PAGE, f"{SHOP}?utm_source=x#top", ""),
        (PAGE + b"<p>You are number 4,711.</p>", SHOP, ""),
        (PAGE, "https://shop.test/login?back=%2Fspring", "came from https://shop.test/login instead of"),
        (b" \n", SHOP, "is empty"),
        (PAGE.replace(b"Spring</title>", b"Log in</title>"), SHOP, "has the title 'log in' instead of 'spring'"),
        (ERROR, SHOP, "has the title '' instead of 'spring'"),
        (b"<title>Spring</title>", SHOP, "has 21 bytes instead of 716"),
    ],
)
def test_another_page_is_told_apart(body: bytes, url: str, words: str) -> None:
    first = KnownPage()
    for _ in range(3):
        assert first.difference(facts_of(PAGE, SHOP)) == ""
    told = first.difference(facts_of(body, url))
    assert told.startswith(words)
    assert bool(told) is bool(words)


def test_what_differs_among_the_first_ones_tells_nothing() -> None:
    first = KnownPage()
    for number in range(3):
        assert first.difference(PageFacts(f"{SHOP}/{number}", f"visitor {number}", 700, empty=False)) == ""
    assert first.difference(PageFacts(f"{SHOP}/9", "visitor 9", 700, empty=False)) == ""
    assert first.difference(PageFacts(f"{SHOP}/9", "visitor 9", 60, empty=False)) == "has 60 bytes instead of 700"


async def _error(asked: Asked) -> bytes:
    return whole(ERROR if asked.number > 20 and asked.number % 2 else PAGE)


async def _login(asked: Asked) -> bytes:
    if asked.path.startswith("/login"):
        return whole(b"<title>Spring</title>Please log in" + b"<p>text</p>" * 60)
    return whole(b"", "Location: /login", status="302 Found") if asked.number > 20 else whole(PAGE)


@pytest.mark.load
@pytest.mark.parametrize(("answer", "words"), [(_error, "is an error page"), (_login, "/login instead of")])
def test_pages_that_change_under_load_are_counted_apart(
    a_plan: Callable[..., LoadPlan],
    send: Callable[..., LoadRun],
    answer: Answer,
    words: str,
) -> None:
    with raw_site(answer) as site:
        run = send(a_plan(site.url + "/spring", rate=50, hold=2, contains=()))
    assert run.stats().failed == 0
    (page,) = run.different
    assert page.name == f"{site.url}/spring"
    assert 30 <= page.requests <= 80
    assert words in page.example


@pytest.mark.load
def test_a_page_that_differs_for_everybody_is_the_same_page(
    a_plan: Callable[..., LoadPlan], send: Callable[..., LoadRun]
) -> None:
    async def answer(asked: Asked) -> bytes:
        return whole(PAGE + b"<input name=csrf value=%d>" % asked.number)

    with raw_site(answer) as site:
        run = send(a_plan(site.url + "/spring", rate=50, hold=2))
    assert (run.stats().ok, run.different) == (100, ())
