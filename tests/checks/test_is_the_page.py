"""What kind of answer a visitor gets: each kind by its own signs, and none by looking like it from afar."""

from collections.abc import Callable

import pytest

from launchguard import Finding, NotApplicable, Unknown
from launchguard.testing import PAGE_HTML, a_campaign, a_page, a_visit

Judge = Callable[..., list[Finding | Unknown | NotApplicable]]

LONG = "Everything for house and garden, all year round, in all shops and online, delivered to your door. " * 12


def page(body: str, title: str = "Spring sale") -> str:
    return f"<!doctype html><html><head><title>{title}</title></head><body>{body}</body></html>"


def kind(judged: Judge, visit: object, **options: object) -> tuple[str, str]:
    """Reason and severity of the only answer; ("page", "") where there is none."""
    answers = judged("is-the-page", visit, a_page(), **options)
    if not answers:
        return ("page", "")
    (answer,) = answers
    if isinstance(answer, Unknown):
        return (answer.reason, "unknown")
    assert isinstance(answer, Finding)
    assert answer.fix
    return (answer.reason, answer.severity or "block")


@pytest.mark.parametrize(
    ("headers", "body", "expected"),
    [
        ([("Content-Type", "text/html; charset=utf-8")], PAGE_HTML, ("page", "")),
        ([("Content-Type", "application/xhtml+xml")], PAGE_HTML, ("page", "")),
        ([("Content-Type", "")], PAGE_HTML, ("page", "")),
        ([("Content-Type", "html")], PAGE_HTML, ("page", "")),
        ([("Content-Type", "text/plain")], PAGE_HTML, ("source", "block")),
        ([("Content-Type", "text/plain")], "\ufeff" + PAGE_HTML, ("source", "block")),
        ([("Content-Type", "text/plain"), ("Content-Type", "text/html")], PAGE_HTML, ("page", "")),
        ([("Content-Type", "text/plain")], "Spring sale", ("data", "block")),
        ([("Content-Type", "application/json")], "{}", ("data", "block")),
        ([("Content-Type", "application/pdf")], "%PDF", ("pdf", "warn")),
        ([("Content-Type", "image/png")], "x", ("media", "warn")),
        ([("Content-Type", "application/octet-stream")], "PK", ("download", "block")),
        ([("Content-Disposition", "attachment; filename=a.html")], PAGE_HTML, ("download", "block")),
        ([("Content-Disposition", "inline")], PAGE_HTML, ("page", "")),
        ([("Content-Disposition", "ATTACHMENT;filename=a.html")], PAGE_HTML, ("download", "block")),
        ([("Content-Disposition", "file; filename=a.html")], PAGE_HTML, ("download", "block")),
        ([("Content-Disposition", "filename=a.pdf")], PAGE_HTML, ("page", "")),
        ([("Content-Disposition", "; filename=a.pdf")], PAGE_HTML, ("page", "")),
        ([("Content-Disposition", '"attachment"; filename=a.pdf')], PAGE_HTML, ("page", "")),
        ([], "", ("empty", "block")),
        ([], "  <html><body></body></html>", ("empty", "block")),
        ([], "<body><img src=/a.png></body>", ("page", "")),
        ([], '<frameset cols="*"><frame src="https://other.test/"></frameset>', ("frames", "warn")),
    ],
)
def test_what_the_headers_and_the_bytes_say(
    judged: Judge, headers: list[tuple[str, str]], body: str, expected: tuple[str, str]
) -> None:
    assert kind(judged, a_visit(headers=headers, body=body)) == expected


@pytest.mark.parametrize(
    ("visit", "expected"),
    [
        (a_visit(body=page("<h1>404 - Page not found</h1><p>It does not exist.</p>", "404")), ("error-page", "block")),
        (a_visit(body=page("<h1>Seite nicht gefunden</h1><p>Die Seite existiert nicht.</p>")), ("error-page", "block")),
        (a_visit(body=page("<h1>Oops</h1><p>An error occurred. Try again later.</p>")), ("error-page", "block")),
        (a_visit(body="<body>Fatal error: Uncaught PDOException: too</body>"), ("error-page", "block")),
        (a_visit(body=page(f"<h1>404 reasons to buy</h1><p>{LONG}</p>")), ("page", "")),
        (a_visit(body=page("<h1>Win 500 € this spring</h1><p>Take part now.</p>", "Win 500 €")), ("page", "")),
        (a_visit(body=page("<h1>Oops, we did it again</h1><p>-30 % on all.</p>", "Oops")), ("page", "")),
        (a_visit(body=page("<h1>503 jeans</h1><p>The classic is back.</p>", "503 jeans")), ("page", "")),
        (a_visit(body=page("<h1>Exception Jackets</h1><p>New.</p>", "Exception Jackets")), ("page", "")),
        (a_visit(body=page(f"<h1>cPanel hosting</h1><p>Our web server offer. {LONG}</p>", "cPanel")), ("page", "")),
        (a_visit(body=page("<h1>Spring sale</h1><p>Not found it cheaper? We pay the rest.</p>")), ("page", "")),
        (a_visit(body=page("<h1>Welcome to nginx!</h1><p>successfully installed</p>")), ("default-page", "block")),
        (a_visit(body=page("<h1>shop.test</h1><p>Buy it at Sedo.</p>", "Domain for sale")), ("default-page", "block")),
        (a_visit(body=page("<h1>Log in</h1><form><input type=password></form>")), ("login", "block")),
        (a_visit(body=page("<form><input type=password></form>"), via=["https://shop.test/login"]), ("login", "block")),
        (a_visit(body=page(f"<h1>Sign in or buy</h1><p>{LONG}{LONG}</p><input type=password>")), ("page", "")),
        (a_visit(body=page("<h1>Before you continue</h1><p>We use cookies. Accept all.</p>")), ("consent", "warn")),
    ],
)  # fmt: skip
def test_what_the_page_says_of_itself(judged: Judge, visit: object, expected: tuple[str, str]) -> None:
    assert kind(judged, visit) == expected


