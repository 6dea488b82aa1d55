from collections.abc import Iterator
from urllib.parse import urlsplit

from launchguard import Finding, NotApplicable, Visits, check, hosts, html

FIXES = {
    "expired": "Renew the expired certificate.",
    "chain-expired": "Install the chain that your authority issues now: the server sends an old intermediate one.",
    "not-yet-valid": "The certificate is not valid yet: check its start date and the server's clock.",
    "wrong-name": "Get a certificate that names {host}.",
    "no-san": "Issue the certificate again with {host} as its subjectAltName; browsers ignore the common name.",
    "self-signed": "Replace the self-signed certificate by one of a public authority.",
    "incomplete-chain": "Install the whole chain: the intermediate certificate is missing on the server.",
    "unknown-authority": "Replace the certificate: its chain ends in a root that no browser trusts.",
    "revoked": "Replace the revoked certificate.",
    "weak": "Issue the certificate again with a key of at least 2,048 bits (RSA) or P-256, signed with SHA-256.",
    "old-protocol": "Enable TLS 1.2 and 1.3 on the server or its CDN.",
    "client-certificate": "Do not ask visitors of the page for a certificate (nginx: `ssl_verify_client off`).",
    "name-unknown": "Set up {host} on the server or its CDN, with its certificate.",
    "not-tls": "Serve TLS on this port, or correct the scheme and the port of the address.",
    "handshake": "Look at {host} with a test such as testssl.sh: its protocols or ciphers are not those of browsers.",
}
OWN_AUTHORITY = frozenset({"self-signed", "incomplete-chain", "unknown-authority"})
"""Reasons that an authority of the company's own has, too, where this machine does not know it."""
NAME_IT = " If the authority is your own, name the file of its certificates in REQUESTS_CA_BUNDLE or SSL_CERT_FILE."
OF_CODE = {
    9: "not-yet-valid",
    10: "expired",
    18: "self-signed",
    19: "unknown-authority",
    20: "incomplete-chain",
    21: "incomplete-chain",
    62: "wrong-name",
    64: "wrong-name",
}
OLD = {"SSLv2", "SSLv3", "TLSv1", "TLSv1.0", "TLSv1.1"}


@check("tls-valid", severity="block", owner="infra", judges_errors=True)
def tls_valid(visits: Visits) -> Iterator[Finding | NotApplicable]:
    """Browsers trust the certificates on the way to the page.

    Why: instead of the campaign, visitors see a full-screen warning that the site is not safe.
    Fix: install a valid certificate for the host, with its whole chain.
    Source: RFC 5280 and RFC 9525 (validation), RFC 9325 (TLS 1.2 or newer).

    Example:
        Bad: some_visits(a_visit(error=an_error("tls", "certificate has expired", code=10)))
        Good: some_visits(a_visit(tls=a_tls(version="TLSv1.3")))
    """
    refused = _refused(visits)
    old = _old(visits)
    yield from refused
    yield from old
    plain = visits.get("plain")
    if refused or old or plain is None:
        return
    if plain.error is not None:
        yield NotApplicable("the page did not answer, which reachable judges")
    elif not any(urlsplit(hop.url).scheme == "https" for hop in plain.hops):
        yield NotApplicable("the page is served without TLS")


def _refused(visits: Visits) -> list[Finding]:
    """One finding for each host and reason, whichever visit met it: one address or attempt of several is enough."""
    found: dict[tuple[str, str], Finding] = {}
    for visit in visits:
        for error in (visit.error, visit.first_error):
            if error is None or error.kind != "tls":
                continue
            host = html.excerpt(hosts.host_of(error.url), 80)
            reason = f"openssl-{error.code}" if error.code is not None else error.reason or "handshake"
            several = len(visit.addresses) > 1 and hosts.host_of(visit.url) == host
            where = f" at {visit.address}" if several or visit in visits.elsewhere else ""
            now_and_then = " at one of two attempts" if error is visit.first_error else ""
            code = f"OpenSSL verify code {error.code}" if error.code is not None else "the handshake failed"
            kind = error.reason or OF_CODE.get(error.code or 0, "")
            trusted = f"; verified against {html.excerpt(error.roots, 200)}" if error.roots else ""
            finding = Finding(
                "browsers refuse the connection to {host}{where}{often}: {measured}",
                measured=html.excerpt(error.detail, 250),
                expected="a certificate that verifies",
                reason=reason,
                subject=host,
                evidence=code + where + now_and_then + trusted,
                fix=FIXES.get(kind, "").format(host=host) + NAME_IT * (kind in OWN_AUTHORITY),
                fields={"host": host, "where": where, "often": now_and_then},
            )
            found.setdefault((host, reason), finding)
    return list(found.values())


def _old(visits: Visits) -> list[Finding]:
    spoken = {
        (hosts.host_of(hop.url), hop.tls.version)
        for visit in visits
        for hop in visit.hops
        if hop.tls is not None and hop.tls.version in OLD
    }
    return [
        Finding(
            "{host} speaks {measured}, expected {expected} or newer",
            measured=version,
            expected="TLSv1.2",
            reason="old-protocol",
            subject=host,
            severity="warn",
            fix=FIXES["old-protocol"],
            fields={"host": host},
        )
        for host, version in sorted(spoken)
    ]
