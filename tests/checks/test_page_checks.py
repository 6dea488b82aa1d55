"""The checks of what a page says and weighs: hand-built visits."""

from collections.abc import Callable

import pytest

from launchguard import Finding, NotApplicable, Unknown
from launchguard.testing import PAGE_HTML, a_page, a_visit

Found = Callable[..., list[tuple[str, str]]]
Judge = Callable[..., list[Finding | Unknown | NotApplicable]]

CONTENT_CHECKS = ("placeholder", "viewport", "page-weight", "compression")
HEAD = '<html><head><title>Sale</title><meta name="viewport" content="width=device-width"></head>'


def test_the_usual_page_passes_every_content_check(found: Found) -> None:
    for check_id in CONTENT_CHECKS:
        assert found(check_id, a_visit()) == []
    assert found("contains", a_visit(), a_page()) == []


@pytest.mark.parametrize("status", [401, 403, 429, 404, 503])
@pytest.mark.parametrize("check_id", [*CONTENT_CHECKS, "contains"])
def test_an_answer_that_is_not_the_page_is_judged_by_nobody_here(judged: Judge, check_id: str, status: int) -> None:
    evidence = (a_visit(status=status, body="lorem ipsum"), *((a_page(),) if check_id == "contains" else ()))
    (answer,) = judged(check_id, *evidence)
    assert isinstance(answer, NotApplicable)
    assert str(status) in answer.reason


def test_what_is_no_html_has_no_viewport(judged: Judge) -> None:
    (answer,) = judged("viewport", a_visit(headers=[("Content-Type", "application/pdf")], body=b"%PDF"))
    assert answer == NotApplicable("it answered application/pdf, not HTML")


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (PAGE_HTML, "Spring sale"),
        ("<p>Spring\n   sale</p>", "Spring sale"),
        ("<p>Spring&nbsp;sale</p>", "Spring sale"),
        ("<p>−30 %</p>", "-30 %"),
        ("<p>now <b>-30</b>% off</p>", "-30% off"),
        ("<p>-30</p><p>%</p>", "-30 %"),
        ("<h1>Sp<em>ring</em></h1>", "Spring"),
        ("<p>a<br>b</p>", "a b"),
        ("Spring sale", "Spring sale"),
    ],
)
def test_contains_finds_what_a_visitor_reads(found: Found, body: str, wanted: str) -> None:
    assert found("contains", a_visit(body=body), a_page(contains=[wanted])) == []


@pytest.mark.parametrize(
    ("body", "wanted", "fix"),
    [
        ("<p>nothing</p>", "Spring sale", ""),
        ("<script>'Spring sale'</script>", "Spring sale", ""),
        ("<p hidden>Spring sale</p>", "Spring sale", ""),
        ('<p style="display: none">Spring sale</p>', "Spring sale", ""),
        ("<title>Spring sale</title>", "Spring sale", ""),
        ("<!-- Spring sale -->", "Spring sale", ""),
        ("<p>SPRING SALE</p>", "Spring sale", "other capitals"),
        ("<p>-30%</p>", "-30 %", "other spaces"),
        ("", "Spring sale", ""),
    ],
)
def test_contains_misses_what_no_visitor_reads(judged: Judge, body: str, wanted: str, fix: str) -> None:
    (finding,) = judged("contains", a_visit(body=body), a_page(contains=[wanted]))
    assert isinstance(finding, Finding)
    assert finding.message == f'the page does not show "{wanted}"'
    assert fix in finding.fix


def test_contains_names_every_missing_text_and_no_other(judged: Judge) -> None:
    answers = judged("contains", a_visit(), a_page(contains=["one", "Spring sale", "two {braces}"]))
    assert [a.subject for a in answers if isinstance(a, Finding)] == ["one", "two {braces}"]


def test_contains_of_another_type_of_document_still_counts(judged: Judge) -> None:
    json_page = a_visit(headers=[("Content-Type", "application/json")], body='{"offer": "Spring sale"}')
    assert judged("contains", json_page, a_page()) == []
    (finding,) = judged("contains", json_page, a_page(contains=["Summer sale"]))
    assert isinstance(finding, Finding)


def test_contains_cannot_judge_an_empty_frame(judged: Judge) -> None:
    shell = HEAD + '<body><noscript>Please enable JavaScript</noscript><div id="root"></div></body>'
    (answer,) = judged("contains", a_visit(body=shell), a_page())
    assert isinstance(answer, Unknown)


