from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import urlsplit

from launchguard import Campaign, Clock, Finding, NotApplicable, Unknown, Visits, check, hosts, html

OLD_CHAIN = "a new certificate of the host alone does not mend that"


@check("tls-expiry", severity="block", owner="infra", looser={"margin_hours": "less"})
def tls_expiry(
    visits: Visits, campaign: Campaign, clock: Clock, *, margin_hours: int = 72
) -> Iterator[Finding | NotApplicable | Unknown]:
    """The certificates on the way to the page stay valid through the campaign.

    Why: on the day a certificate expires, every visitor sees a warning instead of the campaign.
    Fix: renew the certificate, or repair its automatic renewal, before the launch.
    Source: renewal is due at two thirds of the lifetime (Let's Encrypt's advice); lifetimes shrink to 47 days by 2029
    (CA/Browser Forum SC-081v3), so that "expires before the end" alone says little.

    Example:
        Bad: some_visits(a_visit(tls=a_tls(not_after=NOW + timedelta(days=5)))), a_campaign(), a_clock(NOW)
        Good: some_visits(a_visit(tls=a_tls(not_after=NOW + timedelta(days=50)))), a_campaign(), a_clock(NOW)
    """
    hops = [hop for visit in visits for hop in visit.hops if urlsplit(hop.url).scheme == "https"]
    if not hops:
        yield NotApplicable("the page is served without TLS")
        return
    if any(hop.tls is None or not hop.tls.chain for hop in hops):
        yield Unknown(
            "the certificate's chain was not seen, so nothing says until when it is valid",
            fix="Run again; if it stays so, look at what the server sends with `openssl s_client -showcerts`.",
        )
    now, manual = clock.now, campaign.renewal == "manual"
    start = max(campaign.launch, now)
    needed = start + timedelta(hours=margin_hours)
    # The first hop that showed a certificate stands for all that did.
    weakest = {hop.tls.first_to_end(): hop for hop in reversed(hops) if hop.tls is not None and hop.tls.chain}
    for (certificate, place), hop in reversed(weakest.items()):
        expires = certificate.not_after
        if expires >= max(needed, campaign.ends or needed):
            continue
        due = expires - (expires - certificate.not_before) / 3
        early = expires < needed
        host = hosts.host_of(hop.url)
        what = (
            f"the intermediate certificate {html.excerpt(certificate.subject, 80)} of"
            if place
            else "the certificate of"
        )
        yield Finding(
            "{what} {host} expires on {measured:%Y-%m-%d}, {until}; {renewal}",
            measured=expires.astimezone(campaign.launch.tzinfo),
            expected=max(needed, campaign.ends or needed),
            reason="expires-at-launch" if early else "expires-before-end",
            subject=host,
            severity="block" if manual or place else _automatic(due, now, start, early=early),
            evidence=f"valid from {certificate.not_before:%Y-%m-%d %H:%M} to {expires:%Y-%m-%d %H:%M} UTC",
            fix="Install the chain that your authority issues now, with its newer intermediate." if place else "",
            fields={
                "what": what,
                "host": host,
                "until": f"earlier than {margin_hours} h after the launch" if early else "before the campaign ends",
                "renewal": OLD_CHAIN if place else _words(due, now, manual=manual),
            },
        )


def _automatic(due: datetime, now: datetime, start: datetime, *, early: bool) -> Literal["warn", "block"]:
    """Overdue blocks; a renewal that is due before it matters is no fault yet: a later run sees whether it happened."""
    return "block" if now > due or (early and due >= start) else "warn"


def _words(due: datetime, now: datetime, *, manual: bool) -> str:
    if manual:
        return "it is renewed by hand"
    return f"its automatic renewal {'was' if now > due else 'is'} due on {due:%Y-%m-%d}"
