"""What bot walls answer instead of the page, known by what each vendor says of its own challenges."""

import re

from launchguard.web.answered import Answered

STATUSES = frozenset({401, 403, 429, 999})
"""Statuses that say something about who is asking, not about the page (999 is LinkedIn's)."""

# Vendor -> a header that its challenge carries, and what that header's value holds; documented by each vendor.
_HEADERS = (
    ("Cloudflare", "cf-mitigated", "challenge"),
    ("AWS WAF", "x-amzn-waf-action", "challenge"),
    ("AWS WAF", "x-amzn-waf-action", "captcha"),
)
# Vendor -> what only its challenge page holds.
_MARKUP = (
    ("Cloudflare", re.compile(r"cf[-_]chl|/cdn-cgi/challenge-platform/h/[bg]/orchestrate", re.IGNORECASE)),
    ("Cloudflare Turnstile", re.compile(r"challenges\.cloudflare\.com|cf-turnstile", re.IGNORECASE)),
    ("AWS WAF", re.compile(r"awswaf\.com/|AwsWafIntegration|gokuProps", re.IGNORECASE)),
    ("DataDome", re.compile(r"captcha-delivery\.com", re.IGNORECASE)),
    ("HUMAN", re.compile(r"px-captcha|_pxAppId|perimeterx\.net", re.IGNORECASE)),
    ("Akamai", re.compile(r"_sec/cp_challenge|sec-if-cpt-container", re.IGNORECASE)),
    ("Imperva", re.compile(r"_Incapsula_|Incapsula incident", re.IGNORECASE)),
    ("Sucuri", re.compile(r"sucuri website firewall|sucuri_cloudproxy_js", re.IGNORECASE)),
    ("F5", re.compile(r"the requested url was rejected\. please consult", re.IGNORECASE)),
    ("Akamai", re.compile(r"you don.t have permission to access .{0,300}reference\s?&?#", re.IGNORECASE | re.DOTALL)),
    ("Anubis", re.compile(r"anubis_challenge|/\.within\.website/x/cmd/anubis", re.IGNORECASE)),
    ("DDoS-Guard", re.compile(r"ddos-guard", re.IGNORECASE)),
    ("SiteGround", re.compile(r"/\.well-known/(?:sg)?captcha", re.IGNORECASE)),
    ("a captcha", re.compile(r"g-recaptcha|hcaptcha\.com|h-captcha", re.IGNORECASE)),
)
WALL_TITLE = re.compile(
    r"just a moment|attention required|access denied|are you (?:a )?(?:human|robot)|verify(?:ing)? (?:that )?you are"
    r" human|security check|pardon our interruption|checking your browser|human verification|captcha"
    r"|making sure you.re not a bot|request rejected|sucuri|ddos-guard|robot challenge",
    re.IGNORECASE,
)
FEW_WORDS = 40
"""A page with captcha markup and less text than this, and nothing to fill in, is the wall itself."""


def wall_of(visit: Answered) -> str:
    """What stopped the visit, as a clause ("it answered 403"), or "" when the page itself answered.

    Markup alone is no proof, because many forms carry a captcha: a title or the lack of anything else must agree.
    """
    if visit.status in STATUSES:
        return f"it answered {visit.status}"
    for vendor, name, value in _HEADERS:
        given = visit.header(name)
        if given is not None and value in given.lower():
            return f"{vendor} answered with a challenge ({name})"
    if not visit.body:
        return ""
    vendor = next((vendor for vendor, pattern in _MARKUP if pattern.search(visit.text)), "")
    if vendor and _is_bare(visit):
        return f"it answered with a page of {vendor} that asks whether the visitor is human"
    return ""


def _is_bare(visit: Answered) -> bool:
    try:
        page = visit.document
    except ValueError:  # a page of that size is no wall
        return False
    few = len(page.text.split()) < FEW_WORDS and not page.headings and not page.has_fields
    return few or (bool(WALL_TITLE.search(page.title)) and not page.has_fields)