QUEUE = page("<h1>You are now in line</h1><p>Your estimated wait time is more than an hour.</p>", "Queue-it")
QUEUE_WORDS = "a waiting room answers instead of the page"


@pytest.mark.parametrize(
    ("headers", "body", "via", "expected"),
    [
        ([("Set-Cookie", "Queue-it=x; Path=/")], QUEUE, [], (QUEUE_WORDS, "unknown")),
        ([("Set-Cookie", "__cfwaitingroom=x")], page("<h1>Warteraum</h1>"), [], (QUEUE_WORDS, "unknown")),
        ([("Refresh", "20")], page("<h1>Sala de espera</h1>"), [], (QUEUE_WORDS, "unknown")),
        ([], QUEUE, ["https://shop.queue-it.net/"], (QUEUE_WORDS, "unknown")),
        ([("Set-Cookie", "QueueITAccepted=x")], PAGE_HTML, [], ("page", "")),
        ([], page(f"<h1>Skip the waiting room</h1><p>{LONG}</p>"), [], ("page", "")),
    ],
)
def test_a_waiting_room_is_known_by_two_signs(
    judged: Judge, headers: list[tuple[str, str]], body: str, via: list[str], expected: tuple[str, str]
) -> None:
    assert kind(judged, a_visit(headers=headers, body=body, via=via)) == expected


SHELL = page('<noscript>Enable JavaScript</noscript><div id="root"></div>')
AWAY = page("<script>window.location.href='/page'+location.search</script>")
MAYBE = page("<script>if (here) { window.location.href='/page' }</script>")
BY_SCRIPT = [(SHELL, "scripted"), (AWAY, "script-leaves"), (MAYBE, "script-redirect")]


@pytest.mark.parametrize(("body", "reason"), BY_SCRIPT)
def test_what_only_a_browser_can_tell_is_unknown_until_it_is_accepted(judged: Judge, body: str, reason: str) -> None:
    words, severity = kind(judged, a_visit(body=body))
    assert severity == "unknown"
    assert "only a browser can tell" in words
    assert kind(judged, a_visit(body=body), scripted=True) == (reason, "warn")
    (finding,) = judged("is-the-page", a_visit(body=body), a_page(), scripted=True)
    assert isinstance(finding, Finding)
    assert finding.unseen == "what scripts show"


def test_a_frame_that_shows_what_was_promised_is_the_page(judged: Judge) -> None:
    assert kind(judged, a_visit(body=page('<div id="root"><h1>Spring sale</h1></div>'))) == ("page", "")


def test_a_wanted_file_is_no_finding(judged: Judge) -> None:
    pdf = a_visit(headers=[("Content-Type", "application/pdf")], body="%PDF")
    assert kind(judged, pdf, wanted="pdf") == ("page", "")
    assert kind(judged, pdf, wanted="download") == ("pdf", "warn")


@pytest.mark.parametrize(("status", "reason"), [(204, "nothing"), (205, "nothing"), (304, "unchanged")])
def test_a_status_with_which_no_browser_shows_a_page(judged: Judge, status: int, reason: str) -> None:
    assert kind(judged, a_visit(status=status)) == (reason, "block")


@pytest.mark.parametrize("status", [403, 404, 503])
def test_other_answers_have_their_own_checks(judged: Judge, status: int) -> None:
    (answer,) = judged("is-the-page", a_visit(status=status), a_page())
    assert isinstance(answer, NotApplicable)


@pytest.mark.parametrize("markup", ["<div>" * 30_000, f"<p {' a=1' * 30_000}>", "<div>" * 30_000 + "hcaptcha.com"])
@pytest.mark.parametrize("check_id", ["reachable", "contains", "placeholder", "viewport", "compression", "charset"])
def test_markup_that_nobody_can_read_in_time_is_unknown_and_ends_no_check(
    judged: Judge, check_id: str, markup: str
) -> None:
    visit = a_visit(body=markup)
    assert kind(judged, visit) == ("the markup cannot be read in reasonable time", "unknown")
    more = {"reachable": (a_campaign(),), "contains": (a_page(),)}.get(check_id, ())
    answers = judged(check_id, visit, *more)
    assert all(isinstance(answer, NotApplicable) for answer in answers)
    assert bool(answers) == (check_id != "reachable")
