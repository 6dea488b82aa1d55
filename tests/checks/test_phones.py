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
        (on_phone(status=404), [("status", "block")]),
        (on_phone(status=203), [("status", "warn")]),
        (on_phone(status=204, body=""), [("status", "warn"), ("kind", "block")]),
        (on_phone(body="<h1>Winter sale</h1><p>-30 %</p>"), [("text-missing", "block")]),
        (on_phone(error=an_error("redirect-loop")), [("no-page", "block")]),
        (on_phone(body="<title>404</title><h1>Page not found</h1><p>It does not exist.</p>"), [("kind", "block")]),
        (
            on_phone(body="<title>Spring sale</title><h1>Get our app</h1><p>It is free.</p>"),
            [("text-missing", "block")],
        ),
        (on_phone(body="<h1>Spring sale</h1><p>Dear {{first_name}}</p>"), [("placeholder", "warn")]),
        (on_phone(body="<h1>Spring sale for {{first_name}}</h1>"), [("placeholder", "block")]),
        (on_phone(headers=[("Content-Type", "application/pdf")]), [("kind", "warn")]),
        (on_phone(headers=[("Content-Type", "application/zip")]), [("kind", "block")]),
        (on_phone(body="<iframe src=https://m.shop.test/></iframe>"), [("kind", "warn")]),
    ],
)
def test_what_a_phone_gets(judged: Judge, phone: Visit, expected: list[tuple[str, str]]) -> None:
    assert told(judged, phone) == expected


def test_what_a_desktop_loses_too_is_told_elsewhere(judged: Judge) -> None:
    lost = ["https://shop.test/m"]
    assert told(judged, on_phone(*lost), a_visit(via=lost)) == []


SHELL = "<title>Spring sale</title><div id=root></div><script src=/m.js></script>"
PLACEHOLDER = "<h1>Spring sale</h1><p>Dear {{first_name}}</p>"


def test_what_a_desktop_shows_too_has_its_own_checks(judged: Judge) -> None:
    for body in (PLACEHOLDER, SHELL):
        assert told(judged, on_phone(body=body), a_visit(body=body)) == []


def test_a_page_that_scripts_fill_on_phones_alone_is_unknown_until_it_is_accepted(judged: Judge) -> None:
    visits = some_visits(a_visit(), on_phone(body=SHELL))
    (answer,) = judged("phones", visits, a_page())
    assert isinstance(answer, Unknown)
    assert answer.reason == "on a phone scripts fill the page: only a browser can tell what it shows"
    assert "checks: {phones: {scripted: yes}}" in answer.fix
    (finding,) = judged("phones", visits, a_page(), scripted=True)
    assert isinstance(finding, Finding)
    assert (finding.severity, finding.unseen) == ("warn", "what scripts show")
    shown = f"{SHELL}<div id=root><h1>Spring sale</h1></div>"
    assert told(judged, on_phone(body=shown)) == []


def test_a_viewport_is_that_of_the_phones_page(judged: Judge) -> None:
    bare = "<h1>Spring sale</h1>"
    assert judged("viewport", some_visits(a_visit(body=bare), on_phone())) == []
    (finding,) = judged("viewport", some_visits(a_visit(), on_phone(body=bare)))
    assert isinstance(finding, Finding)
    assert finding.reason == "missing"
    assert judged("viewport", some_visits(a_visit(), on_phone(status=404, body=bare))) == []


@pytest.mark.parametrize("phone", [on_phone(error=an_error("connect-timeout")), on_phone(status=403)])
def test_a_phone_that_got_no_answer_shows_nothing(judged: Judge, phone: Visit) -> None:
    (answer,) = judged("phones", some_visits(a_visit(), phone), a_page())
    assert isinstance(answer, Unknown)


def test_a_page_that_nobody_gets_has_its_own_checks(judged: Judge) -> None:
    (answer,) = judged("phones", some_visits(a_visit(status=404), on_phone(status=404)), a_page())
    assert isinstance(answer, NotApplicable)
