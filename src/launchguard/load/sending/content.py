"""Judging an answer's body under load: decoded, bounded, and searched for what the page must say."""

import html
import re
import unicodedata
import zlib
from collections.abc import Sequence

from launchguard.words import count

MAX_BODY_BYTES = 16_000_000

_TAG = re.compile(r"<[^>]*>")
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2212", "-"))


class BadBodyError(ValueError):
    """The body cannot be decoded as its headers say, or is larger than MAX_BODY_BYTES."""


def decode(body: bytes, encoding: str) -> bytes:
    """Undo one Content-Encoding: gzip, deflate (zlib or raw), br, or none. Raises BadBodyError."""
    kind = encoding.strip().lower()
    try:
        if kind in ("", "identity"):
            return body
        if kind in ("gzip", "x-gzip"):
            return _inflate(body, 31)
        if kind == "deflate":
            # Servers send both forms under this name; a zlib stream begins with 0x78 in practice.
            return _inflate(body, 15 if body[:1] == b"\x78" else -15)
        if kind == "br":
            return _unbrotli(body)
    except zlib.error as error:
        raise BadBodyError(f"the body is not valid {kind}: {error}") from error
    raise BadBodyError(f"Content-Encoding {kind[:40]!r} was not asked for")


def _inflate(body: bytes, window: int) -> bytes:
    inflater = zlib.decompressobj(window)
    plain = inflater.decompress(body, MAX_BODY_BYTES)
    if inflater.unconsumed_tail:
        raise BadBodyError(f"the body is larger than {count(MAX_BODY_BYTES)} bytes")
    if not inflater.eof:
        raise BadBodyError("the compressed body ends too early")
    return plain


def _unbrotli(body: bytes) -> bytes:
    import brotli

    try:
        decoder = brotli.Decompressor()
        plain = bytes(decoder.process(body, output_buffer_limit=MAX_BODY_BYTES))
        finished = decoder.is_finished()
    except brotli.error as error:
        raise BadBodyError(f"the body is not valid br: {error}") from error
    if len(plain) >= MAX_BODY_BYTES:
        raise BadBodyError(f"the body is larger than {count(MAX_BODY_BYTES)} bytes")
    if not finished:
        raise BadBodyError("the compressed body ends too early")
    return plain


def comparable_bytes(text: str) -> str:
    """Text for comparing: compatibility characters folded (Unicode NFKC), one kind of dash, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", html.unescape(text)).translate(_DASHES).split())


def markup_of(body: bytes, content_type: str) -> str:
    """The body as text, by the charset of its Content-Type, UTF-8 otherwise; undecodable bytes are replaced."""
    _, _, after = content_type.lower().partition("charset=")
    try:
        return body.decode(after.split(";")[0].strip("\"' ") or "utf-8", errors="replace")
    except LookupError:
        return body.decode("utf-8", errors="replace")


def missing(text: str, wanted: Sequence[str]) -> str | None:
    """The first text that the page does not contain, or None.

    A text counts when the markup holds it as it is, or when the words do, with the tags taken out. Unlike the check
    of the idle page this does not ask whether a visitor sees it: here it only has to tell the page from another.
    """
    absent = [needle for needle in wanted if needle not in text]
    if not absent:
        return None
    apart, joined = comparable_bytes(_TAG.sub(" ", text)), comparable_bytes(_TAG.sub("", text))
    return next(
        (
            needle
            for needle in absent
            if comparable_bytes(needle) not in apart and comparable_bytes(needle) not in joined
        ),
        None,
    )
