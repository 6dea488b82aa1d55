"""Redirects: every hop recorded, none that leads where we may not go."""

import socket
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from launchguard.model.visit import Visit
from launchguard.probe import ProbePolicy, VisitRequest, visit_all

Serve = Callable[..., Any]
QUICK = ProbePolicy(deadline_s=20, retry_pause_s=0.0, threads=1, unlimited_hosts=["shop.test", "other.test"])


def look(url: str, policy: ProbePolicy = QUICK) -> Visit:
    (visit,) = visit_all([VisitRequest("page", url)], policy=policy)
    return visit


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_chain_is_recorded_hop_by_hop(serve: Serve, answer: Any, status: int) -> None:
    targets = {"/": "b?x=1", "/b?x=1": "//127.0.0.1:{port}/c", "/c": "/%C3%A4?y#end"}

    def handler(conn: socket.socket, head: str) -> Any:
        target = targets.get(head.split(" ")[1])
        return answer(b"moved", status, f"Location: {target.format(port=site.port)}") if target else answer(b"here")

    site: Any = serve(handler)
    visit = look(f"{site.url}/#start")
    assert [hop.status for hop in visit.hops] == [status, status, status, 200]
    paths = [hop.url.removeprefix(site.url) for hop in visit.hops]
    assert paths == ["/#start", "/b?x=1#start", "/c#start", "/%C3%A4?y#end"]
    assert (visit.url, visit.final_url) == (f"{site.url}/#start", f"{site.url}/%C3%A4?y#end")
    assert (visit.body, visit.attempts) == (b"here", 1)


def test_a_location_in_utf8_is_followed(serve: Serve) -> None:
    def handler(conn: socket.socket, head: str) -> Any:
        if "GET / " in head:
            return "HTTP/1.1 302 Found\r\nLocation: /é\r\nContent-Length: 0\r\n\r\n".encode()
        return b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

    site: Any = serve(handler)
    assert look(site.url).final_url == f"{site.url}/%C3%A9"
    assert site.paths() == ["/", "/%C3%A9"]


def test_a_redirects_body_is_not_read(serve: Serve, answer: Any) -> None:
    def handler(conn: socket.socket, head: str) -> Any:
        if "GET / " not in head:
            return answer(b"here")
        conn.sendall(b"HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 1000000000\r\n\r\n")
        conn.recv(1)
        return None

    assert look(serve(handler).url).body == b"here"


@pytest.mark.parametrize("headers", [[], ["Location: "]])
def test_a_redirect_to_nowhere_is_an_answer(serve: Serve, answer: Any, headers: list[str]) -> None:
    visit = look(serve(lambda conn, head: answer(b"?", 302, *headers)).url)
    assert (visit.status, visit.error, visit.body) == (302, None, b"?")


def test_a_loop_is_named(serve: Serve, answer: Any) -> None:
    site: Any = serve(lambda conn, head: answer(b"", 302, "Location: /b" if "GET /a" in head else "Location: /a"))
    visit = look(f"{site.url}/a")
    assert visit.error is not None
    assert (visit.error.kind, visit.error.url, len(visit.hops)) == ("redirect-loop", f"{site.url}/a", 2)
    assert visit.error.definite
    assert visit.attempts == 2


def test_a_redirect_to_itself_with_a_cookie_is_no_loop(serve: Serve, answer: Any) -> None:
    def handler(conn: socket.socket, head: str) -> Any:
        if "Cookie: seen=yes" in head:
            return answer(b"welcome")
        return answer(b"", 302, "Location: /", "Set-Cookie: seen=yes; Path=/")

    visit = look(f"{serve(handler).url}/")
    assert (visit.body, [hop.status for hop in visit.hops]) == (b"welcome", [302, 200])


def test_cookies_do_not_outlive_their_visit(serve: Serve, answer: Any) -> None:
    site: Any = serve(lambda conn, head: answer(b"", 200, "Set-Cookie: a=1; Path=/"))
    visit_all([VisitRequest("p", f"{site.url}/{n}") for n in range(3)], policy=QUICK)
    assert (len(site.heads), site.connections) == (3, 1)
    assert not any("Cookie:" in head for head in site.heads)


