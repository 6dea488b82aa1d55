"""What kind of answer each visit gets: asked of every answer under load, and at a price that is bounded."""

import json
from collections.abc import Callable, Iterator, Mapping
from itertools import product
from pathlib import Path

import pytest
from click.testing import CliRunner

import launchguard.cli
from launchguard.load.orders import PageOrders
from launchguard.load.sending import kinds
from launchguard.load.sending.answer import VisitAnswer
from launchguard.load.sending.kinds import KindReader
from launchguard.load.sending.likeness import Likeness, Unlike
from launchguard.load.sending.tally import DIFFERENT, UNREAD
from launchguard.model.load_plan import LoadPlan
from launchguard.model.load_run import LoadRun
from launchguard.web.glance import HEADERS
from launchguard.web.likeness import PageFacts, facts_of, kind_name
from launchguard.web.reading import AnswerReader
from tests.busy import repeated
from tests.load.raw_site import Asked, raw_site, whole

SHOP = "https://shop.test/spring"
MANY = b"<p>Everything for house and garden, all year round, in all shops and online, delivered to your door.</p>" * 12
PAGE = b"<!doctype html><title>Spring</title><h1>Spring sale</h1><p>-30 %</p>" + MANY
OTHERS: Mapping[str, tuple[bytes, str]] = {
    "queue": (whole(b"<title>Spring</title><h1>You are in line</h1>", "Set-Cookie: Queue-it=1"), "is a waiting room"),
    "login": (whole(b"<title>Spring</title><p>Sign in</p><input type=password>"), "is a login page"),
    "shell": (whole(b'<title>Spring</title><div id="root"></div><script src=a.js></script>'), "until scripts fill it"),
    "error": (whole(b"<body>Fatal error: Uncaught PDOException: too many connections</body>"), "is an error page"),
    "wall": (whole(b"<title>Just a moment...</title><p>hi", "cf-mitigated: challenge"), "whether the visitor is human"),
    "source": (whole(PAGE, "Content-Type: text/plain"), "shows source code"),
    "download": (whole(PAGE, "Content-Disposition: attachment"), "is no page but a download"),
    "empty": (whole(b"<html><body></body></html>"), "is empty"),
}

TEXT = MANY.decode()
UNSEEN = (
    "",
    f"<script>{TEXT}</script>",
    f"<!-- {TEXT} -->",
    f"<style>{TEXT}</style>",
    f"<template>{TEXT}</template>",
    f"<noscript>{TEXT}</noscript>",
    f'<div style="display: none">{TEXT}</div>',
    f"<div hidden>{TEXT}</div>",
    f"<dialog>{TEXT}</dialog>",
    f"<details>{TEXT}</details>",
)
BODIES = (
    ("404", "<h1>404 - Page not found</h1><p>It does not exist.</p>"),
    ("Nicht gefunden", f"<h1>Nicht gefunden</h1>{TEXT}"),
    ("shop.test", "Fatal error: Uncaught PDOException: too many connections"),
    ("Domain for sale", "<h1>shop.test</h1><p>Buy it at Sedo.</p>"),
    ("Spring", "<h1>Log in</h1><form><input type=password></form>"),
    ("Before you continue", f"<h1>Cookies</h1><p>We use cookies. Accept all.</p>{TEXT}"),
    ("Queue-it", f"<meta http-equiv=refresh content=30><p>You are now in line.</p>{TEXT}"),
    ("Spring", '<div id="root"></div><script src=/app.js></script>'),
    ("Spring", "<script>location.href = '/page'</script>"),
    ("Just a moment...", f'<script src="/cdn-cgi/challenge-platform/h/b/orchestrate/x.js"></script>{TEXT}'),
    ("Spring", "<p></p>"),
)
HEADS: tuple[tuple[tuple[str, str], ...], ...] = (
    (("Content-Type", "text/html; charset=utf-8"),),
    (("Content-Type", "application/xhtml+xml"),),
    (("Content-Type", "text/plain"),),
    (("Content-Type", "application/zip"),),
    (("Content-Type", "text/html"), ("Content-Disposition", "attachment")),
    (("Content-Type", "text/html"), ("Set-Cookie", "Queue-it=4711; Path=/")),
    (("Content-Type", "text/html"), ("Set-Cookie", "session=4711"), ("Server", "nginx")),
    (("Content-Type", "text/html"), ("cf-mitigated", "challenge")),
)


