"""Where bodies end, and what becomes of those that end elsewhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchguard.web.framing import MAX_TRAILER_BYTES, BodyError, BodyReader, Framing, framing_of, transfer_codings
from launchguard.web.head import Head

BOUND = 100_000


def a_head(*headers: tuple[str, str], status: int = 200) -> Head:
    return Head(status, "", "1.1", headers)


@pytest.mark.parametrize(
    ("headers", "framing", "length"),
    [
        ((("Content-Length", "5"),), "length", 5),
        ((("Content-Length", "5"), ("content-length", "5")), "length", 5),
        ((("Content-Length", "5, 5"),), "length", 5),
        ((("Content-Length", "05"), ("Content-Length", "5")), "length", 5),
        ((("Transfer-Encoding", "chunked"), ("Content-Length", "5")), "chunked", 0),
        ((("Transfer-Encoding", "gzip, Chunked"),), "chunked", 0),
        ((("Transfer-Encoding", "gzip"), ("Content-Length", "5")), "close", 0),
        ((("Transfer-Encoding", "identity"), ("Content-Length", "5")), "length", 5),
        ((), "close", 0),
    ],
)
def test_the_head_says_how_the_body_ends(headers: tuple[tuple[str, str], ...], framing: Framing, length: int) -> None:
    assert framing_of(a_head(*headers)) == (framing, length)


def test_some_answers_have_no_body() -> None:
    length = ("Content-Length", "5")
    assert framing_of(a_head(length), "HEAD") == ("none", 0)
    assert framing_of(a_head(length, status=204)) == ("none", 0)
    assert framing_of(a_head(length, status=304)) == ("none", 0)
    assert framing_of(a_head(length, status=404)) == ("length", 5)


@pytest.mark.parametrize("value", ["", "-1", "+5", "5 bytes", "0x5", "٥", "5,", "1" * 30])
def test_a_length_that_is_no_number_is_an_error(value: str) -> None:
    with pytest.raises(BodyError, match=r"^the answer gives its length as '"):
        framing_of(a_head(("Content-Length", value)))


def test_two_lengths_are_an_error() -> None:
    with pytest.raises(BodyError, match=r"^the answer gives two lengths, 5 and 6,000 bytes$"):
        framing_of(a_head(("Content-Length", "6000"), ("Content-Length", "5")))


def test_transfer_codings_are_told() -> None:
    assert transfer_codings(a_head(("Transfer-Encoding", "gzip, chunked"))) == ("gzip",)
    assert transfer_codings(a_head()) == ()


@pytest.mark.parametrize(
    ("wire", "content"),
    [
        (b"3\r\nabc\r\n0\r\n\r\n", b"abc"),
        (b"3\nabc\n0\n\n", b"abc"),
        (b'003;name="v;"\r\nabc\r\n2 \r\nde\r\n000\r\n\r\n', b"abcde"),
        (b"A\r\n0123456789\r\n0\r\nTrailer: x\r\nOther: y\r\n\r\n", b"0123456789"),
        (b"2\r\n\r\n\r\n0\r\n\r\n", b"\r\n"),
        (b"0\r\n\r\n", b""),
    ],
)
def test_chunks_are_put_together(wire: bytes, content: bytes) -> None:
    for step in (1, 2, len(wire)):
        reader = BodyReader("chunked", 0, BOUND)
        ends = [reader.feed(wire[at : at + step]) for at in range(0, len(wire), step)]
        assert ends[-1]
        assert not any(ends[:-1])
        assert (reader.content, reader.size, reader.wire) == (content, len(content), len(wire))
        assert not reader.surplus
        assert reader.feed(b"more")
        assert (reader.surplus, reader.content) == (True, content)


@pytest.mark.parametrize(
    ("wire", "words"),
    [
        (b"xyz\r\n", "the size of a chunk is no number: 'xyz\\r'"),
        (b"\r\n", "the size of a chunk is no number: '\\r'"),
        (b"-3\r\nabc\r\n", "the size of a chunk is no number: '-3\\r'"),
        (b"3\r\nabcdef\r\n", "a chunk is longer than it said: 'def\\r' follows it"),
        (b"1" * 20_000, "a line between two chunks is longer than 16,384 bytes"),
    ],
)
def test_broken_chunks_are_an_error(wire: bytes, words: str) -> None:
    with pytest.raises(BodyError) as raised:
        BodyReader("chunked", 0, BOUND).feed(wire)
    assert str(raised.value) == words


@pytest.mark.parametrize(
    ("framing", "length", "wire", "words"),
    [
        ("length", 5000, b"x" * 300, "the body ended after 300 of 5,000 bytes"),
        ("length", 5000, b"", "the body ended after 0 of 5,000 bytes"),
        ("chunked", 0, b"5\r\nab", "the body ended after 2 bytes, before its last chunk"),
        ("chunked", 0, b"5\r\nabcde\r\n0\r\n", "the body ended after 5 bytes, before its last chunk"),
    ],
)
def test_a_body_that_is_cut_is_an_error(framing: Framing, length: int, wire: bytes, words: str) -> None:
    reader = BodyReader(framing, length, BOUND)
    assert not reader.feed(wire)
    with pytest.raises(BodyError) as raised:
        reader.eof()
    assert str(raised.value) == words
    assert raised.value.cut


def test_a_body_without_framing_ends_with_the_connection() -> None:
    reader = BodyReader("close", 0, BOUND)
    assert not reader.feed(b"abc")
    assert not reader.feed(b"def")
    reader.eof()
    assert (reader.done, reader.content) == (True, b"abcdef")


def test_bytes_after_the_body_are_not_its_own() -> None:
    reader = BodyReader("length", 3, BOUND)
    assert reader.feed(b"abcdef")
    assert (reader.content, reader.surplus, reader.wire) == (b"abc", True, 3)
    assert BodyReader("none", 0, BOUND).feed(b"")
    assert BodyReader("length", 0, BOUND).done


def test_a_length_beyond_the_bound_is_refused_before_anything_comes() -> None:
    with pytest.raises(BodyError, match=r"^the body is larger than 100,000 bytes$") as raised:
        BodyReader("length", BOUND + 1, BOUND)
    assert raised.value.too_large


@pytest.mark.parametrize(
    ("framing", "piece"), [("close", b"x"), ("chunked", b"1\r\nx\r\n"), ("chunked", b"1;" + b"x" * 999 + b"\r\nx\r\n")]
)
def test_what_has_no_end_meets_the_bound(framing: Framing, piece: bytes) -> None:
    reader = BodyReader(framing, 0, BOUND)
    with pytest.raises(BodyError, match="larger than 100,000 bytes"):
        for _ in range(BOUND + 1):
            reader.feed(piece)
    assert reader.size <= BOUND


def outcome(framing: Framing, pieces: list[bytes]) -> object:
    reader = BodyReader(framing, 10 if framing == "length" else 0, 40)
    try:
        for piece in pieces:
            reader.feed(piece)
        reader.eof()
    except BodyError as error:
        return str(error)
    return reader.content, reader.wire, reader.surplus


CHUNKS = st.lists(
    st.sampled_from([b"1\r\nx\r\n", b"3\nabc\n", b"a", b"0\r\n", b"\r\n", b";x", b"T: y\r\n", b"0\r\n\r\n"])
)


@given(st.sampled_from(["length", "chunked", "close", "none"]), CHUNKS | st.lists(st.binary(max_size=9)), st.data())
def test_pieces_make_no_difference(framing: Framing, parts: list[bytes], data: st.DataObject) -> None:
    whole = b"".join(parts)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=8)))
    pieces = [whole[a:b] for a, b in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    assert outcome(framing, pieces) == outcome(framing, [whole]) == outcome(framing, [bytes([b]) for b in whole])


@pytest.mark.parametrize("piece", [1_000, 1_000_000])
def test_trailers_are_bounded_whatever_a_body_may_have(piece: int) -> None:
    line = b"X-Trailer: " + b"x" * 87 + b"\r\n"
    few, many = ((b"5\r\nhello\r\n0\r\n" + line * (MAX_TRAILER_BYTES // 100 + more)) for more in (0, 1))
    reader = BodyReader("chunked", 0, 10 * MAX_TRAILER_BYTES)
    assert reader.feed(few + b"\r\n")
    assert reader.content == b"hello"
    reader = BodyReader("chunked", 0, 10 * MAX_TRAILER_BYTES)
    with pytest.raises(BodyError, match="follow the last chunk") as raised:
        for at in range(0, len(many), piece):
            reader.feed(many[at : at + piece])
    assert raised.value.too_large
