"""Requests as browsers send them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchguard.web.request import DESKTOP, PHONE, agent_of, codings_for, languages_of, page_headers, request_bytes


@pytest.mark.parametrize(
    ("locale", "languages"),
    [
        ("es-ES", "es-ES,es;q=0.9,en;q=0.8"),
        ("pt_BR", "pt-BR,pt;q=0.9,en;q=0.8"),
        ("zh-Hant-TW", "zh-Hant-TW,zh;q=0.9,en;q=0.8"),
        ("de", "de,en;q=0.9"),
        ("en-GB", "en-GB,en;q=0.9"),
        ("en", "en"),
        ("", "en-US,en;q=0.9"),
        ("x\r\nEvil: 1", "en-US,en;q=0.9"),
    ],
)
def test_a_locale_becomes_languages(locale: str, languages: str) -> None:
    assert languages_of(locale) == languages


@pytest.mark.parametrize(
    ("scheme", "host", "codings"),
    [
        ("https", "shop.example.com", "gzip, deflate, br, zstd"),
        ("http", "localhost", "gzip, deflate, br, zstd"),
        ("http", "::1", "gzip, deflate, br, zstd"),
        ("http", "shop.example.com", "gzip, deflate"),
        ("http", "10.0.0.1", "gzip, deflate"),
    ],
)
def test_codings_depend_on_the_way(scheme: str, host: str, codings: str) -> None:
    assert codings_for(scheme, host) == codings


def test_agents_say_device_and_suffix() -> None:
    assert agent_of("desktop") == DESKTOP
    assert agent_of("phone", "LaunchGuard/1 (+https://x.example)") == f"{PHONE} LaunchGuard/1 (+https://x.example)"
    assert "Mobile" in PHONE
    assert "Mobile" not in DESKTOP


def test_a_page_is_asked_for_as_chrome_does() -> None:
    plain = page_headers("http", "shop.example.com", agent="me", locale="de")
    assert [name for name, _ in plain] == [
        "Connection",
        "Upgrade-Insecure-Requests",
        "User-Agent",
        "Accept",
        "Accept-Encoding",
        "Accept-Language",
    ]
    secure = dict(page_headers("https", "shop.example.com", agent="me"))
    assert secure["Sec-Fetch-Mode"] == "navigate"
    assert (secure["User-Agent"], secure["Accept-Language"]) == ("me", "en-US,en;q=0.9")


def test_a_request_is_lines() -> None:
    assert request_bytes("/a?b", "a.example:81", [("X", "ü")], "a=1; b=2") == (
        "GET /a?b HTTP/1.1\r\nHost: a.example:81\r\nX: ü\r\nCookie: a=1; b=2\r\n\r\n".encode()
    )
    assert request_bytes("/", "a.example", [], method="HEAD") == b"HEAD / HTTP/1.1\r\nHost: a.example\r\n\r\n"


@pytest.mark.parametrize("bad", ["a\r\nb", "a\nb", "a\0b"])
def test_nothing_leaves_its_line(bad: str) -> None:
    for arguments in (
        (bad, "a.example", [], ""),
        ("/", bad, [], ""),
        ("/", "a.example", [(bad, "x")], ""),
        ("/", "a.example", [("X", bad)], ""),
        ("/", "a.example", [], bad),
    ):
        with pytest.raises(ValueError, match="cannot be sent"):
            request_bytes(*arguments)


@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=20))
def test_a_request_has_as_many_lines_as_were_asked_for(target: str, value: str, cookies: str) -> None:
    try:
        sent = request_bytes(target, "a.example", [("X", value)], cookies)
    except ValueError:
        return
    assert sent.count(b"\n") == sent.count(b"\r") == 4 + bool(cookies)
