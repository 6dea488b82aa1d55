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
    assert answer == NotApplicable("a PDF opens, which is-the-page judges")


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
        ("<template><p>Spring sale</p></template>", "Spring sale", ""),
        ("<!-- Spring sale -->", "Spring sale", ""),
        ("<p>Springsale</p>", "Spring sale", "other spaces"),
        ("", "Spring sale", ""),
    ],
)
def test_contains_misses_what_no_visitor_reads(judged: Judge, body: str, wanted: str, fix: str) -> None:
    (finding,) = judged("contains", a_visit(body=f"<p>Our shop</p>{body}"), a_page(contains=[wanted]))
    assert isinstance(finding, Finding)
    assert finding.message == f'the page does not show "{wanted}"'
    assert fix in finding.fix


def test_contains_names_every_missing_text_and_no_other(judged: Judge) -> None:
    answers = judged("contains", a_visit(), a_page(contains=["one", "Spring sale", "two {braces}"]))
    assert [a.subject for a in answers if isinstance(a, Finding)] == ["one", "two {braces}"]


def test_contains_leaves_what_is_no_page_to_the_check_of_that(judged: Judge) -> None:
    shell = HEAD + '<body><noscript>Please enable JavaScript</noscript><div id="root"></div></body>'
    data = a_visit(headers=[("Content-Type", "application/json")], body='{"offer": "Spring sale"}')
    for visit in (a_visit(body=shell), data):
        (answer,) = judged("contains", visit, a_page())
        assert isinstance(answer, NotApplicable)
        assert "is-the-page judges" in answer.reason


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("<p>SPRING SALE</p>", "capitals"),
        ("<title>Spring sale</title><p>Something else entirely</p>", "in-the-title"),
        ("<details><summary>More</summary><p>Spring sale</p></details>", "after-a-click"),
    ],
)
def test_contains_only_tells_what_a_visitor_can_come_to_read(found: Found, body: str, reason: str) -> None:
    assert found("contains", a_visit(body=body), a_page()) == [(reason, "info")]


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
        ("<p>Coming soon, TBD by the jury</p>", [("in-text", "warn")] * 2),
        ("<p>{% if user %}Hello{% endif %}</p>", [("in-text", "warn")]),
        ("<p>Dear ${firstName}, only [[price]] or [FIRST NAME]</p>", [("in-text", "warn")] * 3),
        ("<p>Hello {first_name}, %FIRST_NAME%, [VORNAME], dolor sit amet</p>", [("in-text", "block")] * 4),
        ("<p>Set {a, b} is 50 % of {x}, 100% COTTON 50% OFF</p>", []),
        ("<p>&lt;%= price %></p>", [("in-text", "warn")]),
        ("<div hidden><h2>{{ name }}</h2><button>{{ price }}</button></div>", []),
        ("<p v-if='open'>{{ offer }}</p>", []),
        ("<div hidden id='S:0'><h1>Hello {{first_name}}</h1></div>", [("prominent", "block")]),
    ],
)  # fmt: skip
def test_placeholder(found: Found, body: str, expected: list[tuple[str, str]]) -> None:
    assert found("placeholder", a_visit(body=f"{body}<p>words</p>")) == expected


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
        ("width=1280", [("fixed-width", "warn")]),
        ("width=480", []),
    ],
)
def test_viewport(found: Found, meta: str, expected: list[tuple[str, str]]) -> None:
    assert found("viewport", a_visit(body=f'<head><meta name="Viewport" content="{meta}"></head>words')) == expected


def test_the_last_viewport_counts(found: Found) -> None:
    fixed, fluid = (f'<meta name="viewport" content="width={width}">' for width in ("1280", "device-width"))
    assert found("viewport", a_visit(body=f"<head>{fixed}{fluid}</head>words")) == []
    assert found("viewport", a_visit(body=f"<head>{fluid}{fixed}</head>words")) == [("fixed-width", "warn")]


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
