from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import urlsplit

from launchguard import Campaign, Clock, Finding, NotApplicable, Unknown, Visit, check


@check("tls-expiry", severity="block", owner="infra")
def tls_expiry(
    visit: Visit, campaign: Campaign, clock: Clock, *, margin_hours: int = 72
) -> Iterator[Finding | NotApplicable | Unknown]:
    """The page's certificate stays valid through the campaign.

    Why: on the day a certificate expires, every visitor sees a warning instead of the campaign.
    Fix: renew the certificate, or repair its automatic renewal, before the launch.
    Source: renewal is due at two thirds of the lifetime (Let's Encrypt's advice); lifetimes shrink to 47 days by 2029
    (CA/Browser Forum SC-081v3), so that "expires before the end" alone says little.

    Example:
        Bad: a_visit(tls=a_tls(not_after=NOW + timedelta(days=5))), a_campaign(), a_clock(NOW)
        Good: a_visit(tls=a_tls(not_after=NOW + timedelta(days=50))), a_campaign(), a_clock(NOW)
    """
    if urlsplit(visit.final_url).scheme != "https":
        yield NotApplicable("the page is served without TLS")
        return
    if visit.tls is None or not visit.tls.chain:
        yield Unknown("the certificate's chain was not seen, so nothing says until when it is valid")
        return
    weakest = min(visit.tls.chain, key=lambda certificate: certificate.not_after)
    expires, now = weakest.not_after, clock.now
    start = max(campaign.launch, now)
    needed = start + timedelta(hours=margin_hours)
    if expires >= max(needed, campaign.ends or needed):
        return
    due = expires - (expires - weakest.not_before) / 3
    early = expires < needed
    yield Finding(
        "the certificate of {host} expires on {measured:%Y-%m-%d}, {until}; {renewal}",
        measured=expires.astimezone(campaign.launch.tzinfo),
        expected=max(needed, campaign.ends or needed),
        reason="expires-at-launch" if early else "expires-before-end",
        subject=visit.host,
        severity="block" if campaign.renewal == "manual" else _automatic(due, now, start, early=early),
        evidence=f"valid from {weakest.not_before:%Y-%m-%d %H:%M} to {expires:%Y-%m-%d %H:%M} UTC",
        fields={
            "host": visit.host,
            "until": f"earlier than {margin_hours} h after the launch" if early else "before the campaign ends",
            "renewal": _words(due, now, manual=campaign.renewal == "manual"),
        },
    )


def _automatic(due: datetime, now: datetime, start: datetime, *, early: bool) -> Literal["warn", "block"]:
    """Overdue blocks; a renewal that is due before it matters is no fault yet: a later run sees whether it happened."""
    return "block" if now > due or (early and due >= start) else "warn"


def _words(due: datetime, now: datetime, *, manual: bool) -> str:
    if manual:
        return "it is renewed by hand"
    return f"its automatic renewal {'was' if now > due else 'is'} due on {due:%Y-%m-%d}"
