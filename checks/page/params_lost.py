from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Literal

from launchguard import (
    Campaign,
    Finding,
    NotApplicable,
    Unknown,
    Visit,
    Visits,
    check,
    click_ids,
    html,
    parameters,
    walls,
)

WHAT = {
    "lost": "lost at hop {hop} of {hops}",
    "changed": "changed at hop {hop} of {hops}",
    "duplicated": "there several times in the end",
    "double-encoded": "encoded twice in the end",
    "behind-fragment": "behind the # in the end, where no server sees it",
}


FIXES = {
    "changed": "Let the redirect take the query over as it is: look for a rule that writes it in other letters.",
    "duplicated": "Let one rule append the query, not two (nginx: no `$is_args$args` behind a `$request_uri`).",
    "double-encoded": "Let the redirect take the query over as it came (Apache: the flag `NE`).",
    "behind-fragment": "Put the query before the `#` of the address that the redirect leads to.",
}
"""By what became of a parameter; for one that is lost the check's own fix counts."""


@check("params-lost", severity="block", owner="web", visits=("plain", "click-id"), judges_errors=True)
def params_lost(
    visits: Visits,
    campaign: Campaign,
    *,
    consumed_by: Literal["page", "server"] = "page",
    consumed: tuple[str, ...] = (),
) -> Iterator[Finding | NotApplicable | Unknown]:
    """The parameters of the link survive every redirect: the campaign's, the page's own, and click ids.

    Why: a visit without its parameters is reported as direct traffic, and a lost coupon or language is a lost sale.
    Fix: keep the query in the redirect (nginx `$is_args$args`, Apache `QSA`); link the address that redirects lead to.
    Source: Google Analytics help, "Auto-tagging and redirects": gclid has to pass every redirect.

    Example:
        Bad: some_visits(a_visit(via=["https://shop.test/spring"])), a_campaign()
        Good: some_visits(a_visit(via=[PAGE_URL + "&from=ad"]), a_visit(variant="click-id")), a_campaign()
    """
    plain, tagged = visits.get("plain"), visits.get("click-id")
    if consumed_by == "server":
        yield NotApplicable("the server reads the parameters at the first hop (`consumed_by: server`)")
        return
    if plain is None or plain.error is not None or walls.why_no_page(plain):
        yield NotApplicable("the page itself does not answer, which other checks judge")
        return
    own = [loss for loss in parameters.losses(plain.hops, parameters.pairs_of(plain.url)) if loss.name not in consumed]
    yield from _findings(own, plain)
    if tagged is None:
        yield Unknown("the page was not visited with a click id", fix="Run again: this visit was not made.")
    elif tagged.error is not None and tagged.error.kind == "tls":
        yield NotApplicable("the certificate was refused, which tls-valid judges")
    elif tagged.error is not None and not tagged.error.definite:
        detail = html.excerpt(tagged.error.detail)
        yield Unknown(f"the visit with a click id got no answer: {detail}", fix=tagged.error.fix)
    elif tagged.error is not None or walls.why_no_page(tagged):
        yield _refused(tagged)
    else:
        known = {pair[0] for pair in parameters.pairs_of(plain.url)} | set(consumed)
        added = parameters.losses(
            tagged.hops, [pair for pair in parameters.pairs_of(tagged.url) if pair[0] not in known]
        )
        yield from _findings([loss for loss in added if _is_used(loss.name, campaign)], tagged)
        yield from _findings([loss for loss in added if not _is_used(loss.name, campaign)], tagged, unused=True)


def _refused(tagged: Visit) -> Finding:
    detail = tagged.error.detail if tagged.error else walls.why_no_page(tagged)
    return Finding(
        "the page answers, but not when an ad platform adds its click id: {measured}",
        measured=html.excerpt(detail),
        reason="click-id-refused",
        subject="click-id",
        fix="Accept parameters that the page does not know; look for a rule that rejects or rewrites long queries.",
    )


def _is_used(name: str, campaign: Campaign) -> bool:
    """Whether a channel of the campaign brings visits with this click id."""
    kind = click_ids.KINDS.get(name, click_ids.UNKNOWN).channel
    return any(channel.id_parameter == name or channel.kind == kind for channel in campaign.channels)


def _findings(losses: Iterable[parameters.Loss], visit: Visit, *, unused: bool = False) -> Iterator[Finding]:
    """One finding for all parameters that went in the same way at the same hop."""
    for (hop, how), together in groupby(
        sorted(losses, key=lambda loss: (loss.hop, loss.how)), lambda x: (x.hop, x.how)
    ):
        names = [loss.name for loss in together]
        before, after = (html.without_query(visit.hops[i].url) for i in (max(0, hop - 2), hop - 1))
        fields = {"names": ", ".join(f"'{name}'" for name in names), "hop": hop, "hops": len(visit.hops)}
        yield Finding(
            f"{{names}} {'is' if len(names) == 1 else 'are'} {WHAT[how]}"
            + (", which no channel of this campaign uses" if unused else ""),
            measured=how,
            expected="unchanged",
            reason=f"unused-{how}" if unused else how,
            subject=" ".join(names),
            evidence=f"{before} -> {after}",
            fix=FIXES.get(how, ""),
            severity="warn" if unused or how not in ("lost", "changed") else None,
            fields=fields,
        )
