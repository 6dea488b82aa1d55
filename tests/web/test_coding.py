"""What servers do to bodies under the name of Content-Encoding, undone within bounds."""

import gzip
import sys
import tracemalloc
import zlib
from collections.abc import Callable

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchguard.web.coding import MAX_CODINGS, MAX_MEMBERS, UnfoldError, unfold


def gzipped(body: bytes) -> bytes:
    """Always the same bytes: a moment in them would give each of pytest's processes other tests."""
    return gzip.compress(body, mtime=0)


if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

TEXT = b"Spring sale: up to 30 % off. " * 2000
BOUND = 1_000_000


def bare_deflate(data: bytes) -> bytes:
    packing = zlib.compressobj(wbits=-15)
    return packing.compress(data) + packing.flush()


FOLD: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzipped,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstd.compress,
}
WITH_ALL_FIELDS = b"\x1f\x8b\x08\x1e" + bytes(6) + b"\x03\x00abc" + b"name\0" + b"comment\0" + b"\0\0"


@pytest.mark.parametrize(
    ("body", "codings"),
    [
        (gzipped(TEXT), "gzip"),
        (gzipped(TEXT), " X-GZIP "),
        (gzipped(TEXT[:99]) + gzipped(TEXT[99:]), "gzip"),
        (gzipped(TEXT)[:-8], "gzip"),
        (gzipped(TEXT)[:-8] + bytes(8), "gzip"),
        (gzipped(TEXT) + bytes(100), "gzip"),
        (WITH_ALL_FIELDS + bare_deflate(TEXT) + bytes(8), "gzip"),
        (zlib.compress(TEXT), "deflate"),
        (zlib.compress(TEXT)[:-4], "deflate"),
        (bare_deflate(TEXT), "deflate"),
        (brotli.compress(TEXT), "br"),
        (zstd.compress(TEXT), "zstd"),
        (zstd.compress(TEXT[:99]) + b"\x50\x2a\x4d\x18\x01\0\0\0x" + zstd.compress(TEXT[99:]), "zstd"),
        (gzipped(brotli.compress(TEXT)), "br, gzip"),
        (gzipped(gzipped(TEXT)), "gzip,, gzip,"),
        (gzipped(TEXT), "gzip, gzip"),
        (gzipped(TEXT), "aws-chunked, gzip, utf-8"),
        (TEXT, "gzip"),
        (TEXT, "zstd"),
        (TEXT, "none"),
        (TEXT, "utf-8"),
        (TEXT, "identity"),
        (TEXT, "aws-chunked"),
        (TEXT, ""),
    ],
)
def test_a_body_is_unfolded(body: bytes, codings: str) -> None:
    assert unfold(body, codings, BOUND) == TEXT
    assert unfold(body, codings, len(TEXT) + len(body)) == TEXT


@pytest.mark.parametrize("coding", FOLD)
def test_what_was_cut_is_shown_as_far_as_it_goes(coding: str) -> None:
    whole = b"".join(b"%d," % (number * number) for number in range(50_000))
    shown = unfold(FOLD[coding](whole)[:-5000], coding, BOUND)
    assert 50_000 < len(shown) < len(whole)
    assert whole.startswith(shown)


@pytest.mark.parametrize("share", [0.25, 0.6, 0.999])
def test_of_a_cut_brotli_body_nothing_that_was_decoded_is_held_back(share: float) -> None:
    whole = b"".join(b"%d," % (number * number) for number in range(50_000))
    cut = brotli.compress(whole, quality=4)
    cut = cut[: int(len(cut) * share)]
    decoder = brotli.Decompressor()
    assert unfold(cut, "br", BOUND) == b"".join(decoder.process(cut[at : at + 1]) for at in range(len(cut)))


@pytest.mark.parametrize("coding", FOLD)
def test_an_empty_body_is_an_empty_body(coding: str) -> None:
    assert unfold(b"", coding, BOUND) == b""
    assert unfold(FOLD[coding](b""), coding, BOUND) == b""


@pytest.mark.parametrize(
    ("body", "coding"),
    [
        (b"\x1f\x8b\x08\x00" + bytes(6) + b"\xff" * 50, "gzip"),
        (b"\x1f\x8b\x07\x00" + bytes(50), "gzip"),
        (b"<html>", "deflate"),
        (b"\xff" * 50, "br"),
        (b"\x28\xb5\x2f\xfd" + b"\xff" * 50, "zstd"),
    ],
)
def test_a_broken_body_says_so(body: bytes, coding: str) -> None:
    with pytest.raises(UnfoldError, match=f"^the body is not valid {coding}: ") as raised:
        unfold(body, coding, BOUND)
    assert not raised.value.too_large


@pytest.mark.parametrize("coding", FOLD)
def test_a_body_may_be_as_large_as_the_bound(coding: str) -> None:
    assert unfold(FOLD[coding](TEXT), coding, len(TEXT)) == TEXT
    with pytest.raises(UnfoldError, match=r"^the body unfolds to more than 57,999 bytes$") as raised:
        unfold(FOLD[coding](TEXT), coding, len(TEXT) - 1)
    assert raised.value.too_large


def bomb(coding: str) -> bytes:
    """100 MB of zeros in a few bytes."""
    piece = bytes(1_000_000)
    if coding == "br":
        folding = brotli.Compressor(quality=1)
        return b"".join([folding.process(piece) for _ in range(100)]) + bytes(folding.finish())
    if coding == "zstd":
        return zstd.compress(piece) * 100
    packing = zlib.compressobj(1, wbits=31 if coding == "gzip" else 15)
    return b"".join([packing.compress(piece) for _ in range(100)]) + packing.flush()


@pytest.mark.parametrize("coding", FOLD)
def test_a_bomb_takes_no_more_than_the_bound(coding: str) -> None:
    body = bomb(coding)
    tracemalloc.start()
    try:
        with pytest.raises(UnfoldError, match="unfolds to more than"):
            unfold(body, coding, BOUND)
        assert tracemalloc.get_traced_memory()[1] < BOUND + 1_000_000
    finally:
        tracemalloc.stop()


def test_a_thousand_codings_are_refused() -> None:
    with pytest.raises(UnfoldError, match="encoded 1,000 times over"):
        unfold(TEXT, ",".join(["gzip"] * 1000), BOUND)
    assert unfold(TEXT, ",".join(["gzip"] * MAX_CODINGS), BOUND) == TEXT


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_many_small_members_are_read_up_to_a_bound(coding: str) -> None:
    member = FOLD[coding](b"x")
    assert unfold(member * MAX_MEMBERS, coding, BOUND) == b"x" * MAX_MEMBERS
    with pytest.raises(UnfoldError, match=r"^the body is folded in more than 10,000 pieces$"):
        unfold(member * (MAX_MEMBERS + 1), coding, BOUND)


@given(st.binary(max_size=3000), st.lists(st.sampled_from([*FOLD, "none"]), max_size=4))
def test_what_was_folded_comes_back(body: bytes, codings: list[str]) -> None:
    folded = body
    for coding in codings:
        folded = FOLD.get(coding, bytes)(folded)
    assert unfold(folded, ", ".join(codings), BOUND) == body


@given(st.sampled_from([b"", b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"\x50\x2a\x4d\x18"]), st.binary(max_size=300))
@pytest.mark.parametrize("coding", FOLD)
def test_hostile_bytes_raise_nothing_else(coding: str, start: bytes, rest: bytes) -> None:
    try:
        assert len(unfold(start + rest, coding, 1000)) <= 1000
    except UnfoldError as error:
        assert str(error).startswith("the body ")
