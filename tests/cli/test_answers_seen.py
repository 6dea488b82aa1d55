"""What `launchguard run` says of answers that are not the page, or not for everybody: real bytes, one call for all."""

import gzip
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from click.testing import CliRunner

from launchguard.cli import main
from tests.probe.conftest import Site

TAGS = "utm_source=newsletter&utm_medium=email&utm_campaign=spring"
VIEW = '<meta name="viewport" content="width=device-width, initial-scale=1">'
LONG = "Everything for house and garden, in all shops and online, until Thursday. " * 3
WORDS = f"<h1>Spring sale</h1><p>-30 % on it all. {LONG}</p><a class=btn href=/buy>Buy now</a>"


@dataclass(frozen=True)
class Asked:
    """One request: its path below the case's name, its query, and whether a phone asks."""

    case: str
    below: str
    query: str
    phone: bool


Answer = Callable[[Asked], bytes]


def markup(body: str, title: str = "Spring sale", head: str = VIEW) -> str:
    return f"<!doctype html><html lang=en><head><meta charset=utf-8><title>{title}</title>{head}</head>{body}</html>"


def page(body: str = WORDS, *headers: str, status: str = "200 OK", **over: str) -> bytes:
    return raw(markup(body, **over), "Content-Type: text/html; charset=utf-8", *headers, status=status)


def raw(body: str | bytes, *headers: str, status: str = "200 OK") -> bytes:
    content = body if isinstance(body, bytes) else body.encode()
    lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(content)}", "", ""]
    return "\r\n".join(lines).encode() + content


def moved(to: str) -> bytes:
    return raw("", f"Location: {to}", status="302 Found")


def on_phones(other: bytes) -> Answer:
    return lambda asked: other if asked.phone else page()


@dataclass(frozen=True)
class Case:
    """How a site answers, the verdict, and what a check says of it: "" where no check says anything."""

    answer: Answer
    verdict: str
    check: str = ""
    says: str = ""
    contains: tuple[str, ...] = ("Spring sale",)
    checks: str = ""
    unseen: str = ""


def always(answer: bytes, verdict: str, check: str = "", says: str = "", **more: Any) -> Case:
    return Case(lambda _: answer, verdict, check, says, **more)


LEAVES = "a script sends visitors on at once: only a browser can tell where"
SENDS = "a script sends visitors on: only a browser can tell where"
FILLED = "scripts fill the page: only a browser can tell what it shows"
SHELL = page('<body><div class="mount"></div><script type=module src=/a.js></script>', title="Shop")

SCRIPTS = {
    "onload": always(page("<body onload=\"location.href='/x'\"><p>Please wait"), "unknown", "is-the-page", LEAVES),
    "self": always(
        page("<p>One moment<script>self['location']['replace'](u)</script>"), "unknown", "is-the-page", LEAVES
    ),
    "submit": always(
        page(
            "<form method=post action=/x><input type=hidden name=a></form><script>document.forms[0].submit()</script>"
        ),
        "unknown",
        "is-the-page",
        SENDS,
    ),
    "leaves": always(
        page(f"{WORDS}<script>window.location.replace('/gone')</script>"),
        "go",
        "is-the-page",
        LEAVES,
        unseen="what scripts show",
    ),
    "waits": always(page(f"{WORDS}<script>function buy(){{location.href='/buy'}}</script>"), "go"),
    "framed": always(
        page('<body><iframe src="https://forms.test/x" style="height:100vh"></iframe>', title="Shop"),
        "go",
        "is-the-page",
        "a frame shows https://forms.test/x",
        unseen="what the frame shows",
    ),
    "film": always(page("<h1>Spring sale</h1><iframe src=https://films.test/x></iframe>"), "go"),
    "filled": always(SHELL, "unknown", "is-the-page", FILLED, unseen="what scripts show"),
    "accepted": always(
        SHELL, "go", "is-the-page", FILLED, checks="is-the-page: {scripted: yes}", unseen="what scripts show"
    ),
}
PHONES = {
    "phone-shell": Case(on_phones(page("<div id=root></div><script src=/m.js></script>")), "unknown", "phones", FILLED),
    "phone-app": Case(
        on_phones(page("<h1>Get our app</h1><p>It is free for all.")), "no-go", "phones", 'not show "Spring sale"'
    ),
    "phone-tag": Case(on_phones(page(f"{WORDS}<p>Hello {{{{name}}}}")), "go", "phones", "a placeholder: {{...}}"),
    "phone-wide": Case(on_phones(page(head="")), "go", "viewport", "no usable viewport"),
    "phone-gone": Case(on_phones(page(status="404 Not Found")), "no-go", "phones", "a phone is answered 404"),
    "phone-own": Case(lambda asked: page(head=VIEW if asked.phone else ""), "go"),
}
CHALLENGE = page(
    head='<meta http-equiv="refresh" content="0;/walled/.well-known/sgcaptcha/?r=%2F">',
    status="202 Accepted",
)


def below(first: bytes, then: bytes) -> Answer:
    """Another answer at the addresses below the page's own."""
    return lambda asked: then if asked.below else first


