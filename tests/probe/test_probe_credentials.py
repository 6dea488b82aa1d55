"""Secrets: where they come from, and where they go."""

from collections.abc import Callable
from typing import Any

import pytest

from launchguard.errors import LaunchGuardError
from launchguard.model.confided import SentSecret
from launchguard.model.parts import Access
from launchguard.probe import Credential, ProbePolicy, VisitRequest, credentials_from_env, visit_all
from launchguard.web.confided import may_hear

Serve = Callable[..., Any]
SECRET = "s3cret-value"


def read(access: Access, value: str = SECRET, allowed: dict[str, list[str]] | None = None) -> Credential:
    return credentials_from_env([access], {"TOKEN": value}, allowed or {})[0]


def test_header_and_basic() -> None:
    header = read(Access(host="A.test", header="X-Preview", from_env="TOKEN"), f"{SECRET}\n")
    assert (header.access.host, header.header, header.value) == ("a.test", "X-Preview", SECRET)
    basic = read(Access(host="a.test", basic=True, from_env="TOKEN"), "ana:pass")
    assert (basic.header, basic.value) == ("Authorization", "Basic YW5hOnBhc3M=")
    assert SECRET not in repr(header)
    assert "pass" not in repr(basic)
    assert "YW5" not in repr(ProbePolicy(access=[basic]))


REFUSED: list[tuple[dict[str, Any], str, dict[str, list[str]], str]] = [
    ({"header": "X-P", "from_env": "MISSING"}, SECRET, {}, "MISSING, which is not set"),
    ({"header": "X-P"}, "  ", {}, "TOKEN, which is not set"),
    ({"header": "X-P"}, SECRET, {"TOKEN": ["b.test"]}, "not meant for a.test"),
    ({"header": "X-P"}, SECRET, {"OTHER": ["a.test"]}, "not meant for a.test"),
    ({"header": "X-P"}, f"{SECRET}\r\nX: y", {}, "no header can carry"),
    ({"header": "X-P"}, f"{SECRET}\u20ac", {}, "no header can carry"),
    ({"basic": True}, SECRET, {}, "no user and password"),
]


@pytest.mark.parametrize(("keys", "value", "allowed", "message"), REFUSED)
def test_refused(keys: dict[str, Any], value: str, allowed: dict[str, list[str]], message: str) -> None:
    with pytest.raises(LaunchGuardError, match=message) as caught:
        read(Access(**{"host": "a.test", "from_env": "TOKEN", **keys}), value, allowed)
    assert SECRET not in caught.value.message + caught.value.hint


def test_where_only_what_is_listed_counts_an_empty_list_allows_nothing() -> None:
    access = [Access(host="a.test", header="X-P", from_env="TOKEN")]
    assert credentials_from_env(access, {"TOKEN": SECRET}, {"TOKEN": ["a.test"]}, only_listed=True)
    with pytest.raises(LaunchGuardError, match="not meant for"):
        credentials_from_env(access, {"TOKEN": SECRET}, {}, only_listed=True)


@pytest.mark.parametrize("host", ["a.test", "a.test:8443"])
def test_a_listed_host_may_have_it(host: str) -> None:
    assert read(Access(host=host, header="X-P", from_env="TOKEN"), allowed={"TOKEN": ["A.test"]}).secret == SECRET


HEARS = [
    ("a.test", "https://a.test/x", "", True, True),
    ("a.test", "https://a.test.:443/x", "", True, True),
    ("a.test", "https://a.test:8443/x", "", True, False),  # a port that only a redirect names
    ("a.test", "https://a.test:8443/x", "https://a.test:8443/", True, True),
    ("a.test:8443", "https://a.test:8443/", "", True, True),
    ("a.test:8443", "https://a.test/", "https://a.test/", True, False),
    ("a.test:443", "https://a.test/", "", True, True),
    ("a.test", "https://b.a.test/", "https://b.a.test/", True, False),
    ("a.test", "https://a.test.evil.test/", "https://a.test.evil.test/", True, False),
    ("evil.test", "https://evil.test@a.test/", "https://evil.test@a.test/", True, False),
    ("a.test", "http://a.test/", "http://a.test/", False, True),
    ("a.test", "http://a.test/", "http://a.test/", True, False),  # in clear after https
    ("a.test", "http://a.test/", "http://b.test/", False, False),  # in clear where a redirect leads
    ("a.test:80", "http://a.test/", "http://b.test/", False, False),
    ("a.test", "http://a.test/", "", False, False),
    ("a.test", "http://a.test:81/", "http://a.test/", False, False),
    ("a.test:443", "http://a.test/", "http://a.test/", False, False),
    ("[::1]:80", "http://[::1]/", "http://[::1]/x", False, True),
    ("[::1]", "http://[::1]:99/", "http://[::1]:99/", False, True),
]


@pytest.mark.parametrize(("host", "url", "began_at", "after_https", "hears"), HEARS)
def test_who_hears_a_secret(host: str, url: str, began_at: str, after_https: bool, hears: bool) -> None:
    assert may_hear(url, host, began_at=began_at, after_https=after_https) == hears
    credential = read(Access(host=host, header="X-P", from_env="TOKEN"))
    assert credential.fits(url, began_at=began_at, after_https=after_https) == hears


def test_a_secret_is_dropped_on_another_host_and_sent_again_at_home(serve: Serve, answer: Any, resolver: Any) -> None:
    other: Any = serve(lambda conn, head: answer(b"", 302, f"Location: {home.url}/back"))

    def handler(conn: Any, head: str) -> Any:
        if "/back" in head:
            return answer(b"done", 200, f"X-Echo: {SECRET}")
        return answer(b"", 302, f"Location: {other.url}/?echo={SECRET}")

    home: Any = serve(handler)
    policy = ProbePolicy(access=[read(Access(host=f"127.0.0.1:{home.port}", header="X-Preview", from_env="TOKEN"))])
    (visit,) = visit_all([VisitRequest("page", f"{home.url}/")], policy=policy)
    assert visit.error is None
    assert [f"X-Preview: {SECRET}" in head for head in home.heads] == [True, True]
    assert ["X-Preview" in head for head in other.heads] == [False]
    assert SECRET not in repr(visit.hops)
    assert visit.header("x-echo") == "[redacted]"
    assert visit.secrets == (SentSecret("TOKEN", f"127.0.0.1:{home.port}"),)
