"""Answers changed a little, as broken servers and proxies would: the same ones each time, from a seed."""

import random
import re
from collections.abc import Callable, Sequence

Change = Callable[[bytes, random.Random], bytes]

LINES = (
    b"Content-Type: text/html; charset=utf-16",
    b"Content-Type: text/plain",
    b"Content-Type: application/octet-stream",
    b"Content-Disposition: attachment; filename=a.zip",
    b"Content-Length: 7",
    b"Content-Length: +7",
    b"Content-Length: 99999999999",
    b"Transfer-Encoding: chunked",
    b"Transfer-Encoding: gzip, chunked",
    b"Transfer-Encoding: identity",
    b"Location: /there",
    b"Location: //[",
    b"Location: ?page=2#top",
    b"Location: https://127.0.0.1:1/",
    b"Location: intent://shop/spring#Intent;scheme=shop;end",
    b"Refresh: 0; url=/there",
    b"Refresh: 4.5;/there",
    b"Refresh: 9; url=/there",
    b"Refresh: x",
    b"Set-Cookie: seen=1; Path=/",
    b"Link: </a.css>; rel=preload",
    b" and the line before goes on",
    b"no colon",
    b"Two Words: x",
    b": nothing before it",
    b"X-Null: a\0b",
)
CODINGS = (b"gzip", b"br", b"zstd", b"deflate", b"gzip, gzip", b"identity", b"none", b"x-gzip", b"gzip,br", b",")
STATUSES = (
    b"200",
    b"201",
    b"204",
    b"206",
    b"301",
    b"302",
    b"304",
    b"307",
    b"308",
    b"404",
    b"503",
    b"600",
    b"99",
    b"1000",
)
INTERIM = (
    b"HTTP/1.1 100 Continue\r\n\r\n",
    b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n",
    b"\r\n",
    b"HTTP/1.1 102\n\n",
)
TAGS = (
    b'<meta http-equiv="refresh" content="0; url=/there">',
    b"<meta http-equiv=Refresh content='3 ; URL = \"/there\" '>",
    b'<noscript><meta http-equiv="refresh" content="0; url=/there"></noscript>',
    b'<template><meta http-equiv="refresh" content="0; url=/there"></template>',
    b'<!-- <meta http-equiv="refresh" content="0; url=/there"> -->',
    b'<script>let a = \'<meta http-equiv="refresh" content="0; url=/there">\'</script>',
    b'<meta http-equiv="refresh" content="7; url=/there"><meta http-equiv="refresh" content="0; url=/there">',
    b'<meta http-equiv="refresh" content="0; url=#top">',
    b'<meta http-equiv="refresh" content="0; url=shop://spring">',
    b'<meta http-equiv="refresh" content=".5, /there">',
    b"<meta charset=koi8-r>",
    b"<title>",
    b"<!--",
    b"</p",
    b"\xff\xfe",
    b"&#0;&#x110000;",
)


def mutated(originals: Sequence[bytes], number: int, seed: int) -> list[bytes]:
    """So many answers, each with one to three changes."""
    drawn = random.Random(seed)
    made = []
    for index in range(number):
        data = originals[index % len(originals)]
        for _ in range(drawn.randint(1, 3)):
            data = drawn.choice(CHANGES)(data, drawn)
        made.append(data)
    return made


def _cut(data: bytes, drawn: random.Random) -> bytes:
    return data[: drawn.randrange(len(data) + 1)]


def _flip(data: bytes, drawn: random.Random) -> bytes:
    at = drawn.randrange(max(1, len(data)))
    return data[:at] + bytes([drawn.randrange(256)]) + data[at + 1 :]


def _flip_in_head(data: bytes, drawn: random.Random) -> bytes:
    head, body = _parted(data)
    return _flip(head, drawn) + body


def _remove(data: bytes, drawn: random.Random) -> bytes:
    at = drawn.randrange(len(data) + 1)
    return data[:at] + data[at + drawn.randint(1, 40) :]


def _repeat(data: bytes, drawn: random.Random) -> bytes:
    at = drawn.randrange(len(data) + 1)
    return data[: at + drawn.randint(1, 40)] + data[at:]


