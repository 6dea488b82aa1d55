"""Bytes to text in the order and by the labels of the WHATWG Encoding Standard."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchguard.web.charset import charset_in_header, charset_in_markup, charset_named, text_of

META = b'<!doctype html><meta charset="%s">'


@pytest.mark.parametrize(
    ("body", "content_type", "text", "charset", "declared"),
    [
        ("ü".encode(), "text/html; charset=utf-8", "ü", "utf-8", True),
        (b"\xef\xbb\xbf\xc3\xbc", "text/html; charset=latin1", "ü", "utf-8", True),
        (b"\xff\xfe" + "ü".encode("utf-16-le"), "", "ü", "utf-16le", True),
        (b"\xfe\xff" + "ü".encode("utf-16-be"), "", "ü", "utf-16be", True),
        (b"\x80\xfc", "text/html; charset=iso-8859-1", "€ü", "windows-1252", True),
        (b"\x80\xfc", 'text/html; charset="US-ASCII"', "€ü", "windows-1252", True),
        (b"\x81", "text/html; charset=windows-1252", "\x81", "windows-1252", True),
        ("①髙".encode("cp932"), "text/html;charset=Shift_JIS", "①髙", "shift_jis", True),
        ("한뷁".encode("cp949"), "text/html;charset=euc-kr", "한뷁", "euc-kr", True),
        ("中€".encode("gb18030"), "text/html;charset=gb2312", "中€", "gbk", True),
        ("привет".encode("koi8-r"), "text/html;charset=koi8-r", "привет", "koi8-r", True),
        (b"~{VPND~}", "text/html; charset=hz-gb-2312", "\ufffd", "replacement", True),
        ("ü".encode(), "text/html; charset=undefined", "ü", "utf-8", False),
        ("ü".encode(), "text/html", "ü", "utf-8", False),
        (b"\xfc", "text/html", "ü", "windows-1252", False),
        (b"plain", "text/html", "plain", "windows-1252", False),
        (b"", "", "", "windows-1252", False),
        (b"a\xffb", "text/html; charset=utf-8", "a\ufffdb", "utf-8", True),
    ],
)
def test_a_body_is_read_as_browsers_read_it(
    body: bytes, content_type: str, text: str, charset: str, declared: bool
) -> None:
    assert text_of(body, content_type) == (text, charset, declared)


@pytest.mark.parametrize("label", ["undefined", "idna", "punycode", "utf8mb4", "rot13", "unicode_escape", "mbcs", ""])
def test_codecs_of_python_are_no_labels(label: str) -> None:
    assert charset_named(label) == ""
    assert text_of(META % label.encode() + b"\xfc", f"text/html; charset={label}").charset == "windows-1252"


@pytest.mark.parametrize(
    ("content_type", "charset"),
    [
        ("text/html; charset=UTF-8", "utf-8"),
        ("text/html;CHARSET = 'utf8' ; x=y", "utf-8"),
        ('text/html; charset="utf-8', "utf-8"),
        ("text/html, charset=latin1", "windows-1252"),
        ("text/html; mycharset=latin1", ""),
        ("charset=utf-8", "utf-8"),
        ("text/html; charset=", ""),
        ("text/html", ""),
    ],
)
def test_the_header_names_a_charset(content_type: str, charset: str) -> None:
    assert charset_in_header(content_type) == charset


@pytest.mark.parametrize(
    ("body", "charset"),
    [
        (b"<meta charset=latin1>", "windows-1252"),
        (b"<META\nCharset = 'KOI8-R'/>", "koi8-r"),
        (b'<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-2">', "iso-8859-2"),
        (b'<meta content="text/html; charset=iso-8859-2" http-equiv=content-type>', "iso-8859-2"),
        (b'<meta name=x content="text/html; charset=iso-8859-2">', ""),
        (b"<meta charset=utf-16>", "utf-8"),
        (b"<meta charset=x-user-defined>", "windows-1252"),
        (b"<meta charset=nonsense><meta charset=koi8-r>", "koi8-r"),
        (b"<!-- <meta charset=koi8-r> -->", ""),
        (b"<!--><meta charset=koi8-r>", "koi8-r"),
        (b"<!-- never closed <meta charset=koi8-r>", ""),
        (b'<a title="<meta charset=koi8-r>">', ""),
        (b"<?xml x?><!doctype html></p ><meta charset=koi8-r>", "koi8-r"),
        (b'<?xml version="1.0" encoding="iso-8859-2"?><p>', "iso-8859-2"),
        (b"<?xml version='1.0' encoding = 'UTF-16'?>", "utf-8"),
        (b'<?xml encoding="iso-8859-2"?><meta charset=koi8-r>', "koi8-r"),
        (b'<p><?xml version="1.0" encoding="iso-8859-2"?>', ""),
        (b"<metadata charset=koi8-r>", ""),
        (b" " * 1003 + b"<meta charset=koi8-r>", "koi8-r"),
        (b" " * 1030 + b"<meta charset=koi8-r>", ""),
    ],
)
def test_the_markup_names_a_charset(body: bytes, charset: str) -> None:
    assert charset_in_markup(body) == charset


@given(st.binary(max_size=1500), st.text(max_size=50))
def test_whatever_comes_becomes_text(body: bytes, content_type: str) -> None:
    decoded = text_of(body, content_type)
    assert decoded.charset == charset_named(decoded.charset)


@given(st.lists(st.sampled_from([b"<meta", b" ", b"charset", b"=", b'"', b"'", b"<!--", b"-->", b">", b"/", b"<a"])))
def test_broken_markup_is_scanned_to_its_end(pieces: list[bytes]) -> None:
    assert charset_in_markup(b"".join(pieces)) == ""
