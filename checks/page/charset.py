from collections.abc import Iterator

from launchguard import Finding, NotApplicable, Visit, check, walls


@check("charset", severity="warn", owner="web")
def charset(visit: Visit) -> Iterator[Finding | NotApplicable]:
    """The page says in which charset it is written.

    Why: browsers do not guess UTF-8, so that visitors read "FrÃ¼hling" where nobody declared it.
    Fix: send `Content-Type: text/html; charset=utf-8`, or put `<meta charset="utf-8">` first in the head.
    Source: the WHATWG standards on encodings and on HTML (determining the character encoding).

    Example:
        Bad: a_visit(headers=[("Content-Type", "text/html")], body="<p>Frühling</p>")
        Good: a_visit(headers=[("Content-Type", "text/html")], body='<meta charset="utf-8"><p>Frühling</p>')
    """
    unread = walls.why_no_html(visit)
    if unread:
        yield NotApplicable(unread)
    elif not visit.charset_declared and not visit.body.isascii():
        yield Finding(
            "the page declares no charset, and visitors may read garbled letters",
            measured="none",
            expected="utf-8",
            reason="undeclared",
            subject="charset",
        )
