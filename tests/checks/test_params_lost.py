"""The check of lost parameters: the campaign's own, the page's, and click ids."""

from collections.abc import Callable

import pytest

from launchguard import Finding, NotApplicable, Unknown, Visit
from launchguard.channels import built_in_kinds
from launchguard.model.visit import Hop
from launchguard.testing import PAGE_URL, a_campaign, a_visit, an_error, some_visits
from launchguard.web.click_ids import KINDS

Judge = Callable[..., list[Finding | Unknown | NotApplicable]]

PARAMS = "utm_source=newsletter&utm_medium=email&utm_campaign=spring"
TWO = "https://shop.test/b?utm_source=newsletter&utm_medium=email"
OWN = "https://shop.test/a?coupon=SPRING30&lang=es"
CLICKED = a_visit(variant="click-id")


def told(answers: list[Finding | Unknown | NotApplicable]) -> list[tuple[str, str, str]]:
    """Subject, reason and severity in force of every finding; anything else fails the test."""
    findings = [answer for answer in answers if isinstance(answer, Finding)]
    assert findings == answers
    return [(finding.subject, finding.reason, finding.severity or "block") for finding in findings]


@pytest.mark.parametrize(
    ("via", "expected"),
    [
        ([f"https://shop.test/b?{PARAMS}"], []),
        (["https://shop.test/b?utm_campaign=spring&x=1&utm_medium=%65mail&utm_source=newsletter"], []),
        ([TWO], [("utm_campaign", "lost", "block")]),
        ([f"{TWO}&utm_campaign=Spring"], [("utm_campaign", "changed", "block")]),
        ([f"https://shop.test/b?{PARAMS}&utm_campaign=spring"], [("utm_campaign", "duplicated", "warn")]),
        ([f"{TWO}#utm_campaign=spring"], [("utm_campaign", "behind-fragment", "warn")]),
        (["https://shop.test/b"], [("utm_source utm_medium utm_campaign", "lost", "block")]),
    ],
)
def test_a_lost_query_is_one_finding(judged: Judge, via: list[str], expected: list[tuple[str, str, str]]) -> None:
    assert told(judged("params-lost", some_visits(a_visit(via=via), CLICKED), a_campaign())) == expected


def test_decoded_values_are_compared_and_double_encoding_is_known(judged: Judge) -> None:
    page = "https://shop.test/?utm_campaign=spring+sale%21"
    same = a_visit(url=page, via=["https://shop.test/b?utm_campaign=spring%20sale!"])
    assert judged("params-lost", some_visits(same, CLICKED), a_campaign()) == []
    twice = a_visit(url=page, via=["https://shop.test/b?utm_campaign=spring%2520sale%2521"])
    answers = judged("params-lost", some_visits(twice, CLICKED), a_campaign())
    assert told(answers) == [("utm_campaign", "double-encoded", "warn")]


def test_the_hop_is_named(judged: Judge) -> None:
    visit = a_visit(via=[f"https://shop.test/b?{PARAMS}", "https://shop.test/c"])
    (finding,) = judged("params-lost", some_visits(visit, CLICKED), a_campaign())
    assert isinstance(finding, Finding)
    assert finding.message == "'utm_source', 'utm_medium', 'utm_campaign' are lost at hop 3 of 3"
    assert finding.evidence == "https://shop.test/b -> https://shop.test/c"


@pytest.mark.parametrize(
    ("via", "cookies", "options", "expected"),
    [
        ("https://shop.test/b", (), {}, [("coupon lang", "lost", "block")]),
        ("https://shop.test/b?lang=es&coupon=SPRING30", (), {}, []),
        ("https://shop.test/es/b?coupon=SPRING30", (), {}, []),
        ("https://shop.test/ES/b", ("c=spring30; Path=/",), {}, []),
        ("https://shop.test/best/b?coupon=SPRING30", (), {}, [("lang", "lost", "block")]),
        ("https://shop.test/b?coupon=SPRING30", (), {"consumed": ("lang",)}, []),
        ("https://shop.test/b?coupon=OTHER&lang=es", (), {}, [("coupon", "changed", "block")]),
    ],
    ids=["dropped", "kept", "path", "path and cookie", "only a part of a word", "said to be consumed", "changed"],
)
def test_the_page_s_own_parameters_survive(
    judged: Judge,
    via: str,
    cookies: tuple[str, ...],
    options: dict[str, tuple[str, ...]],
    expected: list[tuple[str, str, str]],
) -> None:
    hops = (Hop(OWN, 302, tuple(("Set-Cookie", cookie) for cookie in cookies)), Hop(via, 200))
    visit = a_visit(url=OWN, hops=hops)
    assert told(judged("params-lost", some_visits(visit, CLICKED), a_campaign(), **options)) == expected


