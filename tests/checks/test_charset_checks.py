"""A page has to say in which charset it is written, where that makes a difference."""

from collections.abc import Callable

import pytest

from launchguard.testing import a_visit

Found = Callable[..., list[tuple[str, str]]]


@pytest.mark.parametrize(
    ("content_type", "body", "expected"),
    [
        ("text/html", "<p>Frühling</p>".encode(), [("undeclared", "warn")]),
        ("text/html; charset=undefined", "<p>Frühling</p>".encode(), [("undeclared", "warn")]),
        ("text/html", b"<p>plain</p>", []),
        ("text/html; charset=utf-8", "<p>Frühling</p>".encode(), []),
        ("text/html", '<meta charset="utf-8"><p>Frühling</p>'.encode(), []),
        ("text/html", b"\xef\xbb\xbf" + "<p>Frühling</p>".encode(), []),
        ("text/html; charset=iso-8859-1", "<p>Frühling</p>".encode("cp1252"), []),
    ],
)
def test_an_undeclared_charset_is_told_where_it_matters(
    found: Found, content_type: str, body: bytes, expected: list[tuple[str, str]]
) -> None:
    assert found("charset", a_visit(headers=[("Content-Type", content_type)], body=body)) == expected
