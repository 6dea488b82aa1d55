"""Answers read from bytes: whole, in pieces, cut, too large and hostile."""

import gzip
import zlib

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchguard.web.reading import AnswerReader, ReadError, ReadErrorKind, WebAnswer

PAGE = "<!doctype html><title>Frühling</title>".encode()
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"


def sized(body: bytes, *lines: bytes) -> bytes:
    return b"\r\n".join([b"HTTP/1.1 200 OK", *lines, b"Content-Length: %d" % len(body), b"", body])


def read(data: bytes, method: str = "GET", max_bytes: int = 100_000) -> WebAnswer:
    """Feed it at once, and say that the connection ended where the answer does not end by itself."""
    reader = AnswerReader(method, max_bytes)
    if not reader.feed(data):
        reader.eof()
    return reader.answer


def test_an_answer_tells_what_was_sent() -> None:
    data = sized(PAGE, b"Content-Type: text/html; charset=utf-8", b"Vary: a", b"vary: b", b"oops")
    answer = read(b"HTTP/1.1 103 Early\r\n\r\n" + data)
    assert (answer.status, answer.reason, answer.version) == (200, "OK", "1.1")
    assert (answer.header("VARY"), answer.header_values("Vary"), answer.header("x")) == ("a", ("a", "b"), None)
    assert answer.notes == ("a header line without a colon was skipped: 'oops'",)
    assert answer.raw == answer.body == PAGE
    assert answer.raw_bytes == len(data) + len(b"HTTP/1.1 103 Early\r\n\r\n")
    assert (answer.text, answer.charset, answer.charset_declared) == (PAGE.decode(), "utf-8", True)
    assert answer.reusable


@pytest.mark.parametrize(
    "data",
    [
        sized(gzip.compress(PAGE, mtime=0), b"Content-Encoding: gzip"),
        sized(gzip.compress(brotli.compress(PAGE)), b"Content-Encoding: br", b"Content-Encoding: gzip"),
        CHUNKED.replace(b": ", b": gzip, ")
        + b"\r\n%x\r\n" % len(gzip.compress(PAGE, mtime=0))
        + gzip.compress(PAGE, mtime=0)
        + b"\r\n0\r\n\r\n",
        b"HTTP/1.0 200 OK\nContent-Encoding: deflate\n\n" + zlib.compress(PAGE),
    ],
    ids=["gzip", "stacked", "transfer", "until close"],
)
def test_a_body_is_unfolded_when_asked_for(data: bytes) -> None:
    answer = read(data)
    assert answer.raw != PAGE
    assert answer.body == PAGE
    assert answer.body is answer.body
    assert (answer.charset, answer.charset_declared) == ("utf-8", False)


@pytest.mark.parametrize(
    ("data", "reusable"),
    [
        (sized(b"x"), True),
        (sized(b"x", b"Connection: Keep-Alive, Close"), False),
        (sized(b"x") + b"more", False),
        (sized(b"x").replace(b"/1.1", b"/1.0"), False),
        (sized(b"x", b"Connection: keep-alive").replace(b"/1.1", b"/1.0"), True),
        (b"HTTP/1.1 200 OK\r\n\r\nx", False),
        (b"HTTP/1.1 204 No Content\r\n\r\n", True),
        (b"HTTP/1.1 101 Switching Protocols\r\n\r\n", False),
        (CHUNKED + b"\r\n0\r\n\r\n", True),
    ],
)
def test_a_connection_is_used_again_where_the_answer_allows_it(data: bytes, reusable: bool) -> None:
    assert read(data).reusable is reusable