def test_a_utm_parameter_is_not_taken_over_by_a_path(judged: Judge) -> None:
    visit = a_visit(url="https://shop.test/a?utm_source=newsletter", via=["https://shop.test/newsletter"])
    answers = judged("params-lost", some_visits(visit, CLICKED), a_campaign())
    assert told(answers) == [("utm_source", "lost", "block")]


SEARCH = {"kind": "search", "clicks_per_day": "1000"}
TAGGED = f"{PAGE_URL}&gclid=abc&fbclid=def"


@pytest.mark.parametrize(
    ("channels", "via", "expected"),
    [
        ([SEARCH], [TAGGED], []),
        ([SEARCH], [PAGE_URL], [("gclid", "lost", "block"), ("fbclid", "unused-lost", "warn")]),
        ([SEARCH], [f"{PAGE_URL}&gclid=abc"], [("fbclid", "unused-lost", "warn")]),
        ([{"kind": "email", "recipients": "5"}], [PAGE_URL], [("gclid fbclid", "unused-lost", "warn")]),
        (
            [{"kind": "email", "recipients": "5", "click_id": "fbclid"}],
            [PAGE_URL],
            [("fbclid", "lost", "block"), ("gclid", "unused-lost", "warn")],
        ),
    ],
)
def test_click_ids_of_platforms_that_no_channel_uses_only_warn(
    judged: Judge, channels: list[dict[str, str]], via: list[str], expected: list[tuple[str, str, str]]
) -> None:
    tagged = a_visit(url=TAGGED, via=via, variant="click-id")
    assert told(judged("params-lost", some_visits(a_visit(), tagged), a_campaign(channels=channels))) == expected


@pytest.mark.parametrize(
    "tagged", [a_visit(status=404, variant="click-id"), a_visit(error=an_error("reset"), variant="click-id")]
)
def test_a_page_that_refuses_click_ids_blocks(judged: Judge, tagged: Visit) -> None:
    answers = judged("params-lost", some_visits(a_visit(), tagged), a_campaign())
    assert told(answers) == [("click-id", "click-id-refused", "block")]


def test_nothing_is_known_without_an_answer_to_the_click_id(judged: Judge) -> None:
    for visits in (
        some_visits(a_visit()),
        some_visits(a_visit(), a_visit(error=an_error("proxy"), variant="click-id")),
    ):
        (answer,) = judged("params-lost", visits, a_campaign())
        assert isinstance(answer, Unknown)


def test_there_is_no_question_where_nothing_answers_or_the_server_reads(judged: Judge) -> None:
    lost = a_visit(via=["https://shop.test/b"])
    for answers in (
        judged("params-lost", some_visits(a_visit(error=an_error("refused"))), a_campaign()),
        judged("params-lost", some_visits(a_visit(status=404)), a_campaign()),
        judged("params-lost", some_visits(lost), a_campaign(), consumed_by="server"),
    ):
        assert [type(answer) for answer in answers] == [NotApplicable]


def on(*queries: str, url: str = "https://shop.test/?utm_source=a&utm_campaign=b") -> Visit:
    """A visit of `url` that redirects led through addresses with these queries."""
    return a_visit(url=url, via=[f"https://shop.test/{n}?{query}" for n, query in enumerate(queries)])


