from collections.abc import Iterator
from urllib.parse import urlsplit

from launchguard import Finding, NotApplicable, Page, Unknown, Visit, Visits, check, hosts, html, parameters, walls


@check("phones", severity="block", owner="web", visits=("plain", "phone"), judges_errors=True)
def phones(visits: Visits, page: Page) -> Iterator[Finding | NotApplicable | Unknown]:
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
        detail = html.excerpt(phone.error.detail) if phone is not None and phone.error is not None else "nobody asked"
        yield Unknown(f"the visit with a phone got no answer: {detail}")
    elif phone.error is not None or walls.why_no_page(phone):
        wall = walls.wall_of(phone) if phone.error is None else ""
        what = phone.error.detail if phone.error is not None else walls.why_no_page(phone)
        if wall:
            yield Unknown(f"the page cannot be judged as a phone sees it: {wall}")
        else:
            yield _finding("a phone does not get the page: {measured}", html.excerpt(what), "no-page", phone)
    else:
        yield from _differences(plain, phone)
        missing = [text for text in page.contains if plain.document.match(text) and not phone.document.match(text)]
        if missing and phone.document.is_shell:
            yield Unknown("scripts fill the page on a phone: only a browser can tell what it shows")
        elif missing:
            said = ", ".join(f'"{html.excerpt(text, 80)}"' for text in missing)
            yield _finding("a phone does not show {measured}", said, "text-missing", phone)


def _differences(plain: Visit, phone: Visit) -> Iterator[Finding]:
    before = {loss.name for loss in parameters.losses(plain.hops, parameters.pairs_of(plain.url))}
    lost = parameters.losses(phone.hops, parameters.pairs_of(phone.url))
    names = [loss.name for loss in lost if loss.how in ("lost", "changed") and loss.name not in before]
    if names:
        yield _finding("a phone loses {measured} on the way", ", ".join(f"'{n}'" for n in names), "lost", phone)
    there, usual = (hosts.host_of(visit.final_url) for visit in (phone, plain))
    home = urlsplit(phone.final_url).path in ("", "/") and urlsplit(plain.final_url).path not in ("", "/")
    if home:
        yield _finding("a phone ends on the home page, {measured}", html.without_query(phone.final_url), "home", phone)
    elif there != usual:
        own = there.removeprefix("m.") == usual.removeprefix("www.") or there.endswith(f".{usual.removeprefix('www.')}")
        where = html.without_query(phone.final_url)
        yield _finding("a phone ends on {measured}", where, "other-host", phone, severity="info" if own else "warn")


def _finding(template: str, measured: str, reason: str, phone: Visit, *, severity: str = "") -> Finding:
    return Finding(
        template,
        measured=measured,
        expected="the same page as on a desktop",
        reason=reason,
        subject="phone",
        evidence=" -> ".join(html.without_query(hop.url) for hop in phone.hops),
        severity="warn" if reason == "home" else "info" if severity == "info" else "warn" if severity else None,
    )
