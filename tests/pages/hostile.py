"""Answers that want to cost a reader time or memory: streams without an end, bombs, and markup made against parsers.

A kind is what is sent first, and what is sent again and again until the reader goes away: b"" for nothing, STAYS for
nothing on a connection that stays open.
"""

import zlib

import brotli

from launchguard.web.coding import zstd

OK = b"HTTP/1.1 200 OK\r\n"
HTML = OK + b"Content-Type: text/html\r\n"
CHUNKED = HTML + b"Transfer-Encoding: chunked\r\n\r\n"
MEGABYTE = bytes(1_000_000)
TOP = b"<!doctype html><title>Spring</title><h1>Spring sale</h1>"
STORED = b"\x00\x00\x00\xff\xff"
"""A block of deflate that holds nothing."""

STAYS = None
Kind = tuple[bytes, bytes | None]


def page(body: bytes, *lines: bytes) -> Kind:
    """A whole answer with this body."""
    head = [OK.rstrip(), *(lines or (b"Content-Type: text/html",)), b"Content-Length: %d" % len(body), b"", body]
    return b"\r\n".join(head), b""


def folded(coding: bytes, first: bytes, again: bytes = b"") -> Kind:
    """A body that is said to be encoded, and goes on until the connection ends."""
    return HTML + b"Content-Encoding: %s\r\n\r\n" % coding + first, again


def _gigabyte(wbits: int) -> bytes:
    """A gigabyte of zeros: every block of a flushed stream stands by itself, and may be repeated."""
    packing = zlib.compressobj(9, wbits=wbits)
    start = packing.compress(MEGABYTE) + packing.flush(zlib.Z_FULL_FLUSH)
    block = packing.compress(MEGABYTE) + packing.flush(zlib.Z_FULL_FLUSH)
    return start + 999 * block


def _brotli() -> bytes:
    folding = brotli.Compressor(quality=1)
    return b"".join(folding.process(MEGABYTE) for _ in range(50))


def _twice(data: bytes) -> bytes:
    packing = zlib.compressobj(9, wbits=31)
    return packing.compress(data) + packing.flush()


