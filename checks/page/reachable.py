from collections.abc import Iterator

from launchguard import Campaign, Finding, NotApplicable, Unknown, Visit, check, hosts, html, walls


@check("reachable", severity="block", owner="web", judges_errors=True)
def reachable(visit: Visit, campaign: Campaign) -> Iterator[Finding | Unknown | NotApplicable]:
    """The page answers a visitor.

    Why: a campaign whose page does not answer pays for every click and gets nothing for it.
    Fix: make the page answer from the public internet, or let the visits of LaunchGuard through.
    Source: RFC 9110, section 15; the kinds of failure are the phases of a request: name, connection, TLS, HTTP.

    Example:
        Bad: a_visit(error=an_error("refused")), a_campaign()
        Good: a_visit(), a_campaign()
    """
    error = visit.error
    if error is None:
        wall = walls.wall_of(visit)
        if wall:
            yield Unknown(f"the page cannot be judged: {wall}", fix=_way_in(visit.host, campaign))
    elif error.kind == "tls":
        yield NotApplicable("the certificate was refused, which tls-valid judges")
    elif error.definite:
        host = html.excerpt(hosts.host_and_port(error.url), 80)
        yield Finding(
            "the page does not answer: {measured}",
            measured=html.excerpt(error.detail, 200),
            expected="an answer",
            reason=error.kind,
            subject=host,
            evidence=f"{html.excerpt(error.url, 200)}, {visit.attempts} attempts",
            fix=error.fix,
        )
    else:
        yield Unknown(
            f"no answer from the page can be trusted: {html.excerpt(error.detail, 200)}",
            fix=error.fix,
        )


def _way_in(host: str, campaign: Campaign) -> str:
    if any(hosts.split_host(access.host)[0] == host for access in campaign.access):
        return f"Check the secret that `access` names for {host}: the host refused it."
    return walls.way_in(host)
