"""The checks of how a page is reached: errors, walls, certificates, redirects, parameters."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import get_args

import pytest

from launchguard import Finding, NotApplicable, Unknown, Visit
from launchguard.model.visit_error import DEFINITE, ErrorKind, TlsReason, VisitError
from launchguard.testing import NOW, PAGE_URL, a_campaign, a_clock, a_page, a_tls, a_visit, an_error, some_visits
from launchguard.web.redirects import Via

Found = Callable[..., list[tuple[str, str]]]
Judge = Callable[..., list[Finding | Unknown | NotApplicable]]

TURNSTILE = '<script src="https://challenges.cloudflare.com/turnstile/v0/api.js"></script>'
PARAMS = "utm_source=newsletter&utm_medium=email&utm_campaign=spring"
TWO = "https://shop.test/b?utm_source=newsletter&utm_medium=email"


def test_the_usual_visit_passes_every_check_of_the_way_there(found: Found) -> None:
    visit, campaign = a_visit(), a_campaign()
    assert found("reachable", visit, campaign) == []
    assert found("tls-valid", some_visits(visit)) == []
    assert found("tls-expiry", some_visits(visit), campaign, a_clock()) == []
    assert found("redirect-chain", visit, a_page(), campaign) == []
    assert found("http-status", visit) == []
    assert found("params-lost", some_visits(visit, a_visit(variant="click-id")), campaign) == []


@pytest.mark.parametrize("kind", get_args(ErrorKind))
def test_every_error_is_judged_exactly_once(judged: Judge, kind: ErrorKind) -> None:
    visit = a_visit(error=an_error(kind, "a {reason}\x1b[31m"))
    answers = judged("reachable", visit, a_campaign()) + judged("tls-valid", some_visits(visit))
    blocks = [a for a in answers if isinstance(a, Finding)]
    unknown = [a for a in answers if isinstance(a, Unknown)]
    assert (len(blocks), len(unknown)) == ((1, 0) if kind in DEFINITE else (0, 1))
    assert len(answers) == 2
    assert not any("\x1b" in block.message for block in blocks)


def test_reachable_names_the_host_and_the_fix(judged: Judge) -> None:
    (finding,) = judged("reachable", a_visit(error=an_error("refused", "connection refused")), a_campaign())
    assert isinstance(finding, Finding)
    assert finding.message == "the page does not answer: connection refused"
    assert "shop.test" in finding.fix


@pytest.mark.parametrize(
    "visit",
    [
        a_visit(status=401),
        a_visit(status=403),
        a_visit(status=429),
        a_visit(status=503, headers=[("cf-mitigated", "challenge")]),
        a_visit(body=f"<title>Just a moment...</title>{TURNSTILE}<h1>shop.test</h1>"),
        a_visit(body=f"<p>Checking</p>{TURNSTILE}"),
    ],
    ids=["401", "403", "429", "cf-mitigated", "title", "bare"],
)
def test_a_wall_is_unknown_and_blocks_nothing(judged: Judge, visit: Visit) -> None:
    (answer,) = judged("reachable", visit, a_campaign())
    assert isinstance(answer, Unknown)
    assert "Allow-list" in answer.fix
    assert "`access`" in answer.fix
    assert not any(isinstance(a, Finding) for a in judged("http-status", visit))


def test_a_form_with_a_captcha_is_no_wall(found: Found) -> None:
    assert found("reachable", a_visit(body=f"<h1>Win a bench</h1><form>{TURNSTILE}</form>"), a_campaign()) == []


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("shop.test", PAGE_URL),
        ("shop.test:8443", "https://shop.test:8443/spring"),
        ("[::1]", "http://[::1]:8000/"),
        ("[::1]:8000", "http://[::1]:8000/"),
    ],
)
def test_a_wall_despite_access_asks_for_the_secret(judged: Judge, host: str, url: str) -> None:
    campaign = a_campaign(access=[{"host": host, "header": "X-Preview", "from_env": "TOKEN"}])
    (answer,) = judged("reachable", a_visit(url=url, status=401), campaign)
    assert isinstance(answer, Unknown)
    assert "secret" in answer.fix


@pytest.mark.parametrize(("code", "words"), [(10, "expired"), (20, "whole chain"), (62, "names shop.test"), (999, "")])
def test_tls_valid_says_what_to_do_for_the_code(judged: Judge, code: int, words: str) -> None:
    (finding,) = judged("tls-valid", some_visits(a_visit(error=an_error("tls", "certificate refused", code=code))))
    assert isinstance(finding, Finding)
    assert (finding.reason, finding.severity) == (f"openssl-{code}", None)
    assert words in finding.fix


@pytest.mark.parametrize(
    ("version", "expected"), [("TLSv1.3", []), ("TLSv1.2", []), ("TLSv1.1", [("old-protocol", "warn")])]
)
def test_tls_valid_warns_of_old_protocols(found: Found, version: str, expected: list[tuple[str, str]]) -> None:
    assert found("tls-valid", some_visits(a_visit(tls=a_tls(version=version)))) == expected


def test_a_page_without_tls_has_no_certificate_to_judge(judged: Judge) -> None:
    visit = a_visit(url="http://127.0.0.1:8000/")
    for answers in (
        judged("tls-valid", some_visits(visit)),
        judged("tls-expiry", some_visits(visit), a_campaign(), a_clock()),
    ):
        assert answers == [NotApplicable("the page is served without TLS")]


def days(number: float) -> timedelta:
    return timedelta(days=number)


# The launch is 6.8 days after NOW, the end 10.5; 72 hours after the launch are 9.8 days.
@pytest.mark.parametrize(
    ("age", "left", "renewal", "expected"),
    [
        (10, 80, "automatic", []),
        (80, 11, "manual", []),
        (80, 10, "automatic", [("expires-before-end", "block")]),  # overdue
        (4, 10, "automatic", [("expires-before-end", "warn")]),
        (4, 10, "manual", [("expires-before-end", "block")]),
        (80, 9, "automatic", [("expires-at-launch", "block")]),  # overdue
        (2, 9, "automatic", [("expires-at-launch", "warn")]),  # renewal is due before the launch
        (2, 9, "manual", [("expires-at-launch", "block")]),
        (0, 9.5, "automatic", [("expires-at-launch", "warn")]),
    ],
)
def test_tls_expiry(found: Found, age: float, left: float, renewal: str, expected: list[tuple[str, str]]) -> None:
    visit = a_visit(tls=a_tls(not_before=NOW - days(age), not_after=NOW + days(left)))
    assert found("tls-expiry", some_visits(visit), a_campaign(renewal=renewal), a_clock()) == expected


def test_tls_expiry_of_a_running_campaign_counts_from_now(found: Found) -> None:
    running = a_clock(NOW + days(30))
    visit = a_visit(tls=a_tls(not_after=NOW + days(32)))
    assert found("tls-expiry", some_visits(visit), a_campaign(ends=None), running) == [("expires-at-launch", "block")]


def test_tls_expiry_without_a_chain_is_unknown(judged: Judge) -> None:
    (answer,) = judged("tls-expiry", some_visits(a_visit(tls=None)), a_campaign(), a_clock())
    assert isinstance(answer, Unknown)


@pytest.mark.parametrize(
    ("url", "via", "expected"),
    [
        ("https://shop.test/a", [], []),
        ("https://shop.test/a", ["https://shop.test/b"], []),
        ("http://shop.test/a", ["https://shop.test/a", "https://shop.test/b"], []),
        ("https://shop.test/a", ["https://shop.test/b", "https://www.shop.test/c"], [("too-many", "warn")]),
        ("https://shop.test/0", [f"https://shop.test/{i}" for i in range(1, 12)], [("too-many", "block")]),
        ("https://www.shop.test/", ["https://shop.test/"], []),
        ("https://shop.test/spring", ["https://shop.test/"], [("home", "warn")]),
        ("https://shop.test/spring", ["https://shop.test/es/index.html"], [("home", "warn")]),
        ("https://shop.test/", ["https://es.shop.test/"], []),
        ("https://shop.test/", ["https://friends.test/"], []),
        ("https://eu.shop.test/a", ["https://www.shop.test/a"], []),
        ("https://a.github.io/a", ["https://b.github.io/a"], [("other-place", "block")]),
        ("https://shop.test/spring", ["https://shop.test/account/login?next=x"], [("login", "warn")]),
        ("https://shop.test/spring", ["https://staging.shop.test/spring"], [("staging", "warn")]),
        ("https://staging.shop.test/", ["https://staging.shop.test/spring"], []),
        ("https://shop.test/", ["https://other.test/"], [("other-place", "block")]),
        ("https://shop.test/", ["https://notshop.test/"], [("other-place", "block")]),
        ("https://shop.test/", ["http://shop.test/"], [("leaves-https", "block")]),
    ],
)
def test_redirect_chain(found: Found, url: str, via: list[str], expected: list[tuple[str, str]]) -> None:
    campaign = a_campaign(first_party_hosts=["friends.test"])
    assert found("redirect-chain", a_visit(url=url, via=via), a_page(url=url), campaign) == expected


def test_redirect_chain_ends_somewhere_whatever_a_manifest_allows(found: Found) -> None:
    url, *via = (f"https://shop.test/{i}" for i in range(12))
    assert found("redirect-chain", a_visit(url=url, via=via), a_page(url=url), a_campaign(), max_redirects=50) == [
        ("too-many", "block")
    ]


@pytest.mark.parametrize(
    ("final", "pattern", "expected"),
    [
        ("https://shop.test/es/a?x=1", "https://shop.test/*/a", []),
        ("https://other.test/a", "https://other.test/*", []),
        ("https://shop.test/fr", "https://shop.test/es*", [("other-place", "block")]),
    ],
)
def test_redirect_chain_knows_the_expected_end(
    found: Found, final: str, pattern: str, expected: list[tuple[str, str]]
) -> None:
    page = a_page(url="https://shop.test/", expected_final=pattern)
    visit = a_visit(url="https://shop.test/", via=[final])
    assert found("redirect-chain", visit, page, a_campaign()) == expected


def test_redirect_chain_on_a_preview_compares_the_path(found: Found) -> None:
    page = a_page(url="https://shop.test/", expected_final="https://shop.test/es")
    visit = a_visit(url="http://127.0.0.1:3000/", via=["http://127.0.0.1:3000/es"])
    assert found("redirect-chain", visit, page, a_campaign()) == []


@pytest.mark.parametrize("via", ["refresh", "meta refresh"])
def test_redirect_chain_names_a_refresh_as_what_it_is(judged: Judge, via: Via) -> None:
    visit = a_visit(url="https://shop.test/", via=["https://shop.test/next?a=1"])
    led = replace(visit, hops=(visit.hops[0], replace(visit.hops[1], via=via)))
    (finding,) = judged("redirect-chain", led, a_page(), a_campaign())
    assert isinstance(finding, Finding)
    assert (finding.message, finding.severity) == (f"hop 2 is reached by a {via}, expected an HTTP redirect", "warn")
    assert finding.evidence == f"https://shop.test/ -> https://shop.test/next ({via})"


@pytest.mark.parametrize(
    ("status", "expect", "expected"),
    [
        (200, 200, []),
        (404, 200, [("status", "block")]),
        (503, 200, [("status", "block")]),
        (204, 204, []),
        (403, 403, []),
    ],
)
def test_http_status(found: Found, status: int, expect: int, expected: list[tuple[str, str]]) -> None:
    assert found("http-status", a_visit(status=status), expect=expect) == expected


def test_http_status_warns_of_a_page_that_answered_the_second_time(found: Found) -> None:
    assert found("http-status", a_visit(attempts=2)) == [("flapping", "warn")]


@pytest.mark.parametrize(
    ("status", "fix"),
    [
        (204, "browsers stay where they are"),
        (205, "browsers stay where they are"),
        (206, "cache or CDN"),
        (300, "follow none of its choices"),
        (302, "Give the redirect a Location"),
        (304, "who has nothing yet"),
        (400, "refuses the parameters"),
        (404, ""),
        (410, ""),
        (500, "server's log"),
        (503, "server's log"),
    ],
)
def test_what_would_mend_a_status_depends_on_it(judged: Judge, status: int, fix: str) -> None:
    (finding,) = judged("http-status", a_visit(status=status))
    assert isinstance(finding, Finding)
    assert fix in finding.fix
    assert bool(finding.fix) == bool(fix)  # without one of its own the check's counts: publish the page


def test_a_page_that_comes_with_a_choice_is_shown(found: Found) -> None:
    assert found("http-status", a_visit(status=300)) == [("status", "warn")]
    assert found("http-status", a_visit(status=300, body="")) == [("status", "block")]
    assert found("http-status", a_visit(status=300), expect=404) == [("status", "block")]


def test_tls_valid_has_a_fix_for_every_reason(judged: Judge) -> None:
    for reason in get_args(TlsReason):
        error = VisitError("tls", "refused", PAGE_URL, reason=reason)
        (finding,) = judged("tls-valid", some_visits(a_visit(error=error)))
        assert isinstance(finding, Finding)
        assert bool(finding.fix) == (reason not in ("", "certificate"))


def test_tls_valid_counts_every_visit_and_attempt_and_names_each_reason_once(judged: Judge) -> None:
    expired = an_error("tls", "has expired", code=10)
    visits = some_visits(
        a_visit(first_error=expired, attempts=2, address="198.51.100.1", addresses=("198.51.100.1", "198.51.100.2")),
        a_visit(variant="click-id", error=expired),
        elsewhere=[a_visit(error=an_error("tls", "wrong name", code=62), address="198.51.100.2", addresses=("a", "b"))],
    )
    answers = judged("tls-valid", visits)
    assert [a.message for a in answers if isinstance(a, Finding)] == [
        "browsers refuse the connection to shop.test at 198.51.100.1 at one of two attempts: has expired",
        "browsers refuse the connection to shop.test at 198.51.100.2: wrong name",
    ]


def test_tls_expiry_looks_at_every_hop_and_address(judged: Judge) -> None:
    short = a_tls(not_after=NOW + days(9))
    visit = a_visit(url="https://go.test/", via=["https://shop.test/"])
    led = replace(visit, hops=(replace(visit.hops[0], tls=short), visit.hops[1]))
    for visits in (
        some_visits(led),
        some_visits(visit, elsewhere=[led]),
        some_visits(visit, replace(led, variant="x")),
    ):
        (finding,) = judged("tls-expiry", visits, a_campaign(), a_clock())
        assert isinstance(finding, Finding)
        assert (finding.subject, finding.reason) == ("go.test", "expires-at-launch")


def test_addresses_asks_only_where_there_are_several(judged: Judge) -> None:
    two = ("198.51.100.1", "198.51.100.2")
    lone, several = a_visit(addresses=two[:1]), a_visit(addresses=two)
    gone = a_visit(addresses=two, status=404)
    assert judged("addresses", some_visits(several, elsewhere=[a_visit(address=two[1])]), a_page()) == []
    for visits in (some_visits(lone), some_visits(gone), some_visits(a_visit(error=an_error("refused")))):
        assert [type(answer) for answer in judged("addresses", visits, a_page())] == [NotApplicable]
