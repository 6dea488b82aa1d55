"""Heads as servers send them, in pieces of any size."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchguard.web.head import Head, HeadError, HeadReader

OK = b"HTTP/1.1 200 OK\r\n"


def head_of(data: bytes) -> Head:
    reader = HeadReader()
    assert reader.feed(data + b"BODY") == b"BODY"
    assert reader.size == len(data)
    assert reader.head is not None
    return reader.head


@pytest.mark.parametrize(
    ("line", "status", "reason", "version"),
    [
        (b"HTTP/1.1 200 OK", 200, "OK", "1.1"),
        (b"HTTP/1.0 404 Not Found at all", 404, "Not Found at all", "1.0"),
        (b"HTTP/1.1 204", 204, "", "1.1"),
        (b"HTTP/1.1 204 ", 204, "", "1.1"),
        (b"HTTP/1.1  503\tBusy", 503, "Busy", "1.1"),
        (b"http/1.1 999 Request denied", 999, "Request denied", "1.1"),
        (b"HTTP/2 200", 200, "", "2"),
        ("HTTP/1.1 200 Natürlich".encode(), 200, "Natürlich", "1.1"),
        (b"HTTP/1.1 101 Switching Protocols", 101, "Switching Protocols", "1.1"),
        (b"\r\n\n\r\nHTTP/1.1 200 OK", 200, "OK", "1.1"),
    ],
)
@pytest.mark.parametrize("newline", [b"\r\n", b"\n"])
def test_a_status_line_is_read(line: bytes, newline: bytes, status: int, reason: str, version: str) -> None:
    head = head_of(line + newline + b"A: b" + newline + newline)
    assert head == Head(status, reason, version, (("A", "b"),))
    assert head_of(line + newline + newline).headers == ()


@pytest.mark.parametrize(
    ("lines", "headers", "notes"),
    [
        (b"Server: x\r\nSERVER:y\r\n", (("Server", "x"), ("SERVER", "y")), 0),
        (b"Server : x\r\nVia\t:y\r\n", (("Server", "x"), ("Via", "y")), 0),
        (b"Link: a,\r\n  b\r\n\tc\r\n", (("Link", "a, b c"),), 0),
        (b"  before\r\nA: b\r\n", (("A", "b"),), 0),
        (b"no colon\r\nA: b\r\n", (("A", "b"),), 1),
        (b"no colon\r\n folded\r\nA: b\r\n", (("A", "b"),), 1),
        (b"My Name: x\r\nA: b\r\n", (("A", "b"),), 1),
        (b": x\r\nA: b\r\n", (("A", "b"),), 1),
        (b"A:\r\nB: \t \r\n", (("A", ""), ("B", "")), 0),
        (b"A: http://x:80/\r\n", (("A", "http://x:80/"),), 0),
        (b"A: b\rc\x00\x01\r\n", (("A", "b\rc\x00\x01"),), 0),
        ("A: ü\u2028\u0085é\r\n".encode(), (("A", "ü\u2028\u0085é"),), 0),
        (b"A: \xfc\x85b\x0b\x0c\x1cc\r\n", (("A", "\xfc\x85b\x0b\x0c\x1cc"),), 0),
        (b"A: b\nC: d\r\nE: f\n", (("A", "b"), ("C", "d"), ("E", "f")), 0),
    ],
)
def test_headers_are_read(lines: bytes, headers: tuple[tuple[str, str], ...], notes: int) -> None:
    head = head_of(OK + lines + b"\r\n")
    assert head.headers == headers
    assert len(head.notes) == notes


def test_values_are_found_by_any_spelling_of_the_name() -> None:
    head = head_of(OK + b"Set-Cookie: a=1\r\nset-cookie: b=2\r\n\r\n")
    assert head.values("SET-Cookie") == ("a=1", "b=2")
    assert head.values("x") == ()


def test_notes_say_what_was_skipped_and_stay_few() -> None:
    notes = head_of(OK + b"<?php warning\r\n" * 25 + b"\r\n").notes
    assert notes[0] == "a header line without a colon was skipped: '<?php warning'"
    assert notes[-1] == "5 more header lines were skipped"
    assert len(notes) == 21


def test_interim_answers_are_skipped_however_many() -> None:
    early = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" + b"HTTP/1.1 100 Continue\r\n\r\n"
    reader = HeadReader()
    assert reader.feed(early * 2000) is None
    assert reader.feed(OK + b"\r\nx") == b"x"
    assert (reader.interim, reader.size) == (4000, len(early * 2000 + OK) + 2)


def test_many_lines_are_no_reason_to_give_up() -> None:
    assert len(head_of(OK + b"A: b\r\n" * 20_000 + b"\r\n").headers) == 20_000


@pytest.mark.parametrize(
    "piece", [b"HTTP/1.1 100 Continue\r\n\r\n", b"A: b\r\n", b" ", b"\r\n"], ids=["100", "line", "blank", "newline"]
)
def test_what_has_no_end_meets_the_bound(piece: bytes) -> None:
    reader, fed = HeadReader(max_bytes=10_000), 0
    if piece[:1] in b"A ":
        reader.feed(OK)
    with pytest.raises(HeadError, match=r"^the head of the answer is longer than 10,000 bytes$") as raised:
        while fed < 11_000:
            reader.feed(piece)
            fed += len(piece)
    assert raised.value.too_large


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"SSH-2.0-OpenSSH_9.6\r\n", "the answer is not HTTP: it begins with 'SSH-2.0-OpenSSH_'"),
        (b"<html><body>hello there", "the answer is not HTTP: it begins with '<html><body>hell'"),
        (b"\0\0\x06\x04\0\0\0\0\0\0\x04\0\0\xff\xff", "the server speaks HTTP/2 only, where HTTP/1.1 was asked for"),
        (b"\0\0\0\x04\0\0\0\0\0", "the server speaks HTTP/2 only, where HTTP/1.1 was asked for"),
        (b"\x15\x03\x01\0\x02\x02\x0a" + bytes(20), "the server speaks TLS, where plain HTTP was asked for"),
        (b"HTTP/1.1 OK\r\n\r\n", "the answer has no status line, but 'HTTP/1.1 OK'"),
        (b"HTTP/1.1 2000 OK\r\n\r\n", "the answer has no status line, but 'HTTP/1.1 2000 OK'"),
        (b"HTTP/1.1 099 OK\r\n\r\n", "the answer has no status line, but 'HTTP/1.1 099 OK'"),
    ],
)
def test_what_is_not_http_is_named(data: bytes, words: str) -> None:
    with pytest.raises(HeadError) as at_once:
        HeadReader().feed(data)
    reader = HeadReader()
    with pytest.raises(HeadError) as in_pieces:
        for place in range(len(data)):
            reader.feed(data[place : place + 1])
    assert str(at_once.value) == str(in_pieces.value) == words
    assert not at_once.value.too_large


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "the connection was closed without an answer"),
        (b"HTTP/1.1 200 OK\r\n", "the answer ended in its head, after 17 bytes"),
        (b"HTTP/1.1 100 Continue\r\n\r\n", "the answer ended after 1 interim answer"),
        (b"nope", "the answer is not HTTP: it begins with 'nope'"),
    ],
)
def test_a_head_that_ends_early_is_told_in_words(data: bytes, words: str) -> None:
    reader = HeadReader()
    assert reader.feed(data) is None
    assert reader.words_at_end() == words
    assert reader.begun is bool(data)


LINES = st.lists(
    st.sampled_from([OK, b"HTTP/1.1 100 Go\r\n", b"A: b\r\n", b" x\n", b"bad\r\n", b"\r\n", b"\n", b"\r", b"\0"])
    | st.binary(max_size=6),
    max_size=12,
)


def outcome(pieces: list[bytes]) -> object:
    reader, rest = HeadReader(max_bytes=60), b""
    try:
        for piece in pieces:
            if reader.head is not None:
                rest += piece
            else:
                rest = reader.feed(piece) or b""
    except HeadError as error:
        return str(error)
    return reader.head, reader.size, rest, reader.interim


@given(st.lists(st.sampled_from([OK, b"HTTP/1.1 100 Go\r\n\r\n", b""]), max_size=2), LINES, st.data())
def test_pieces_make_no_difference(start: list[bytes], lines: list[bytes], data: st.DataObject) -> None:
    whole = b"".join([*start, *lines])
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=8)))
    pieces = [whole[a:b] for a, b in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    assert outcome(pieces) == outcome([whole]) == outcome([bytes([byte]) for byte in whole])
