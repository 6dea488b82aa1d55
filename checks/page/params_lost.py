from collections import Counter
from collections.abc import Iterator
from typing import Literal
from urllib.parse import parse_qsl, unquote_plus, urlsplit

from launchguard import Finding, NotApplicable, Unknown, Visit, Visits, check, html, walls

CLICK_IDS = frozenset(
    {"gclid", "gbraid", "wbraid", "dclid", "fbclid", "msclkid", "ttclid", "li_fat_id", "twclid", "epik", "sccid"}
)
Pairs = Counter[tuple[str, str]]


@check("params-lost", severity="block", owner="web", visits=("plain", "click-id"), judges_errors=True)
def params_lost(
    visits: Visits, *, consumed_by: Literal["page", "server"] = "page"
) -> Iterator[Finding | NotApplicable | Unknown]:
    """Campaign parameters and click ids survive every redirect.

    Why: a visit that lost its parameters is reported as direct traffic, and the campaign looks as if it had failed.
    Fix: keep the query in the redirect (nginx `$is_args$args`, Apache `QSA`); link the address that redirects lead to.
    Source: Google Analytics help, "Auto-tagging and redirects": gclid has to pass every redirect.

    Example:
        Bad: some_visits(a_visit(via=["https://shop.test/spring"]))
        Good: some_visits(a_visit(via=[PAGE_URL + "&from=ad"]), a_visit(variant="click-id"))
    """
    plain = visits.get("plain")
    if consumed_by == "server":
        yield NotApplicable("the server reads the parameters at the first hop (`consumed_by: server`)")
        return
    if plain is None or plain.error is not None or walls.why_no_page(plain):
        yield NotApplicable("the page itself does not answer, which other checks judge")
        return
    yield from _losses(plain)
    tagged = visits.get("click-id")
    if tagged is None:
        yield Unknown("the page was not visited with a click id")
    elif tagged.error is not None and not tagged.error.definite:
        yield Unknown(f"the visit with a click id got no answer: {html.excerpt(tagged.error.detail)}")
    elif tagged.error is not None or walls.why_no_page(tagged):
        detail = tagged.error.detail if tagged.error else walls.why_no_page(tagged)
        yield Finding(
            "the page answers, but not when an ad platform adds its click id: {measured}",
            measured=html.excerpt(detail),
            reason="click-id-refused",
            subject="click-id",
            fix="Accept parameters that the page does not know; look for a rule that rejects or rewrites long queries.",
        )
    else:
        known = {finding.subject for finding in _losses(plain)}
        yield from (finding for finding in _losses(tagged) if finding.subject not in known)


def _losses(visit: Visit) -> Iterator[Finding]:
    """Compare decoded pairs, never raw text: clients re-quote addresses."""
    sent, got = _pairs(visit.url), _pairs(visit.final_url)
    behind = Counter(_parse(urlsplit(visit.final_url).fragment.rpartition("?")[2]))
    for name, value in sent:
        values = [other for key, other in got.elements() if key == name]
        if value in values:
            if len(values) > sent[(name, value)] and all(other == value for other in values):
                yield _finding("arrives {times} times", name, visit, "duplicated", times=len(values))
        elif any(unquote_plus(other) == value for other in values):
            yield _finding("arrives encoded twice", name, visit, "double-encoded")
        elif behind[(name, value)]:
            yield _finding("arrives behind the #, where no server sees it", name, visit, "behind-fragment")
        else:
            yield _finding("is {what} at hop {hop} of {hops}", name, visit, "changed" if values else "lost")


def _finding(what: str, name: str, visit: Visit, reason: str, *, times: int = 1) -> Finding:
    wanted = [pair for pair in _pairs(visit.url) if pair[0] == name]
    hops = [all(pair in _pairs(hop.url) for pair in wanted) for hop in visit.hops]
    hop = hops.index(False) + 1 if False in hops else len(hops)
    before, after = (html.without_query(visit.hops[i].url) for i in (max(0, hop - 2), hop - 1))
    return Finding(
        f"'{{name}}' {what}",
        measured=reason,
        expected="unchanged",
        reason=reason,
        subject=name,
        evidence=f"{before} -> {after}",
        severity=None if reason in ("lost", "changed") else "warn",
        fields={"name": name, "what": reason, "hop": hop, "hops": len(hops), "times": times},
    )


def _pairs(url: str) -> Pairs:
    return Counter(_parse(urlsplit(url).query))


def _parse(query: str) -> list[tuple[str, str]]:
    pairs = parse_qsl(query, keep_blank_values=True)
    return [(key, value) for key, value in pairs if key.startswith("utm_") or key in CLICK_IDS]
