"""A glance at an answer: what it takes for a page, and that it ends."""

import pytest

from launchguard.web.glance import glance
from launchguard.web.kind import MANY_WORDS
from launchguard.web.likeness import OTHER_PAGES, PLAIN

MANY = "<p>Everything for house and garden, all year round, in all shops and online, delivered to your door.</p>" * 12


@pytest.mark.parametrize("url", ["https://shop.queue-it.net/x", "https://shop.test/x"])
def test_a_host_of_queues_is_looked_at_as_a_whole(url: str) -> None:
    looked = glance(f"<title>Spring</title>{MANY}")
    host = url.split("/")[2]
    assert looked.seems_page((), host) is not host.endswith("queue-it.net")


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


def test_every_kind_has_words() -> None:
    from launchguard.web import answer_kinds as kind

    names = {value.name for value in vars(kind).values() if isinstance(value, kind.AnswerKind)}
    assert names - {PLAIN, "unreadable"} == set(OTHER_PAGES) - {"wall"}