def test_contains_without_texts_asks_nothing(judged: Judge) -> None:
    (answer,) = judged("contains", a_visit(), a_page(contains=[]))
    assert isinstance(answer, NotApplicable)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<p>Our team is coming soon to you</p>", [("in-text", "warn")]),
        ("<p>Dear {{first_name}}</p>", [("in-text", "warn")]),
        ("<p>Dear {{first_name}}, coming soon</p>", [("in-text", "block")] * 2),
        ("<h1>Dear {{first_name}}</h1>", [("prominent", "block")]),
        ("<h2>Hi *|FNAME|*</h2>", [("prominent", "block")]),
        ("<button>Buy %%product_name%%</button>", [("prominent", "block")]),
        ('<input type="submit" value="Lorem ipsum">', [("prominent", "block")]),
        ("<title>Lorem ipsum</title>", [("prominent", "block")]),
        ('<meta property="og:title" content="{{title}}">', [("prominent", "block")]),
        ('<meta name="description" content="TBD">', [("in-text", "warn")]),
        ("<h1>undefined</h1>", [("in-text", "warn")]),
        ("<p>undefined behaviour</p>", []),
        ("<p>[object Object]</p>", [("in-text", "warn")]),
        ("<p>[Insert price]</p>", [("in-text", "warn")]),
        ("<pre>{{ example }}</pre><p>text</p>", []),
        ("<p hidden>lorem ipsum</p>", []),
        ("<script>var t = '{{x}}'</script>", []),
        ('<div v-cloak><h1>{{ title }}</h1></div>', []),
        ("<p>100%% cotton, 50%% off</p>", []),
    ],
)  # fmt: skip
def test_placeholder(found: Found, body: str, expected: list[tuple[str, str]]) -> None:
    assert found("placeholder", a_visit(body=body)) == expected


def test_placeholder_allows_the_words_of_a_teaser(found: Found) -> None:
    teaser = a_visit(body="<h1>Coming soon</h1><p>lorem ipsum</p>")
    assert found("placeholder", teaser, allow_text="coming soon") == [("in-text", "warn")]


@pytest.mark.parametrize(
    ("meta", "expected"),
    [
        ("width=device-width, initial-scale=1", []),
        ("WIDTH = device-width", []),
        ("initial-scale=1;maximum-scale=5", []),
        ("", [("missing", "warn")]),
        ("user-scalable=no", [("missing", "warn"), ("zoom-blocked", "warn")]),
        ("width=device-width, user-scalable=0", [("zoom-blocked", "warn")]),
        ("width=device-width, maximum-scale=1.0", [("zoom-blocked", "warn")]),
    ],
)
def test_viewport(found: Found, meta: str, expected: list[tuple[str, str]]) -> None:
    assert found("viewport", a_visit(body=f'<head><meta name="Viewport" content="{meta}"></head>')) == expected


@pytest.mark.parametrize(
    ("wire_bytes", "expected"),
    [
        (2_000_000, []),
        (2_000_001, [("too-heavy", "warn")]),
        (5_000_000, [("too-heavy", "warn")]),
        (5_000_001, [("too-heavy", "block")]),
    ],
)
def test_page_weight(found: Found, wire_bytes: int, expected: list[tuple[str, str]]) -> None:
    assert found("page-weight", a_visit(wire_bytes=wire_bytes)) == expected


def test_page_weight_says_what_it_counts_and_obeys_a_smaller_limit(judged: Judge) -> None:
    (finding,) = judged("page-weight", a_visit(wire_bytes=1_500_000), max_bytes=1_000_000)
    assert isinstance(finding, Finding)
    assert finding.message == (
        "the HTML travels as 1,500 kB, the limit is 1,000 kB; images and scripts are not counted"
    )
    assert finding.severity == "block"


@pytest.mark.parametrize(
    ("size", "coding", "expected"),
    [
        (2_000, "", []),
        (2_001, "", [("uncompressed", "warn")]),
        (100_000, "identity", [("uncompressed", "warn")]),
        (100_001, "", [("uncompressed", "block")]),
        (100_001, "gzip", []),
        (100_001, "BR", []),
        (100_001, "zstd", []),
    ],
)
def test_compression(found: Found, size: int, coding: str, expected: list[tuple[str, str]]) -> None:
    headers = [("Content-Encoding", coding)] if coding else []
    assert found("compression", a_visit(compressed=False, headers=headers, body_bytes=size)) == expected
