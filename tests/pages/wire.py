"""Cases of bytes on the wire: interim answers, headers, charsets, codings and framing."""

import gzip
import zlib

from tests.pages.making import GOOD, PageCase, bare, html, said

FOLDED = gzip.compress(GOOD.encode(), mtime=0)
GZIP = "Content-Encoding: gzip"
UMLAUTS = (
    "<h1>Frühlings-Sale</h1><p>Nur 9,99 € für alles – bis Donnerstag in allen Läden und online.</p>"
    "<a class=btn href=/buy>Kaufen</a>"
)
GERMAN = ("Frühlings-Sale", "9,99 €")
OK = "HTTP/1.1 200 OK"
HTML, HTML_UTF8 = "Content-Type: text/html", "Content-Type: text/html; charset=utf-8"


def _deflated(data: bytes) -> bytes:
    folding = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return folding.compress(data) + folding.flush()


def _line_feeds(data: bytes) -> bytes:
    head, _, body = data.partition(b"\r\n\r\n")
    return head.replace(b"\r\n", b"\n") + b"\n\n" + body


def _after(line: str) -> bytes:
    """The folded page, with this header line before those that matter."""
    return bare(FOLDED, OK, line, HTML_UTF8, GZIP, f"Content-Length: {len(FOLDED)}")


STATUSES = (
    PageCase("good", "clean", said(GOOD)),
    PageCase(
        "early-hints",
        "clean",
        b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload; as=style\r\n\r\n" + said(GOOD),
    ),
    PageCase("continue-100", "clean", b"HTTP/1.1 100 Continue\r\n\r\n" + said(GOOD)),
    PageCase("no-content-204", "block", bare(b"", "HTTP/1.1 204 No Content"), ()),
    PageCase("partial-206", "block", said(GOOD, status="206 Partial Content")),
    PageCase("not-modified-304", "block", bare(b"", "HTTP/1.1 304 Not Modified"), ()),
    PageCase("empty-200", "block", said(), ()),
    PageCase(
        "head-405",
        "clean",
        lambda ask: said(status="405 Method Not Allowed") if ask.head.startswith("HEAD ") else said(GOOD),
    ),
    PageCase("aws-waf-202", "unknown", said(b"", "x-amzn-waf-action: challenge", status="202 Accepted")),
    PageCase("status-999", "unknown", said("denied", status="999 Request denied")),
    PageCase("basic-preview", "", said("no", 'WWW-Authenticate: Basic realm="x"', status="401 Unauthorized")),
)

HEADERS = (
    PageCase("no-content-type", "go", bare(FOLDED, OK, GZIP, f"Content-Length: {len(FOLDED)}")),
    PageCase("header-malformed", "go", _after("X Powered By: shop 7")),
    PageCase("header-space-before-colon", "go", _after("Access-Control-Expose-Headers : X")),
    PageCase("header-nel", "clean", _after("X-Page-Title: хлеб Åre")),
    PageCase("lf-only", "go", _line_feeds(said(GOOD))),
    PageCase("many-link-headers", "go", said(GOOD, *(f"Link: </chunk{n}.js>; rel=preload" for n in range(120)))),
    PageCase("csp-nothing", "go", said(GOOD, "Content-Security-Policy: default-src 'none'")),
)

CHARSETS = (
    PageCase(
        "charset-meta-1252",
        "go",
        said(html(UMLAUTS, charset='<meta charset="windows-1252">').encode("cp1252"), HTML),
        GERMAN,
    ),
    PageCase(
        "charset-meta-http-equiv",
        "go",
        said(
            html(UMLAUTS, charset='<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1">').encode(
                "cp1252"
            ),
            HTML,
        ),
        GERMAN,
    ),
    PageCase(
        "charset-utf16-bom", "go", said(b"\xff\xfe" + html(UMLAUTS, charset="").encode("utf-16-le"), HTML), GERMAN
    ),
    PageCase("charset-undefined", "go", said(GOOD, "Content-Type: text/html; charset=undefined")),
    PageCase("charset-unknown", "go", said(GOOD, "Content-Type: text/html; charset=utf8mb4")),
    PageCase(
        "charset-wrong-header", "block", said(html(UMLAUTS), "Content-Type: text/html; charset=iso-8859-1"), GERMAN
    ),
    PageCase("bom-utf8", "clean", said(b"\xef\xbb\xbf" + GOOD.encode())),
    PageCase("two-boms", "", said(b"\xef\xbb\xbf\xef\xbb\xbf" + GOOD.encode())),
)

CODINGS = (
    PageCase("ce-none", "go", said(GOOD, "Content-Encoding: none")),
    PageCase("ce-utf8", "go", said(GOOD, "Content-Encoding: UTF-8")),
    PageCase("ce-identity", "go", said(GOOD, "Content-Encoding: identity")),
    PageCase("ce-gzip-upper", "clean", said(FOLDED, "Content-Encoding: GZIP")),
    PageCase("ce-gzip-but-plain", "go", said(GOOD, GZIP)),
    PageCase("ce-aws-chunked", "go", said(FOLDED, "Content-Encoding: gzip,aws-chunked")),
    PageCase("ce-gzip-empty-part", "go", said(FOLDED, "Content-Encoding: gzip,")),
    PageCase("ce-deflate-raw", "go", said(_deflated(GOOD.encode()), "Content-Encoding: deflate")),
    PageCase("gzip-double", "block", said(gzip.compress(FOLDED, mtime=0), GZIP)),
    PageCase("gzip-cut", "go", said(FOLDED[:-8], GZIP)),
)

FRAMINGS = (
    PageCase(
        "chunk-trailers",
        "clean",
        bare(
            b"%x\r\n%s\r\n0\r\nServer-Timing: x\r\n\r\n" % (len(GOOD.encode()), GOOD.encode()),
            OK,
            HTML,
            "Transfer-Encoding: chunked",
            "Trailer: Server-Timing",
        ),
    ),
    PageCase(
        "chunks-of-many-sizes",
        "clean",
        bare(
            b"".join(b"%X\r\n%s\r\n" % (len(part), part) for part in (FOLDED[:9], FOLDED[9:10], FOLDED[10:]))
            + b"0\r\n\r\n",
            OK,
            HTML_UTF8,
            GZIP,
            "Transfer-Encoding: chunked",
        ),
    ),
    PageCase("until-the-end", "go", bare(GOOD.encode(), OK, HTML_UTF8)),
    PageCase("length-too-long", "block", said(GOOD, f"Content-Length: {len(GOOD) + 100}")),
    PageCase("lengths-that-differ", "block", said(GOOD, "Content-Length: 10", f"Content-Length: {len(GOOD)}")),
)

WIRE = (*STATUSES, *HEADERS, *CHARSETS, *CODINGS, *FRAMINGS)
