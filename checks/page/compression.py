from collections.abc import Iterator

from launchguard import Finding, NotApplicable, Visit, check, walls, words

COMPRESSED = frozenset({"gzip", "x-gzip", "br", "zstd", "deflate"})


@check("compression", severity="warn", owner="infra", looser={"warn_bytes": "more", "max_bytes": "more"})
def compression(
    visit: Visit, *, warn_bytes: int = 2_000, max_bytes: int = 100_000
) -> Iterator[Finding | NotApplicable]:
    """The HTML travels compressed.

    Why: uncompressed pages take several times as long on a phone, and fill the line first when everybody comes at once.
    Fix: switch on gzip, Brotli or Zstandard for text/html on the server or its CDN.
    Source: RFC 9110, section 8.4; sitespeed.io coach asks for it from 2 kB on.

    Example:
        Bad: a_visit(compressed=False, body_bytes=50_000)
        Good: a_visit(compressed=True, body_bytes=50_000)
    """
    unread = walls.why_no_html(visit)
    if unread:
        yield NotApplicable(unread)
        return
    codings = {part.strip().lower() for part in (visit.header("content-encoding") or "").split(",")}
    if not codings & COMPRESSED and visit.body_bytes > min(warn_bytes, max_bytes):
        yield Finding(
            "{size} kB of HTML travel uncompressed",
            measured=visit.body_bytes,
            expected="gzip, br or zstd",
            reason="uncompressed",
            severity="block" if visit.body_bytes > max_bytes else "warn",
            fields={"size": words.count(visit.body_bytes / 1000)},
        )