HEADS: dict[str, Kind] = {
    "interim answers": (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000),
    "interim answers with headers": (b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n" * 1000),
    "empty lines before the answer": (b"", b"\r\n" * 30_000),
    "headers": (OK, b"X: y\r\n" * 10_000),
    "cookies": (OK, b"Set-Cookie: a=b; Path=/; Domain=.127.0.0.1\r\n" * 2000),
    "one header without an end": (OK + b"X: ", b"y" * 60_000),
    "a header's name without an end": (OK, b"x" * 60_000),
    "folded lines": (OK + b"X: y\r\n", b" y\r\n" * 10_000),
    "lines without a colon": (OK, b"y\r\n" * 20_000),
    "blanks": (OK + b"X:", b" " * 60_000),
    "zeros in a head": (OK, bytes(60_000)),
    "a reason without an end": (b"HTTP/1.1 200 ", b"x" * 60_000),
    "a status without an end": (b"HTTP/1.1 ", b"2" * 60_000),
    "no HTTP": (b"", b"SSH-2.0-OpenSSH\r\n" * 3000),
    "many headers": page(TOP, *(b"X-%d: y" % n for n in range(15_000))),
    "many cookies": page(TOP, *(b"Set-Cookie: a%d=b; Path=/; Max-Age=1" % n for n in range(5000))),
    "a long cookie": page(TOP, b"Set-Cookie: a=" + b"b" * 200_000),
    "a date of digits": page(TOP, b"Set-Cookie: a=b; expires=" + b"1:" * 100_000),
    "a long location": (b"HTTP/1.1 302 Found\r\nLocation: /" + b"a" * 200_000 + b"\r\n\r\n", b""),
    "a location of dots": (b"HTTP/1.1 302 Found\r\nLocation: " + b"../" * 60_000 + b"\r\n\r\n", b""),
    "a location of accents": (b"HTTP/1.1 302 Found\r\nLocation: //" + "é".encode() * 90_000 + b"\r\n\r\n", b""),
    "a refresh of digits": page(TOP, b"Refresh: " + b"1" * 200_000),
    "a refresh of blanks": page(TOP, b"Refresh: 0" + b" " * 200_000 + b"x"),
    "a type of semicolons": page(TOP, b"Content-Type: text/html" + b"; charset=" * 20_000),
    "a disposition of quotes": page(TOP, b"Content-Disposition: inline; filename=" + b'"\\' * 100_000),
    "a length of digits": page(TOP, b"Content-Length: " + b"9" * 200_000),
    "codings without a number": page(TOP, b"Content-Encoding: " + b"gzip," * 40_000),
}

FRAMINGS: dict[str, Kind] = {
    "a large chunk, then those of one byte": (
        CHUNKED + b"%x\r\n%s\r\n" % (9_000_000, bytes(9_000_000)),
        b"1\r\nx\r\n" * 10_000,
    ),
    "chunks with extensions": (CHUNKED + b"1;a=b\r\nx\r\n" * 30_000 + b"0\r\n\r\n", b""),
    "an extension without an end": (CHUNKED + b"1;", b"a" * 60_000),
    "a size without an end": (CHUNKED, b"0" * 60_000),
    "a chunk without an end": (CHUNKED + b"7fffffffffffffff\r\n", b"x" * 60_000),
    "trailers": (CHUNKED + b"0\r\n", b"X: %s\r\n" % (b"y" * 500) * 100),
    "a trailer without an end": (CHUNKED + b"0\r\nX: ", b"y" * 60_000),
    "no length": (HTML + b"\r\n", b"x" * 60_000),
    "a length that is true and huge": (HTML + b"Content-Length: 99999999999\r\n\r\n", b"x" * 60_000),
    "more than it said": (HTML + b"Content-Length: 1\r\n\r\n", b"x" * 60_000),
    "a body where none is": (b"HTTP/1.1 204 No Content\r\n\r\n", b"x" * 60_000),
    "a redirect without its body": (
        b"HTTP/1.1 302 Found\r\nLocation: /good\r\nContent-Length: 500\r\n\r\n",
        STAYS,
    ),
    "a body of a redirect": (b"HTTP/1.1 302 Found\r\nLocation: /good\r\n\r\n", b"x" * 60_000),
}

BOMBS: dict[str, Kind] = {
    "a gigabyte in gzip": folded(b"gzip", _gigabyte(31)),
    "a gigabyte in zlib": folded(b"deflate", _gigabyte(15)),
    "a gigabyte in deflate": folded(b"deflate", _gigabyte(-15)),
    "a gigabyte in zstd": folded(b"zstd", zstd.compress(MEGABYTE) * 1000),
    "much in brotli": folded(b"br", _brotli()),
    "a gigabyte in gzip in gzip": folded(b"gzip, gzip", _twice(_gigabyte(31))),
    "gzip within a transfer": (HTML + b"Transfer-Encoding: gzip\r\n\r\n" + _gigabyte(31), b""),
    "empty members of gzip": folded(b"gzip", _twice(b"") * 100_000),
    "empty frames of zstd": folded(b"zstd", zstd.compress(b"") * 100_000),
    "frames to skip": folded(b"zstd", b"\x50\x2a\x4d\x18\x00\x00\x00\x00" * 100_000),
    "a frame with a huge window": folded(b"zstd", b"\x28\xb5\x2f\xfd\x00\xf8" + b"\x00" * 100),
    "a name in gzip without an end": folded(b"gzip", b"\x1f\x8b\x08\x08\x00\x00\x00\x00\x00\x00", b"a" * 60_000),
    "empty blocks of deflate": folded(b"deflate", STORED * 100_000),
    "rubbish behind gzip": folded(b"gzip", _twice(TOP), b"\x1f\x8b" + b"x" * 60_000),
}

MARKUP: dict[str, Kind] = {
    "3 MB of <": page(b"<" * 3_000_000),
    "1 MB of </": page(b"</" * 500_000),
    "1 MB of &": page(TOP + b"&" * 1_000_000),
    "entities of digits": page(TOP + b"&#" + b"9" * 1_000_000 + b";"),
    "comments that stay open": page(TOP + b"<!--" * 250_000),
    "tags that stay open": page(TOP + b"<a href='" * 100_000),
    "deep": page(b"<b>" * 300_000),
    "tables in tables": page(b"<table><tr><td>" * 70_000),
    "misnested": page(b"<a><b><i><p>" * 80_000),
    "attributes": page(b"<p " + b" ".join(b"a%d=b" % n for n in range(100_000)) + b">"),
    "refreshes": page(b'<meta http-equiv="refresh" content="9; url=/x">' * 20_000),
    "a time of a million digits": page(b'<meta http-equiv=refresh content="' + b"1" * 1_000_000 + b'">'),
    "titles": page(b"<title>" * 150_000),
    "scripts": page(TOP + b"<script>location=" * 60_000),
    "noscripts": page(TOP + b"<noscript><meta http-equiv=refresh content='0;url=/x'>" * 50_000),
    "accents upon accents": page(TOP + ("e" + "\u0301" * 500_000).encode()),
    "what has no width": page(TOP + "\u200b\u00ad".encode() * 250_000),
    "zeros": page(TOP + bytes(1_000_000)),
    "punycode": page(b'<meta charset="punycode">' + b"a-" * 500_000),
    "escapes of a charset": page(b"\x1b$B\x1b(B" * 150_000, b"Content-Type: text/html; charset=iso-2022-jp"),
    "charsets": page(b"<meta charset=" * 70_000),
    "words that begin right": page(TOP + b"Spring " * 150_000),
}

HOSTILE: dict[str, Kind] = HEADS | FRAMINGS | BOMBS | MARKUP
