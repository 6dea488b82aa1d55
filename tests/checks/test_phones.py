"""What a phone gets that a desktop does not, and the other way round."""

from collections.abc import Callable

import pytest

from launchguard import Finding, NotApplicable, Unknown, Visit
from launchguard.testing import PAGE_URL, a_page, a_visit, an_error, some_visits

Judge = Callable[..., list[Finding | Unknown | NotApplicable]]

QUERY = PAGE_URL.partition("?")[2]


def told(judged: Judge, phone: Visit, plain: Visit | None = None) -> list[tuple[str, str]]:
    answers = judged("phones", some_visits(plain or a_visit(), phone), a_page())
    findings = [answer for answer in answers if isinstance(answer, Finding)]
    assert findings == answers
    return [(finding.reason, finding.severity or "block") for finding in findings]


def on_phone(*via: str, **over: object) -> Visit:
    return a_visit(variant="phone", via=list(via), **over)  # type: ignore[arg-type]  # the keys of a_visit


@pytest.mark.parametrize(
    ("phone", "expected"),
    [
        (on_phone(), []),
        (on_phone(f"https://shop.test/m?{QUERY}"), []),
        (on_phone("https://shop.test/m"), [("lost", "block")]),
        (on_phone(f"https://m.shop.test/spring?{QUERY}"), [("other-host", "info")]),
        (on_phone(f"https://apps.test/shop?{QUERY}"), [("other-host", "warn")]),
        (on_phone(f"https://shop.test/?{QUERY}"), [("home", "warn")]),
        (on_phone(status=404), [("no-page", "block")]),
        (on_phone(body="<h1>Winter sale</h1><p>-30 %</p>"), [("text-missing", "block")]),
        (on_phone(error=an_error("redirect-loop")), [("no-page", "block")]),
        (on_phone(body="<title>404</title><h1>Page not found</h1><p>It does not exist.</p>"), [("no-page", "block")]),
    ],
)
def test_what_a_phone_gets(judged: Judge, phone: Visit, expected: list[tuple[str, str]]) -> None:
    assert told(judged, phone) == expected


def test_what_a_desktop_loses_too_is_told_elsewhere(judged: Judge) -> None:
    lost = ["https://shop.test/m"]
    assert told(judged, on_phone(*lost), a_visit(via=lost)) == []


@pytest.mark.parametrize("phone", [on_phone(error=an_error("connect-timeout")), on_phone(status=403)])
def test_a_phone_that_got_no_answer_shows_nothing(judged: Judge, phone: Visit) -> None:
    (answer,) = judged("phones", some_visits(a_visit(), phone), a_page())
    assert isinstance(answer, Unknown)


def test_a_page_that_nobody_gets_has_its_own_checks(judged: Judge) -> None:
    (answer,) = judged("phones", some_visits(a_visit(status=404), on_phone(status=404)), a_page())
    assert isinstance(answer, NotApplicable)