def all_answers() -> Iterator[tuple[str, tuple[tuple[str, str], ...]]]:
    """Markup and headers: pages and what is none, with text that nobody sees before it, with much and little of it."""
    bodies = [f"<title>{title}</title>{body}" for title, body in BODIES]
    bodies += [PAGE.decode(), f"<title>Spring</title><h1>Spring sale</h1>{TEXT}", f"<title>Warteraum</title>{TEXT}"]
    for body, unseen, head in product(bodies, UNSEEN, HEADS):
        yield unseen + body, head
    yield f"<?php echo '{TEXT}';", HEADS[0]
    yield TEXT + "<" * 50_000, HEADS[0]


def answer_of(raw: bytes) -> VisitAnswer:
    reader = AnswerReader()
    reader.feed(raw)
    return VisitAnswer(reader.answer)


def told(likeness: Likeness, *raws: bytes, url: str = SHOP) -> list[Unlike]:
    return [likeness.unlike(answer_of(raw), url) for raw in raws]


def likeness_of(*idle: PageFacts, contains: tuple[str, ...] = (), accepted: tuple[str, ...] = ()) -> Likeness:
    page = PageOrders(SHOP, SHOP, contains, 200, idle=idle, kinds=accepted)
    return Likeness(page, "phone", KindReader(page))


@pytest.mark.parametrize("name", OTHERS)
def test_a_kind_is_told_from_the_first_visit_on_and_with_idle_facts(name: str) -> None:
    raw, words = OTHERS[name]
    for likeness in (likeness_of(), likeness_of(facts_of(PAGE, SHOP, device="phone"))):
        ((what, said), again) = told(likeness, raw, raw)
        assert (what, again) == (DIFFERENT, (what, said))
        assert said.endswith(words)


@pytest.mark.parametrize("name", OTHERS)
def test_a_page_that_is_of_a_kind_without_load_is_the_page_checks_matter(name: str) -> None:
    answer = answer_of(OTHERS[name][0])
    kind = KindReader(PageOrders(SHOP, SHOP, (), 200)).kind(answer, SHOP)
    assert told(likeness_of(facts_of(answer.plain(), SHOP, kind, "phone")), OTHERS[name][0]) == [("", "")]
    assert told(likeness_of(accepted=(kind,)), OTHERS[name][0]) == [("", "")]


def test_a_page_that_shows_what_it_promises_is_no_login_and_no_shell() -> None:
    promised = b'<div id="root"><h1>Spring sale</h1><input type=password>Log in</div>'
    assert told(likeness_of(), whole(promised))[0][0] == DIFFERENT
    assert told(likeness_of(contains=("Spring sale",)), whole(promised)) == [("", "")]


def test_idle_facts_are_those_of_the_device() -> None:
    desktop, phone = facts_of(PAGE, SHOP), facts_of(PAGE, "https://m.shop.test/spring", device="phone")
    there, elsewhere = "https://m.shop.test:443/spring?x=1#top", "https://shop.test/busy"
    alone = likeness_of(desktop)
    assert told(alone, *[whole(PAGE)] * 4, url=there) == [("", "")] * 4
    assert told(alone, whole(PAGE), url=elsewhere)[0][0] == DIFFERENT
    both = likeness_of(desktop, phone)
    assert told(both, whole(PAGE), url=there) == told(both, whole(PAGE), url=SHOP) == [("", "")]
    assert told(both, whole(PAGE), url=elsewhere) == [
        (DIFFERENT, "came from https://shop.test/busy instead of https://m.shop.test/spring")
    ]


def test_what_differs_between_the_devices_idle_visits_of_one_device_is_not_asked_of_the_other() -> None:
    desktops = [facts_of(PAGE, f"{SHOP}/{number}") for number in range(3)]
    assert told(likeness_of(*desktops, facts_of(PAGE, f"{SHOP}/3", device="phone")), whole(PAGE)) == [("", "")]


def test_a_glance_and_a_template_say_what_reading_all_of_it_says() -> None:
    page = PageOrders(SHOP, SHOP, (), 200)
    remembering = {unseen: KindReader(page) for unseen in UNSEEN}
    sure = 0
    for markup, head in all_answers():
        answer = answer_of(whole(markup.encode(), *(f"{name}: {value}" for name, value in head)))
        expected = kind_name(kinds.LoadAnswered(answer, SHOP, SHOP, answer.raw))
        fresh = KindReader(page)
        assert fresh.kind(answer, SHOP) == expected, (markup[:200], head)
        unseen = next(part for part in reversed(UNSEEN) if markup.startswith(part))
        assert remembering[unseen].kind(answer, SHOP) == expected, (markup[:200], head)
        sure += not fresh.known
    assert sure > 10


