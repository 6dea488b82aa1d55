"""A glance at an answer: it may leave open what a page is, and never takes for a page what a whole reading does not."""

from collections.abc import Iterator
from itertools import product

import pytest

from launchguard.testing import PAGE_HTML, a_visit
from launchguard.web.glance import HEADERS, glance, head_signs
from launchguard.web.kind import MANY_WORDS
from launchguard.web.likeness import OTHER_PAGES, PLAIN, kind_name

FEW = "<p>Everything for house and garden, -30 %.</p>"
MANY = "<p>Everything for house and garden, all year round, in all shops and online, delivered to your door.</p>" * 12
UNSEEN = (
    "",
    f"<script>{MANY}</script>",
    f"<!-- {MANY} -->",
    f"<style>{MANY}</style>",
    f"<template>{MANY}</template>",
    f"<noscript>{MANY}</noscript>",
    f'<div style="display: none">{MANY}</div>',
    f"<div hidden>{MANY}</div>",
    f"<dialog>{MANY}</dialog>",
    f"<details>{MANY}</details>",
)
OTHERS = (
    ("404", "<h1>404 - Page not found</h1><p>It does not exist.</p>"),
    ("Nicht gefunden", f"<h1>Nicht gefunden</h1>{MANY}"),
    ("shop.test", "Fatal error: Uncaught PDOException: too many connections"),
    ("Domain for sale", "<h1>shop.test</h1><p>Buy it at Sedo.</p>"),
    ("Spring", "<h1>Log in</h1><form><input type=password></form>"),
    ("Before you continue", f"<h1>Cookies</h1><p>We use cookies. Accept all.</p>{MANY}"),
    ("Queue-it", f"<meta http-equiv=refresh content=30><p>You are now in line.</p>{MANY}"),
    ("Spring", '<div id="root"></div><script src=/app.js></script>'),
    ("Spring", "<script>location.href = '/page'</script>"),
    ("Just a moment...", f'<script src="/cdn-cgi/challenge-platform/h/b/orchestrate/x.js"></script>{MANY}'),
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


def answers() -> Iterator[tuple[str, tuple[tuple[str, str], ...]]]:
    """Markup and headers: pages and what is none, with text that nobody sees before it, with much and little of it."""
    bodies = [f"<title>{title}</title>{body}" for title, body in OTHERS]
    bodies += [PAGE_HTML, f"<title>Spring</title><h1>Spring sale</h1>{MANY}", f"<title>Warteraum</title>{MANY}"]
    for body, unseen, head in product(bodies, UNSEEN, HEADS):
        yield unseen + body, head
    yield f"<?php echo '{MANY}';", HEADS[0]
    yield MANY + "<" * 50_000, HEADS[0]


def test_a_glance_takes_nothing_for_a_page_that_is_none() -> None:
    sure = 0
    for markup, head in answers():
        looked = glance(markup)
        if looked.is_page(head_signs(head), "shop.test"):
            sure += 1
            assert kind_name(a_visit(body=markup, headers=head)) in (PLAIN, "unreadable"), (markup[:200], head)
    assert sure > 10


@pytest.mark.parametrize("url", ["https://shop.queue-it.net/x", "https://shop.test/x"])
def test_a_host_of_queues_is_looked_at_as_a_whole(url: str) -> None:
    looked = glance(f"<title>Spring</title>{MANY}")
    host = url.split("/")[2]
    assert looked.is_page((), host) is not host.endswith("queue-it.net")


def test_answers_of_one_template_look_the_same() -> None:
    first, other = (glance(f"<title>Spring</title><p>You are number {n}</p><input value={n}>") for n in (7, 4711))
    assert first.template == other.template
    assert glance("<title>Spring</title><p>Please wait</p>").template != first.template


def test_a_glance_ends_whatever_it_looks_at() -> None:
    for markup in (
        "<" * 300_000,
        "<p>" * 300_000,
        "<!--" * 100_000,
        "<script>" * 50_000,
        "x" * 3_000_000,
        "<a b='" * 9,
    ):
        assert len(glance(markup).words) <= MANY_WORDS + 1


def test_every_header_that_decides_on_a_kind_is_looked_at() -> None:
    asked: set[str] = set()

    class Asked:
        def __init__(self, markup: str, head: tuple[tuple[str, str], ...]) -> None:
            self.visit = a_visit(body=markup, headers=head)
            self.status, self.final_url, self.body = self.visit.status, self.visit.final_url, self.visit.body
            self.text, self.document = self.visit.text, self.visit.document

        def header(self, name: str) -> str | None:
            asked.add(name)
            return self.visit.header(name)

        def header_values(self, name: str) -> Iterator[str]:
            asked.add(name)
            return self.visit.header_values(name)

    for markup, head in answers():
        if not markup.startswith("<template>"):
            kind_name(Asked(markup, head))
    assert "cf-mitigated" in asked
    assert asked <= HEADERS


def test_every_kind_has_words() -> None:
    from launchguard.web import kind

    names = {value.name for value in vars(kind).values() if isinstance(value, kind.AnswerKind)}
    assert names - {PLAIN, "unreadable"} == set(OTHER_PAGES) - {"wall"}
