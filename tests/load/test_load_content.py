"""Telling the right page from another under load: encodings, charsets, and what counts as containing a text."""

import gzip
import zlib

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchguard.load.sending import content
from launchguard.load.sending.content import BadBodyError, decode, markup_of, missing

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


@pytest.mark.parametrize(
    ("encoding", "body", "words"),
    [
        ("gzip", b"no gzip at all", "not valid gzip"),
        ("gzip", gzip.compress(PAGE.encode(), mtime=0)[:-12], "ends too early"),
        ("br", b"\xff" * 9, "not valid br"),
        ("br", brotli.compress(PAGE.encode())[:-3], "ends too early"),
        ("zstd", b"", "was not asked for"),
    ],
)
def test_what_cannot_be_undone_is_a_reason(encoding: str, body: bytes, words: str) -> None:
    with pytest.raises(BadBodyError, match=words):
        decode(body, encoding)


@pytest.mark.parametrize("compress", [(gzip.compress, "gzip"), (zlib.compress, "deflate"), (brotli.compress, "br")])
def test_a_bomb_is_not_unpacked(compress: tuple[object, str], monkeypatch: pytest.MonkeyPatch) -> None:
    function, encoding = compress
    assert callable(function)
    monkeypatch.setattr(content, "MAX_BODY_BYTES", 100_000)
    with pytest.raises(BadBodyError, match="larger than 100,000 bytes"):
        decode(function(bytes(5_000_000)), encoding)


@given(body=st.binary(max_size=400), encoding=st.sampled_from(["gzip", "deflate", "br", "", "compress"]))
def test_hostile_bytes_are_bytes_or_a_reason(body: bytes, encoding: str) -> None:
    try:
        assert isinstance(decode(body, encoding), bytes)
    except BadBodyError as error:
        assert str(error)


@pytest.mark.parametrize("needle", ["Spring sale", "Spring  sale", "-30 %", "<h1>", "Now"])
def test_a_page_contains_what_its_words_say(needle: str) -> None:
    assert missing(PAGE, [needle]) is None


@pytest.mark.parametrize("needle", ["spring sale", "Summer", "saleNow sold"])
def test_and_nothing_else(needle: str) -> None:
    assert missing(PAGE, ["Now", needle]) == needle


def test_a_charset_is_read_from_the_header() -> None:
    assert markup_of("Größe".encode("latin-1"), "text/html; charset=ISO-8859-1") == "Größe"
    assert markup_of("Größe".encode(), "text/html") == "Größe"
    assert markup_of("Größe".encode(), 'text/html; charset="made-up"') == "Größe"
