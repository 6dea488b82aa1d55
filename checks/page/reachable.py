from collections.abc import Iterator
from urllib.parse import urlsplit

from launchguard import Campaign, Finding, NotApplicable, Unknown, Visit, check, html, walls

FIXES = {
    "dns-nxdomain": "Create the DNS record of {host}, or correct the page's `url`.",
    "refused": "Start the server behind {host}, or open its port; check the port in the page's `url`.",
    "silent": "Find out why {host} accepts a connection and then stays silent; the application behind it may hang.",
    "reset": "Look for what closes the connection at {host}: a crashing application, a proxy or a firewall.",
    "too-large": "Find out what {host} sends at this address; it is larger than any landing page.",
    "bad-encoding": "Correct the Content-Encoding header, or the compression, at {host}.",
    "bad-response": "Check the port and the scheme of the page's `url`; {host} does not answer in HTTP.",
    "redirect-loop": "Break the circle in the redirect rules of {host}.",
    "redirect-refused": "Correct the redirect; it leads a public page to a private address.",
    "app-link": "Redirect to a web page, and let that page offer the app: many visitors do not have it.",
}
OF_UNKNOWN = {
    "http2-only": "Offer HTTP/1.1 beside HTTP/2 at {host}, or look at the page in a browser.",
    "no-route": "Run from a machine that reaches the addresses of {host}.",
}


@check("reachable", severity="block", owner="web", judges_errors=True)
def reachable(visit: Visit, campaign: Campaign) -> Iterator[Finding | Unknown | NotApplicable]:
    """The page answers a visitor.

    Why: a campaign whose page does not answer pays for every click and gets nothing for it.
    Fix: make the page answer from the public internet, or let the visits of LaunchGuard through.
    Source: RFC 9110, section 15; the kinds of failure are the phases of a request: name, connection, TLS, HTTP.
    """
    error = visit.error
    host = html.excerpt(urlsplit(error.url if error else visit.final_url).netloc, 80)
    if error is None:
        wall = walls.wall_of(visit)
        if wall:
            yield Unknown(f"the page cannot be judged: {wall}", fix=_way_in(visit.host, campaign))
    elif error.kind == "tls":
        yield NotApplicable("the certificate was refused, which tls-valid judges")
    elif error.definite:
        yield Finding(
            "the page does not answer: {measured}",
            measured=html.excerpt(error.detail, 200),
            expected="an answer",
            reason=error.kind,
            subject=host,
            evidence=f"{html.excerpt(error.url, 200)}, {visit.attempts} attempts",
            fix=FIXES[error.kind].format(host=host),
        )
    else:
        yield Unknown(
            f"no answer from the page can be trusted: {html.excerpt(error.detail, 200)}",
            fix=OF_UNKNOWN.get(error.kind, "Run again, from a network that reaches the page.").format(host=host),
        )


def _way_in(host: str, campaign: Campaign) -> str:
    if any(access.host.partition(":")[0] == host for access in campaign.access):
        return f"Check the secret that `access` names for {host}: the host refused it."
    return f"Allow-list this machine or LaunchGuard's user agent at {host}, or declare `access` for it in the manifest."