def test_every_header_that_decides_on_a_kind_is_looked_at() -> None:
    asked: set[str] = set()

    class Asked(kinds.LoadAnswered):
        def header_values(self, name: str) -> Iterator[str]:
            asked.add(name)
            return super().header_values(name)

    for markup, head in all_answers():
        answer = answer_of(whole(markup.encode(), *(f"{name}: {value}" for name, value in head)))
        kind_name(Asked(answer, SHOP, SHOP, answer.raw))
    assert "cf-mitigated" in asked
    assert asked <= HEADERS


def test_only_some_answers_of_unlike_words_are_read_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def kind_name(answer: kinds.LoadAnswered) -> str:
        read.append(answer.text)
        return "page"

    monkeypatch.setattr(kinds, "kind_name", kind_name)
    names = [str(number).translate(str.maketrans("0123456789", "abcdefghij")) for number in range(3_000)]
    pages = [whole(f"<title>Spring</title><p>Hello {name}</p><!--{'-' * 2_000}-->".encode()) for name in names]
    unlike = told(likeness_of(), *pages)
    skipped = unlike.count((UNREAD, "has words of its own"))
    size = sum(len(answer_of(page).plain()) for page in pages)
    assert sum(map(len, read)) <= kinds.FREE_BYTES + kinds.READ_SHARE * size
    assert len(read) == len(pages) - skipped
    assert skipped > 1_000
    assert told(likeness_of(contains=("Spring",)), *pages[:5]) == [("", "")] * 5


def test_a_long_page_of_a_template_is_never_read_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "kind_name", lambda _: pytest.fail("it was read"))
    pages = [whole(PAGE + b"<input name=csrf value=%d>" % number) for number in range(9)]
    assert told(likeness_of(), *pages) == [("", "")] * 9


@pytest.mark.load
def test_each_kind_is_counted_under_load(a_plan: Callable[..., LoadPlan], send: Callable[..., LoadRun]) -> None:
    async def answer(asked: Asked) -> bytes:
        return OTHERS[asked.path.strip("/")][0] if asked.number % 2 else whole(PAGE)

    with raw_site(answer) as site:
        run = send(a_plan(*(f"{site.url}/{name}" for name in OTHERS), rate=120, hold=2, contains=()))
    assert run.stats().failed == 0
    found = {page.name.rpartition("/")[2]: page for page in run.different}
    assert found.keys() == OTHERS.keys()
    for name, (_, words) in OTHERS.items():
        assert words in found[name].example or found[name].example.startswith(("has ", "is empty", "came "))
        assert 0 < found[name].requests < 30


MANIFEST = """
launchguard: 1
name: Spring
launch: 2099-03-02 09:00 Europe/Madrid
ends: 2099-03-04 23:59 Europe/Madrid
pages: [{pages}]
channels: [{{rate: {{rate: 90/s, uncertainty: 0}}}}]
limits: {{p95: 5s, errors: 20%}}
load: {{ramp: 0s, warm_up: 0s, hold: 2s, drain: 5s, timeout: 5s}}
"""


@pytest.mark.load
def test_what_stands_from_the_first_visit_of_the_load_on_is_told_apart_by_the_idle_visits(tmp_path: Path) -> None:
    """A page that only idle visitors get, one that phones get from another place, and one that is always the same."""
    loaded = PAGE.replace(b"Spring", b"Autumn")

    async def answer(asked: Asked) -> bytes:
        phone = b"Mobile" in asked.head
        if asked.path == "/gone":
            return whole(loaded if b"; run " in asked.head else PAGE)
        if asked.path == "/m" and phone:
            return whole(b"", "Location: /phone/m", status="302 Found")
        return whole(PAGE.replace(b"</h1>", b" on the go</h1>") if phone else PAGE)

    def run() -> dict[str, object]:
        with raw_site(answer) as site:
            pages = ", ".join(f'{{url: "{site.url}/{name}"}}' for name in ("gone", "m", "same"))
            path = tmp_path / "sale.yml"
            path.write_text(MANIFEST.format(pages=pages), encoding="utf-8")
            made = CliRunner().invoke(launchguard.cli.main, ["run", str(path), "--seed", "1", "--format", "json"])
        assert made.stdout, made.output
        verdict: dict[str, object] = json.loads(made.stdout)
        return verdict

    verdict = repeated(run, lambda verdict: str(verdict["load"]))
    load = verdict["load"]
    assert isinstance(load, dict)
    assert load["phones"] == 0.64
    (gone,) = load["different"]
    assert gone["name"].endswith("/gone")
    assert gone["requests"] == 60
    assert gone["example"] == "has the title 'autumn' instead of 'spring'"
