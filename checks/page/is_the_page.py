from collections.abc import Iterator
from typing import Literal

from launchguard import Finding, NotApplicable, Page, Unknown, Visit, check, kinds, walls


@check("is-the-page", severity="block", owner="web")
def is_the_page(
    visit: Visit, page: Page, *, wanted: Literal["page", "pdf", "download"] = "page", scripted: bool = False
) -> Iterator[Finding | NotApplicable | Unknown]:
    """What answers is a page that a visitor can look at.

    Why: a download, a login, a waiting room or an error page that answers 200 is a click that was paid for nothing.
    Fix: publish the page at this address; a file that is meant is said with `wanted`. `scripted: yes` accepts a page
    that scripts fill: texts of `contains` that only they show are not looked at then, neither idle nor under load.
    Source: RFC 9110, section 8.3 (Content-Type); RFC 6266 (attachment); Google's "soft 404".

    Example:
        Bad: a_visit(headers=[("Content-Disposition", "attachment; filename=spring.zip")]), a_page()
        Good: a_visit(headers=[("Content-Type", "text/html; charset=utf-8")]), a_page()
    """
    wall = walls.wall_of(visit)
    if wall:
        yield NotApplicable(f"{wall}, which reachable judges")
        return
    if visit.status is None or visit.status >= 400:
        yield NotApplicable(f"it answered {visit.status}, which http-status judges")
        return
    kind = kinds.answer_kind(visit)
    by_scripts = kind.name in kinds.BY_SCRIPTS
    readable = kind != kinds.UNREADABLE
    promised = readable and visit.document.says_all(page.contains)
    if kind.is_page or kind.name == wanted or (promised and kind.name in kinds.REFUTED):
        return
    if kind.weight == "unknown" and not (scripted and by_scripts) and not promised:
        yield Unknown(kind.words, fix=kind.fix)
        return
    yield Finding(
        "{measured}",
        measured=kind.words,
        expected="a page",
        reason=kind.name,
        subject=kind.name,
        fix=kind.fix,
        severity="block" if _stops(kind, page, promised) else "warn",
        unseen=kind.unseen,
    )


def _stops(kind: kinds.AnswerKind, page: Page, promised: bool) -> bool:
    """Whether this is certainly not what the campaign wants: some kinds are where nothing of what is promised shows."""
    if kind.by_words:
        return not promised and (kind.weight == "block" or bool(page.contains))
    return kind.weight == "block"
