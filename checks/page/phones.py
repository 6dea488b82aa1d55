from collections.abc import Iterator, Sequence
from typing import Any

from launchguard import (
    Finding,
    NotApplicable,
    Page,
    Unknown,
    Visit,
    Visits,
    check,
    domains,
    hosts,
    html,
    kinds,
    parameters,
    placeholders,
    places,
    walls,
)

ELSEWHERE = ("", "in the title")  # how a page says a text that nobody reads on it


@check("phones", severity="block", owner="web", visits=("plain", "phone"), judges_errors=True)
def phones(visits: Visits, page: Page, *, scripted: bool = False) -> Iterator[Finding | NotApplicable | Unknown]:
    """A phone gets the page that a desktop gets, with its parameters.

    Why: most clicks of a campaign come from phones, and a redirect for phones alone is what nobody in the office sees.
    Fix: let the rule for phones lead to the same page and keep the query, or drop the rule.
    Source: Google Search Central, "Mobile-first indexing": the same content, and no redirect to the mobile home page.

    Example:
        Bad: some_visits(a_visit(), a_visit(variant="phone", status=404)), a_page()
        Good: some_visits(a_visit(), a_visit(variant="phone")), a_page()
    """
    plain, phone = visits.get("plain"), visits.get("phone")
    if plain is None or plain.error is not None or walls.why_no_page(plain):
        yield NotApplicable("the page itself does not answer, which other checks judge")
    elif phone is None or (phone.error is not None and not phone.error.definite):
        why = phone.error if phone is not None else None
        detail, fix = (html.excerpt(why.detail), why.fix) if why else ("nobody asked", "Run again: it was not made.")
        yield Unknown(f"the visit with a phone got no answer: {detail}", fix=fix)
    elif phone.error is not None:
        said = html.excerpt(phone.error.detail)
        yield _finding("a phone does not get the page: {measured}", said, "no-page", phone, fix=phone.error.fix)
    elif wall := walls.wall_of(phone):
        yield Unknown(f"the page cannot be judged as a phone sees it: {wall}", fix=walls.way_in(phone.host))
    elif phone.status is None or phone.status >= 400:
        yield _finding("a phone is answered {measured}", phone.status, "status", phone, expected=plain.status)
    else:
        if phone.status != plain.status:
            what = "a phone is answered {measured}"
            yield _finding(what, phone.status, "status", phone, "warn", expected=plain.status)
        yield from _of_kind(plain, phone, page, scripted=scripted)


def _of_kind(plain: Visit, phone: Visit, page: Page, *, scripted: bool) -> Iterator[Finding | Unknown]:
    """What kind of answer a phone gets, and where it is a page, in what it is another than a desktop's."""
    kind = kinds.answer_kind(phone)
    filled = kind.name in kinds.BY_SCRIPTS
    usual = (
        kind.is_page
        or kind.name == kinds.answer_kind(plain).name
        or (filled and phone.document.says_all(page.contains))
    )
    if not usual and kind.weight == "unknown" and not (filled and scripted):
        yield Unknown(f"on a phone {kind.words}", fix=kind.fix.replace("is-the-page:", "phones:"))
        return
    if not usual:
        weight = "block" if kind.weight == "block" else "warn"
        yield _finding("on a phone {measured}", kind.words, "kind", phone, weight, fix=kind.fix, unseen=kind.unseen)
    if kind.is_page or filled:
        yield from _way(plain, phone)
        yield from _text(plain, phone, () if filled else page.contains)


def _way(plain: Visit, phone: Visit) -> Iterator[Finding]:
    """Where a phone ends, and what it loses on the way there."""
    before = {loss.name for loss in parameters.losses(plain.hops, parameters.pairs_of(plain.url))}
    lost = parameters.losses(phone.hops, parameters.pairs_of(phone.url))
    names = [loss.name for loss in lost if loss.how in ("lost", "changed") and loss.name not in before]
    if names:
        yield _finding("a phone loses {measured} on the way", ", ".join(f"'{n}'" for n in names), "lost", phone)
    there, usual = (hosts.host_of(visit.final_url) for visit in (phone, plain))
    where = html.without_query(phone.final_url)
    reason, there_is = places.misplaced(phone.final_url, plain.final_url)
    if reason:
        yield _finding(f"a phone ends {there_is}, {{measured}}", where, reason, phone, "warn")
    elif there != usual:
        own = domains.same_site(there, usual)
        yield _finding("a phone ends on {measured}", where, "other-host", phone, "info" if own else "warn")


def _text(plain: Visit, phone: Visit, wanted: Sequence[str]) -> Iterator[Finding]:
    """What a phone's page does not say that a desktop's does, and what it should not say."""
    here, there = plain.document, phone.document
    missing = [t for t in wanted if here.match(t) not in ELSEWHERE and there.match(t) in ELSEWHERE]
    if missing:
        said = ", ".join(f'"{html.excerpt(text, 80)}"' for text in missing)
        fix = "Publish the text in what phones get, too."
        yield _finding("a phone does not show {measured}", said, "text-missing", phone, fix=fix)
    known = {one.name for one in placeholders.placeholders_in(here)}
    for one in placeholders.placeholders_in(there):
        if one.name not in known:
            weight = "block" if one.prominent else "warn"
            fix = "Fill in the text in the template for phones, too."
            yield _finding("a phone shows a placeholder: {measured}", one.name, "placeholder", phone, weight, fix=fix)


def _finding(template: str, measured: object, reason: str, phone: Visit, weight: str = "block", **more: Any) -> Finding:
    return Finding(
        template,
        measured=measured,
        reason=reason,
        subject="phone",
        evidence=" -> ".join(html.without_query(hop.url) for hop in phone.hops),
        severity="block" if weight == "block" else "info" if weight == "info" else "warn",
        **{"expected": "the same page as on a desktop"} | more,
    )