def test_at_most_twenty_requests_are_made(serve: Serve, answer: Any) -> None:
    site: Any = serve(lambda conn, head: answer(b"", 302, f"Location: /{len(site.heads)}"))
    visit = look(site.url)
    assert visit.error is not None
    assert (visit.error.kind, len(visit.hops), len(site.heads)) == ("redirect-loop", 20, 40)


@pytest.mark.parametrize(
    "target",
    [
        "mailto:ana@example.com",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "http://[::1",
        "http://a.test:99999/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::ffff:169.254.169.254]/",
        "http://0xa9fea9fe/",
        "http://[fd00:ec2::254]/",
        "http://10.0.0.1/",
        "http://0.0.0.0/",
    ],
)
def test_redirects_that_are_refused(serve: Serve, answer: Any, target: str) -> None:
    site: Any = serve(lambda conn, head: answer(b"", 302, f"Location: {target}"))
    visit = look(f"{site.url}/")
    assert visit.error is not None
    assert (visit.error.kind, visit.error.definite, len(visit.hops)) == ("redirect-refused", True, 1)


@pytest.mark.parametrize(
    "target",
    ["intent://x#Intent;end", "itms-apps://apps.apple.com/app/id1", "market://details?id=a", "ITMS-APPS:x", "myshop:x"],
)
def test_a_redirect_into_an_app_is_named(serve: Serve, answer: Any, target: str) -> None:
    site: Any = serve(lambda conn, head: answer(b"", 302, f"Location: {target}"))
    visit = look(f"{site.url}/")
    assert visit.error is not None
    assert (visit.error.kind, visit.error.definite, len(visit.hops)) == ("app-link", True, 1)
    assert f"({target.partition(':')[0].lower()}:)" in visit.error.detail


@pytest.mark.parametrize(
    "host", ["169.254.169.254", "10.0.0.1", "[fe80::1]", "0.0.0.0", "2852039166", "[::ffff:a00:1]"]
)
def test_a_page_at_a_forbidden_address_is_not_requested(host: str) -> None:
    visit = look(f"http://{host}/", replace(QUICK, requests_per_s=1000))
    assert visit.error is not None
    assert (visit.error.kind, visit.error.definite, visit.attempts) == ("forbidden-address", False, 1)


def test_a_name_that_resolves_to_loopback_needs_to_be_named(serve: Serve, answer: Any, resolver: Any) -> None:
    site: Any = serve(lambda conn, head: answer(b"inside"))
    closed = replace(QUICK, resolver=resolver)
    visit = look(site.named("shop.test"), closed)
    assert visit.error is not None
    assert visit.error.kind == "forbidden-address"
    assert site.heads == []
    assert look(site.named("shop.test"), replace(closed, private_hosts=["Shop.test"])).body == b"inside"


@pytest.mark.parametrize(
    "target", ["http://other.test:{port}/", "http://127.0.0.1:{port}/", "http://2130706433:{port}/"]
)
def test_a_page_that_is_not_loopback_cannot_lead_there(serve: Serve, answer: Any, resolver: Any, target: str) -> None:
    inside = serve(lambda conn, head: answer(b"inside"))
    site: Any = serve(lambda conn, head: answer(b"", 302, f"Location: {target.format(port=inside.port)}"))
    visit = look(site.named("shop.test"), replace(QUICK, resolver=resolver, private_hosts=["shop.test"]))
    assert visit.error is not None
    assert visit.error.kind == "redirect-refused"
    assert inside.heads == []


def test_an_open_connection_is_judged_again_for_the_next_visit(serve: Serve, answer: Any, resolver: Any) -> None:
    inside = serve(lambda conn, head: answer(b"inside"))
    site: Any = serve(lambda conn, head: answer(b"", 302, f"Location: {inside.url}/stolen"))
    policy = replace(QUICK, resolver=resolver, private_hosts=["shop.test"])
    requests = [VisitRequest("a", f"{inside.url}/own"), VisitRequest("b", site.named("shop.test"))]
    own, led = visit_all(requests, policy=policy)
    assert own.body == b"inside"
    assert led.error is not None
    assert led.error.kind == "redirect-refused"
    assert inside.paths() == ["/own"]