PLACES = {
    "walled": Case(
        below(CHALLENGE, raw("", status="404 Not Found")), "unknown", "reachable", "SiteGround asks whether the visitor"
    ),
    "vendor": Case(
        lambda asked: page() if asked.below else moved(f"/vendor/_sec/cp_challenge/?{asked.query}"),
        "unknown",
        "reachable",
        "Akamai asks whether the visitor",
    ),
    "to-login": Case(
        lambda asked: page() if asked.below else moved(f"/to-login/login?{asked.query}"),
        "go",
        "redirect-chain",
        "visitors end at the address of a login",
    ),
}
BARE = b"HTTP/1.1 %s\r\n\r\n"
STATUSES = {
    "choices": always(page(status="300 Multiple Choices"), "go", "http-status", "answered 300"),
    "choices-there": always(
        page(WORDS, "Location: /elsewhere", status="300 Multiple Choices"), "go", "http-status", "answered 300"
    ),
    "choices-none": always(raw("", status="300 Multiple Choices"), "no-go", "http-status", "answered 300"),
    "no-content": always(BARE % b"204 No Content", "no-go", "http-status", "answered 204"),
    "reset": always(page(status="205 Reset Content"), "no-go", "http-status", "answered 205"),
    "unchanged": always(BARE % b"304 Not Modified", "no-go", "http-status", "answered 304"),
    "two-megabytes": always(
        raw(
            gzip.compress(markup(WORDS + "<div class=x>Plain words of a long page</div>" * 45_000).encode()),
            "Content-Type: text/html; charset=utf-8",
            "Content-Encoding: gzip",
        ),
        "go",
    ),
    "named": always(page(WORDS, "Content-Disposition: filename=x.pdf"), "go"),
    "attached": always(page(WORDS, "Content-Disposition: file; filename=x.pdf"), "no-go", "is-the-page", "download"),
}
PLACEHOLDERS = {
    "note": always(page(f"{WORDS}<p>TODO: text by marketing."), "go", "placeholder", "TODO"),
    "price": always(page(f"{WORDS}<p>Now XX % off"), "go", "placeholder", "XX"),
    "dummy": always(page(f"{WORDS}<h2>Hier steht Ihr Text</h2>"), "go", "placeholder", "dummy text"),
    "php": always(
        page(
            f"<b>Warning</b>:  mysqli_connect(): Connection refused in <b>/var/www/db.php</b> on line <b>12</b>{WORDS}"
        ),
        "go",
        "placeholder",
        "PHP message",
    ),
    "todo": always(page(f"{WORDS}<p>TODO A MITAD DE PRECIO, TODO: ropa y zapatos, talla XXL"), "go"),
}
CASES: dict[str, Case] = SCRIPTS | PHONES | PLACES | STATUSES | PLACEHOLDERS

MANIFEST = """
launchguard: 1
name: {name}
launch: {day} 09:00 Europe/Madrid
ends: {day} 23:59 Europe/Madrid
owners: {{marketing: "@ana", engineering: "@web", on_call: "@lee"}}
fallback: a static page
measurement: {{kpis: [orders]}}
pages:
  - url: "{url}/{name}?{tags}"
    contains: {contains}
channels:
  - email: {{recipients: 500_000, click_rate: 2%, send_over: 20m}}
baseline: 3/s
checks: {{campaign-link: {{local: yes}}, {checks}}}
"""


def asked(head: str) -> Asked:
    path, _, query = head.split(" ")[1].partition("?")
    case, _, below = path.lstrip("/").partition("/")
    return Asked(case, below, query, " Mobile " in head)


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    folder = tmp_path_factory.mktemp("answers")

    def answer(_: object, head: str) -> bytes:
        one = asked(head)
        return CASES[one.case].answer(one)

    site = Site(answer, context=None, host="127.0.0.1", port=0)
    try:
        for number, (name, case) in enumerate(CASES.items()):
            text = MANIFEST.format(
                day=date(2099, 1, 1) + timedelta(weeks=number),  # together they would be one crowd on one host
                name=name,
                url=site.url,
                tags=TAGS,
                contains=json.dumps(case.contains),
                checks=case.checks,
            )
            (folder / f"{name}.yml").write_text(text, encoding="utf-8")
        result = CliRunner().invoke(main, ["run", "--smoke-only", "--output", f"json={folder}/out.json", str(folder)])
        assert result.exit_code in (0, 1), result.output
    finally:
        site.close()
    told = json.loads((folder / "out.json").read_text(encoding="utf-8"))["verdicts"]
    yield {verdict["campaign"]["name"]: verdict for verdict in told}


@pytest.mark.parametrize("name", CASES)
def test_what_is_said_of_an_answer(verdicts: dict[str, Any], name: str) -> None:
    case, verdict = CASES[name], verdicts[name]
    told = {
        outcome["check"]: " ".join([outcome["reason"], *(finding["message"] for finding in outcome["findings"])])
        for outcome in verdict["outcomes"]
        if outcome["status"] not in ("pass", "skipped")
    }
    assert verdict["verdict"] == case.verdict, told
    also = {"is-the-page"} if case.check == "http-status" else set()
    assert told.keys() - also == ({case.check} if case.check else set())
    assert case.says in told.get(case.check, "")
    assert verdict["not_looked_at"] == ([case.unseen] if case.unseen else [])
    assert ("looks right" in verdict["headline"]) == (case.verdict == "go" and not case.unseen)