def _double_line(data: bytes, drawn: random.Random) -> bytes:
    lines, body = _lines(data)
    at = drawn.randrange(len(lines))
    return _joined([*lines[: at + 1], *lines[at:]], body)


def _delete_line(data: bytes, drawn: random.Random) -> bytes:
    lines, body = _lines(data)
    del lines[drawn.randrange(len(lines))]
    return _joined(lines, body)


def _insert_line(data: bytes, drawn: random.Random) -> bytes:
    lines, body = _lines(data)
    lines.insert(drawn.randint(1, len(lines)) if lines else 0, drawn.choice(LINES))
    return _joined(lines, body)


def _recode(data: bytes, drawn: random.Random) -> bytes:
    lines, body = _lines(data)
    kept = [line for line in lines if not line.lower().startswith(b"content-encoding")]
    return _joined([*kept, b"Content-Encoding: " + drawn.choice(CODINGS)], body)


def _chunk(data: bytes, drawn: random.Random) -> bytes:
    """The body in chunks, of which some say another size than they have."""
    lines, body = _lines(data)
    kept = [line for line in lines if not line.lower().startswith((b"content-length", b"transfer-encoding"))]
    size = drawn.randint(1, 500)
    off = drawn.choice((0, 0, 0, 0, 1, -1))
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    chunks = b"".join(b"%x\r\n%s\r\n" % (max(0, len(part) + off), part) for part in parts)
    return _joined(
        [*kept, b"Transfer-Encoding: chunked"], chunks + drawn.choice((b"0\r\n\r\n", b"0\r\nX: y\r\n\r\n", b""))
    )


def _change_number(data: bytes, drawn: random.Random) -> bytes:
    """One of the numbers: a length, a chunk's size, a time, a status."""
    found = list(re.finditer(rb"\d+", data))
    if not found:
        return data
    number = drawn.choice(found)
    other = drawn.choice((b"0", b"1", b"-1", b"%d" % (int(number[0][:9]) + 1), b"99999999999999999999", b"a"))
    return data[: number.start()] + other + data[number.end() :]


def _restate(data: bytes, drawn: random.Random) -> bytes:
    return re.sub(rb"\A(HTTP/1.1) \d+", rb"\1 " + drawn.choice(STATUSES), data)


def _before(data: bytes, drawn: random.Random) -> bytes:
    return drawn.choice(INTERIM) * drawn.randint(1, 3) + data


def _behind(data: bytes, drawn: random.Random) -> bytes:
    return data + drawn.choice((b"\r\n", b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 50))


def _line_feeds(data: bytes, _drawn: random.Random) -> bytes:
    head, body = _parted(data)
    return head.replace(b"\r\n", b"\n") + body


def _put_in(data: bytes, drawn: random.Random) -> bytes:
    """Markup in the body, whose length grows with it where it is given."""
    head, body = _parted(data)
    put, at = drawn.choice(TAGS), drawn.randrange(len(body) + 1)
    grown = re.sub(
        rb"(?i)(content-length: )(\d{1,9})\b", lambda found: found[1] + b"%d" % (int(found[2]) + len(put)), head
    )
    return grown + body[:at] + put + body[at:]


def _parted(data: bytes) -> tuple[bytes, bytes]:
    """The last head, what is before it, and the body."""
    begin = data.rfind(b"HTTP/1.1 ")
    end = data.find(b"\r\n\r\n", max(0, begin))
    return (data[: end + 4], data[end + 4 :]) if end >= 0 else (data, b"")


def _lines(data: bytes) -> tuple[list[bytes], bytes]:
    head, body = _parted(data)
    return head.removesuffix(b"\r\n\r\n").split(b"\r\n"), body


def _joined(lines: list[bytes], body: bytes) -> bytes:
    return b"\r\n".join([*lines, b"", body])


CHANGES: tuple[Change, ...] = (
    _cut,
    _flip,
    _flip_in_head,
    _remove,
    _repeat,
    _double_line,
    _delete_line,
    _insert_line,
    _insert_line,
    _recode,
    _chunk,
    _change_number,
    _restate,
    _before,
    _behind,
    _line_feeds,
    _put_in,
    _put_in,
)