def test_the_address_that_was_judged_is_the_one_connected_to(serve: Serve, answer: Any) -> None:
    inside = serve(lambda conn, head: answer(b"inside"))
    asked: list[str] = []

    def rebinding(host: str, port: int, family: int = 0, kind: int = 0) -> list[tuple[Any, ...]]:
        asked.append(host)
        address = "10.9.9.9" if len(asked) % 2 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    visit = look(inside.named("shop.test"), replace(QUICK, resolver=rebinding))
    assert visit.error is not None
    assert visit.error.kind == "forbidden-address"
    assert asked == ["shop.test"]
    assert inside.heads == []


def test_proxies_in_the_environment_are_not_used(serve: Serve, answer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    site: Any = serve(lambda conn, head: answer(b"direct"))
    proxy = serve(lambda conn, head: answer(b"proxied"))
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    monkeypatch.setenv("http_proxy", proxy.url)
    assert look(site.url).body == b"direct"
    assert proxy.heads == []


def meta(content: str) -> bytes:
    return (
        f'<!doctype html><html><head><meta http-equiv="Refresh" content="{content}"></head>One moment</html>'.encode()
    )


@pytest.mark.parametrize(
    ("first", "headers", "via"),
    [
        (b"moment", ["Refresh: 0; url=/b?x=1"], "refresh"),
        (b"moment", ["Refresh: 5;/b?x=1"], "refresh"),
        (meta("0; URL='/b?x=1'"), ["Content-Type: text/html"], "meta refresh"),
        (meta("4.5, /b?x=1"), [], "meta refresh"),
    ],
)
def test_a_refresh_is_a_hop_and_named(serve: Serve, answer: Any, first: bytes, headers: list[str], via: str) -> None:
    site: Any = serve(lambda conn, head: answer(first, 200, *headers) if "GET /a" in head else answer(b"here"))
    visit = look(f"{site.url}/a#top")
    assert [(hop.url.removeprefix(site.url), hop.via) for hop in visit.hops] == [("/a#top", ""), ("/b?x=1#top", via)]
    assert visit.body == b"here"


@pytest.mark.parametrize(
    ("first", "status", "headers"),
    [
        (b"x", 200, ["Refresh: 6; url=/b"]),
        (b"x", 200, ["Refresh: 0"]),
        (b"x", 200, ["Refresh: 0; url=/a#part"]),
        (b"x", 404, ["Refresh: 0; url=/b"]),
        (meta("30; url=/b"), 200, []),
        (meta("5; url=./a"), 200, []),
        (meta("0; url=/b"), 503, []),
        (meta("0; url=/b"), 200, ["Content-Type: text/plain"]),
        (b"<noscript>" + meta("0; url=/b") + b"</noscript>", 200, []),
        (b"<template>" + meta("0; url=/b") + b"</template>", 200, []),
        (b"<!--" + meta("0; url=/b") + b"-->", 200, []),
        (b"<script>'" + meta("0; url=/b") + b"'</script>", 200, []),
    ],
)
def test_what_stays_on_the_page_is_no_hop(
    serve: Serve, answer: Any, first: bytes, status: int, headers: list[str]
) -> None:
    site: Any = serve(lambda conn, head: answer(first, status, *headers))
    visit = look(f"{site.url}/a")
    assert (visit.error, visit.status, len(visit.hops), set(site.paths())) == (None, status, 1, {"/a"})


def test_a_circle_of_refreshes_is_found(serve: Serve, answer: Any) -> None:
    site: Any = serve(lambda conn, head: answer(meta("0; url=/b" if "GET /a" in head else "0; url=/a")))
    visit = look(f"{site.url}/a")
    assert visit.error is not None
    assert (visit.error.kind, len(visit.hops)) == ("redirect-loop", 2)


def test_a_refresh_leads_where_a_redirect_may_lead_and_no_further(serve: Serve, answer: Any) -> None:
    for target, kind in (("http://169.254.169.254/", "redirect-refused"), ("itms-apps://x", "app-link")):
        visit = look(serve(lambda conn, head, target=target: answer(meta(f"0; url={target}"))).url)
        assert visit.error is not None
        assert visit.error.kind == kind
