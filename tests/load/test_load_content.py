"""Telling the right page from another under load: encodings, charsets, and what counts as containing a text."""

import gzip
import zlib

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchguard.load.sending import content
from launchguard.load.sending.content import BadBodyError, decode, missing, needle_of

PAGE = "<h1>Spring&nbsp;<b>sa</b>le</h1>\n<p>Now \u221230 %</p>"
RAW_DEFLATE = zlib.compressobj(wbits=-15)
DEFLATED = RAW_DEFLATE.compress(PAGE.encode()) + RAW_DEFLATE.flush()


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("", PAGE.encode()),
        ("identity", PAGE.encode()),
        ("gzip", gzip.compress(PAGE.encode(), mtime=0)),
        ("GZIP ", gzip.compress(PAGE.encode(), mtime=0)),
        ("deflate", zlib.compress(PAGE.encode())),
        ("deflate", DEFLATED),
        ("br", brotli.compress(PAGE.encode())),
    ],
)
def test_every_encoding_that_we_ask_for_is_undone(encoding: str, body: bytes) -> None:
    assert decode(body, encoding).decode() == PAGE


@pytest.mark.parametrize("encoding", ["none", "utf-8", "aws-chunked"])
def test_a_coding_that_is_none_is_passed_over(encoding: str) -> None:
    assert decode(PAGE.encode(), encoding).decode() == PAGE


def test_what_cannot_be_undone_is_a_reason() -> None:
    with pytest.raises(BadBodyError, match="not valid br") as caught:
        decode(b"\xff" * 9, "br")
    assert not caught.value.too_large


@pytest.mark.parametrize("compress", [(gzip.compress, "gzip"), (zlib.compress, "deflate"), (brotli.compress, "br")])
def test_a_bomb_is_not_unpacked_and_lets_others_go_on(
    compress: tuple[object, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    function, encoding = compress
    assert callable(function)
    monkeypatch.setattr(content, "MAX_BODY_BYTES", 2_000_000)
    pauses: list[int] = []
    with pytest.raises(BadBodyError, match="more than 2,000,000 bytes") as caught:
        decode(function(bytes(20_000_000)), encoding, lambda: pauses.append(1))
    assert caught.value.too_large
    assert len(pauses) >= 3


@given(body=st.binary(max_size=400), encoding=st.sampled_from(["gzip", "deflate", "br", "", "compress"]))
def test_hostile_bytes_are_bytes_or_a_reason(body: bytes, encoding: str) -> None:
    try:
        assert isinstance(decode(body, encoding), bytes)
    except BadBodyError as error:
        assert str(error)


def absent(markup: str | bytes, *wanted: str, content_type: str = "text/html; charset=utf-8") -> str | None:
    """The first text that is missing."""
    body = markup if isinstance(markup, bytes) else markup.encode()
    return missing(body, content_type, tuple(map(needle_of, wanted)))


@pytest.mark.parametrize("needle", ["Spring sale", "Spring  sale", "spring SALE", "-30 %", "<h1>", "Now", "sale Now"])
def test_a_page_contains_what_its_words_say(needle: str) -> None:
    assert absent(PAGE, needle) is None


@pytest.mark.parametrize("needle", ["Summer", "saleNow sold", "30 %%", "ring  al"])
def test_and_nothing_else(needle: str) -> None:
    assert absent(PAGE, "Now", needle) == needle


FILLER = "<p>Ein Satz mit Umlauten: Fr\u00fchling &amp; Gr\u00f6\u00dfe, <b>fett</b>.</p>\n"


@pytest.mark.parametrize("before", [0, 10, 2000])
@pytest.mark.parametrize("after", [0, 2000])
@pytest.mark.parametrize(
    ("words", "needle"),
    [
        ("Nur 50&nbsp;&euro;", "50 \u20ac"),
        ("Fr&uuml;hlings-Angebot", "Fr\u00fchlings-Angebot"),
        ("&#70;r&#252;h&shy;ling", "Fr\u00fchling!"),
        ("S<b>pring</b> <i class='x'>sa</i>le", "Spring sale"),
        ("&euro;&nbsp;&pound;", "\u20ac \u00a3"),
    ],
)
def test_words_are_found_wherever_they_stand(before: int, after: int, words: str, needle: str) -> None:
    here = absent(FILLER * before + words + FILLER * after, needle)
    assert here == (needle if needle.endswith("!") else None)


@pytest.mark.parametrize("place", range(content.PIECE_BYTES - 60, content.PIECE_BYTES + 60, 7))
def test_words_across_the_end_of_a_piece_are_found(place: int) -> None:
    assert absent("." * place + "&euro;&nbsp;&pound;" + "." * 90_000, "\u20ac \u00a3") is None


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("Gr\u00f6\u00dfe".encode("latin-1"), "text/html; charset=ISO-8859-1"),
        ("Gr\u00f6\u00dfe".encode(), "text/html"),
        ("Gr\u00f6\u00dfe".encode(), 'text/html; charset="made-up"'),
        (b'<meta charset="iso-8859-1">' + "Gr\u00f6\u00dfe".encode("latin-1"), "text/html"),
        ("\ufeffGr\u00f6\u00dfe".encode("utf-16-le"), "text/html"),
        (FILLER.encode("latin-1") * 2000 + "Gr\u00f6\u00dfe?".encode("latin-1"), "text/html; charset=latin1"),
    ],
)
def test_the_charset_is_the_page_s(body: bytes, content_type: str) -> None:
    assert absent(body, "Gr\u00f6\u00dfe", content_type=content_type) is None
    assert absent(body, "Gr\u00f6\u00dfen", content_type=content_type) == "Gr\u00f6\u00dfen"


@pytest.mark.parametrize(
    "hostile",
    [
        "<" * 3_000_000,
        "&" * 3_000_000,
        "&#" + "9" * 100_000 + ";",
        "a\u0301\u0323" * 500_000,
        "<a " * 1_000_000,
        "50 " * 999_999,
    ],
    ids=["tags", "entities", "digits", "accents", "open tags", "anchors"],
)
def test_hostile_pages_are_read_in_pieces_that_let_others_go_on(hostile: str) -> None:
    pauses: list[int] = []
    body = hostile.encode()
    found = missing(body, "text/html", (needle_of("50 \u20ac"),), lambda: pauses.append(1))
    assert found == "50 \u20ac"
    assert len(pauses) >= len(body) // content.PIECE_BYTES