@pytest.mark.parametrize(
    ("visit", "expected"),
    [
        # (subject, reason, severity, message, evidence); the first row of a table is what passes
        (on("utm_source=a&utm_campaign=b", "utm_campaign=b&utm_source=a"), []),
        (on("utm_source=a"), [("utm_campaign", "lost", None, "'utm_campaign' is lost at hop 2 of 2", "/ -> /0")]),
        (on("", "utm_source=a"), [("utm_campaign", "lost", None, "'utm_campaign' is lost at hop 2 of 3", "/ -> /0")]),
        (
            on("utm_source=a&utm_campaign=b", "utm_source=a&utm_campaign="),
            [("utm_campaign", "changed", None, "'utm_campaign' is changed at hop 3 of 3", "/0 -> /1")],
        ),
        (
            on("utm_source=a&utm_campaign=b&utm_campaign=b&utm_campaign=b"),
            [("utm_campaign", "duplicated", "warn", "'utm_campaign' is there several times in the end", "/ -> /0")],
        ),
        # two values of one name that differ are no repetition: the right one is there
        (on("utm_source=a&utm_campaign=b&utm_campaign=c"), []),
        (
            on("utm_source=a&utm_campaign=%2562", url="https://shop.test/?utm_source=a&utm_campaign=b"),
            [("utm_campaign", "double-encoded", "warn", "'utm_campaign' is encoded twice in the end", "/ -> /0")],
        ),
        (
            on("utm_source=a#tab?utm_campaign=b"),
            [
                (
                    "utm_campaign",
                    "behind-fragment",
                    "warn",
                    "'utm_campaign' is behind the # in the end, where no server sees it",
                    "/ -> /0",
                )
            ],
        ),
        # names that are neither utm_ nor a click id belong to the page, which may need them
        (
            on("utm_source=a&utm_campaign=b", url="https://shop.test/?utm_source=a&utm_campaign=b&ref=x"),
            [("ref", "lost", None, "'ref' is lost at hop 2 of 2", "/ -> /0")],
        ),
        (
            on("q=1", url="https://shop.test/?gclid=x&utm=1"),
            [("gclid utm", "lost", None, "'gclid', 'utm' are lost at hop 2 of 2", "/ -> /0")],
        ),
        # a name without a value survives as one
        (on("utm_source=&utm_campaign=b", url="https://shop.test/?utm_source=&utm_campaign=b"), []),
        (
            on("utm_campaign=b", url="https://shop.test/?utm_source=&utm_campaign=b"),
            [("utm_source", "lost", None, "'utm_source' is lost at hop 2 of 2", "/ -> /0")],
        ),
        # what was sent twice may arrive twice
        (on("utm_source=a&utm_source=a", url="https://shop.test/?utm_source=a&utm_source=a"), []),
        # lost on the way and found again at the end is whole
        (on("", "utm_source=a&utm_campaign=b"), []),
    ],
)
def test_it_says_what_became_of_each(
    judged: Judge, visit: Visit, expected: list[tuple[str, str, str | None, str, str]]
) -> None:
    answers = judged("params-lost", some_visits(visit, CLICKED), a_campaign())
    found = [
        (a.subject, a.reason, a.severity, a.message, a.evidence.replace("https://shop.test", ""))
        for a in answers
        if isinstance(a, Finding)
    ]
    assert found == expected
    assert len(found) == len(answers)


CLICK = "https://shop.test/?utm_source=a&gclid=x"
SEARCHED = a_campaign(channels=[SEARCH])


@pytest.mark.parametrize(
    ("plain", "tagged", "expected"),
    [
        (a_visit(), a_visit(variant="click-id"), []),
        (a_visit(), a_visit(variant="click-id", url=CLICK, via=["https://shop.test/b?utm_source=a"]), ["gclid lost"]),
        # what the plain visit lost already is told once
        (
            a_visit(url="https://shop.test/?utm_source=a", via=["https://shop.test/b"]),
            a_visit(variant="click-id", url=CLICK, via=["https://shop.test/b"]),
            ["utm_source lost", "gclid lost"],
        ),
        (a_visit(), a_visit(variant="click-id", status=404), ["click-id click-id-refused"]),
        (a_visit(), a_visit(variant="click-id", error=an_error("reset")), ["click-id click-id-refused"]),
        (a_visit(), a_visit(variant="click-id", error=an_error("connect-timeout")), ["unknown"]),
        (a_visit(), a_visit(variant="untagged"), ["unknown"]),
        (a_visit(), a_visit(variant="click-id", error=an_error("tls")), ["skipped"]),
        (a_visit(error=an_error("refused")), a_visit(variant="click-id"), ["skipped"]),
        (a_visit(status=503), a_visit(variant="click-id"), ["skipped"]),
        (a_visit(variant="untagged"), a_visit(variant="click-id"), ["skipped"]),
    ],
)
def test_it_looks_at_the_click_id_too(judged: Judge, plain: Visit, tagged: Visit, expected: list[str]) -> None:
    words = {Unknown: "unknown", NotApplicable: "skipped"}
    answers = judged("params-lost", some_visits(plain, tagged), SEARCHED)
    assert [f"{a.subject} {a.reason}" if isinstance(a, Finding) else words[type(a)] for a in answers] == expected
    assert judged("params-lost", some_visits(plain, tagged), SEARCHED, consumed_by="server") == [
        NotApplicable("the server reads the parameters at the first hop (`consumed_by: server`)")
    ]


BOUGHT = {name: kind for name, kind in KINDS.items() if kind.channel}


@pytest.mark.parametrize("name", BOUGHT)
def test_a_lost_click_id_blocks_where_the_campaign_buys_its_clicks(judged: Judge, name: str) -> None:
    tagged = a_visit(variant="click-id", url=f"{PAGE_URL}&{name}=launchguard-test", via=[PAGE_URL])
    visits, kind = some_visits(a_visit(), tagged), BOUGHT[name].channel
    bought = a_campaign(channels=[{"kind": kind, **built_in_kinds()[kind].example}])
    assert told(judged("params-lost", visits, bought)) == [(name, "lost", "block")]
    assert told(judged("params-lost", visits, a_campaign())) == [(name, "unused-lost", "warn")]