def test_an_answer_to_head_has_no_body() -> None:
    assert read(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n", "HEAD").raw == b""


@pytest.mark.parametrize(
    ("data", "kind", "words"),
    [
        (b"", "reset", "the connection was closed without an answer"),
        (b"HTTP/1.1 2", "reset", "the answer ended in its head, after 10 bytes"),
        (b"nope", "bad-response", "the answer is not HTTP: it begins with 'nope'"),
        (b"SSH-2.0-OpenSSH_9.6", "bad-response", "the answer is not HTTP: it begins with 'SSH-2.0-OpenSSH_'"),
        (sized(b"x" * 300).replace(b": 300", b": 5000"), "reset", "the body ended after 300 of 5,000 bytes"),
        (CHUNKED + b"\r\n3\r\nab", "reset", "the body ended after 2 bytes, before its last chunk"),
        (CHUNKED + b"\r\nx\r\n", "bad-response", "the size of a chunk is no number: 'x\\r'"),
        (sized(b"x", b"Content-Length: 9"), "bad-response", "the answer gives two lengths, 1 and 9 bytes"),
        (sized(b"x" * 200_000), "too-large", "the body is larger than 100,000 bytes"),
        (
            b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 50_000,
            "too-large",
            "the head of the answer is longer than 262,144 bytes",
        ),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, kind: ReadErrorKind, words: str) -> None:
    with pytest.raises(ReadError) as raised:
        read(data)
    assert (raised.value.kind, raised.value.words) == (kind, words)


@pytest.mark.parametrize(
    ("body", "kind"), [(gzip.compress(bytes(200_000)), "too-large"), (b"\x1f\x8b\x08\0" + b"\xff" * 99, "bad-encoding")]
)
def test_a_body_that_cannot_be_unfolded_is_told_when_it_is_asked_for(body: bytes, kind: ReadErrorKind) -> None:
    answer = read(sized(body, b"Content-Encoding: gzip"))
    assert answer.raw == body
    with pytest.raises(ReadError) as raised:
        _ = answer.text
    assert raised.value.kind == kind


def test_a_reader_tells_how_far_it_is() -> None:
    reader = AnswerReader()
    assert not reader.begun
    reader.feed(b"HTTP/1.1 200 OK\r\n")
    assert reader.begun
    assert reader.head is None
    with pytest.raises(RuntimeError, match="not whole"):
        _ = reader.answer
    reader.feed(b"Content-Length: 3\r\n\r\nab")
    assert reader.head is not None
    assert (reader.received, reader.done) == (b"ab", False)
    assert reader.feed(b"c")
    assert reader.done


def outcome(pieces: list[bytes]) -> object:
    reader = AnswerReader(max_bytes=200)
    try:
        for piece in pieces:
            if reader.feed(piece):
                break
        else:
            reader.eof()
        answer = reader.answer
        return answer.status, answer.headers, answer.notes, answer.raw, answer.raw_bytes, answer.text
    except ReadError as error:
        return error.kind, error.words


ANSWERS = st.sampled_from(
    [
        sized(PAGE, b"Content-Type: text/html"),
        sized(gzip.compress(PAGE, mtime=0), b"Content-Encoding: gzip"),
        b"HTTP/1.1 100 Continue\n\n" + CHUNKED + b"\r\n3\r\nabc\r\n2;x\r\nde\r\n0\r\nT: x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\n\r\n" + brotli.compress(PAGE),
        b"HTTP/1.1 200 OK\r\nContent-Encoding: zstd\r\n\r\n\x28\xb5\x2f\xfd",
    ]
)


@given(ANSWERS, st.lists(st.tuples(st.integers(0, 300), st.binary(max_size=3)), max_size=4), st.data())
def test_mutated_answers_read_the_same_in_any_pieces(
    whole: bytes, changes: list[tuple[int, bytes]], data: st.DataObject
) -> None:
    for at, put in changes:
        whole = whole[:at] + put + whole[at + 1 :]
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=8)))
    pieces = [whole[a:b] for a, b in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    assert outcome(pieces) == outcome([whole]) == outcome([bytes([byte]) for byte in whole])


@given(st.binary(max_size=300))
def test_hostile_bytes_raise_nothing_else(data: bytes) -> None:
    outcome([data])
    outcome([b"HTTP/1.1 200 OK\r\n" + data])
    outcome([b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + data])
